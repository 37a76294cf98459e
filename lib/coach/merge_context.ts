import type { Json, MappingDocument } from "./mapping.ts";
import type { MergeChange, MergeChoice, MergeInput } from "./merge_change.ts";
import { type Fate, fateOf, settled, type Sides } from "./merge_value.ts";
import { valueSentence } from "./merge_words.ts";

/** The three sides of a merge as documents, and the changes found so far. */
export interface MergeContext {
  /** What was shipped before; as far as the rows tell where that is not known. */
  readonly before: MappingDocument;
  readonly shipped: MappingDocument;
  /** What the owner made of `before`. */
  readonly mine: MappingDocument;
  /** Paths of the owner's rows: edits, even where `before` does not show it. */
  readonly edited: ReadonlySet<string>;
  /** The owner's own lists of the order; undefined: the model's. */
  readonly ownOrder: Readonly<Record<"areas" | "entities", readonly string[] | undefined>>;
  /** What was shipped before is known. */
  readonly beforeKnown: boolean;
  readonly choices: MergeInput["choices"];
  /** By path. */
  readonly changes: Map<string, MergeChange>;
}

/** Who wins at a path. */
export function choiceAt(context: MergeContext, path: string): MergeChoice {
  return Object.hasOwn(context.choices, path) && context.choices[path] === "theirs" ? "theirs" : "mine";
}

/** Notes what became of a path; a path noted before is noted anew. */
export function noteChange(context: MergeContext, change: {
  readonly path: string;
  readonly entityId?: string;
  readonly fate: Exclude<Fate, "same">;
  readonly sides: Sides;
  readonly sentence: string;
  /** Who wins a conflict, where that is not as chosen at its path. */
  readonly choice?: MergeChoice | undefined;
}): void {
  const { path, entityId, fate, sides, sentence, choice = choiceAt(context, path) } = change;
  const outcome = fate === "both" ? "kept" : fate;
  context.changes.set(path, {
    path,
    ...(entityId === undefined ? {} : { entityId }),
    outcome,
    ...(sides.before === undefined ? {} : { before: sides.before }),
    ...(sides.shipped === undefined ? {} : { shipped: sides.shipped }),
    ...(sides.mine === undefined ? {} : { owner: sides.mine }),
    sentence,
    ...(outcome === "conflict" ? { choice } : {}),
  });
}

/** Merges one value that is no part of an entity, and notes what became of it. */
export function mergeValue(
  context: MergeContext,
  value: { readonly path: string; readonly what: string; readonly sides: Sides },
): Json | undefined {
  const { path, what, sides } = value;
  const fate = fateOf(sides, context.edited.has(path));
  if (fate !== "same") noteChange(context, { path, fate, sides, sentence: valueSentence(what, fate, sides) });
  return settled(fate, { sides, choice: choiceAt(context, path) });
}
