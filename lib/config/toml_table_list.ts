import { dottedKey } from "./dotted_key.ts";
import type { KeyEdit } from "./key_edit.ts";
import { isTable } from "./same_value.ts";
import { type Splice } from "./text_splice.ts";
import { isWithin, type TomlLayout } from "./toml_layout.ts";
import { tomlValue } from "./toml_value.ts";
import type { ConfigTree } from "./types.ts";

/**
 * Puts other tables in the place of a list of tables (`[[name]]`). Comments among the old ones stay, below the new ones.
 *
 * @returns `done: false` when the new value cannot be written as tables: the old ones are gone and the key is free.
 */
export function setTableList(
  layout: TomlLayout,
  { path, value }: KeyEdit,
): { readonly done: boolean; readonly text: string } {
  const splices: Splice[] = [];
  let first: number | undefined;
  for (const { header, entries, list } of layout.sections) {
    if (!header || !list || !isWithin(list, path)) continue;
    const splice = layout.withoutStatement(header);
    first ??= splice.start;
    splices.push(splice, ...entries.map(({ node }) => layout.withoutStatement(node)));
  }
  const tables = Array.isArray(value) && value.length > 0 && value.every(isTable)
    ? value as readonly ConfigTree[]
    : undefined;
  if (tables) {
    const blocks = tables.map((table) => tableBlock(path, { table, lineEnd: layout.lineEnd }));
    const at = first ?? layout.text.length;
    splices.push({ start: at, end: at, text: blocks.join(layout.lineEnd) });
  }
  return { done: tables !== undefined, text: layout.changed(splices) };
}

function tableBlock(
  path: readonly string[],
  { table, lineEnd }: { readonly table: ConfigTree; readonly lineEnd: string },
): string {
  const lines = Object.entries(table).map(([key, value]) => `${dottedKey([key])} = ${tomlValue(value)}`);
  return [`[[${dottedKey(path)}]]`, ...lines, ""].join(lineEnd);
}
