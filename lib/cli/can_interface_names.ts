/** Names of the CAN interfaces of this machine, by what the kernel tells; undefined where it does not tell. */
export async function canInterfaceNames(
  read: (path: string) => Promise<string | undefined>,
): Promise<readonly string[] | undefined> {
  // Two lines of headings, then `  name: numbers` (proc_net(5)).
  const rows = (await read("/proc/net/dev"))?.split("\n").slice(2);
  if (rows === undefined) return undefined;
  const found: string[] = [];
  for (const row of rows) {
    const name = row.split(":")[0]?.trim() ?? "";
    // ARPHRD_CAN is 280 (linux/if_arp.h).
    if (name !== "" && (await read(`/sys/class/net/${name}/type`))?.trim() === "280") found.push(name);
  }
  return found;
}

/** Those of them that may be in the configuration, can0 before can1; none where the kernel does not tell. */
export async function presentInterfaces(
  read: (path: string) => Promise<string | undefined>,
): Promise<readonly string[]> {
  const names = (await canInterfaceNames(read))?.filter((name) => /^[A-Za-z0-9_-]{1,15}$/.test(name)) ?? [];
  return names.sort((one, other) => one.localeCompare(other, "en", { numeric: true }));
}
