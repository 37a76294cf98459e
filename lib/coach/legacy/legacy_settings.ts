import { isJsonObject, sameJson } from "../json_value.ts";
import type { Json } from "../mapping.ts";
import {
  byPlace,
  type LegacyPlace,
  type LegacyRemark,
  type LegacySecret,
  type LegacySetting,
  type NotMapped,
  startOf,
} from "./legacy_plan.ts";
import {
  choosingKeys,
  isSecretKey,
  leftText,
  secretKeys,
  type SettingRule,
  settingRules,
} from "./legacy_setting_table.ts";
import type { LegacyValue } from "./legacy_value.ts";

/** A TOML file that was read: its values, and where each is written. `lib/config` reads them so. */
export type TomlReading =
  | {
    readonly kind: "parsed";
    readonly tree: { readonly [key: string]: Json };
    placeOf(path: readonly string[]): { readonly line: number; readonly column: number } | undefined;
  }
  | { readonly kind: "problems"; readonly problems: readonly LegacyRemark[] };

/** What has to be known of a key of the configuration. */
export interface SettingKey {
  /** Undefined: neither an owner nor an installer sets it in a file. */
  readonly who: "owner" | "installer" | undefined;
  readonly defaultValue?: Json;
  /** What a value must be, to follow the word "expected". */
  readonly expected: string;
  accepts(value: Json): boolean;
}

/** The configuration as it is now; `lib/config` knows it. */
export interface SettingKeys {
  readToml(text: string, file: string): TomlReading;
  /** Undefined: there is no such key. */
  key(name: string): SettingKey | undefined;
}

/** What the files of the earlier configuration come to. */
export interface LegacySettings {
  readonly settings: readonly LegacySetting[];
  readonly secrets: readonly LegacySecret[];
  readonly notMapped: readonly NotMapped[];
  readonly found: number;
}

/** Tables whose keys are names, so that they are one value. */
const tables: ReadonlySet<string> = new Set(["can.interface_mappings"]);
const maxDepth = 8;

/** The values of a TOML file, each with its place. */
export function tomlValues(reading: TomlReading & { readonly kind: "parsed" }, file: string): readonly LegacyValue[] {
  const values: LegacyValue[] = [];
  const visit = (value: Json, path: readonly string[]): void => {
    const key = path.join(".").toLowerCase();
    if (isJsonObject(value) && !tables.has(key) && path.length < maxDepth) {
      for (const [name, inner] of Object.entries(value)) visit(inner, [...path, name]);
      return;
    }
    const place: LegacyPlace = { ...startOf(file), ...reading.placeOf(path) };
    values.push({ key, was: path.join("."), value, where: place });
  };
  visit(reading.tree, []);
  return values;
}

/**
 * Turns earlier values into those of the keys of today.
 *
 * @param values those that count most first, as they did: the environment, then overrides, then the system file.
 */
export function legacySettings(values: readonly LegacyValue[], keys: SettingKeys): LegacySettings {
  const making = new SettingMaking(values, keys);
  // Rules first: of several earlier keys for one key their order decides.
  for (const rule of settingRules) making.apply(rule);
  making.leaveRest();
  return {
    settings: making.settings,
    secrets: byPlace(making.secrets),
    notMapped: byPlace(making.notMapped),
    found: values.length,
  };
}

class SettingMaking {
  readonly settings: LegacySetting[] = [];
  readonly secrets: LegacySecret[] = [];
  readonly notMapped: NotMapped[] = [];
  readonly #values: readonly LegacyValue[];
  readonly #keys: SettingKeys;
  /** The value that counts of each earlier key. */
  readonly #first = new Map<string, LegacyValue>();
  readonly #done = new Set<LegacyValue>();

  constructor(values: readonly LegacyValue[], keys: SettingKeys) {
    this.#values = values;
    this.#keys = keys;
    for (const value of values) if (!this.#first.has(value.key)) this.#first.set(value.key, value);
  }

  apply({ from, to, convert }: SettingRule): void {
    const found = this.#first.get(from);
    if (!found || isSecretKey(from)) return;
    this.#done.add(found);
    const taken = this.settings.find(({ key }) => key === to);
    if (taken) return this.#leave(found, `${to} is taken from ${taken.was}`);
    const converted = convert(found.value, (key) => this.#first.get(key)?.value);
    if (converted === null) return this.#leave(found, `${to} is taken from its neighbour`);
    if ("why" in converted) return this.#leave(found, converted.why);
    this.#set(to, { value: converted.value, found });
  }

  #set(name: string, { value, found }: { readonly value: Json; readonly found: LegacyValue }): void {
    const key = this.#keys.key(name);
    if (key?.who === undefined) return this.#leave(found, `${name} is set by nobody in this version`);
    // The value is not quoted: who knows what stands there.
    if (!key.accepts(value)) return this.#leave(found, `${name} does not take its value, expected ${key.expected}`);
    this.settings.push({
      key: name,
      value,
      from: found.where,
      was: found.was,
      who: key.who,
      isDefault: key.defaultValue !== undefined && sameJson(key.defaultValue, value),
    });
  }

  /** Everything that no rule has looked at. */
  leaveRest(): void {
    for (const value of this.#values) {
      if (this.#done.has(value)) continue;
      const counts = this.#first.get(value.key);
      if (isSecretKey(value.key)) this.#secret(value);
      else if (counts && counts !== value) this.#leave(value, `${counts.was} in ${counts.where.file} counts before it`);
      else if (isSecretFile(value.key)) this.#leave(value, secretFileText(value.key));
      else if (choosingKeys.includes(value.key)) {
        this.#leave(value, "it chose the mapping, which is imported as a model");
      } else this.#leave(value, leftText(value.key));
    }
  }

  #secret({ key, was, where }: LegacyValue): void {
    const setWith = Object.hasOwn(secretKeys, key) ? secretKeys[key] : undefined;
    this.secrets.push({ name: was, where, ...(setWith === undefined ? {} : { setWith }) });
  }

  #leave({ was, where }: LegacyValue, why: string): void {
    this.notMapped.push({ what: was.slice(0, 150), where, why });
  }
}

/** A variable that names a file with a secret. */
function isSecretFile(key: string): boolean {
  return key.endsWith("_file") && isSecretKey(key.slice(0, -"_file".length));
}

function secretFileText(key: string): string {
  const name = secretKeys[key.slice(0, -"_file".length)];
  return name === undefined ? "nothing needs this secret any more" : `set ${name} to the same file in the new service`;
}
