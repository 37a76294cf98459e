import { type ConfigKey, configKeys, rootNode, type SchemaNode } from "./config_keys.ts";
import { splitDottedKey } from "./dotted_key.ts";
import type { Leaf } from "./leaf.ts";
import { isTable } from "./same_value.ts";
import type { EffectiveConfig } from "./schema.ts";
import type { ConfigTree, ConfigValue } from "./types.ts";

/** One key with what each layer says about it. */
export interface MergedKey {
  /** Dotted, with the real name in the place of a placeholder. */
  readonly key: string;
  readonly path: readonly string[];
  readonly definition: ConfigKey;
  /** Lowest first; the last one counts. None: nothing is set and there is no default. */
  readonly leaves: readonly Leaf[];
}

/** Every key by its dotted name, in the order of the schema; names that people chose in the order of the alphabet. */
export type MergedLayers = ReadonlyMap<string, MergedKey>;

/** What the schema itself says. */
const defaultLeaves: readonly Leaf[] = configKeys.flatMap((definition) => {
  const { key, defaultValue: value } = definition;
  if (value === undefined) return [];
  return [{ key, path: key.split("."), definition, value, origin: { layer: "defaults", where: "schema" } }];
});

/** Merges layers deeply, lowest first: a higher one wins key by key, and a list is one value. */
export function mergeLayers(layers: readonly (readonly Leaf[])[]): MergedLayers {
  const leavesOf = Map.groupBy([defaultLeaves, ...layers].flat(), ({ key }) => key);
  const chosen = Map.groupBy(
    [...leavesOf.values()].flatMap(([leaf]) => leaf ? [leaf] : []),
    ({ definition }) => definition.key,
  );
  const merged = new Map<string, MergedKey>();
  for (const definition of configKeys) {
    const named = (chosen.get(definition.key) ?? []).toSorted((a, b) => a.key < b.key ? -1 : 1);
    for (const { key, path } of named) merged.set(key, { key, path, definition, leaves: leavesOf.get(key) ?? [] });
    if (named.length > 0 || definition.key.includes("<")) continue;
    merged.set(definition.key, { key: definition.key, path: definition.key.split("."), definition, leaves: [] });
  }
  return merged;
}

/** The values that count, as one object. */
export function effectiveOf(leaves: Iterable<Leaf>): EffectiveConfig {
  const tree = emptySections(rootNode);
  for (const { path, value } of leaves) {
    let table = tree;
    for (const part of path.slice(0, -1)) table = table[part] as Record<string, unknown>;
    table[path.at(-1) ?? ""] = value;
  }
  // Each leaf was checked by the schema of its key, and the schema has no rule beyond those.
  return tree as unknown as EffectiveConfig;
}

/** Values by dotted key as a tree; of a key that is a value and a table, what comes last counts. */
export function treeOfKeys(values: Readonly<Record<string, ConfigValue>>): ConfigTree {
  const tree: Record<string, ConfigValue> = {};
  for (const [key, value] of Object.entries(values)) {
    const path = splitDottedKey(key);
    let table = tree;
    for (const part of path.slice(0, -1)) {
      const inside = Object.hasOwn(table, part) ? table[part] : undefined;
      table = table[part] = isTable(inside) ? { ...inside } : {};
    }
    table[path.at(-1) ?? ""] = value;
  }
  return tree;
}

function emptySections(node: SchemaNode): Record<string, unknown> {
  if (node.kind !== "section") return {};
  const inside = [...node.children].filter(([, child]) => child.kind !== "key");
  return Object.fromEntries(inside.map(([name, child]) => [name, emptySections(child)]));
}
