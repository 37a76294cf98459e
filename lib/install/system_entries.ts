import { machinePlaces } from "./install_places.ts";

/** Bytes that keep about half a second of two saturated buses: as much as the program asks for each interface. */
export const receiveBufferBytes = 4 << 20;

/** The lowest port that a service without capabilities may listen on: that of the web, and 443 with it. */
export const lowestPort = 80;

/** What the kernel is to allow, for sysctl.d(5). */
export function sysctlText(): string {
  return `# CoachIQ has no capability to go above this limit: half a second of two saturated CAN buses.
net.core.rmem_max = ${receiveBufferBytes}
# Nor to listen on a port that is kept for root: server.port may be 80 or 443.
net.ipv4.ip_unprivileged_port_start = ${lowestPort}
`;
}

/** The user and the group of the service, for systemd-sysusers(8). */
export function sysusersText(): string {
  const { user, dataFolder } = machinePlaces;
  return `# The user that CoachIQ runs as.
u ${user} - "CoachIQ" ${dataFolder}
`;
}

/** The folders, for systemd-tmpfiles(8). Nothing in them is ever removed by it. */
export function tmpfilesText(): string {
  const { user, dataFolder, cacheFolder, settingsFolder } = machinePlaces;
  return `# Folders of CoachIQ. The program finds its settings in its data folder.
d ${settingsFolder} 0555 root root -
d ${dataFolder} 0750 ${user} ${user} -
L ${dataFolder}/config - - - - ${settingsFolder}
d ${cacheFolder} 0700 ${user} ${user} -
`;
}
