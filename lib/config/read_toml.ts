import { type AST, ParseError } from "toml-eslint-parser";
import type { ParseLimits } from "./parse_limits.ts";
import { tomlDuplicates } from "./toml_duplicates.ts";
import { duplicateMessage, tomlMistake } from "./toml_sentences.ts";
import { partName, type TomlPart, tomlSyntaxOrError } from "./toml_syntax.ts";
import { tooMuchToml } from "./toml_words.ts";
import { excerpt, mistaken, type Reading, type Written, writtenNumber, type WrittenTable } from "./written.ts";

/** Reads TOML 1.0. */
export function readToml(text: string, limits: ParseLimits): Reading {
  const tooMuch = tooMuchToml(text, limits);
  if (tooMuch) return mistaken(tooMuch);
  const program = tomlSyntaxOrError(text);
  if (!(program instanceof ParseError)) return { kind: "read", written: new TomlTables(text).read(program) };
  if (program.message === duplicateMessage) return { kind: "mistakes", mistakes: tomlDuplicates(text) };
  return mistaken(tomlMistake(program, text));
}

interface KnownEntry {
  readonly value: Written;
}

/** Brings the tables of a file together, which TOML may open in several places. The parser has refused contradictions. */
class TomlTables {
  readonly #text: string;
  readonly #known = new Map<WrittenTable, Map<string, KnownEntry>>();

  constructor(text: string) {
    this.#text = text;
  }

  read(program: AST.TOMLProgram): WrittenTable {
    const root = this.#newTable(0);
    for (const node of program.body[0].body) {
      if (node.type === "TOMLKeyValue") this.#set(root, node);
      else for (const entry of this.#open(root, node)) this.#set(entry.table, entry.node);
    }
    return root;
  }

  #open(root: WrittenTable, node: AST.TOMLTable): readonly { table: WrittenTable; node: AST.TOMLKeyValue }[] {
    const parts = node.key.keys;
    const last = parts.at(-1) as TomlPart;
    const parent = this.#descend(root, parts.slice(0, -1));
    let table: WrittenTable;
    if (node.kind === "array") {
      table = this.#newTable(node.range[0]);
      const found = this.#find(parent, last);
      if (found?.kind === "list") found.items.push(table);
      else this.#add(parent, { part: last, value: { kind: "list", offset: node.range[0], items: [table] } });
    } else {
      table = this.#find(parent, last) as WrittenTable | undefined ??
        this.#add(parent, { part: last, value: this.#newTable(node.range[0]) });
    }
    return node.body.map((entry) => ({ table, node: entry }));
  }

  #set(table: WrittenTable, node: AST.TOMLKeyValue): void {
    const parts = node.key.keys;
    const parent = this.#descend(table, parts.slice(0, -1));
    this.#add(parent, { part: parts.at(-1) as TomlPart, value: this.#value(node.value) });
  }

  #descend(table: WrittenTable, parts: readonly TomlPart[]): WrittenTable {
    let here = table;
    for (const part of parts) {
      const found = this.#find(here, part);
      here = (found?.kind === "list" ? found.items.at(-1) : found) as WrittenTable | undefined ??
        this.#add(here, { part, value: this.#newTable(part.range[0]) });
    }
    return here;
  }

  #newTable(offset: number): WrittenTable {
    const table: WrittenTable = { kind: "table", offset, entries: [] };
    this.#known.set(table, new Map());
    return table;
  }

  #find(table: WrittenTable, part: TomlPart): Written | undefined {
    return this.#known.get(table)?.get(partName(part))?.value;
  }

  #add<Value extends Written>(
    table: WrittenTable,
    { part, value }: { readonly part: TomlPart; readonly value: Value },
  ): Value {
    const entry = { key: partName(part), offset: part.range[0], value };
    table.entries.push(entry);
    this.#known.get(table)?.set(entry.key, entry);
    return value;
  }

  #value(node: AST.TOMLContentNode): Written {
    const offset = node.range[0];
    if (node.type === "TOMLArray") {
      return { kind: "list", offset, items: node.elements.map((item) => this.#value(item)) };
    }
    if (node.type === "TOMLInlineTable") {
      const table = this.#newTable(offset);
      for (const entry of node.body) this.#set(table, entry);
      return table;
    }
    const source = this.#text.slice(...node.range);
    if (node.kind === "integer" || node.kind === "float") {
      return writtenNumber(node.value, { source, offset, whole: node.kind === "integer" });
    }
    if (node.kind === "string" || node.kind === "boolean") return { kind: "scalar", offset, value: node.value };
    return { kind: "refused", offset, text: `is the date or time ${excerpt(source)}, expected text in quotes` };
  }
}
