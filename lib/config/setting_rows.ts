import { splitDottedKey } from "./dotted_key.ts";
import { treeOfKeys } from "./merge_layers.ts";
import type { ConfigTree, ConfigValue } from "./types.ts";

/**
 * Rows of a settings table as a tree: those whose name is a dotted key of `section`, as `preferences.temperature_unit`.
 * Tables hold other rows, too, which are nobody's configuration.
 */
export function treeOfRows(rows: ReadonlyMap<string, unknown>, section: string): ConfigTree {
  const own = [...rows].filter(([name]) => isKeyOf(section, name));
  return treeOfKeys(Object.fromEntries(own) as Record<string, ConfigValue>);
}

function isKeyOf(section: string, name: string): boolean {
  try {
    const [first, ...rest] = splitDottedKey(name);
    return first === section && rest.length > 0 && !rest.includes("__proto__");
  } catch {
    // No dotted key, so none of ours.
    return false;
  }
}
