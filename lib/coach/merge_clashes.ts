import { entityDefinitionSchema } from "./definition.ts";
import { sameJson } from "./json_value.ts";
import type { MappingDocument } from "./mapping.ts";
import { entityPath } from "./mapping_document.ts";
import type { MergeChoice } from "./merge_change.ts";
import { choiceAt, type MergeContext, noteChange } from "./merge_context.ts";
import { outputsOf, sourcesOf } from "./outputs.ts";
import { wiringOf } from "./stale_verification.ts";

type Entity = MappingDocument["entities"][string];

/**
 * Finds what the new model puts on an output that the owner gave to an entity of theirs, which no single entity shows.
 * Each is a conflict of the model's entity as a whole: with `mine` it stays as the owner has it, or away; with
 * `theirs` the owner's entity is as the model has it, or goes. So no update is stuck between two entities on one output.
 *
 * @param entities what the merge made so far, by id; changed in place.
 */
export function settleClashes(context: MergeContext, entities: Map<string, Entity>): void {
  const decided = new Set<string>();
  const outputs = new Map<Entity, readonly string[]>();
  const drivenBy = (id: string, entity: Entity) => {
    const known = outputs.get(entity) ?? outputNames(id, entity);
    outputs.set(entity, known);
    return known;
  };
  // Who goes back to what one side had may meet another one that moved; each is decided once, so this ends.
  for (let open = true; open;) {
    open = false;
    const owners = new Map<string, string>();
    for (const [id, entity] of entities) {
      if (!isOwners(context, { id, entity })) continue;
      for (const output of drivenBy(id, entity)) owners.set(output, id);
    }
    for (const [id, entity] of [...entities]) {
      if (decided.has(id) || entities.get(id) !== entity || !isNewOfModel(context, { id, entity })) continue;
      const shared = new Map<string, string>();
      for (const output of drivenBy(id, entity)) {
        const owner = owners.get(output) ?? id;
        const other = entities.get(owner);
        // A decision before may have changed the owner's entity.
        if (owner !== id && other && isOwners(context, { id: owner, entity: other })) shared.set(owner, output);
      }
      if (shared.size === 0) continue;
      decided.add(id);
      decide(context, { entities, id, shared });
      open = true;
    }
  }
}

interface Placed {
  readonly id: string;
  readonly entity: Entity;
}

/** Wired otherwise than in the new model, or not in it at all. */
function isOwners(context: MergeContext, { id, entity }: Placed): boolean {
  const shipped = entityOf(context.shipped, id);
  return !shipped || !sameJson(wiringOf(entity), wiringOf(shipped));
}

/** Wired as in the new model, and the owner did not have it so. */
function isNewOfModel(context: MergeContext, { id, entity }: Placed): boolean {
  const mine = entityOf(context.mine, id);
  return !isOwners(context, { id, entity }) && (!mine || !sameJson(wiringOf(mine), wiringOf(entity)));
}

function entityOf(document: MappingDocument, id: string): Entity | undefined {
  return Object.hasOwn(document.entities, id) ? document.entities[id] : undefined;
}

/** What an entity drives, or alone shows; nothing for a group, which may share, and for what is no good definition. */
function outputNames(id: string, entity: Entity): readonly string[] {
  const parsed = entityDefinitionSchema.safeParse({ ...entity, id });
  if (!parsed.success || ("group" in parsed.data && parsed.data.group === true)) return [];
  return [...outputsOf(parsed.data), ...sourcesOf(parsed.data)].map(({ output }) => output);
}

function decide(context: MergeContext, clash: {
  readonly entities: Map<string, Entity>;
  /** Of the model. */
  readonly id: string;
  /** Entities of the owner → an output that each shares with it. */
  readonly shared: ReadonlyMap<string, string>;
}): void {
  const { entities, id, shared } = clash;
  const path = entityPath(id);
  const nameOf = (each: string) => String(entities.get(each)?.["name"] ?? each);
  const name = nameOf(id);
  const given = [...shared].map(([owner, output]) => `${output}, which you gave to "${nameOf(owner)}"`);
  if (choiceAt(context, path) === "theirs") {
    for (const owner of shared.keys()) {
      const ownName = nameOf(owner);
      const fate = restore(context.shipped, { entities, id: owner }) ? "taken" : "removed";
      const what = fate === "taken" ? "as in the model again" : "it goes";
      const sentence = `${ownName}: ${what}, you chose the model's "${name}"`;
      noteUnit(context, { id: owner, fate, sentence, winner: "theirs" });
    }
  } else restore(context.mine, { entities, id });
  const sentence = `${name}: in the model it has ${given.join(", and ")}`;
  noteUnit(context, { id, fate: "conflict", sentence, winner: choiceAt(context, path) });
}

/** Makes an entity what one side has it as; false: that has none. */
function restore(
  side: MappingDocument,
  at: { readonly entities: Map<string, Entity>; readonly id: string },
): boolean {
  const entity = entityOf(side, at.id);
  if (entity) at.entities.set(at.id, entity);
  else at.entities.delete(at.id);
  return entity !== undefined;
}

/** Notes an entity as one unit, in place of what was noted of its fields; their conflicts stay, with the same winner. */
function noteUnit(context: MergeContext, change: {
  readonly id: string;
  readonly fate: "conflict" | "taken" | "removed";
  readonly sentence: string;
  readonly winner: MergeChoice;
}): void {
  const { id, fate, sentence, winner } = change;
  const path = entityPath(id);
  for (const [noted, field] of [...context.changes]) {
    if (!noted.startsWith(`${path}/`)) continue;
    if (field.outcome === "conflict") context.changes.set(noted, { ...field, choice: winner });
    else context.changes.delete(noted);
  }
  noteChange(context, { path, entityId: id, fate, sides: sidesOf(context, id), sentence });
}

function sidesOf({ before, shipped, mine }: MergeContext, id: string) {
  return { before: entityOf(before, id), shipped: entityOf(shipped, id), mine: entityOf(mine, id) };
}
