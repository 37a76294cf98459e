import type { Json } from "./mapping.ts";
import { isReservedWord } from "./mapping_path.ts";

/** Whether a value is a JSON object, and neither a list nor null. */
export function isJsonObject(value: unknown): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether two JSON values say the same; the order of keys says nothing. Undefined is the absence of a value. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, i) => sameJson(item, b[i]));
  }
  const left = a as { readonly [key: string]: Json };
  const right = b as { readonly [key: string]: Json };
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && sameJson(left[key], right[key]));
}

/** JSON text with sorted keys: equal for values that say the same, so that it can be hashed. */
export function stableText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => stableText(item)).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${stableText(value[key] ?? null)}`);
  return `{${members.join(",")}}`;
}

/** An object of entries, in the order of their keys; a key such as `__proto__` is a key like any other. */
export function sortedObject<T>(entries: Iterable<readonly [string, T]>): { readonly [key: string]: T } {
  return Object.fromEntries([...entries].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0));
}

/** How deep values of a mapping may be nested, the whole document counted. */
export const maxJsonDepth = 20;

/**
 * Why a value cannot be part of a mapping: a key that is a reserved word, or nesting without end; undefined: it can.
 * Takes no more of the stack for a deep value than for a flat one.
 */
export function jsonProblem(value: unknown): string | undefined {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    if (typeof next.value !== "object" || next.value === null) continue;
    if (next.depth >= maxJsonDepth) return `is nested more than ${maxJsonDepth} deep, expected less`;
    for (const [key, member] of Object.entries(next.value)) {
      if (isReservedWord(key)) return `has the reserved word "${key}" as a key, expected another`;
      open.push({ value: member, depth: next.depth + 1 });
    }
  }
  return undefined;
}
