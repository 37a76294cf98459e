import type { ConfigKey } from "./config_keys.ts";
import type { ConfigValue } from "./types.ts";

/**
 * What a person means who types a value for a key: lists as JSON or with commas between. What does not fit stays the
 * text that it is, so that the check can say what was expected.
 */
export function valueOfText(text: string, { type, choices = [] }: ConfigKey): ConfigValue {
  if (type === "integer") return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
  if (type === "switch") return text === "true" || (text === "false" ? false : text);
  if (type === "choice") return choices.find((choice) => String(choice) === text) ?? text;
  return type === "list" ? listOf(text) : text;
}

function listOf(text: string): ConfigValue {
  if (!text.startsWith("[")) return text === "" ? [] : text.split(",").map((item) => item.trim());
  try {
    return JSON.parse(text) as ConfigValue;
  } catch {
    return text;
  }
}

/** A value as a person types it. */
export function textOfValue(value: ConfigValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
