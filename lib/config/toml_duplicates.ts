import { type AST, ParseError } from "toml-eslint-parser";
import { LineIndex } from "./line_index.ts";
import { duplicateMessage, tomlMistake } from "./toml_sentences.ts";
import { partName, type TomlPart, tomlSyntax, tomlSyntaxOrError } from "./toml_syntax.ts";
import { excerpt, type Mistake } from "./written.ts";

/** Each duplicate costs one more parse of the file: this many characters are parsed again at most, in 20 rounds. */
const maxParsedAgain = 300_000;

/** A part of a key that was there already. */
interface Repeat {
  readonly offset: number;
  /** As written. */
  readonly source: string;
}

/**
 * Keys that are written twice in a TOML text, with both lines. The parser stops at the first one and does not say
 * where the key was before; therefore each is given a name of its own until the parser is content, and looked up then.
 */
export function tomlDuplicates(text: string): readonly Mistake[] {
  const marker = `again-${crypto.randomUUID()}-`;
  const most = Math.max(1, Math.min(20, Math.floor(maxParsedAgain / text.length)));
  const repeats: Repeat[] = [];
  while (repeats.length < most) {
    const changed = renamed(text, { repeats, marker });
    const program = tomlSyntaxOrError(changed);
    if (!(program instanceof ParseError)) return new RepeatSearch({ text, repeats, marker }).search(program);
    if (program.message !== duplicateMessage) {
      const { offset = 0, text: sentence } = tomlMistake(program, changed);
      return [{ offset: offsetBefore(offset, { repeats, marker }), text: sentence }];
    }
    const offset = offsetBefore(program.index, { repeats, marker });
    repeats.push({ offset, source: partAt(text, offset) });
    repeats.sort((a, b) => a.offset - b.offset);
  }
  return repeats.map(({ offset, source }) => ({ offset, text: `${excerpt(source)} is written again, expected once` }));
}

interface Renaming {
  readonly repeats: readonly Repeat[];
  readonly marker: string;
}

function renamed(text: string, { repeats, marker }: Renaming): string {
  let changed = "";
  let end = 0;
  for (const [index, { offset, source }] of repeats.entries()) {
    changed += text.slice(end, offset) + marker + index;
    end = offset + source.length;
  }
  return changed + text.slice(end);
}

/** Offset in the text as it was, of one in the renamed text. */
function offsetBefore(offset: number, { repeats, marker }: Renaming): number {
  let shift = 0;
  for (const [index, repeat] of repeats.entries()) {
    if (repeat.offset + shift >= offset) break;
    shift += `${marker}${index}`.length - repeat.source.length;
  }
  return offset - shift;
}

/** The part of a key at an offset, quotes included. The parser has read it, so that it is whole. */
function partAt(text: string, offset: number): string {
  const part = /[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*'/y;
  part.lastIndex = offset;
  return part.exec(text)?.[0] ?? "";
}

interface Seen {
  readonly offset: number;
  inside: Map<string, Seen>;
  /** Of a list of tables: place of the one that is open. */
  item?: number;
}

/** Walks the renamed text in its order and notes where each key was first. */
class RepeatSearch {
  readonly #lines: LineIndex;
  readonly #renaming: Renaming;
  readonly #mistakes: Mistake[] = [];

  constructor({ text, repeats, marker }: Renaming & { readonly text: string }) {
    this.#lines = new LineIndex(text);
    this.#renaming = { repeats, marker };
  }

  search(program: AST.TOMLProgram): readonly Mistake[] {
    const root: Seen = { offset: 0, inside: new Map() };
    for (const node of program.body[0].body) {
      if (node.type === "TOMLKeyValue") this.#entry(node, { seen: root, path: [] });
      else {
        const { seen, path } = this.#key(node.key.keys, { seen: root, path: [] });
        if (node.kind === "array") {
          // Each table of a list begins anew.
          seen.inside = new Map();
          seen.item = (seen.item ?? -1) + 1;
        }
        for (const entry of node.body) this.#entry(entry, { seen, path });
      }
    }
    return this.#mistakes.toSorted((a, b) => (a.offset ?? 0) - (b.offset ?? 0));
  }

  #entry(node: AST.TOMLKeyValue, at: SeenAt): void {
    this.#value(node.value, this.#key(node.key.keys, at));
  }

  #value(node: AST.TOMLContentNode, at: SeenAt): void {
    if (node.type === "TOMLInlineTable") { for (const entry of node.body) this.#entry(entry, at); }
    if (node.type !== "TOMLArray") return;
    for (const [index, item] of node.elements.entries()) {
      this.#value(item, { seen: { offset: item.range[0], inside: new Map() }, path: [...at.path, String(index)] });
    }
  }

  #key(parts: readonly TomlPart[], at: SeenAt): SeenAt {
    const { repeats, marker } = this.#renaming;
    let { seen, path } = at;
    for (const part of parts) {
      const name = partName(part);
      const repeat = name.startsWith(marker) ? repeats[Number(name.slice(marker.length))] : undefined;
      path = [...inItem(seen, path), repeat ? nameIn(repeat.source) : name];
      if (repeat) this.#note(repeat, { first: seen.inside.get(path.at(-1) ?? ""), path });
      let next = seen.inside.get(name);
      if (!next) {
        next = { offset: offsetBefore(part.range[0], this.#renaming), inside: new Map() };
        seen.inside.set(name, next);
      }
      seen = next;
    }
    return { seen, path };
  }

  #note(repeat: Repeat, { first, path }: { readonly first: Seen | undefined; readonly path: readonly string[] }): void {
    const { offset } = repeat;
    const [line, again] = [first?.offset ?? offset, offset].map((of) => this.#lines.placeOf(of).line);
    this.#mistakes.push({ offset, path, text: `is written in line ${line} and again in line ${again}, expected once` });
  }
}

interface SeenAt {
  readonly seen: Seen;
  readonly path: readonly string[];
}

function inItem({ item }: Seen, path: readonly string[]): readonly string[] {
  return item === undefined ? path : [...path, String(item)];
}

function nameIn(source: string): string {
  const key = tomlSyntax(`${source} = 0`).body[0].body[0]?.key.keys[0];
  return key ? partName(key) : source;
}
