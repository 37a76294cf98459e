import { createHash } from "node:crypto";
import {
  changedRows,
  documentFrom,
  type KnownMessages,
  type MappingDocument,
  type MappingRow,
  type MergeChange,
  type MergeChoice,
  mergeModel,
  type RowChange,
  rowChanges,
  rowsOf,
} from "../coach/mod.ts";
import type { ShippedModel } from "../store/mod.ts";
import type { MergePreviewView } from "../wire/mod.ts";
import { boundModel } from "./bound_model.ts";
import { MappingError } from "./mapping_error.ts";
import { problemSentence } from "./sound_model.ts";

/** What a merge is made of. */
export interface MergeParts {
  readonly modelId: string;
  readonly rows: readonly MappingRow[];
  /** The version that the rows were made of; undefined: none. */
  readonly before: ShippedModel | undefined;
  readonly shipped: { readonly document: MappingDocument; readonly version: number; readonly hash: string };
  readonly messages: KnownMessages;
}

/** The outcome of a merge, before anything is written. */
export interface Merge {
  readonly parts: MergeParts;
  readonly changes: readonly MergeChange[];
  /** For the store. */
  readonly rowChanges: readonly RowChange[];
  /** Of what was compared. */
  readonly token: string;
  /** What would be wrong with the outcome. */
  readonly problems: readonly string[];
}

/** @throws {MappingError} `invalid` for a choice at a path where there is no conflict, with the other choices or without. */
export function mergeOf(parts: MergeParts, choices: Readonly<Record<string, MergeChoice>> = {}): Merge {
  const { rows, before, shipped, messages } = parts;
  // Rows of a model that was never imported came from an archive: they are edits of it.
  const edits = !before && rows.length > 0;
  const input = {
    // Written by this program, from a document.
    before: edits ? shipped.document : before?.content as MappingDocument | undefined,
    shipped: shipped.document,
    rows: edits ? changedRows(rowsOf(shipped.document, "factory"), rows.map(asChange)) : rows,
  };
  const merged = mergeModel({ ...input, choices });
  let stray = strayChoices(Object.keys(choices), merged.changes);
  // A choice may settle what the preview asked at another path, too: an answer there is none too many.
  if (stray.length > 0) stray = strayChoices(stray, mergeModel({ ...input, choices: {} }).changes);
  if (stray.length > 0) {
    throw new MappingError("invalid", `Cannot choose at "${stray[0]}": there is no conflict at this path`, {
      errors: stray.map((path) => `There is no conflict at "${path}".`),
    });
  }
  const document = documentFrom(merged.rows);
  const checked = boundModel(document, { messages });
  return {
    parts,
    changes: merged.changes,
    rowChanges: rowChanges(rows, merged.rows),
    token: tokenOf(parts),
    problems: checked.kind === "model" ? [] : checked.problems.map((problem) => problemSentence(problem, document)),
  };
}

/** Paths of choices where there is no conflict. */
function strayChoices(paths: readonly string[], changes: readonly MergeChange[]): readonly string[] {
  const conflicts = new Set(changes.flatMap(({ outcome, path }) => outcome === "conflict" ? path : []));
  return paths.filter((path) => !conflicts.has(path));
}

function asChange({ path, value, source }: MappingRow): RowChange {
  return { path, set: { value, source } };
}

function tokenOf({ modelId, rows, before, shipped }: MergeParts): string {
  const compared = { modelId, before: before?.hash ?? null, shipped: shipped.hash, rows };
  return createHash("sha256").update(JSON.stringify(compared)).digest("hex");
}

export function previewView({ parts, changes, token, problems }: Merge): MergePreviewView {
  const counts = { kept: 0, taken: 0, removed: 0, conflict: 0 };
  for (const { outcome } of changes) counts[outcome]++;
  const { modelId, before, shipped } = parts;
  return {
    modelId,
    fromVersion: before?.version ?? null,
    toVersion: shipped.version,
    token,
    counts,
    changes,
    problems,
  };
}
