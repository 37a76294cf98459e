import { configKeys, type SchemaNode } from "./config_keys.ts";
import { dottedKey } from "./dotted_key.ts";
import { nearestKey } from "./nearest_key.ts";

/** What runs in any case, by the names that people might try to switch off. */
const coreSections: ReadonlySet<string> = new Set([
  "can",
  "coach",
  "config",
  "configuration",
  "core",
  "core_services",
  "database",
  "health",
  "hub",
  "persistence",
  "websocket",
]);
const switches: ReadonlySet<string> = new Set(["enable", "enabled", "disable", "disabled", "active"]);

/**
 * What to say about a path that the schema does not know, to follow the key.
 *
 * @param parent the section or table in which the last part of the path was looked for.
 */
export function unknownKeyText(path: readonly string[], parent: SchemaNode): string {
  const name = path.at(-1) ?? "";
  if (isCoreSwitch(path)) {
    return "is no known key: core services are always on and no key switches them off, remove it";
  }
  if (parent.kind === "names") {
    return `is no known key: ${dottedKey([name])} is no name here, expected ${parent.expected}`;
  }
  if (name.includes(".") && configKeys.some(({ key }) => key === name)) {
    const parts = name.split(".");
    return `is one key in quotes, expected ${JSON.stringify(parts.at(-1))} in the table ` +
      JSON.stringify(parts.slice(0, -1).join("."));
  }
  const near = nearKey(path, parent);
  return `is no known key${near === undefined ? "" : `, did you mean ${near}?`}`;
}

/** True for a table that is named after a core service, such as `[core.hub]`, and is no section of the schema. */
export function isCoreSection(path: readonly string[]): boolean {
  const [name = "", ...rest] = path[0] === "features" ? path.slice(1) : path;
  return coreSections.has(name) && rest.length === 0;
}

/** True for keys such as `persistence.enabled` and `core.hub.enabled`. */
function isCoreSwitch(path: readonly string[]): boolean {
  const [section = "", ...rest] = path[0] === "features" ? path.slice(1) : path;
  if (!coreSections.has(section)) return false;
  return section === "core" || section === "core_services" || switches.has(rest[0] ?? "") ||
    // `[features.persistence]`, whatever is inside.
    path[0] === "features";
}

function nearKey(path: readonly string[], parent: SchemaNode): string | undefined {
  const name = path.at(-1) ?? "";
  const siblings = parent.kind === "section" ? [...parent.children.keys()] : [];
  const near = nearestKey(name, siblings);
  if (near !== undefined) return dottedKey([...path.slice(0, -1), near]);
  const elsewhere = configKeys.filter(({ key }) => key.split(".").at(-1) === name);
  return elsewhere[0]?.key;
}
