import { sameJson } from "./json_value.ts";
import type { Json, MappingDocument, MappingRow, RowSource } from "./mapping.ts";
import { entityPath, leavesOf, sortedRows } from "./mapping_document.ts";

/** One change of one path, as the store takes it; without a `set` no row is active there any more. */
export interface RowChange {
  readonly path: string;
  /** `value` undefined: the owner removed what the model has there. */
  readonly set?: { readonly value: Json | undefined; readonly source: RowSource };
}

/** What makes `after` of `before`, in the order of the paths; nothing for rows that say the same. */
export function rowChanges(before: readonly MappingRow[], after: readonly MappingRow[]): readonly RowChange[] {
  const old = new Map(before.map((row) => [row.path, row]));
  const changes: RowChange[] = [];
  for (const { path, value, source } of after) {
    const row = old.get(path);
    old.delete(path);
    if (!row || row.source !== source || !sameJson(row.value, value)) changes.push({ path, set: { value, source } });
  }
  for (const path of old.keys()) changes.push({ path });
  return changes.toSorted((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
}

/** The rows after changes, in the order of their paths. */
export function changedRows(rows: readonly MappingRow[], changes: readonly RowChange[]): readonly MappingRow[] {
  const after = new Map(rows.map((row) => [row.path, row]));
  for (const { path, set } of changes) {
    if (set) after.set(path, { path, value: set.value, source: set.source });
    else after.delete(path);
  }
  return sortedRows([...after.values()]);
}

/**
 * The rows that make `document` out of what is shipped: what is as shipped is the factory's, the rest and what was
 * removed the owner's. An owner's value that was there already keeps its source.
 */
export function rowsTowards(document: MappingDocument, options: {
  readonly shipped: MappingDocument;
  /** The rows up to now. */
  readonly rows: readonly MappingRow[];
  /** Of what is new. */
  readonly source: Exclude<RowSource, "factory">;
}): readonly MappingRow[] {
  const owned = new Map(options.rows.filter(({ source }) => source !== "factory").map((row) => [row.path, row]));
  const shipped = leavesOf(options.shipped);
  const wanted = leavesOf(document);
  const made: MappingRow[] = [];
  const own = (path: string, value: Json | undefined) => {
    const row = owned.get(path);
    made.push({ path, value, source: row && sameJson(row.value, value) ? row.source : options.source });
  };
  for (const [path, value] of wanted) {
    const factory = shipped.get(path);
    if (factory !== undefined && sameJson(factory, value)) made.push({ path, value: factory, source: "factory" });
    else own(path, value);
  }
  const gone = Object.keys(options.shipped.entities).filter((id) => !Object.hasOwn(document.entities, id));
  const below = new Set(gone.map(entityPath));
  for (const path of below) own(path, undefined);
  for (const path of shipped.keys()) {
    if (!wanted.has(path) && !below.has(path.split("/", 3).join("/"))) own(path, undefined);
  }
  return sortedRows(made);
}
