import type { AST } from "toml-eslint-parser";
import { indentAt, lineEnd, lineEndOf, lineStart, type Splice, spliced } from "./text_splice.ts";
import { partName, type TomlPart, tomlSyntax } from "./toml_syntax.ts";

/** A key with its value, in a section. */
export interface TomlEntry {
  /** From the top of the file. */
  readonly path: readonly string[];
  readonly node: AST.TOMLKeyValue;
}

/** The keys below one header, or those before the first. */
export interface TomlSection {
  readonly path: readonly string[];
  /** `listed`: the header is one of a list of tables, or inside of it. */
  readonly kind: "root" | "table" | "listed";
  /** Path of the outermost list of tables that a `listed` section is in. */
  readonly list?: readonly string[];
  /** Absent for `root`. */
  readonly header?: AST.TOMLTable;
  readonly entries: readonly TomlEntry[];
}

/** A TOML text with the places of its statements. */
export class TomlLayout {
  readonly text: string;
  readonly lineEnd: "\n" | "\r\n";
  readonly sections: readonly TomlSection[];
  readonly #comments: readonly AST.Comment[];

  /** @throws {ParseError} when the text is no TOML. */
  constructor(text: string) {
    const program = tomlSyntax(text);
    const body = program.body[0].body;
    const root = { path: [], node: body.filter((node) => node.type === "TOMLKeyValue") };
    this.text = text;
    this.lineEnd = lineEndOf(text);
    this.#comments = program.comments;
    this.sections = [
      { path: [], kind: "root", entries: entriesOf(root.node, []) },
      ...body.filter((node) => node.type === "TOMLTable").map(sectionOf),
    ];
  }

  /** Comments that begin in a range of offsets. */
  commentsIn(start: number, end: number): readonly AST.Comment[] {
    return this.#comments.filter(({ range: [at] }) => at >= start && at < end);
  }

  /** Offset after the last bracket of a header. */
  headerEnd(header: AST.TOMLTable): number {
    return this.text.indexOf("]", header.key.range[1]) + (header.kind === "array" ? 2 : 1);
  }

  /** Offset after the lines of a statement, the comment at its end included. */
  statementEnd(node: AST.TOMLKeyValue | AST.TOMLTable): number {
    return lineEnd(this.text, node.type === "TOMLTable" ? this.headerEnd(node) : node.range[1]);
  }

  /** Takes the lines of a statement away. Its comments stay, each on a line of its own. */
  withoutStatement(node: AST.TOMLKeyValue | AST.TOMLTable): Splice {
    const start = lineStart(this.text, node.range[0]);
    const end = this.statementEnd(node);
    return { start, end, text: this.commentLines(this.commentsIn(start, end), indentAt(this.text, node.range[0])) };
  }

  /** The text after replacements. Of the blank lines around lines that are gone, those before them stay. */
  changed(splices: readonly Splice[]): string {
    const merged: Splice[] = [];
    for (const splice of splices.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
      const last = merged.at(-1);
      const goesOn = last?.end === splice.start && last.text === "" && splice.text === "";
      if (last && goesOn) merged[merged.length - 1] = { ...last, end: splice.end };
      else merged.push(splice);
    }
    return spliced(this.text, merged.map((splice) => this.#withBlankLine(splice)));
  }

  #withBlankLine(splice: Splice): Splice {
    const { start, end, text } = splice;
    const wholeLines = text === "" && end > start && lineStart(this.text, start) === start &&
      lineStart(this.text, end) === end;
    if (!wholeLines || !this.#isBlankBefore(start) || !this.#isBlankAt(end)) return splice;
    return { start, end: lineEnd(this.text, end), text };
  }

  /** Comments as lines. */
  commentLines(comments: readonly AST.Comment[], indent: string): string {
    return comments.map(({ value }) => `${indent}#${value}${this.lineEnd}`).join("");
  }

  /** The lines of comments right above an offset that begins a line, as its beginning. */
  attachedStart(offset: number): number {
    let start = offset;
    while (start > 0) {
      const above = lineStart(this.text, start - 1);
      if (!/^[ \t]*#/.test(this.text.slice(above, start))) break;
      start = above;
    }
    return start;
  }

  #isBlankBefore(offset: number): boolean {
    return offset === 0 || this.text.slice(lineStart(this.text, offset - 1), offset).trim() === "";
  }

  #isBlankAt(offset: number): boolean {
    return offset < this.text.length && this.text.slice(offset, lineEnd(this.text, offset)).trim() === "";
  }
}

/** Names of the parts of a key. */
export function namesOf(parts: readonly TomlPart[]): readonly string[] {
  return parts.map(partName);
}

/** Whether `path` is `start`, or inside of it. */
export function isWithin(path: readonly string[], start: readonly string[]): boolean {
  return path.length >= start.length && start.every((part, index) => path[index] === part);
}

function entriesOf(nodes: readonly AST.TOMLKeyValue[], path: readonly string[]): readonly TomlEntry[] {
  return nodes.map((node) => ({ path: [...path, ...namesOf(node.key.keys)], node }));
}

function sectionOf(header: AST.TOMLTable): TomlSection {
  const path = namesOf(header.key.keys);
  const entries = entriesOf(header.body, path);
  // The parser puts the place in the list after the name of each list.
  const index = header.resolvedKey.findIndex((part) => typeof part === "number");
  if (index < 0) return { path, kind: "table", header, entries };
  return { path, kind: "listed", list: path.slice(0, index), header, entries };
}
