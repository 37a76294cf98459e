import type { CheckedTree } from "./check_tree.ts";
import { findKey } from "./find_key.ts";
import type { ConfigValue } from "./types.ts";

/** Values by dotted key; undefined: nothing is set. */
export type PreferenceValues = Readonly<Record<string, ConfigValue | undefined>>;

/** Where preferences say that they come from. */
export const preferencesOrigin = { layer: "preferences", where: "user_settings" } as const;

/** The table of preferences after some of its values changed. */
export function withPreferences(table: CheckedTree, values: PreferenceValues): CheckedTree {
  const kept = table.leaves.filter(({ key }) => !Object.hasOwn(values, key));
  const added = Object.entries(values).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, ...findKey(key), value, origin: preferencesOrigin }]
  );
  return { leaves: [...kept, ...added], problems: table.problems };
}

/** What the table holds at these keys. */
export function valuesIn(table: CheckedTree, keys: readonly string[]): PreferenceValues {
  return Object.fromEntries(keys.map((key) => {
    return [key, table.leaves.find((leaf) => leaf.key === key)?.value as ConfigValue | undefined];
  }));
}
