import { changedTree, stepsTo, withoutHollow } from "./changed_tree.ts";
import { ConfigError } from "./config_error.ts";
import type { ConfigFormat } from "./config_format.ts";
import { dottedKey, splitDottedKey } from "./dotted_key.ts";
import { setTomlKey } from "./edit_toml.ts";
import { editYaml } from "./edit_yaml.ts";
import { EditRefusal, type KeyChange } from "./key_edit.ts";
import { parseConfig } from "./parse_config.ts";
import type { ParseLimits } from "./parse_limits.ts";
import { removeTomlKey } from "./remove_toml.ts";
import { isTable, sameValue, valueAt } from "./same_value.ts";
import { lineEndOf } from "./text_splice.ts";
import type { ConfigTree, ConfigValue } from "./types.ts";

/** Steps, and the tree that they lead to. */
interface Plan {
  readonly changes: readonly KeyChange[];
  readonly expected: ConfigTree;
}

const editors: Readonly<Record<ConfigFormat, (text: string, plan: Plan) => string>> = {
  toml: (text, { changes }) => changes.reduce(changeToml, text),
  yaml: (text, { changes }) => editYaml(text, changes),
  json: (text, { expected }) => JSON.stringify(expected, null, 2).replaceAll("\n", lineEndOf(text)) + lineEndOf(text),
};

/** What to change in a file, and how it is written. */
export interface EditOptions {
  readonly format: ConfigFormat;
  /** Name of the file as people know it, for the problems. */
  readonly file: string;
  /** Dotted key → new value; a table takes the place of the whole table that is there. */
  readonly set?: Readonly<Record<string, ConfigValue>>;
  /** Dotted keys, gone before others are set. One that is not there is no mistake. */
  readonly remove?: readonly string[];
  readonly limits?: ParseLimits;
}

/**
 * Changes keys of a configuration file and leaves the rest as its owner wrote it: comments, order, blank lines and the
 * form of other values (TOML); comments and order (YAML); order (JSON). The result is read again: exactly these keys
 * have changed.
 *
 * @throws {ConfigError} `invalid` when the text, a key or a value is wrong; `conflict` when the change cannot be made
 * without touching other keys, as behind a YAML alias.
 */
export function editConfig(text: string, options: EditOptions): string {
  const { file, remove = [], set = {} } = options;
  const mark = text.startsWith("\ufeff") ? "\ufeff" : "";
  const before = treeIn(text, options);
  const removed = remove.map((key) => pathOf(key, file));
  const changes: KeyChange[] = removed.filter((path) => valueAt(before, path) !== undefined)
    .map((path) => ({ kind: "remove", path }));
  let expected = changes.reduce(changedTree, before);
  for (const [key, value] of Object.entries(set)) {
    const path = pathOf(key, file);
    refuseValue(value, { path, options });
    const steps = stepsTo(expected, path, value);
    changes.push(...steps);
    expected = steps.reduce(changedTree, expected);
  }
  if (changes.length === 0) return text;
  const changed = mark + apply(text.slice(mark.length), { changes, options, expected });
  const gone = changes.filter(({ kind }) => kind === "remove").map(({ path }) => path);
  const [actual, wanted] = [treeIn(changed, options), expected].map((tree) => gone.reduce(withoutHollow, tree));
  if (sameValue(actual, wanted)) return changed;
  throw conflict(file, { changes });
}

function conflict(
  file: string,
  { changes, cause }: { readonly changes: readonly KeyChange[]; readonly cause?: unknown },
): ConfigError {
  const keys = changes.map(({ path }) => dottedKey(path)).join(", ");
  return new ConfigError(
    "conflict",
    `Cannot change "${file}": ${keys} cannot be changed without other keys, expected the change in the file itself`,
    { cause },
  );
}

function apply(
  text: string,
  { changes, expected, options }: Plan & { readonly options: EditOptions },
): string {
  const { format, file } = options;
  try {
    return editors[format](text, { changes, expected });
  } catch (cause) {
    if (!(cause instanceof EditRefusal)) throw conflict(file, { changes, cause });
    throw ConfigError.of("change", [{ file, key: dottedKey(cause.path), text: cause.message }]);
  }
}

function changeToml(text: string, change: KeyChange): string {
  return change.kind === "set" ? setTomlKey(text, change) : removeTomlKey(text, change.path);
}

function treeIn(text: string, { format, file, limits }: EditOptions): ConfigTree {
  const result = parseConfig(text, { format, file, ...(limits ? { limits } : {}) });
  if (result.kind === "problems") throw ConfigError.of("change", result.problems);
  return result.parsed.tree;
}

function pathOf(key: string, file: string): readonly string[] {
  try {
    return splitDottedKey(key);
  } catch (cause) {
    throw new ConfigError("invalid", `Cannot change "${file}": ${(cause as Error).message}`, { cause });
  }
}

/** @throws {ConfigError} for a value that a file could not give back. */
function refuseValue(
  value: ConfigValue,
  { path, options: { file, format } }: { readonly path: readonly string[]; readonly options: EditOptions },
): void {
  const text = wrongValue(value, format);
  if (text) throw ConfigError.of("change", [{ file, key: dottedKey(path), text }]);
}

function wrongValue(value: ConfigValue, format: ConfigFormat): string | undefined {
  if (value === null && format === "toml") return "is null, which TOML does not know, expected the key to be removed";
  if (typeof value === "number") {
    const exact = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
    return exact ? undefined : `is ${value}, expected a number that a file keeps exactly`;
  }
  if (typeof value === "string") {
    return value.isWellFormed() ? undefined : "holds half a character, expected whole ones";
  }
  const inner = Array.isArray(value) ? value : isTable(value) ? Object.values(value) : [];
  for (const item of inner) {
    const wrong = wrongValue(item, format);
    if (wrong) return wrong;
  }
  return undefined;
}
