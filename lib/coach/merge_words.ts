import { isJsonObject } from "./json_value.ts";
import type { Json } from "./mapping.ts";
import { parsePointer } from "./mapping_path.ts";
import type { Fate, Sides } from "./merge_value.ts";

/** Characters of a value that a sentence shows. */
const shownCharacters = 80;

/** A value in few words: `"Bed"`, `yes`, `via dc_dimmer; instances 25, 26; on on_delay`. */
export function shortValue(value: Json | undefined): string {
  if (value === undefined) return "nothing";
  const text = typeof value === "string" ? JSON.stringify(value) : wordsOf(value);
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}

function wordsOf(value: Json): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(wordsOf).join(", ");
  if (!isJsonObject(value)) return String(value);
  return Object.entries(value).map(([key, member]) => `${spaced(key)} ${wordsOf(member)}`).join("; ");
}

function spaced(key: string): string {
  return key.replace(/([a-z])([A-Z])/g, (_, before, after) => `${before} ${after.toLowerCase()}`);
}

/** A field of an entity in words, by its path from the entity on: `heat sources`, `verified`. */
export function fieldWords(leaf: string): string {
  return spaced(parsePointer(leaf).at(-1) ?? "");
}

/** What became of one value. `what` names it: `Bedroom ceiling: name`. */
export function valueSentence(what: string, fate: Exclude<Fate, "same">, sides: Sides): string {
  const { before, shipped, mine } = sides;
  switch (fate) {
    case "kept":
      return `${what}. You: ${shortValue(mine)}, the model as before: ${shortValue(shipped)}`;
    case "both":
      return `${what}. You and the model: ${shortValue(mine)}`;
    case "taken":
      return `${what}. The model: ${shortValue(shipped)}, before: ${shortValue(before)}`;
    case "removed":
      return `${what}. The model has it no more, before: ${shortValue(before)}`;
    case "conflict":
      return `${what}. You: ${shortValue(mine)}, the model: ${shortValue(shipped)}`;
    default:
      return fate satisfies never;
  }
}

/** What became of an entity as a whole. */
export function entitySentence(
  name: string,
  fate: Exclude<Fate, "same">,
  sides: Sides<{ readonly [field: string]: Json }>,
): string {
  const { before, shipped, mine } = sides;
  const kindOf = (entity: typeof mine) => spaced(String(entity?.["kind"] ?? "thing").replaceAll("_", " "));
  switch (fate) {
    case "kept":
      if (!mine) return `${name}: you removed it, the model is as before`;
      if (!shipped) return `${name}: you added it, the model does not have it`;
      return `${name}: with you its kind is ${kindOf(mine)}, the model is as before`;
    case "both":
      if (!mine) return `${name}: you removed it, and the model has it no more`;
      return `${name}: you and the model made the same of it`;
    case "taken":
      if (!before) return `${name}: new in the model`;
      return `${name}: in the model its kind is ${kindOf(shipped)} now, before it was ${kindOf(before)}`;
    case "removed":
      return `${name}: the model has it no more`;
    case "conflict":
      if (!mine) return `${name}: you removed it, the model has it${before ? ", and changed it" : ""}`;
      if (!shipped) return `${name}: you changed it, the model has it no more`;
      if (!before) return `${name}: you and the model both added it, in different ways`;
      return `${name}: you and the model both changed it. You: kind ${kindOf(mine)}, the model: kind ${
        kindOf(shipped)
      }`;
    default:
      return fate satisfies never;
  }
}
