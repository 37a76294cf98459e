import type { Json, MappingDocument, MappingRow, RowSource } from "./mapping.ts";
import type { RowChange } from "./row_changes.ts";

/** One edit: a value at a path, or the end of what is there. */
export type MappingEdit = { readonly put: { readonly path: string; readonly value: Json } } | {
  readonly remove: string;
};

export interface EditOptions {
  /** Who edits. */
  readonly source: Exclude<RowSource, "factory">;
  /** The model as the rows were made of it: what is put back to its value is the factory's again. */
  readonly shipped: MappingDocument;
}

export function editRows(rows: readonly MappingRow[], edit: MappingEdit, options: EditOptions): readonly RowChange[] {
  throw new Error(`Cannot edit ${rows.length} rows: not written yet ${"put" in edit} ${options.source}`);
}

export function resetRows(
  rows: readonly MappingRow[],
  shipped: MappingDocument,
  options: { readonly under?: string } = {},
): readonly RowChange[] {
  throw new Error(`Cannot reset ${rows.length} rows: not written yet ${shipped.order.areas} ${options.under}`);
}

/** Entity id → its fields that the owner changed, each once and in alphabetical order, e.g. `load`, `name`. */
export function editedFields(rows: readonly MappingRow[]): ReadonlyMap<string, readonly string[]> {
  throw new Error(`Cannot list ${rows.length} rows: not written yet`);
}
