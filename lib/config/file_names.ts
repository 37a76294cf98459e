import { ConfigError } from "./config_error.ts";
import { type ConfigFormat, formatOf } from "./config_format.ts";
import { quoted } from "./dotted_key.ts";

const word = "[A-Za-z0-9][A-Za-z0-9_-]{0,63}";
const fileForm = new RegExp(`^${word}\\.(?:toml|json|ya?ml)$`);
const wordForm = new RegExp(`^${word}$`);
const backupForm = new RegExp(
  `^(\\d{8})\\.(\\d{8}T\\d{6}Z)\\.(auto|named\\.(${word}))\\.(${word}\\.(?:toml|json|ya?ml))$`,
);
const wordExpected = "1 to 64 letters, digits, hyphens and underscores, the first a letter or digit";

/** Whether a name in a folder is that of a configuration file of ours. */
export function isConfigFileName(name: string): boolean {
  return fileForm.test(name);
}

/**
 * The file that a name means; one without ending is TOML. Nothing that passes here leads out of its folder.
 *
 * @throws {ConfigError} for every other name.
 */
export function configFileName(name: string): { readonly file: string; readonly format: ConfigFormat } {
  const file = wordForm.test(name) ? `${name}.toml` : name;
  if (isConfigFileName(file)) return { file, format: formatOf(file) };
  throw new ConfigError(
    "invalid",
    `Cannot use file name ${
      quoted(name.slice(0, 100))
    }: it has other characters, expected ${wordExpected}, and .toml, .json or .yaml`,
  );
}

/** What the name of a backup says; that name is its id. Ids sort by the order in which backups were made. */
export interface BackupName {
  readonly id: string;
  /** Counts up by one with each backup, whatever the clock says. */
  readonly sequence: number;
  /** Wall clock when it was made, ms since 1970; may be wrong. */
  readonly createdAtMs: number;
  /** The file that it is of. */
  readonly file: string;
  /** The owner's name for it; absent: it was made before a change. */
  readonly label?: string;
}

/** Reads the name of a backup; undefined when it is none. */
export function parseBackupName(id: string): BackupName | undefined {
  const [, sequence, time, , label, file] = backupForm.exec(id) ?? [];
  if (sequence === undefined || time === undefined || file === undefined) return undefined;
  const createdAtMs = Date.parse(time.replace(/(....)(..)(..T..)(..)(..Z)/, "$1-$2-$3:$4:$5"));
  if (Number.isNaN(createdAtMs)) return undefined;
  return { id, sequence: Number(sequence), createdAtMs, file, ...(label === undefined ? {} : { label }) };
}

/** @throws {ConfigError} when `label` is no name for a backup. */
export function backupId(
  file: string,
  { sequence, wallMs, label }: { readonly sequence: number; readonly wallMs: number; readonly label?: string },
): string {
  if (label !== undefined && !wordForm.test(label)) {
    throw new ConfigError(
      "invalid",
      `Cannot use backup name ${quoted(label.slice(0, 100))}: it has other characters, expected ${wordExpected}`,
    );
  }
  const time = new Date(wallMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
  const kind = label === undefined ? "auto" : `named.${label}`;
  return `${String(sequence).padStart(8, "0")}.${time}Z.${kind}.${file}`;
}
