/** Where the parts of an installation are. */
export interface InstallPlaces {
  /** The program file, absolute; what belongs to it is in the same folder. */
  readonly executable: string;
  /** A link to it in a folder that shells look in. */
  readonly link: string;
  readonly unitFolder: string;
  readonly sysusersFolder: string;
  readonly tmpfilesFolder: string;
  readonly sysctlFolder: string;
}

/** As `coachiq install` does it: everything where a system's administrator puts things. */
export const localPlaces: InstallPlaces = {
  executable: "/usr/local/lib/coachiq/coachiq",
  link: "/usr/local/bin/coachiq",
  unitFolder: "/etc/systemd/system",
  sysusersFolder: "/etc/sysusers.d",
  tmpfilesFolder: "/etc/tmpfiles.d",
  sysctlFolder: "/etc/sysctl.d",
};

/** As the Debian package does it. */
export const packagePlaces: InstallPlaces = {
  executable: "/usr/lib/coachiq/coachiq",
  link: "/usr/bin/coachiq",
  unitFolder: "/usr/lib/systemd/system",
  sysusersFolder: "/usr/lib/sysusers.d",
  tmpfilesFolder: "/usr/lib/tmpfiles.d",
  sysctlFolder: "/usr/lib/sysctl.d",
};

/** What is at the same place however it was installed. */
export const machinePlaces = {
  dataFolder: "/var/lib/coachiq",
  /** The live databases of the profile `sdcard`: a file system in memory. */
  liveFolder: "/var/lib/coachiq/live",
  cacheFolder: "/var/cache/coachiq",
  settingsFolder: "/etc/coachiq",
  settings: "/etc/coachiq/system.toml",
  user: "coachiq",
} as const;

/** Names of the units. */
export const unitNames = {
  server: "coachiq.service",
  fallback: "coachiq-fallback.service",
  /** One instance for each interface. */
  can: "coachiq-can@.service",
  live: "var-lib-coachiq-live.mount",
  sync: "coachiq-sync.service",
  syncTimer: "coachiq-sync.timer",
} as const;

/** The instance of {@link unitNames.can} for an interface. */
export function canUnitName(interfaceName: string): string {
  return `coachiq-can@${escapeUnitName(interfaceName)}.service`;
}

/** The folder, among the units, of what starts when the adapter of an interface is there. */
export function canWantsFolder(interfaceName: string): string {
  return `sys-subsystem-net-devices-${escapeUnitName(interfaceName)}.device.wants`;
}

/** Files beside the program: what `upgrade` leaves there, and who goes back. */
export function programFiles(executable: string): {
  readonly folder: string;
  readonly previous: string;
  /** Another version, checked and not in its place yet. */
  readonly next: string;
  /** Is there while nobody knows whether the new version becomes ready. */
  readonly pending: string;
  readonly fallback: string;
} {
  const folder = executable.slice(0, executable.lastIndexOf("/"));
  return {
    folder,
    previous: `${executable}.previous`,
    next: `${executable}.next`,
    pending: `${folder}/upgrade-pending`,
    fallback: `${folder}/coachiq-fallback`,
  };
}

/** As `systemd-escape` writes a text in the name of a unit (systemd.unit(5)). */
function escapeUnitName(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return [...bytes].map((byte, at) => {
    const character = String.fromCharCode(byte);
    const isPlain = /[A-Za-z0-9:_]/.test(character) || (character === "." && at > 0);
    return isPlain ? character : `\\x${byte.toString(16).padStart(2, "0")}`;
  }).join("");
}
