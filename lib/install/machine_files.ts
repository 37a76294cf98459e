import { storageProfileTable } from "../base/mod.ts";
import { canUnit } from "./can_unit.ts";
import { fallbackScript, fallbackUnit } from "./fallback_unit.ts";
import { type InstallPlaces, machinePlaces, programFiles, unitNames } from "./install_places.ts";
import { liveMount, syncTimer, syncUnit } from "./live_units.ts";
import { serverUnit } from "./server_unit.ts";
import { settingsText } from "./settings_text.ts";
import { sysctlText, sysusersText, tmpfilesText } from "./system_entries.ts";

/** What an installation is to be like. */
export interface MachineOptions extends InstallPlaces {
  readonly profile: "ssd" | "sdcard";
  /** Interfaces that are brought up and listened to; none: a simulated coach. */
  readonly canInterfaces: readonly string[];
  /** Their speeds in the settings, bit/s; that of RV-C for one that is not named. */
  readonly bitrates?: ReadonlyMap<string, number>;
  /** Room for the live databases of the profile `sdcard`, MiB. Default {@link defaultLiveMiB}. */
  readonly liveMiB?: number;
  /** [1, 65535], default 8080. */
  readonly port?: number;
  /** Coach model in the settings; absent: the program's own choice. */
  readonly model?: string;
}

/** Size of the file system in memory, MiB, as the storage profile says. */
export const defaultLiveMiB = Number(storageProfileTable.sdcard.liveMiB);

/** A file of an installation. */
export interface MachineFile {
  readonly path: string;
  readonly text: string;
  /** Permissions, [0, 0o777]. */
  readonly mode: number;
  /** `settings` belong to the owner once they are written; all else belongs to the program. */
  readonly role: "unit" | "accounts" | "folders" | "kernel" | "script" | "settings";
}

/** Every file of an installation but the program itself. */
export function machineFiles(options: MachineOptions): readonly MachineFile[] {
  const { unitFolder, sysusersFolder, tmpfilesFolder, sysctlFolder, profile, canInterfaces, executable } = options;
  const { liveMiB = defaultLiveMiB, port = 8080, model, bitrates } = options;
  const unit = (name: string, text: string): MachineFile => ({
    path: `${unitFolder}/${name}`,
    text,
    mode: 0o644,
    role: "unit",
  });
  return [
    { path: `${sysusersFolder}/coachiq.conf`, text: sysusersText(), mode: 0o644, role: "accounts" },
    { path: `${tmpfilesFolder}/coachiq.conf`, text: tmpfilesText(), mode: 0o644, role: "folders" },
    { path: `${sysctlFolder}/60-coachiq.conf`, text: sysctlText(), mode: 0o644, role: "kernel" },
    {
      path: machinePlaces.settings,
      text: settingsText({ profile, canInterfaces, bitrates, port, model }),
      mode: 0o444,
      role: "settings",
    },
    { path: programFiles(executable).fallback, text: fallbackScript(options), mode: 0o755, role: "script" },
    unit(unitNames.server, serverUnit({ ...options, liveMiB })),
    unit(unitNames.fallback, fallbackUnit(options)),
    unit(unitNames.can, canUnit(options)),
    ...(profile === "ssd" ? [] : [
      unit(unitNames.live, liveMount({ liveMiB })),
      unit(unitNames.sync, syncUnit({ ...options, liveMiB })),
      unit(unitNames.syncTimer, syncTimer()),
    ]),
  ];
}
