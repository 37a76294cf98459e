import { ConfigError } from "./config_error.ts";
import type { ConfigFormat } from "./config_format.ts";
import { editConfig } from "./edit_config.ts";
import { parseConfig, type ParsedConfig, type ParseOptions } from "./parse_config.ts";
import { shownValue } from "./problem_text.ts";
import type { ConfigProblem, ConfigValue } from "./types.ts";

/** Top-level key that says in which version of our format a file is written. */
export const versionKey = "version";

/** One step from a version of the format to the next: text to text, comments kept. It sets the new version itself. */
export type FileMigration = (
  text: string,
  options: { readonly file: string; readonly format: ConfigFormat },
) => string;

/** The step at place n leads from version n to n + 1; 0 is a file without a version. A released step stays as it is. */
export const fileMigrations: readonly FileMigration[] = [
  (text, options) => editConfig(text, { ...options, set: { [versionKey]: 1 } }),
];

/** A file of any version we know, as one of the present version. */
export type VersionedReading =
  | {
    readonly kind: "parsed";
    /** Values of the present version, without the version itself; places as in the file that was read. */
    readonly parsed: ParsedConfig;
    /** The file in the present version. */
    readonly text: string;
    /** Version of the file that was read; 0: it had none. */
    readonly from: number;
  }
  | { readonly kind: "problems"; readonly problems: readonly ConfigProblem[] };

/**
 * Reads a file and brings it to the present version, in memory. A file of a newer version is refused: what it means is
 * not known here.
 */
export function readVersioned(
  data: string | Uint8Array,
  options: ParseOptions & { readonly migrations?: readonly FileMigration[] },
): VersionedReading {
  const { migrations = fileMigrations, ...parsing } = options;
  const read = parseConfig(data, parsing);
  if (read.kind === "problems") return read;
  const stated = read.parsed.tree[versionKey];
  if (stated !== undefined && !isKnown(stated, migrations)) {
    const newest = migrations.length;
    const text = typeof stated === "number" && stated > newest
      ? `is ${stated}: a newer program wrote this file, expected at most ${newest}`
      : `is ${shownValue(stated)}, expected a whole number from 1 to ${newest}`;
    const problem = { file: options.file, ...read.parsed.placeOf([versionKey]), key: versionKey, text };
    return { kind: "problems", problems: [problem] };
  }
  const from = stated ?? 0;
  const text = typeof data === "string" ? data : new TextDecoder("utf-8", { ignoreBOM: true }).decode(data);
  const steps = migrations.slice(from);
  try {
    const present = steps.reduce((older, migrate) => migrate(older, parsing), text);
    const { tree } = steps.length === 0 ? read.parsed : parsedAgain(present, parsing);
    const { [versionKey]: _version, ...values } = tree;
    return { kind: "parsed", parsed: { ...read.parsed, tree: values }, text: present, from };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return {
      kind: "problems",
      problems: error.problems.length > 0 ? error.problems : [{ file: options.file, text: error.message }],
    };
  }
}

function isKnown(version: ConfigValue, migrations: readonly FileMigration[]): version is number {
  return typeof version === "number" && Number.isInteger(version) && version >= 1 && version <= migrations.length;
}

function parsedAgain(text: string, options: ParseOptions): ParsedConfig {
  const read = parseConfig(text, options);
  if (read.kind === "problems") throw ConfigError.of("migrate", read.problems);
  return read.parsed;
}
