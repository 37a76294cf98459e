import type { KeyChange } from "./key_edit.ts";
import { isTable, sameValue, valueAt } from "./same_value.ts";
import type { ConfigTree, ConfigValue } from "./types.ts";

/** A tree after one step; what a removal empties goes too. */
export function changedTree(tree: ConfigTree, change: KeyChange): ConfigTree {
  if (change.kind === "set") return withValue(tree, change.path, change.value);
  let result = withoutKey(tree, change.path);
  for (let length = change.path.length - 1; length > 0; length--) {
    const above = change.path.slice(0, length);
    const left = valueAt(result, above);
    if (!isTable(left) || Object.keys(left).length > 0) break;
    result = withoutKey(result, above);
  }
  return result;
}

/** A tree without tables that hold nothing, at a path, below it and above it. */
export function withoutHollow(tree: ConfigTree, path: readonly string[]): ConfigTree {
  const there = valueAt(tree, path);
  let result = there === undefined ? tree : withValue(tree, path, dense(there));
  for (let length = path.length; length > 0; length--) {
    const here = path.slice(0, length);
    if (isHollow(valueAt(result, here))) result = withoutKey(result, here);
  }
  return result;
}

/**
 * The steps that bring a key to a value: single values and lists, one by one, so that what is written around them
 * stays. None when it has that value already; a table without keys is as good as none.
 */
export function stepsTo(tree: ConfigTree, path: readonly string[], value: ConfigValue): readonly KeyChange[] {
  const present = valueAt(tree, path);
  if (sameValue(present, value)) return [];
  if (!isTable(value) || (present !== undefined && !isTable(present))) return [{ kind: "set", path, value }];
  const gone = Object.entries(present ?? {}).filter(([key, inner]) => !Object.hasOwn(value, key) && !isHollow(inner));
  return [
    ...Object.entries(value).flatMap(([key, inner]) => stepsTo(tree, [...path, key], inner)),
    ...gone.map(([key]) => ({ kind: "remove" as const, path: [...path, key] })),
  ];
}

function isHollow(value: ConfigValue | undefined): boolean {
  return isTable(value) && Object.values(value).every(isHollow);
}

function dense(value: ConfigValue): ConfigValue {
  if (!isTable(value)) return value;
  const inner = Object.entries(value).map(([key, item]) => [key, dense(item)] as const);
  return Object.fromEntries(inner.filter(([, item]) => !isHollow(item)));
}

function withValue(tree: ConfigTree, [key = "", ...rest]: readonly string[], value: ConfigValue): ConfigTree {
  if (rest.length === 0) return { ...tree, [key]: value };
  const inner = Object.hasOwn(tree, key) ? tree[key] : undefined;
  return { ...tree, [key]: withValue(isTable(inner) ? inner : {}, rest, value) };
}

function withoutKey(tree: ConfigTree, [key = "", ...rest]: readonly string[]): ConfigTree {
  const inner = Object.hasOwn(tree, key) ? tree[key] : undefined;
  if (rest.length === 0) return Object.fromEntries(Object.entries(tree).filter(([name]) => name !== key));
  return isTable(inner) ? { ...tree, [key]: withoutKey(inner, rest) } : tree;
}
