import type { ConfigFormat } from "./config_format.ts";
import { dottedKey } from "./dotted_key.ts";
import { LineIndex, type Place } from "./line_index.ts";
import { defaultLimits, type ParseLimits } from "./parse_limits.ts";
import { readJson } from "./read_json.ts";
import { readText } from "./read_text.ts";
import { readToml } from "./read_toml.ts";
import { readYaml } from "./read_yaml.ts";
import { type PlaceNode, treeOf } from "./tree_of.ts";
import type { ConfigProblem, ConfigTree } from "./types.ts";
import type { Mistake, Reading } from "./written.ts";

/** A file that was read: its values, and where each is written. */
export interface ParsedConfig {
  readonly tree: ConfigTree;
  /** Where the value of a path begins; undefined for one that is not in the file. Items of lists are counted from "0". */
  placeOf(path: readonly string[]): Place | undefined;
  /** Where the key of a path begins. */
  placeOfKey(path: readonly string[]): Place | undefined;
}

/** Result of {@link parseConfig}: the values, or everything that is wrong. */
export type ParseResult =
  | { readonly kind: "parsed"; readonly parsed: ParsedConfig }
  | { readonly kind: "problems"; readonly problems: readonly ConfigProblem[] };

/** Settings of {@link parseConfig}. */
export interface ParseOptions {
  /** Name of the file as people know it, for the problems. */
  readonly file: string;
  readonly format: ConfigFormat;
  /** Default {@link defaultLimits}. */
  readonly limits?: ParseLimits;
}

const readers: Readonly<Record<ConfigFormat, (text: string, limits: ParseLimits) => Reading>> = {
  toml: readToml,
  json: readJson,
  yaml: readYaml,
};

/**
 * Reads a configuration file: UTF-8 with or without byte order mark, at most 1 MiB, every key once, values that JSON
 * could carry. An empty file has no keys. Refuses what nests too deep or is too much before it costs time or memory.
 *
 * Never throws for what is in the file.
 */
export function parseConfig(data: string | Uint8Array, options: ParseOptions): ParseResult {
  const { file, format, limits = defaultLimits } = options;
  const reading = readText(data, limits);
  if ("mistake" in reading) {
    const lines = new LineIndex(typeof data === "string" ? data : "");
    return { kind: "problems", problems: [problemOf(reading.mistake, { file, lines })] };
  }
  const lines = new LineIndex(reading.text);
  const problems = (mistakes: readonly Mistake[]): ParseResult => ({
    kind: "problems",
    problems: mistakes.map((mistake) => problemOf(mistake, { file, lines })),
  });
  const read = readers[format](reading.text, limits);
  if (read.kind === "mistakes") return problems(read.mistakes);
  const { tree, places, mistakes } = treeOf(read.written, { lines, limits });
  if (mistakes.length > 0) return problems(mistakes);
  const place = (path: readonly string[], which: "valueOffset" | "keyOffset") => {
    const node = nodeAt(places, path);
    return node && lines.placeOf(node[which]);
  };
  return {
    kind: "parsed",
    parsed: {
      tree,
      placeOf: (path) => place(path, "valueOffset"),
      placeOfKey: (path) => place(path, "keyOffset"),
    },
  };
}

function nodeAt(places: PlaceNode, path: readonly string[]): PlaceNode | undefined {
  let node: PlaceNode | undefined = places;
  for (const part of path) node = node?.inside.get(part);
  return node;
}

function problemOf(
  { offset, line, path, text }: Mistake,
  { file, lines }: { readonly file: string; readonly lines: LineIndex },
): ConfigProblem {
  return {
    file,
    ...(offset === undefined ? line === undefined ? {} : { line } : lines.placeOf(offset)),
    ...(path === undefined ? {} : { key: dottedKey(path) }),
    text,
  };
}
