import { type AST, getStaticTOMLValue } from "toml-eslint-parser";
import { sameValue } from "./same_value.ts";
import { indentAt } from "./text_splice.ts";
import type { TomlLayout } from "./toml_layout.ts";
import { tomlValue } from "./toml_value.ts";
import type { ConfigValue } from "./types.ts";

/** An item as it was written, with the comments that belong to it. */
interface OldItem {
  readonly value: ConfigValue;
  readonly source: string;
  readonly above: AST.Comment[];
  readonly behind: AST.Comment[];
  /** Inside of the item itself. */
  readonly within: readonly AST.Comment[];
}

/**
 * Text of a changed list. One that goes over several lines stays so: items that were there keep their form and their
 * comments, and comments of items that are gone stay at the end.
 */
export function tomlListText(
  layout: TomlLayout,
  { node, indent, value }: {
    readonly node: AST.TOMLArray;
    /** Of the line that the list's key is in. */
    readonly indent: string;
    readonly value: readonly ConfigValue[];
  },
): string {
  const { text, lineEnd } = layout;
  if (!text.slice(...node.range).includes("\n")) return tomlValue(value);
  const { items, rest } = oldItems(layout, node);
  const first = node.elements[0];
  const inner = (first && indentAt(text, first.range[0])) || `${indent}  `;
  const unused = new Set(items);
  const lines = value.map((wanted) => {
    const old = [...unused].find((item) => sameValue(item.value, wanted));
    if (!old) return `${inner}${tomlValue(wanted)},${lineEnd}`;
    unused.delete(old);
    const behind = old.behind.map((comment) => ` #${comment.value}`).join("");
    return `${layout.commentLines(old.above, inner)}${inner}${old.source},${behind}${lineEnd}`;
  });
  const left = [...unused].flatMap(({ above, within, behind }) => [...above, ...within, ...behind]);
  return `[${lineEnd}${lines.join("")}${layout.commentLines([...left, ...rest], inner)}${indent}]`;
}

function oldItems(
  layout: TomlLayout,
  { elements, range }: AST.TOMLArray,
): { readonly items: readonly OldItem[]; readonly rest: readonly AST.Comment[] } {
  const items = elements.map((element): OldItem => ({
    value: getStaticTOMLValue(element) as ConfigValue,
    source: layout.text.slice(...element.range),
    above: [],
    behind: [],
    within: layout.commentsIn(...element.range),
  }));
  const rest: AST.Comment[] = [];
  for (const comment of layout.commentsIn(...range)) {
    const found = elements.findIndex((element) => element.range[0] > comment.range[0]);
    const next = found < 0 ? elements.length : found;
    const last = elements[next - 1];
    if (last && comment.range[0] < last.range[1]) continue;
    if (last?.loc.end.line === comment.loc.start.line) items[next - 1]?.behind.push(comment);
    else (items[next]?.above ?? rest).push(comment);
  }
  return { items, rest };
}
