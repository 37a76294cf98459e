import type { AST } from "toml-eslint-parser";
import { indentAt, lineStart, type Splice } from "./text_splice.ts";
import { isWithin, namesOf, type TomlEntry, TomlLayout, type TomlSection } from "./toml_layout.ts";

/**
 * Takes a key, or a table with everything in it, out of a TOML text. Comments stay: those of the lines that go get
 * lines of their own. A header whose last key goes away goes too, unless there are comments about it or below it. What
 * is not there, or inside of a list, is left alone.
 */
export function removeTomlKey(text: string, path: readonly string[]): string {
  const layout = new TomlLayout(text);
  return layout.changed(layout.sections.flatMap((section) => removeFrom(layout, { section, path })));
}

interface Removal {
  readonly section: TomlSection;
  readonly path: readonly string[];
}

function removeFrom(layout: TomlLayout, { section, path }: Removal): readonly Splice[] {
  const { header, entries, list } = section;
  if (list) {
    if (!header || !isWithin(list, path)) return [];
    return [layout.withoutStatement(header), ...entries.map(({ node }) => layout.withoutStatement(node))];
  }
  const changes = entries.map((entry) => removeEntry(layout, { entry, path }));
  const splices = changes.flat();
  const gone = isWithin(section.path, path) ||
    (entries.length > 0 && changes.every(([first], index) => first && takesLines(first, entries[index])));
  if (header && gone && !isCommented(layout, header)) splices.push(layout.withoutStatement(header));
  return splices;
}

/** Whether a change takes a whole statement away, rather than a part of its value. */
function takesLines({ start, end }: Splice, entry: TomlEntry | undefined): boolean {
  return entry !== undefined && start <= entry.node.range[0] && end >= entry.node.range[1];
}

function removeEntry(
  layout: TomlLayout,
  { entry: { path: own, node }, path }: { readonly entry: TomlEntry; readonly path: readonly string[] },
): readonly Splice[] {
  if (isWithin(own, path)) return [layout.withoutStatement(node)];
  if (!isWithin(path, own)) return [];
  const removed = removeInside(node.value, path.slice(own.length));
  if (removed === "all") return [layout.withoutStatement(node)];
  const above = lineStart(layout.text, node.range[0]);
  const comments = removed.flatMap(({ start, end }) => layout.commentsIn(start, end));
  const kept = layout.commentLines(comments, indentAt(layout.text, node.range[0]));
  return kept === "" ? removed : [...removed, { start: above, end: above, text: kept }];
}

/** Takes keys out of an inline table; `all` when none would be left. */
function removeInside(node: AST.TOMLContentNode, rest: readonly string[]): readonly Splice[] | "all" {
  if (node.type !== "TOMLInlineTable") return [];
  const changes = node.body.map((entry): readonly Splice[] | "all" => {
    const names = namesOf(entry.key.keys);
    if (isWithin(names, rest)) return "all";
    return isWithin(rest, names) ? removeInside(entry.value, rest.slice(names.length)) : [];
  });
  if (changes.length > 0 && changes.every((change) => change === "all")) return "all";
  const kept = changes.findIndex((change) => change !== "all");
  return changes.flatMap((change, index): readonly Splice[] => {
    if (change !== "all") return change;
    const [start, end] = node.body[index]?.range ?? [0, 0];
    // A comma goes with each: that before it, or behind it when nothing before it stays.
    if (index < kept) return [{ start, end: node.body[index + 1]?.range[0] ?? end, text: "" }];
    return [{ start: node.body[index - 1]?.range[1] ?? start, end, text: "" }];
  });
}

/** Whether a comment says something about a table: above its header, behind it, or anywhere below it. */
function isCommented(layout: TomlLayout, header: AST.TOMLTable): boolean {
  const start = lineStart(layout.text, header.range[0]);
  const next = layout.sections.find((section) => (section.header?.range[0] ?? 0) > header.range[0])?.header;
  const end = next ? layout.attachedStart(lineStart(layout.text, next.range[0])) : layout.text.length;
  return layout.attachedStart(start) < start || layout.commentsIn(start, end).length > 0;
}
