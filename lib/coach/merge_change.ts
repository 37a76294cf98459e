import type { Json, MappingDocument, MappingRow } from "./mapping.ts";

/** Who wins a conflict. */
export type MergeChoice = "mine" | "theirs";

/** One path of a three-way merge; the words are those of `MergeChangeView` in `lib/wire`. */
export interface MergeChange {
  /** A leaf, or `/entities/<id>` when it is about the entity as a whole. */
  readonly path: string;
  /** Absent for areas, messages, order and the model's own fields. */
  readonly entityId?: string;
  readonly outcome: "kept" | "taken" | "removed" | "conflict";
  /** Absent: not there. */
  readonly before?: Json;
  readonly shipped?: Json;
  readonly owner?: Json;
  /** In plain words, e.g. `Bedroom ceiling: name. You: "Bed", the model: "Bedroom"`. */
  readonly sentence: string;
  /** Who wins a conflict; the owner unless chosen otherwise. Absent for other outcomes. */
  readonly choice?: MergeChoice;
}

/** What is merged. */
export interface MergeInput {
  /** The model as it was shipped when these rows were made; undefined: not known, or nothing was imported yet. */
  readonly before: MappingDocument | undefined;
  /** The model as it is shipped now. */
  readonly shipped: MappingDocument;
  /** All active rows, those of the model and those of the owner. */
  readonly rows: readonly MappingRow[];
  /** Path of a conflict → who wins; what is not named stays the owner's. */
  readonly choices: Readonly<Record<string, MergeChoice>>;
}

export interface MergedModel {
  /** In the order of their paths; what nobody changed is not listed. */
  readonly changes: readonly MergeChange[];
  /** All active rows afterwards, in the order of their paths. */
  readonly rows: readonly MappingRow[];
}
