import { type StorageProfile, storageProfiles } from "../base/mod.ts";

/** Where frames come from. */
export type CanChoice =
  | { readonly kind: "sim" }
  | { readonly kind: "replay"; readonly file: string }
  | { readonly kind: "interfaces"; readonly names: readonly string[] };

export { type StorageProfile, storageProfiles };

export const logLevels = ["debug", "info", "warning", "error"] as const;
export type LogLevel = (typeof logLevels)[number];

/** What `serve` was asked for. */
export interface ServeOptions {
  readonly host: string;
  /** [0, 65535]; 0 takes any free port. */
  readonly port: number;
  readonly profile: StorageProfile;
  /** Folder for what the program keeps; absent: the profile's own. */
  readonly dataDir?: string;
  /** Id of a coach model, or a `.yml` file, to run with from now on; absent: the one of last time. */
  readonly model?: string;
  readonly can: CanChoice;
  readonly logLevel: LogLevel;
  /** Update an older database at the start; the development profile alone. */
  readonly autoMigrate: boolean;
  /** Folder with files that replace the embedded protocol tables (for developers). */
  readonly referenceDir?: string;
}

/** The coach model that a new data directory begins with. */
export function firstModel(can: CanChoice): string {
  return can.kind === "sim" ? "simulated_coach" : "generic_rv";
}

/**
 * Reads `sim`, `replay:FILE` or a comma-separated list of interfaces.
 *
 * @throws {TypeError} for anything else, naming the three forms.
 */
export function parseCanChoice(text: string): CanChoice {
  if (text === "sim") return { kind: "sim" };
  if (text.startsWith("replay:")) {
    const file = text.slice("replay:".length);
    if (file === "") throw new TypeError(`"${text}" names no file, expected replay:FILE`);
    return { kind: "replay", file };
  }
  const names = text.split(",");
  for (const name of names) {
    // IFNAMSIZ is 16 with the closing zero; the kernel refuses slashes and white space (net/core/dev.c).
    if (!/^[^\s/:,]{1,15}$/.test(name)) {
      throw new TypeError(`"${text}" is no list of interfaces, expected sim, replay:FILE, or names such as can0,can1`);
    }
  }
  if (new Set(names).size !== names.length) throw new TypeError(`"${text}" names an interface twice`);
  return { kind: "interfaces", names };
}

/** True for addresses that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}
