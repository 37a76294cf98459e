import { dottedKey, quoted } from "./dotted_key.ts";
import type { ConfigValue } from "./types.ts";

/** A value as TOML 1.0 on one line. `float`: a whole number is written with a fraction, as its neighbours were. */
export function tomlValue(value: ConfigValue, options: { readonly float?: boolean } = {}): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    return options.float && Number.isInteger(value) ? `${value}.0` : String(value);
  }
  if (value === null) throw new TypeError("Cannot write null: TOML has none, expected the key to be removed");
  if (Array.isArray(value)) return `[${value.map((item) => tomlValue(item)).join(", ")}]`;
  const entries = Object.entries(value).map(([key, inner]) => `${dottedKey([key])} = ${tomlValue(inner)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}
