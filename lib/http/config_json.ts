import type { ConfigJson } from "../wire/mod.ts";

/** Deepest value that is taken, levels. */
const maxDepth = 16;
/** Names that reach into the language itself when somebody merges what they name. */
const reserved: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);
const dottedKey = /^[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9][A-Za-z0-9_-]*)*$/;
const maxKeyLength = 200;
/** So many things wrong are told at most. */
const maxProblems = 20;

/**
 * Dotted keys and their values, as `JSON.parse` made them. Hostile until proven: the answer is each thing that is wrong
 * with it. Values are never repeated in it, they may be secrets.
 */
export function settingsProblems(settings: unknown): readonly string[] {
  if (!isTable(settings)) return ["expected an object of keys and values"];
  const problems = Object.keys(settings).flatMap((key) => [...keyProblems(key), ...valueProblems(settings[key], key)]);
  return problems.slice(0, maxProblems);
}

function keyProblems(key: string): readonly string[] {
  const isRight = key.length <= maxKeyLength && dottedKey.test(key) &&
    !key.split(".").some((part) => reserved.has(part));
  return isRight ? [] : [`"${key.slice(0, maxKeyLength)}" is no key, expected one as "server.port"`];
}

/** `value` came out of JSON, so it holds no cycles and nothing but JSON. */
function valueProblems(value: unknown, key: string, depth = 1): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  if (depth > maxDepth) return [`${key}: the value is deeper than ${maxDepth} levels`];
  const names = Array.isArray(value) ? [] : Object.keys(value);
  const forbidden = names.filter((name) => reserved.has(name)).map((name) => `${key}: "${name}" may not be a key`);
  if (forbidden.length > 0) return forbidden;
  const deeper = Object.values(value).flatMap((inner) => valueProblems(inner, key, depth + 1));
  return [...new Set(deeper)];
}

function isTable(value: unknown): value is Readonly<Record<string, ConfigJson>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
