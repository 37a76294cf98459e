import type { SetupHost } from "./setup_host.ts";
import type { Systemd } from "./systemd.ts";

/** Addresses under which phones find the site, the best first. */
export async function addressesOf(
  { host, systemd }: { readonly host: SetupHost; readonly systemd: Systemd },
  port: number,
): Promise<readonly string[]> {
  const name = (await host.read("/etc/hostname"))?.trim() ?? "";
  const hasName = /^[A-Za-z0-9-]+$/.test(name) && await systemd.is("is-active", "avahi-daemon.service");
  const { code, out } = await host.run("ip", ["-json", "address", "show", "up", "scope", "global"]);
  const found = code === 0 ? addressesIn(out) : [];
  return [...(hasName ? [`${name.toLowerCase()}.local`] : []), ...found].map((address) => `http://${address}:${port}/`);
}

/** IPv4 addresses in the answer of `ip -json address`. */
function addressesIn(text: string): readonly string[] {
  try {
    const interfaces: readonly { readonly addr_info?: readonly { family?: string; local?: string }[] }[] = JSON.parse(
      text,
    );
    return interfaces.flatMap(({ addr_info = [] }) => addr_info)
      .flatMap(({ family, local }) => family === "inet" && local !== undefined ? [local] : []);
  } catch {
    return [];
  }
}

/** The set-up code in what the server logged; undefined: it has an owner already, or did not say it yet. */
export function setUpCodeIn(lines: readonly string[]): string | undefined {
  return lines.map((line) => /not set up yet\. Open its page and enter: (\S+)/.exec(line)?.[1]).findLast((code) =>
    code
  );
}
