import { machinePlaces } from "./install_places.ts";

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
