import type { CoachModel, EntityDefinition } from "./definition.ts";
import { isJsonObject, sortedObject } from "./json_value.ts";
import type { Json, MappingDocument, MappingRow, RowSource } from "./mapping.ts";
import { MappingPathError, type MappingPlace, mappingPlace, pointerOf } from "./mapping_path.ts";

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
  const made = new EntityLeaves();
  for (const [leaf, value] of leaves) {
    const place = mappingPlace(`/entities/_${leaf}`);
    if (place.section === "entities" && place.field !== undefined) made.set(place.field, { sub: place.sub, value });
  }
  return made.entity();
}

/** What is valid at the paths of an entity, until all of it is known. */
class EntityLeaves {
  readonly #fields = new Map<string, Json>();
  readonly #provenance = new Map<string, Json>();

  set(field: string, at: { readonly sub: string | undefined; readonly value: Json }): void {
    if (at.sub === undefined) this.#fields.set(field, at.value);
    else this.#provenance.set(at.sub, at.value);
  }

  withoutProvenance(): void {
    this.#provenance.clear();
  }

  entity(): Entity {
    if (this.#provenance.size > 0) this.#fields.set("provenance", sortedObject(this.#provenance));
    return sortedObject(this.#fields);
  }
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
  const entities = new Map<string, EntityLeaves>();
  const removed: (MappingPlace & { readonly section: "entities" })[] = [];
  const order: { areas: Json; entities: Json } = { areas: [], entities: [] };
  for (const { path, value } of rows) {
    const place = mappingPlace(path);
    if (value === undefined) {
      if (place.section === "entities" && place.sub === undefined) removed.push(place);
      continue;
    }
    switch (place.section) {
      case "entities": {
        if (place.field === undefined) throw new MappingPathError(`Cannot use row "${path}": expected one per field`);
        let leaves = entities.get(place.id);
        if (!leaves) entities.set(place.id, leaves = new EntityLeaves());
        leaves.set(place.field, { sub: place.sub, value });
        break;
      }
      case "order":
        order[place.key] = value;
        break;
      default:
        sections[place.section].set(place.key, value);
    }
  }
  for (const { id, field } of removed) {
    if (field === undefined) entities.delete(id);
    else if (field === "provenance") entities.get(id)?.withoutProvenance();
  }
  const made = [...entities].map(([id, leaves]) => [id, leaves.entity()] as const);
  return {
    model: sortedObject(sections.model),
    areas: sortedObject(sections.areas),
    entities: sortedObject(made.filter(([, entity]) => Object.keys(entity).length > 0)),
    protocol: sortedObject(sections.protocol),
    order: { areas: namesOf(order.areas), entities: namesOf(order.entities) },
  };
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
