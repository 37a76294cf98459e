import { ConfigError } from "./config_error.ts";
import { type ConfigKey, rootNode, type SchemaNode } from "./config_keys.ts";
import { dottedKey, splitDottedKey } from "./dotted_key.ts";
import { unknownKeyText } from "./unknown_key.ts";

/** Goes one step into the schema; undefined: there is no such key. */
export function childOf(node: SchemaNode, name: string): SchemaNode | undefined {
  if (node.kind === "section") return node.children.get(name);
  const isName = node.kind === "names" && node.names.safeParse(name).success;
  return isName ? { kind: "key", key: node.child } : undefined;
}

/** A key by its path, or by its dotted name. @throws {ConfigError} `notFound`, with what may be meant. */
export function findKey(key: string | readonly string[]): {
  readonly path: readonly string[];
  readonly definition: ConfigKey;
} {
  const path = typeof key === "string" ? pathOf(key) : key;
  let node = rootNode;
  for (const [index, part] of path.entries()) {
    const child = childOf(node, part);
    const here = path.slice(0, index + 1);
    if (!child) throw notFound(path, unknownKeyText(here, node));
    node = child;
  }
  if (node.kind !== "key") throw notFound(path, "is a table of keys, expected one of them");
  return { path, definition: node.key };
}

function pathOf(key: string): readonly string[] {
  try {
    return splitDottedKey(key);
  } catch (cause) {
    throw new ConfigError("notFound", cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function notFound(path: readonly string[], text: string): ConfigError {
  return new ConfigError("notFound", `Cannot find key "${dottedKey(path)}": it ${text}`);
}
