import type { CoachModel, EntityDefinition } from "./definition.ts";
import { isJsonObject, sortedObject } from "./json_value.ts";
import type { Json, MappingDocument, MappingRow, RowSource } from "./mapping.ts";
import { mappingPlace, pointerOf } from "./mapping_path.ts";

type Entity = MappingDocument["entities"][string];

/** A coach without anything. */
export const emptyDocument: MappingDocument = {
  model: {},
  areas: {},
  entities: {},
  protocol: {},
  order: { areas: [], entities: [] },
};

/** A model as a document: entities by id and without it, defaults written out, all keys in alphabetical order. */
export function documentOf(model: CoachModel): MappingDocument {
  const { areas, entities, protocol, ...rest } = model;
  return {
    model: definedOf(rest),
    areas: sortedObject(Object.entries(areas)),
    entities: sortedObject(entities.map((definition) => [definition.id, entityOf(definition)])),
    protocol: sortedObject(Object.entries(protocol).map(([name, row]) => [name, plain(row)])),
    order: { areas: Object.keys(areas), entities: entities.map(({ id }) => id) },
  };
}

/** An entity as it stands in a document. */
export function entityOf({ id: _, ...fields }: EntityDefinition): Entity {
  const provenance = definedOf(fields.provenance);
  return sortedObject([...Object.entries(definedOf(fields)).filter(([key]) => key !== "provenance"), [
    "provenance",
    provenance,
  ]]);
}

/** The members of an object that are there. */
function definedOf(value: object): { readonly [key: string]: Json } {
  return sortedObject(
    Object.entries(value).filter(([, member]) => member !== undefined).map(([key, member]) => [key, plain(member)]),
  );
}

/** A value of a parsed model as JSON: what is undefined is not there. */
function plain(value: unknown): Json {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value as Json;
  return Object.fromEntries(
    Object.entries(value).filter(([, member]) => member !== undefined).map(([key, member]) => [key, plain(member)]),
  );
}

/** What is valid at each path of a document; a path goes no deeper than what changes as one. */
export function leavesOf(document: MappingDocument): ReadonlyMap<string, Json> {
  const leaves = new Map<string, Json>();
  for (const section of ["model", "areas", "protocol"] as const) {
    for (const [key, value] of Object.entries(document[section])) leaves.set(pointerOf([section, key]), value);
  }
  for (const [id, entity] of Object.entries(document.entities)) {
    for (const [path, value] of entityLeaves(entity)) leaves.set(`${entityPath(id)}${path}`, value);
  }
  leaves.set("/order/areas", document.order.areas);
  leaves.set("/order/entities", document.order.entities);
  return leaves;
}

/** Path of an entity as a whole. */
export function entityPath(id: string): string {
  return pointerOf(["entities", id]);
}

/** What is valid at each path of an entity, from the entity on: `/name`, `/load`, `/provenance/verified`. */
export function entityLeaves(entity: Entity): ReadonlyMap<string, Json> {
  const leaves = new Map<string, Json>();
  for (const [field, value] of Object.entries(entity)) {
    if (field === "provenance" && isJsonObject(value)) {
      for (const [sub, word] of Object.entries(value)) leaves.set(pointerOf([field, sub]), word);
    } else leaves.set(pointerOf([field]), value);
  }
  return leaves;
}

/** An entity of what is valid at its paths, see {@link entityLeaves}. */
export function entityFrom(leaves: Iterable<readonly [string, Json]>): Entity {
  const fields = new Map<string, Json>();
  const words = new Map<string, Json>();
  for (const [path, value] of leaves) {
    const place = mappingPlace(`/entities/_${path}`);
    if (place.section !== "entities" || place.field === undefined) continue;
    if (place.sub !== undefined) words.set(place.sub, value);
    else fields.set(place.field, value);
  }
  if (words.size > 0) fields.set("provenance", sortedObject(words));
  return sortedObject(fields);
}

/** The rows of a document, all of one source, in the order of their paths. */
export function rowsOf(document: MappingDocument, source: RowSource): readonly MappingRow[] {
  return sortedRows([...leavesOf(document)].map(([path, value]) => ({ path, value, source })));
}

/** Rows in the order of their paths, as the database gives them. */
export function sortedRows(rows: readonly MappingRow[]): readonly MappingRow[] {
  return rows.toSorted((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
}

/**
 * The document that rows make, in any order of the rows. A row without a value removes what is at its path and all
 * that is below.
 *
 * @throws {MappingPathError} when a row's path is none of a mapping.
 */
export function documentFrom(rows: readonly MappingRow[]): MappingDocument {
  const sections = {
    model: new Map<string, Json>(),
    areas: new Map<string, Json>(),
    protocol: new Map<string, Json>(),
  };
  const entities = new Map<string, Map<string, Json>>();
  const gone = new Set<string>();
  const order: { areas: Json; entities: Json } = { areas: [], entities: [] };
  for (const { path, value } of rows) {
    const place = mappingPlace(path);
    if (value === undefined) {
      if (place.section === "entities" && (place.field === undefined || place.sub === undefined)) gone.add(path);
      continue;
    }
    switch (place.section) {
      case "entities": {
        const leaves = entities.get(place.id) ?? new Map<string, Json>();
        entities.set(place.id, leaves);
        leaves.set(path.slice(entityPath(place.id).length), value);
        break;
      }
      case "order":
        order[place.key] = value;
        break;
      default:
        sections[place.section].set(place.key, value);
    }
  }
  return {
    model: sortedObject(sections.model),
    areas: sortedObject(sections.areas),
    entities: sortedObject(livingEntities(entities, gone)),
    protocol: sortedObject(sections.protocol),
    order: { areas: namesOf(order.areas), entities: namesOf(order.entities) },
  };
}

function livingEntities(
  entities: ReadonlyMap<string, ReadonlyMap<string, Json>>,
  gone: ReadonlySet<string>,
): readonly (readonly [string, Entity])[] {
  const living: (readonly [string, Entity])[] = [];
  for (const [id, leaves] of entities) {
    const path = entityPath(id);
    if (gone.has(path)) continue;
    const bare = gone.has(`${path}/provenance`);
    const entity = entityFrom(bare ? [...leaves].filter(([leaf]) => !leaf.startsWith("/provenance/")) : leaves);
    if (Object.keys(entity).length > 0) living.push([id, entity]);
  }
  return living;
}

/** The names of a list; what is no name in it is left out. */
function namesOf(value: Json): readonly string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];
}

/** Names of a list in its order, then those it does not list, alphabetically. What is not there is left out. */
export function orderedNames(listed: readonly string[], there: Iterable<string>): readonly string[] {
  const left = new Set(there);
  const first = listed.filter((name) => left.delete(name));
  return [...first, ...[...left].sort()];
}
