import type { Json, MappingDocument, MappingRow } from "./mapping.ts";
import { documentFrom } from "./mapping_document.ts";
import { pointerOf } from "./mapping_path.ts";
import type { MergedModel, MergeInput } from "./merge_change.ts";
import { type MergeContext, mergeValue, noteChange } from "./merge_context.ts";
import { settleClashes } from "./merge_clashes.ts";
import { mergeEntity } from "./merge_entity.ts";
import { mergeOrder } from "./merge_order.ts";
import { rowsTowards } from "./row_changes.ts";
import { sortedObject } from "./json_value.ts";

type Entities = readonly (readonly [id: string, entity: MappingDocument["entities"][string]])[];

/**
 * Merges what is shipped now with what the owner made of what was shipped before, path by path. What the owner edited
 * stays unless they chose the model's; what they did not touch follows the model; what both made the same of is the
 * model's again. Merging once more changes nothing.
 *
 * An entity is one unit where a side does not have it or makes another kind of it. Areas and declared messages stay, or
 * come back, while an entity of the outcome names them. The model's `id` and `version` are always the shipped ones, and
 * no changes in the list. What the model puts on an output that the owner gave to an entity of theirs is a conflict.
 * Where the owner's own mapping was wrong the outcome is, too: `modelFrom` tells.
 */
export function mergeModel(input: MergeInput): MergedModel {
  const context = contextOf(input);
  const entities = mergeEntities(context);
  const document: Omit<MappingDocument, "order"> = {
    model: mergeModelWords(context),
    areas: mergeNamed(context, { section: "areas", word: "Area", users: usersOf(entities, areaOf) }),
    entities: sortedObject(entities),
    protocol: mergeNamed(context, { section: "protocol", word: "Message", users: usersOf(entities, messageOf) }),
  };
  const order = {
    areas: mergeOrder(context, { key: "areas", names: Object.keys(document.areas) }),
    entities: mergeOrder(context, { key: "entities", names: Object.keys(document.entities) }),
  };
  const rows = rowsTowards({ ...document, order }, { shipped: input.shipped, rows: input.rows, source: "user" });
  const changes = [...context.changes.values()].sort((a, b) => a.path < b.path ? -1 : 1);
  return { changes, rows };
}

function mergeEntities(context: MergeContext): Entities {
  const entities = new Map<string, MappingDocument["entities"][string]>();
  for (const id of keysOf(context, "entities")) {
    const entity = mergeEntity(context, id);
    if (entity) entities.set(id, entity);
  }
  settleClashes(context, entities);
  return [...entities];
}

function contextOf({ before, shipped, rows, choices }: MergeInput): MergeContext {
  const owned = rows.filter(({ source }) => source !== "factory");
  // Without a row nothing was imported, whatever was shipped once: nobody removed all of it.
  const known = rows.length === 0 ? undefined : before;
  return {
    before: known ?? documentFrom(rows.filter(({ source }) => source === "factory")),
    shipped,
    mine: documentFrom(rows),
    edited: new Set(owned.map(({ path }) => path)),
    ownOrder: { areas: ownOrder(owned, "areas"), entities: ownOrder(owned, "entities") },
    beforeKnown: known !== undefined,
    choices,
    changes: new Map(),
  };
}

function ownOrder(owned: readonly MappingRow[], key: "areas" | "entities"): readonly string[] | undefined {
  const value = owned.find(({ path }) => path === `/order/${key}`)?.value;
  return Array.isArray(value) ? value.filter((name) => typeof name === "string") : undefined;
}

/** Keys that any side has in a section, in alphabetical order. */
function keysOf(context: MergeContext, section: "model" | "areas" | "entities" | "protocol"): readonly string[] {
  const sides = [context.before, context.shipped, context.mine];
  return [...new Set(sides.flatMap((side) => Object.keys(side[section])))].sort();
}

function sidesOf(
  context: MergeContext,
  at: { readonly section: "model" | "areas" | "protocol"; readonly key: string },
) {
  const of = (document: MappingDocument): Json | undefined =>
    Object.hasOwn(document[at.section], at.key) ? document[at.section][at.key] : undefined;
  return { before: of(context.before), shipped: of(context.shipped), mine: of(context.mine) };
}

function mergeModelWords(context: MergeContext): { readonly [key: string]: Json } {
  const words: [string, Json][] = [];
  for (const key of keysOf(context, "model")) {
    const sides = sidesOf(context, { section: "model", key });
    const own = key === "id" || key === "version";
    const value = own
      ? sides.shipped
      : mergeValue(context, { path: pointerOf(["model", key]), what: `Model: ${key}`, sides });
    if (value !== undefined) words.push([key, value]);
  }
  return sortedObject(words);
}

/** Merges areas or messages; what an entity of the outcome names is there afterwards. */
function mergeNamed(context: MergeContext, names: {
  readonly section: "areas" | "protocol";
  readonly word: string;
  /** Name → name of an entity that needs it. */
  readonly users: ReadonlyMap<string, string>;
}): { readonly [key: string]: Json } {
  const { section, word, users } = names;
  const merged: [string, Json][] = [];
  for (const key of keysOf(context, section)) {
    const path = pointerOf([section, key]);
    const sides = sidesOf(context, { section, key });
    const what = `${word} ${key}`;
    let value = mergeValue(context, { path, what, sides });
    const user = users.get(key);
    if (value === undefined && user !== undefined) {
      value = sides.mine ?? sides.shipped ?? sides.before;
      const winner = sides.mine === undefined ? "theirs" : "mine";
      const asked = context.changes.get(path)?.outcome === "conflict";
      const fate = asked ? "conflict" : winner === "mine" ? "kept" : "taken";
      const sentence = `${what}. It ${winner === "mine" ? "stays" : "comes back"}, "${user}" needs it`;
      noteChange(context, { path, fate, sides, sentence, choice: winner });
    }
    if (value !== undefined) merged.push([key, value]);
  }
  return sortedObject(merged);
}

function usersOf(
  entities: Entities,
  nameOf: (entity: MappingDocument["entities"][string]) => Json | undefined,
): ReadonlyMap<string, string> {
  const users = new Map<string, string>();
  for (const [id, entity] of entities) {
    const name = nameOf(entity);
    if (typeof name === "string" && !users.has(name)) users.set(name, String(entity["name"] ?? id));
  }
  return users;
}

const areaOf = (entity: MappingDocument["entities"][string]) => entity["area"];
const messageOf = (entity: MappingDocument["entities"][string]) =>
  entity["kind"] === "sensor" ? entity["message"] : undefined;
