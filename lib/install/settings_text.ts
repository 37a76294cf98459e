/** Speed of a bus for which nobody names one, bit/s: that of RV-C. */
export const defaultBitrate = 250_000;

/** The settings that a new installation begins with. */
export function settingsText({ profile, canInterfaces, bitrates = new Map(), port, model }: {
  readonly profile: "ssd" | "sdcard";
  readonly canInterfaces: readonly string[];
  readonly bitrates: ReadonlyMap<string, number> | undefined;
  readonly port: number;
  readonly model: string | undefined;
}): string {
  const names = canInterfaces.length === 0 ? ["sim"] : canInterfaces;
  return `# Settings of this machine. CoachIQ reads this file at its start and never writes it: what is changed on the site
# is kept elsewhere and beats it. Check it after a change:
#   coachiq config check /etc/coachiq/system.toml && sudo systemctl restart coachiq

[persistence]
# "ssd" on a disk; "sdcard" in memory, copied to the card now and then.
storage_profile = "${profile}"

[server]
# Every IPv4 address of the machine.
host = "0.0.0.0"
port = ${port}

[can]
# Interfaces of the machine; ["sim"] is a simulated coach.
interfaces = [${names.map((name) => JSON.stringify(name)).join(", ")}]
${bitrateLines(canInterfaces, bitrates)}${
    model === undefined ? "" : `
[coach]
model = ${JSON.stringify(model)}
`
  }`;
}

/** RV-C runs at 250 kbit/s; a chassis bus may differ. */
function bitrateLines(names: readonly string[], bitrates: ReadonlyMap<string, number>): string {
  if (names.length === 0) return "";
  return `
[can.bitrates]
# Bits per second. RV-C runs at 250000, chassis buses at 250000 or 500000.
${names.map((name) => `${JSON.stringify(name)} = ${bitrates.get(name) ?? defaultBitrate}\n`).join("")}`;
}
