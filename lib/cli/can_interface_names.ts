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
