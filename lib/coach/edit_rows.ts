import { entityDefinitionSchema } from "./definition.ts";
import { isJsonObject, jsonProblem, sameJson } from "./json_value.ts";
import type { Json, MappingDocument, MappingRow, RowSource } from "./mapping.ts";
import { entityFrom, entityLeaves, entityOf, entityPath, leavesOf, rowsOf } from "./mapping_document.ts";
import { MappingPathError, type MappingPlace, mappingPlace } from "./mapping_path.ts";
import { type RowChange, rowChanges } from "./row_changes.ts";
import { freshlyVerified } from "./stale_verification.ts";

/** One edit: a value at a path, or the end of what is there. */
export type MappingEdit =
  | { readonly put: { readonly path: string; readonly value: Json } }
  | { readonly remove: string };

export interface EditOptions {
  /** Who edits. */
  readonly source: Exclude<RowSource, "factory">;
  /** The model of which the rows were made: what is put back to its value is the factory's again. */
  readonly shipped: MappingDocument;
}

type Leaves = ReadonlyMap<string, Json>;

/** What an edit is about: the paths that may change, and what is to be valid there. */
interface Wanted {
  readonly scope: string;
  readonly leaves: Leaves;
}

/**
 * The fewest changes of rows that make an edit. Paths are leaves (`/entities/x/load`, `/areas/bath`, `/order/entities`),
 * an entity as a whole (`/entities/x`) or its `provenance`. A whole entity gets the defaults of what it leaves out, and
 * keeps its provenance when it states none.
 *
 * Another wiring of a verified entity takes the word "verified" back, unless the same edit states another provenance:
 * nobody saw the new one move.
 *
 * @throws {MappingPathError} when the path is none of a mapping or below an entity that there is not, for the model's
 * `id` and `version`, which come with the model, and for an order that is no list of names.
 */
export function editRows(rows: readonly MappingRow[], edit: MappingEdit, options: EditOptions): readonly RowChange[] {
  const { path, value } = "put" in edit ? edit.put : { path: edit.remove, value: undefined };
  const place = mappingPlace(path);
  const fail = (text: string) => {
    throw new MappingPathError(`Cannot edit "${path}": ${text}`);
  };
  const problem = jsonProblem(value);
  if (problem !== undefined) fail(`the value ${problem}`);
  if (place.section === "model" && (place.key === "id" || place.key === "version")) {
    fail("it comes with the model, expected it unchanged");
  }
  if (place.section === "order" && value !== undefined && !isNames(value)) fail("expected a list of names");
  if (place.section !== "entities") return changesTo(rows, sectionWanted({ path, place, value }, options), options);
  const present = entityRows(rows, place.id);
  if (place.field !== undefined) {
    if (present.size === 0) fail(`there is no entity "${place.id}", expected a whole one at "${entityPath(place.id)}"`);
    return changesTo(rows, fieldWanted({ path, place, value, present }), options);
  }
  if (value !== undefined && !isJsonObject(value)) fail("expected a definition with its kind, name and area");
  const wanted = isJsonObject(value) ? wholeWanted({ id: place.id, value, present }, options) : undefined;
  return wanted ? changesTo(rows, wanted, options) : removal(rows, place.id, options);
}

function isNames(value: Json): boolean {
  return Array.isArray(value) && value.every((name) => typeof name === "string");
}

function sectionWanted(
  edit: { readonly path: string; readonly place: MappingPlace; readonly value: Json | undefined },
  { shipped }: EditOptions,
): Wanted {
  const { path, place } = edit;
  // There always is an order: without the owner's it is the model's.
  const value = edit.value ?? (place.section === "order" ? shipped.order[place.key] : undefined);
  return { scope: path, leaves: new Map(value === undefined ? [] : [[path, value]]) };
}

/** What is valid at the paths of an entity, from the entity on; empty: there is none. */
function entityRows(rows: readonly MappingRow[], id: string): Leaves {
  const path = entityPath(id);
  const present = new Map<string, Json>();
  for (const row of rows) {
    if (row.path === path && row.value === undefined) return new Map();
    if (row.path.startsWith(`${path}/`) && row.value !== undefined) present.set(row.path.slice(path.length), row.value);
  }
  return present;
}

function fieldWanted(edit: {
  readonly path: string;
  readonly place: MappingPlace & { readonly section: "entities" };
  readonly value: Json | undefined;
  readonly present: Leaves;
}): Wanted {
  const { path, place, value, present } = edit;
  const base = entityPath(place.id);
  const leaf = path.slice(base.length);
  const after = new Map([...present].filter(([key]) => key !== leaf && !key.startsWith(`${leaf}/`)));
  if (value !== undefined) {
    const whole = leaf === "/provenance" ? entityLeaves({ provenance: value }) : [[leaf, value] as const];
    for (const [key, word] of whole) after.set(key, word);
  }
  return wantedOf(base, freshLeaves(present, after));
}

/** The whole of an entity, with what the schema fills in where it is a good one. */
function wholeWanted(
  edit: { readonly id: string; readonly value: { readonly [key: string]: Json }; readonly present: Leaves },
  options: EditOptions,
): Wanted {
  const { id, present } = edit;
  if (Object.hasOwn(edit.value, "id") && edit.value["id"] !== id) {
    throw new MappingPathError(
      `Cannot edit "${entityPath(id)}": its id is ${JSON.stringify(edit.value["id"])}, expected "${id}"`,
    );
  }
  const { id: _, ...fields } = edit.value;
  const stated = fields["provenance"];
  const old = present.size === 0 ? undefined : entityFrom(present)["provenance"];
  const given = isJsonObject(stated) ? { source: options.source, ...stated } : stated;
  const provenance = given ?? old ?? { source: options.source };
  const parsed = entityDefinitionSchema.safeParse({ ...fields, provenance, id });
  const entity = parsed.success ? entityOf(parsed.data) : { ...fields, provenance };
  return wantedOf(entityPath(id), freshLeaves(present, entityLeaves(entity)));
}

/** What is valid afterwards, without the word "verified" where that was said of the wiring before. */
function freshLeaves(before: Leaves, after: Leaves): Leaves {
  if (before.size === 0) return after;
  return entityLeaves(freshlyVerified(entityFrom(after), entityFrom(before)));
}

function wantedOf(base: string, leaves: Leaves): Wanted {
  return { scope: base, leaves: new Map([...leaves].map(([leaf, value]) => [base + leaf, value])) };
}

function removal(rows: readonly MappingRow[], id: string, { shipped, source }: EditOptions): readonly RowChange[] {
  const path = entityPath(id);
  const inside = rows.filter((row) => isWithin(row.path, path));
  if (!Object.hasOwn(shipped.entities, id)) return rowChanges(inside, []);
  const removed = inside.find((row) => row.path === path && row.value === undefined);
  return rowChanges(inside, [removed ?? { path, value: undefined, source }]);
}

function isWithin(path: string, scope: string): boolean {
  return path === scope || path.startsWith(`${scope}/`);
}

/** The rows that give what is wanted within a scope, as changes of those there are. */
function changesTo(rows: readonly MappingRow[], wanted: Wanted, options: EditOptions): readonly RowChange[] {
  const inside = rows.filter(({ path }) => isWithin(path, wanted.scope));
  const old = new Map(inside.map((row) => [row.path, row]));
  const shipped = new Map([...leavesOf(options.shipped)].filter(([path]) => isWithin(path, wanted.scope)));
  const after: MappingRow[] = [];
  for (const path of new Set([...wanted.leaves.keys(), ...shipped.keys()])) {
    mappingPlace(path);
    const value = wanted.leaves.get(path);
    const row = old.get(path);
    const factory = shipped.get(path);
    if (factory !== undefined && sameJson(factory, value)) after.push({ path, value: factory, source: "factory" });
    else if (row && row.source !== "factory" && sameJson(row.value, value)) after.push(row);
    else after.push({ path, value, source: options.source });
  }
  return rowChanges(inside, after);
}

/**
 * The changes of rows that give the factory's values back: of all, or of what is at or below the path `under`. What the
 * model does not have is gone afterwards.
 *
 * @throws {MappingPathError} when `under` is no path of a mapping.
 */
export function resetRows(
  rows: readonly MappingRow[],
  shipped: MappingDocument,
  options: { readonly under?: string } = {},
): readonly RowChange[] {
  const { under } = options;
  if (under === undefined) return rowChanges(rows, rowsOf(shipped, "factory"));
  mappingPlace(under);
  const within = ({ path }: MappingRow) => isWithin(path, under);
  return rowChanges(rows.filter(within), rowsOf(shipped, "factory").filter(within));
}

/** Entity id → its fields that the owner changed or took away, each once, in alphabetical order: `load`, `name`. */
export function editedFields(rows: readonly MappingRow[]): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, Set<string>>();
  for (const { path, source } of rows) {
    const place = source === "factory" ? undefined : mappingPlace(path);
    if (place?.section !== "entities" || place.field === undefined) continue;
    const known = fields.get(place.id) ?? new Set();
    fields.set(place.id, known.add(place.field));
  }
  return new Map([...fields].map(([id, known]) => [id, [...known].sort()]));
}

/** Ids of the entities that the model has and the owner took away, in alphabetical order. */
export function removedEntities(rows: readonly MappingRow[]): readonly string[] {
  const ids = rows.flatMap(({ path, value }) => {
    const place = value === undefined ? mappingPlace(path) : undefined;
    return place?.section === "entities" && place.field === undefined ? [place.id] : [];
  });
  return ids.sort();
}
