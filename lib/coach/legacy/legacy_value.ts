import type { Json } from "../mapping.ts";
import type { LegacyPlace } from "./legacy_plan.ts";

/** A value of the earlier configuration, from whichever file. */
export interface LegacyValue {
  /** Dotted, in lower case, e.g. `server.port`: of `COACHIQ_SERVER__PORT` and of `port` in `[server]` alike. */
  readonly key: string;
  /** As it was written, e.g. `COACHIQ_SERVER__PORT`. */
  readonly was: string;
  /** Texts of an environment file stay texts. */
  readonly value: Json;
  readonly where: LegacyPlace;
}

/** A value in the form that a key wants, or why it cannot be used; null: another key has it. */
export type Converted = { readonly value: Json } | { readonly why: string } | null;

/** Turns an earlier value into that of a key. */
export type Converter = (value: Json, all: LegacyLookup) => Converted;

/** The earlier values by their keys. */
export type LegacyLookup = (key: string) => Json | undefined;

/** The earlier program's words for yes and no; undefined: it is none. */
export function switchOf(value: Json | undefined): boolean | undefined {
  if (typeof value === "boolean") return value;
  const text = typeof value === "number" || typeof value === "string" ? String(value).trim().toLowerCase() : "";
  if (["1", "true", "t", "yes", "y", "on"].includes(text)) return true;
  return ["0", "false", "f", "no", "n", "off"].includes(text) ? false : undefined;
}

/** Decimal digits, or hexadecimal ones after `0x`; undefined: it is no number. */
export function numberOf(value: Json | undefined): number | undefined {
  if (typeof value === "number") return value;
  const text = typeof value === "string" ? value.trim() : "";
  return /^(-?\d{1,12}(\.\d{1,6})?|0x[0-9a-f]{1,8})$/i.test(text) ? Number(text) : undefined;
}

/** A list, a list as JSON, or words with commas between. */
export function listOf(value: Json | undefined): readonly string[] {
  if (Array.isArray(value)) return value.filter((item) => typeof item === "string");
  if (typeof value !== "string") return [];
  const text = value.trim();
  if (text.startsWith("[")) {
    const list = parsedJson(text);
    if (list !== undefined) return listOf(list);
  }
  return text.split(",").map((part) => part.trim()).filter((part) => part !== "");
}

/** A table, a table as JSON, or pairs such as `house:can0,chassis=can1`. */
export function tableOf(value: Json | undefined): Readonly<Record<string, string>> {
  const table = typeof value === "string" && value.trim().startsWith("{") ? parsedJson(value) : value;
  if (typeof table === "object" && table !== null && !Array.isArray(table)) {
    return Object.fromEntries(
      Object.entries(table).flatMap(([key, item]) => typeof item === "string" ? [[key, item]] : []),
    );
  }
  return Object.fromEntries(
    listOf(value).flatMap((pair) => {
      const [, key, item] = /^([^:=]+)[:=](.+)$/.exec(pair) ?? [];
      return key === undefined || item === undefined ? [] : [[key.trim(), item.trim()]];
    }),
  );
}

function parsedJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
