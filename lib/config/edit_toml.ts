import type { AST } from "toml-eslint-parser";
import { dottedKey } from "./dotted_key.ts";
import { EditRefusal, type KeyEdit } from "./key_edit.ts";
import { indentAt, lineStart, type Splice, spliced } from "./text_splice.ts";
import { isWithin, namesOf, type TomlEntry, TomlLayout, type TomlSection } from "./toml_layout.ts";
import { tomlListText } from "./toml_list_text.ts";
import { setTableList } from "./toml_table_list.ts";
import { tomlValue } from "./toml_value.ts";

const inListText = "is inside of a list, expected the list to be set as a whole";
const inValueText = "is inside of a single value, expected a table there";
const isTableText = "is a table, expected its keys to be set one by one";

/**
 * Sets one value in a TOML text and leaves everything else as it is. A new key goes below the last one of its table; a
 * new table goes to the end. Comments inside of a replaced value stay.
 *
 * @throws {EditRefusal} when the key is inside of a list or of a single value, or a table stands in its place.
 */
export function setTomlKey(text: string, edit: KeyEdit): string {
  const layout = new TomlLayout(text);
  const { path } = edit;
  for (const { kind, list, entries } of layout.sections) {
    if (list && isWithin(path, list)) {
      if (path.length > list.length) throw new EditRefusal(path, inListText);
      const rest = setTableList(layout, { path: list, value: edit.value });
      return rest.done ? rest.text : insert(new TomlLayout(rest.text), edit);
    }
    const above = kind === "listed" ? undefined : entries.find((entry) => isWithin(path, entry.path));
    if (!above) continue;
    const rest = path.slice(above.path.length);
    return spliced(text, setInside(layout, { ...edit, statement: above.node, node: above.node.value, rest }));
  }
  const table = layout.sections.some((section) =>
    isWithin(section.path, path) || section.entries.some((entry) => isWithin(entry.path, path))
  );
  if (table) throw new EditRefusal(path, isTableText);
  return insert(layout, edit);
}

interface InsideEdit extends KeyEdit {
  /** The statement whose lines are changed. */
  readonly statement: AST.TOMLKeyValue;
  readonly node: AST.TOMLContentNode;
  /** Path from the node on. */
  readonly rest: readonly string[];
}

function setInside(layout: TomlLayout, edit: InsideEdit): readonly Splice[] {
  const { node, rest, value } = edit;
  if (rest.length === 0) return replaceValue(layout, edit);
  if (node.type !== "TOMLInlineTable") {
    throw new EditRefusal(edit.path, node.type === "TOMLArray" ? inListText : inValueText);
  }
  for (const inner of node.body) {
    const names = namesOf(inner.key.keys);
    if (isWithin(rest, names)) {
      return setInside(layout, { ...edit, node: inner.value, rest: rest.slice(names.length) });
    }
    if (isWithin(names, rest)) throw new EditRefusal(edit.path, isTableText);
  }
  const added = `${dottedKey(rest)} = ${tomlValue(value)}`;
  const last = node.body.at(-1);
  if (last) return [{ start: last.range[1], end: last.range[1], text: `, ${added}` }];
  return [{ start: node.range[0], end: node.range[1], text: `{ ${added} }` }];
}

function replaceValue(layout: TomlLayout, { statement, node, value }: InsideEdit): readonly Splice[] {
  const [start, end] = node.range;
  const indent = indentAt(layout.text, statement.range[0]);
  if (node.type === "TOMLArray" && Array.isArray(value)) {
    return [{ start, end, text: tomlListText(layout, { node, indent, value }) }];
  }
  const float = node.type === "TOMLValue" && node.kind === "float";
  const above = lineStart(layout.text, statement.range[0]);
  return [
    { start: above, end: above, text: layout.commentLines(layout.commentsIn(start, end), indent) },
    { start, end, text: tomlValue(value, { float }) },
  ];
}

/** Where a new key goes. */
interface Home {
  readonly section: TomlSection;
  /** An entry that opens the key's table by its dots: such a table cannot have a header. */
  readonly sibling?: TomlEntry;
  /** Parts of the path that are open already. */
  readonly open: number;
}

function insert(layout: TomlLayout, { path, value }: KeyEdit): string {
  const { section, sibling, open } = homeOf(layout, path);
  const table = path.slice(0, -1);
  if (!sibling && open < table.length) return appendTable(layout, { path, value });
  const { at, indent, gap } = endOf(layout, { section, ...(sibling ? { sibling } : {}) });
  const key = dottedKey(path.slice(section.path.length));
  const text = `${missingLineEnd(layout, at)}${indent}${key} = ${tomlValue(value)}${layout.lineEnd}${gap}`;
  return spliced(layout.text, [{ start: at, end: at, text }]);
}

function homeOf(layout: TomlLayout, path: readonly string[]): Home {
  let best: Home | undefined;
  for (const section of layout.sections) {
    if (section.kind === "listed") continue;
    const own = section.path.length;
    if (own < path.length && isWithin(path, section.path) && own >= (best?.open ?? 0)) best = { section, open: own };
    for (const entry of section.entries) {
      const open = sharedLength(entry.path, path);
      if (open > own && open >= (best?.open ?? 0)) best = { section, sibling: entry, open };
    }
  }
  return best as Home;
}

/** Parts that a key's own tables share with a path. */
function sharedLength(entry: readonly string[], path: readonly string[]): number {
  const different = path.findIndex((part, index) => entry[index] !== part);
  return Math.min(different < 0 ? path.length : different, path.length - 1, entry.length - 1);
}

function endOf(
  layout: TomlLayout,
  { section, sibling }: { readonly section: TomlSection; readonly sibling?: TomlEntry },
): { readonly at: number; readonly indent: string; readonly gap: string } {
  const node = (sibling ?? section.entries.at(-1))?.node ?? section.header;
  if (node) return { at: layout.statementEnd(node), indent: indentAt(layout.text, node.range[0]), gap: "" };
  const first = layout.sections[1]?.header;
  if (!first) return { at: layout.text.length, indent: "", gap: "" };
  return { at: layout.attachedStart(lineStart(layout.text, first.range[0])), indent: "", gap: layout.lineEnd };
}

function appendTable({ text, lineEnd }: TomlLayout, { path, value }: KeyEdit): string {
  const gap = text === "" || /\n[ \t]*\r?\n$/.test(text) ? "" : lineEnd;
  const header = `[${dottedKey(path.slice(0, -1))}]${lineEnd}`;
  const end = text === "" || text.endsWith("\n") ? "" : lineEnd;
  return `${text}${end}${gap}${header}${dottedKey(path.slice(-1))} = ${tomlValue(value)}${lineEnd}`;
}

function missingLineEnd({ text, lineEnd }: TomlLayout, at: number): string {
  return at === text.length && text !== "" && !text.endsWith("\n") ? lineEnd : "";
}
