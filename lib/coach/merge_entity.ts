import { sameJson } from "./json_value.ts";
import type { Json, MappingDocument } from "./mapping.ts";
import { entityFrom, entityLeaves, entityPath } from "./mapping_document.ts";
import type { MergeChoice } from "./merge_change.ts";
import { parsePointer } from "./mapping_path.ts";
import { choiceAt, type MergeContext, noteChange } from "./merge_context.ts";
import { type Fate, fateOf, settled, type Sides } from "./merge_value.ts";
import { isWiringField } from "./stale_verification.ts";
import { entitySentence, fieldWords, shortValue, valueSentence } from "./merge_words.ts";

type Entity = MappingDocument["entities"][string];

const verified = "/provenance/verified";

/** Merges one entity: field by field, or as one unit where a side does not have it or makes another kind of it. */
export function mergeEntity(context: MergeContext, id: string): Entity | undefined {
  const of = (document: MappingDocument) => Object.hasOwn(document.entities, id) ? document.entities[id] : undefined;
  const sides: Sides<Entity> = { before: of(context.before), shipped: of(context.shipped), mine: of(context.mine) };
  const { before, shipped, mine } = sides;
  const name = [mine, shipped, before].map((entity) => entity?.["name"]).find((text) => typeof text === "string") ?? id;
  if (
    before && shipped && mine && sameJson(before["kind"], shipped["kind"]) && sameJson(before["kind"], mine["kind"])
  ) return mergeFields(context, { id, name, sides: { before, shipped, mine } });
  const path = entityPath(id);
  const fate = fateOf(sides, context.edited.has(path));
  if (fate !== "same") {
    noteChange(context, { path, entityId: id, fate, sides, sentence: entitySentence(name, fate, sides) });
  }
  return settled(fate, { sides, choice: choiceAt(context, path) });
}

/** One field on its way through a merge. */
interface Field {
  /** From the entity on, e.g. `/load`. */
  readonly leaf: string;
  readonly sides: Sides;
  fate: Fate;
  final: Json | undefined;
  /** Instead of the sentence that goes with the fate. */
  sentence?: string;
  /** Who wins, where that follows from another choice. */
  choice?: MergeChoice;
}

interface EntityMerge {
  readonly id: string;
  readonly name: string;
  readonly sides: { readonly [side in keyof Sides]: Entity };
}

function mergeFields(context: MergeContext, entity: EntityMerge): Entity {
  const fields = fieldsOf(context, entity);
  guardVerified(context, { entity, fields });
  for (const field of fields) {
    const choice = choiceAt(context, entityPath(entity.id) + field.leaf);
    field.final = settled(field.fate, { sides: field.sides, choice });
  }
  moveProvenance(context, { entity, fields });
  for (const { leaf, sides, fate, sentence, choice } of fields) {
    if (fate === "same") continue;
    noteChange(context, {
      path: entityPath(entity.id) + leaf,
      entityId: entity.id,
      fate,
      sides,
      choice,
      sentence: sentence ?? valueSentence(whatOf(entity, leaf), fate, sides),
    });
  }
  return entityFrom(fields.flatMap(({ leaf, final }) => final === undefined ? [] : [[leaf, final] as const]));
}

function whatOf(entity: EntityMerge, leaf: string): string {
  return `${entity.name}: ${fieldWords(leaf)}`;
}

function fieldsOf(context: MergeContext, { id, sides }: EntityMerge): readonly Field[] {
  const before = entityLeaves(sides.before);
  const shipped = entityLeaves(sides.shipped);
  const mine = entityLeaves(sides.mine);
  const leaves = [...new Set([...before.keys(), ...shipped.keys(), ...mine.keys()])];
  return leaves.map((leaf) => {
    const of = { before: before.get(leaf), shipped: shipped.get(leaf), mine: mine.get(leaf) };
    const edited = [leaf, leaf.slice(0, leaf.lastIndexOf("/"))].some((path) =>
      path !== "" && context.edited.has(entityPath(id) + path)
    );
    return { leaf, sides: of, fate: fateOf(of, edited), final: undefined };
  });
}

/** Whether a leaf is part of the wiring. */
function isWiring(leaf: string): boolean {
  return isWiringField(parsePointer(leaf)[0] ?? "");
}

/** What the owner verified is wired as it was then: a model that wires it otherwise must ask. */
function guardVerified(
  context: MergeContext,
  { entity, fields }: { readonly entity: EntityMerge; readonly fields: readonly Field[] },
): void {
  const byOwner = fields.some(({ leaf, sides }) =>
    leaf.startsWith("/provenance") && !sameJson(sides.mine, sides.before)
  );
  if (!byOwner || fields.find(({ leaf }) => leaf === verified)?.sides.mine !== true) return;
  for (const field of fields) {
    if (!isWiring(field.leaf) || (field.fate !== "taken" && field.fate !== "removed")) continue;
    field.fate = "conflict";
    const { mine, shipped } = field.sides;
    const loss = choiceAt(context, entityPath(entity.id) + field.leaf) === "theirs"
      ? "With the model's it is no more verified by you"
      : "Yours stays verified";
    field.sentence = `${whatOf(entity, field.leaf)}. You verified: ${shortValue(mine)}, the model now: ${
      shortValue(shipped)
    }. ${loss}`;
  }
}

/** Who verified an entity and how is said of its wiring, and goes where that goes. */
function moveProvenance(
  context: MergeContext,
  { entity, fields }: { readonly entity: EntityMerge; readonly fields: readonly Field[] },
): void {
  const wiring = fields.filter(({ leaf }) => isWiring(leaf));
  const isMine = wiring.every(({ final, sides }) => sameJson(final, sides.mine));
  const isShipped = wiring.every(({ final, sides }) => sameJson(final, sides.shipped));
  if (isMine && isShipped) return;
  for (const field of fields.filter(({ leaf }) => leaf.startsWith("/provenance"))) {
    const { sides, leaf } = field;
    const what = whatOf(entity, leaf);
    if (isMine) {
      const isChosen = field.fate === "conflict" && leaf === verified && field.final === true;
      if (isChosen) field.choice = "mine";
      else if (field.fate === "taken" || field.fate === "removed") field.fate = "kept";
      else continue;
      field.final = sides.mine;
      field.sentence = `${what}. The model's ${shortValue(sides.shipped)} is said of its own wiring, yours is another`;
    } else if (isShipped) {
      const chosen = wiring.some(({ fate, leaf }) =>
        fate === "conflict" && choiceAt(context, entityPath(entity.id) + leaf) === "theirs"
      );
      if (!chosen || sameJson(field.final, sides.shipped)) continue;
      // Whoever asks for their own words on the model's wiring has them; not so by default.
      if (field.fate === "conflict" && Object.hasOwn(context.choices, entityPath(entity.id) + leaf)) continue;
      if (field.fate === "conflict") field.choice = "theirs";
      else field.fate = sides.shipped === undefined ? "removed" : "taken";
      field.final = sides.shipped;
      field.sentence = `${what}. Yours was said of the wiring before, the model: ${shortValue(sides.shipped)}`;
    } else if (leaf === verified && field.final === true) {
      if (field.fate === "conflict") field.choice = "mine";
      else field.fate = "kept";
      field.final = false;
      field.sentence = `${what}. No: what you and the model changed was never seen together`;
    }
  }
}
