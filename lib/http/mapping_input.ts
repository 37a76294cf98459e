import type { MappingJson } from "../wire/mod.ts";

/** Deepest value that is taken, levels. A definition of today has five. */
const maxDepth = 16;
const maxPointerLength = 300;
/** Names that reach into the language itself when somebody merges what they name. */
const reserved: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);
// deno-lint-ignore no-control-regex -- exactly these have no business in a name
const control = /[\u0000-\u001f\u007f]/;

/** What is wrong with an RFC 6901 pointer into a mapping; undefined: nothing that can be told without the mapping. */
export function pointerProblem(pointer: string): string | undefined {
  if (pointer.length > maxPointerLength) return `a path has at most ${maxPointerLength} characters`;
  if (!/^\/./.test(pointer)) return "expected a path as /entities/bedroom_ceiling/name";
  if (control.test(pointer)) return "a path has no control characters";
  if (/~(?![01])/.test(pointer)) return 'a "~" of a path is written "~0", a "/" inside of a name "~1"';
  const parts = pointer.slice(1).split("/");
  if (parts.some((part) => part === "")) return "no part of a path is empty";
  if (parts.some((part) => part === "." || part === "..")) return 'a path does not lead back with "." or ".."';
  const forbidden = parts.find((part) => reserved.has(part.replaceAll("~1", "/").replaceAll("~0", "~")));
  return forbidden === undefined ? undefined : `"${forbidden}" may not be part of a path`;
}

/**
 * The pointer at the end of a URL's path: what follows `prefix`, each part decoded once. Undefined when an escape is
 * broken. A slash that was escaped (`%2F`) divides as any other: inside of a name it is `~1`.
 */
export function pointerOfUrl(url: string, prefix: string): string | undefined {
  const { pathname } = new URL(url);
  if (!pathname.startsWith(`${prefix}/`)) return undefined;
  try {
    return decodeURIComponent(pathname.slice(prefix.length));
  } catch {
    // The only error of decodeURIComponent: what stands there is no text.
    return undefined;
  }
}

/**
 * What is wrong with a value as `JSON.parse` made it, in one sentence; undefined: nothing. It holds no cycles and nothing
 * but JSON.
 */
export function mappingJsonProblem(value: unknown, depth = 1): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (depth > maxDepth) return `a value has at most ${maxDepth} levels`;
  if (!Array.isArray(value)) {
    const forbidden = Object.keys(value).find((name) => reserved.has(name));
    if (forbidden !== undefined) return `"${forbidden}" may not be a key`;
  }
  for (const inner of Object.values(value)) {
    const problem = mappingJsonProblem(inner, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Whether a value is a JSON object, and neither a list nor null. */
export function isMappingObject(value: unknown): value is { readonly [key: string]: MappingJson } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
