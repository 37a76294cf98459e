import type { ConfigTree, ConfigValue } from "./types.ts";

/** Whether two values are the same; the order of keys does not count, that of items does. */
export function sameValue(a: ConfigValue | undefined, b: ConfigValue | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  }
  if (!isTable(a) || !isTable(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameValue(a[key], b[key]));
}

/** Whether a value has keys. */
export function isTable(value: ConfigValue | undefined): value is ConfigTree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value of a path through tables; undefined when there is none. */
export function valueAt(tree: ConfigTree, path: readonly string[]): ConfigValue | undefined {
  let value: ConfigValue | undefined = tree;
  for (const part of path) value = isTable(value) && Object.hasOwn(value, part) ? value[part] : undefined;
  return value;
}
