import { isJsonObject, sameJson } from "./json_value.ts";
import type { Json, MappingDocument } from "./mapping.ts";

type Entity = MappingDocument["entities"][string];

/** Whether a field of an entity says what moves or is read; the others are words about it. */
export function isWiringField(field: string): boolean {
  return field !== "name" && field !== "area" && field !== "hidden" && field !== "provenance";
}

/** What an entity moves or reads, without the words about it. */
export function wiringOf(entity: Entity): { readonly [field: string]: Json } {
  return Object.fromEntries(Object.entries(entity).filter(([field]) => isWiringField(field)));
}

/**
 * A document without the word "verified" where an edit wired a verified entity otherwise and left its provenance as it
 * was: nobody saw the new wiring move. Who says how it was seen changes the provenance with it, and keeps the word.
 */
export function withoutStaleVerification(after: MappingDocument, before: MappingDocument): MappingDocument {
  const stale = Object.entries(after.entities).filter(([id, entity]) => {
    const old = Object.hasOwn(before.entities, id) ? before.entities[id] : undefined;
    return old !== undefined && isStale(entity, old);
  });
  if (stale.length === 0) return after;
  const entities = Object.fromEntries(stale.map(([id, entity]) => [id, unverified(entity)]));
  return { ...after, entities: { ...after.entities, ...entities } };
}

/** An entity after an edit, without the word "verified" where that was said of another wiring. */
export function freshlyVerified(after: Entity, before: Entity): Entity {
  return isStale(after, before) ? unverified(after) : after;
}

function isStale(after: Entity, before: Entity): boolean {
  const { provenance } = after;
  return isJsonObject(provenance) && provenance["verified"] === true && sameJson(provenance, before["provenance"]) &&
    !sameJson(wiringOf(after), wiringOf(before));
}

function unverified(entity: Entity): Entity {
  const { provenance } = entity;
  return { ...entity, provenance: { ...(isJsonObject(provenance) ? provenance : {}), verified: false } };
}
