import type { CoachModelView, MappingBatchView, MappingStatusView, MergePreviewView } from "../wire/mod.ts";
import type { CliOutput } from "./command_line.ts";

/** Where a report goes, and in which form. */
export interface Report {
  readonly json: boolean;
  readonly output: CliOutput;
}

/** Prints what was found: as JSON, or as lines for people. */
export function report(value: unknown, lines: readonly string[], { json, output }: Report): number {
  output.out(json ? `${JSON.stringify(value, undefined, 2)}\n` : lines.map((line) => `${line}\n`).join(""));
  return 0;
}

/** Prints why something was not done. Exit code 1. */
export function refuse(
  reasons: { readonly message: string; readonly errors: readonly string[] },
  { json, output }: Report,
  more: { readonly value?: object; readonly lines?: readonly string[] } = {},
): number {
  const { message, errors } = reasons;
  if (json) output.out(`${JSON.stringify({ state: "refused", message, errors, ...more.value }, undefined, 2)}\n`);
  output.err(
    [message, ...errors.filter((error) => error !== message), ...more.lines ?? []].map((line) => `${line}\n`)
      .join(""),
  );
  return 1;
}

export function modelLines(models: readonly CoachModelView[]): readonly string[] {
  return models.map((model) => {
    const marks = [
      ...(model.custom ? ["your own"] : []),
      ...(model.importedVersion === null ? [] : [`version ${model.importedVersion} imported`]),
      ...(model.updateAvailable ? ["an update is there"] : []),
    ];
    const state = marks.length === 0 ? "" : ` (${marks.join(", ")})`;
    const name = `${model.name}, version ${model.version}, ${model.entities} entities`;
    return `${model.active ? "*" : " "} ${model.id.padEnd(28)} ${name}${state}`;
  });
}

export function statusLines(status: MappingStatusView): readonly string[] {
  const { entities, edits, hidden, removed, unverified } = status;
  const imported = status.importedAt === null ? "not yet" : `${status.importedAt}, by ${status.importedBy}`;
  return [
    `Model           ${status.modelId}: ${status.name}, version ${status.version}`,
    `Imported        ${imported}`,
    ...(status.updateAvailable
      ? [`Update          version ${status.shippedVersion} is there: coachiq coach preview`]
      : []),
    `Entities        ${entities}, of which ${hidden} hidden and ${unverified} not verified`,
    `Your edits      ${edits}, entities taken away: ${removed}`,
    ...status.problems.map((problem) => `Problem         ${problem}`),
  ];
}

export function previewLines(preview: MergePreviewView): readonly string[] {
  const { counts: { kept, taken, removed, conflict }, changes, problems, fromVersion, toVersion, modelId } = preview;
  const from = fromVersion === null ? "its first import" : `version ${fromVersion}`;
  return [
    `${modelId}: from ${from} to version ${toVersion}: ` +
    `${taken} taken, ${kept} kept, ${removed} removed, ${conflict} conflicts`,
    ...changes.map(({ outcome, sentence, path, choice }) =>
      `  ${outcome.padEnd(9)} ${sentence}${choice === undefined ? "" : ` (${choice} wins; ${path})`}`
    ),
    ...problems.map((problem) => `  problem   ${problem}`),
  ];
}

export function historyLines(batches: readonly MappingBatchView[]): readonly string[] {
  return batches.map(({ id, changedAt, actor, reason, changes, undoneAt, undoable }) => {
    const state = undoneAt !== null ? `, undone ${undoneAt}` : undoable ? "" : ", cannot be undone";
    const paths = changes.length === 1 ? changes[0]?.path : `${changes.length} paths`;
    return `${String(id).padStart(6)}  ${changedAt}  ${actor}: ${reason} (${paths}${state})`;
  });
}
