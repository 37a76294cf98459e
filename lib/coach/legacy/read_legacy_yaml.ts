import { isAlias, isMap, isScalar, isSeq, LineCounter, type Pair, parseDocument } from "yaml";
import { boundsProblem } from "../yaml_bounds.ts";
import type { LegacyMember, LegacyNode } from "./legacy_node.ts";
import { type LegacyPlace, type LegacyRemark, startOf } from "./legacy_plan.ts";

/** A YAML or JSON file as values with their places; without a node nothing of it could be read. */
export interface LegacyReading {
  readonly node: LegacyNode | undefined;
  readonly problems: readonly LegacyRemark[];
}

/**
 * Bounds of a file, so that none can make the program slow or large. The largest real one has 33 kB, 6,000 parts and 100
 * aliases.
 */
const bounds = { characters: 512 * 1024, tokens: 100_000, nesting: 64, aliases: 5000, tags: 20 } as const;
const limits = { depth: 24, values: 100_000, problems: 100 } as const;

class TooMuch extends Error {}

/**
 * Reads YAML as the earlier program did (version 1.1, with `<<`), which JSON is a part of. A key that is given twice is
 * reported with both lines, and both values are there.
 */
export function readLegacyYaml(text: string, file: string): LegacyReading {
  const failed = (reason: string, where: LegacyPlace = startOf(file)): LegacyReading => ({
    node: undefined,
    problems: [{ where, text: reason }],
  });
  const tooMuch = boundsProblem(text, bounds);
  if (tooMuch !== undefined) return failed(tooMuch.startsWith("the ") ? tooMuch : `the file ${tooMuch}`);
  const lines = new LineCounter();
  const document = parse(text, lines);
  if (!document) return failed("the file cannot be read as YAML, it nests too deep");
  const walk = new YamlWalk({ file, lines });
  const [error] = document.errors;
  if (error) return failed(`the file is no YAML: ${error.message}`, walk.placeAt(error.pos[0]));
  try {
    return { node: walk.node(document.contents, 0), problems: walk.problems };
  } catch (error) {
    if (error instanceof TooMuch) return failed(error.message);
    throw error;
  }
}

function parse(text: string, lineCounter: LineCounter): ReturnType<typeof parseDocument> | undefined {
  try {
    return parseDocument(text, { lineCounter, uniqueKeys: false, prettyErrors: false, version: "1.1" });
  } catch {
    // The parser calls itself for what is nested, and runs out of stack.
    return undefined;
  }
}

class YamlWalk {
  readonly problems: LegacyRemark[] = [];
  readonly #file: string;
  readonly #lines: LineCounter;
  /** Nothing: the anchor is being read, so that an alias to it would be inside of itself. */
  readonly #anchors = new Map<string, LegacyNode | undefined>();
  #values = 0;

  constructor({ file, lines }: { readonly file: string; readonly lines: LineCounter }) {
    this.#file = file;
    this.#lines = lines;
  }

  placeAt(offset: number): LegacyPlace {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.#file, line: Math.max(1, line), column: Math.max(1, col) };
  }

  /** An alias gives the very node of its anchor: nothing is copied. */
  node(from: unknown, depth: number): LegacyNode {
    this.#count(1);
    if (depth > limits.depth) throw new TooMuch(`values nest more than ${limits.depth} deep, expected at most that`);
    const place = this.#placeOf(from);
    if (isAlias(from)) return this.#anchors.get(from.source) ?? this.#unresolved(from.source, place);
    const anchor = (from as { readonly anchor?: string } | null)?.anchor;
    if (anchor !== undefined) this.#anchors.set(anchor, undefined);
    const made = this.#made(from, { place, depth });
    if (anchor !== undefined) this.#anchors.set(anchor, made);
    return made;
  }

  #made(from: unknown, { place, depth }: { readonly place: LegacyPlace; readonly depth: number }): LegacyNode {
    if (isSeq(from)) return { kind: "list", place, items: from.items.map((item) => this.node(item, depth + 1)) };
    if (isMap(from)) return { kind: "map", place, members: this.#members(from.items, depth) };
    if (!isScalar(from)) return { kind: "scalar", place, value: null, text: "" };
    const { value } = from;
    // Escapes can say half a character.
    const source = from.source?.toWellFormed();
    const plain = typeof value === "string"
      ? value.toWellFormed()
      : typeof value === "number" || typeof value === "boolean"
      ? value
      : null;
    // Dates and bytes are constructed by YAML 1.1 alone; people wrote text.
    const kept = plain === null && value !== null && source !== undefined ? source : plain;
    return { kind: "scalar", place, value: kept, text: source ?? String(kept ?? "") };
  }

  #members(pairs: readonly Pair[], depth: number): readonly LegacyMember[] {
    const own: LegacyMember[] = [];
    const merged: LegacyMember[] = [];
    const seen = new Map<string, LegacyPlace>();
    for (const { key: keyNode, value: valueNode } of pairs) {
      const key = keyOf(keyNode);
      const place = this.#placeOf(keyNode);
      const value = this.node(valueNode, depth + 1);
      if (key === "<<") {
        merged.push(...this.#mergedOf(value, place));
        continue;
      }
      this.#noteRepeated(key, { place, first: seen.get(key) });
      if (!seen.has(key)) seen.set(key, place);
      own.push({ key, place, value });
    }
    for (const member of merged) {
      if (seen.has(member.key)) continue;
      seen.set(member.key, member.place);
      own.push(member);
    }
    this.#count(own.length);
    return own;
  }

  /** What `<<` brings: the members of a map, or of several, of which the first wins. */
  #mergedOf(value: LegacyNode, place: LegacyPlace): readonly LegacyMember[] {
    const maps = value.kind === "list" ? value.items : [value];
    return maps.flatMap((map) => {
      if (map.kind === "map") {
        this.#count(map.members.length);
        return map.members;
      }
      this.#note(place, '"<<" takes something in that is no map, expected a template');
      return [];
    });
  }

  #noteRepeated(key: string, at: { readonly place: LegacyPlace; readonly first: LegacyPlace | undefined }): void {
    if (!at.first) return;
    this.#note(
      at.place,
      `"${
        shortened(key)
      }" is given twice, on lines ${at.first.line} and ${at.place.line}: of sections and entities both ` +
        "were looked at, of anything else the later one counts, as it did before",
    );
  }

  #unresolved(name: string, place: LegacyPlace): LegacyNode {
    const what = this.#anchors.has(name) ? "is inside of itself" : "is defined nowhere before";
    this.#note(place, `the alias "*${shortened(name)}" ${what}, expected a template; it was left out`);
    return { kind: "scalar", place, value: null, text: "" };
  }

  #note(where: LegacyPlace, text: string): void {
    if (this.problems.length < limits.problems) this.problems.push({ where, text });
  }

  #count(values: number): void {
    this.#values += values;
    if (this.#values > limits.values) {
      throw new TooMuch(`the file has more than ${limits.values} values with its templates filled in, expected fewer`);
    }
  }

  #placeOf(node: unknown): LegacyPlace {
    const range = (node as { readonly range?: readonly number[] | null } | null)?.range;
    return this.placeAt(range?.[0] ?? 0);
  }
}

function keyOf(node: unknown): string {
  return isScalar(node) ? (node.source ?? String(node.value)).toWellFormed() : "";
}

/** Names out of a file, not too long for a sentence. */
export function shortened(name: string): string {
  return name.length <= 60 ? name : `${name.slice(0, 60)}…`;
}
