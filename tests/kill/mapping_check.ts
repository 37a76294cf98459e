import { createHash } from "node:crypto";
import type { CoachMapping } from "../../lib/core/mod.ts";
import { type MappingStep, modelId, performMappingStep, startMapping } from "./mapping_steps.ts";
import type { Parts } from "./parts.ts";
import { checkStart } from "./recovery_check.ts";

const author = { actor: "kill harness" };

/** What is valid now, as a check sum, and the number of the newest change. */
export function rowsText({ store }: Parts): string {
  const rows = store.mappings.active(modelId).map(({ path, value, source }) => [path, value, source]);
  const imported = store.imports.status(modelId);
  const [newest] = store.mappings.history(modelId, { limit: 1 });
  const sum = createHash("sha256").update(JSON.stringify([rows, imported?.version, imported?.hash])).digest("hex");
  return `${sum} ${newest?.id ?? 0}`;
}

/** What the process had done, and what it was at. */
interface Done {
  readonly sum: string;
  /** Number of the newest change. */
  readonly batchId: number;
  readonly step: MappingStep | undefined;
}

function doneIn(lines: readonly string[]): Done {
  let [done, step]: [string, MappingStep | undefined] = ["", undefined];
  for (const line of lines) {
    if (line.startsWith("try ")) step = JSON.parse(line.slice(4)) as MappingStep;
    if (line.startsWith("done ")) [done, step] = [line.slice(5), undefined];
  }
  const [sum = "", batchId = "0"] = done.split(" ");
  return { sum, batchId: Number(batchId), step };
}

/**
 * Starts over a data directory whose process was killed, and looks whether the mapping is whole: as it was before the
 * change that was begun, or as it is after it.
 *
 * @param lines what the process said.
 * @returns what does not hold, one sentence each.
 */
export function checkMappingAfterKill(dataDir: string, lines: readonly string[]): Promise<readonly string[]> {
  return checkStart(dataDir, async (parts) => {
    const mapping = await startMapping(dataDir, parts);
    const wrong = [
      ...mapping.problems().map(({ what }) => `after the start: ${what}`),
      ...wrongReferences(parts),
      ...await wrongBackups(parts),
      ...await wrongChange(parts, { mapping, done: doneIn(lines) }),
    ];
    await mapping.stop();
    return wrong;
  });
}

/** What points from one table into another points at what is there. */
function wrongReferences({ store }: Parts): readonly string[] {
  const wrong: string[] = [];
  const status = store.imports.status(modelId);
  if (store.systemSettings.get("active_model") !== modelId) wrong.push("another model is in use");
  if (store.systemSettings.get("base_model_hash") !== status?.hash) wrong.push("the model in use is another version");
  if (!status || !store.imports.shipped(modelId, status.hash)) wrong.push("the content of the version is not kept");
  const twice = store.database.connection.prepare(
    "SELECT path FROM coach_mappings WHERE is_active = 1 GROUP BY model_id, path HAVING count(*) > 1",
  ).all();
  const lost = store.database.connection.prepare(
    "SELECT path FROM coach_mapping_history WHERE batch_id NOT IN (SELECT id FROM coach_mapping_batches) " +
      "OR old_mapping_id NOT IN (SELECT id FROM coach_mappings) OR new_mapping_id NOT IN (SELECT id FROM coach_mappings)",
  ).all();
  wrong.push(...twice.map(({ path }) => `"${path}" is valid twice`), ...lost.map(({ path }) => `"${path}" has no row`));
  return wrong;
}

async function wrongBackups({ backups }: Parts): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const { id } of await backups.list()) {
    const { problems } = await backups.verify(id);
    wrong.push(...problems.map((problem) => `backup "${id}" is not good: ${problem}`));
  }
  return wrong;
}

/** Old or new, whole: taking back what is more than was told gives the old, and making it again what was found. */
async function wrongChange(
  parts: Parts,
  of: { readonly mapping: CoachMapping; readonly done: Done },
): Promise<readonly string[]> {
  const { mapping, done: { sum, batchId, step } } = of;
  const now = () => rowsText(parts).split(" ");
  const [found = "", newest = "0"] = now();
  const isNew = Number(newest) !== batchId;
  if (!isNew && found !== sum) return ["the rows are neither those before the change nor those after one"];
  if (isNew && (!step || Number(newest) !== batchId + 1)) return [`change ${newest} is there, ${batchId} was the last`];
  if (!step) return [];
  if (isNew) {
    mapping.undo(Number(newest), author);
    if (now()[0] !== sum) return [`taking the change back does not give what was there: ${JSON.stringify(step)}`];
    await performMappingStep(mapping, step);
    return now()[0] === found ? [] : [`the same change again does not give the same: ${JSON.stringify(step)}`];
  }
  const made = await performMappingStep(mapping, step);
  const [after, change = "0"] = now();
  if (!made) return after === sum ? [] : [`a refused change has changed the rows: ${JSON.stringify(step)}`];
  if (change === newest) return [];
  mapping.undo(Number(change), author);
  return now()[0] === sum ? [] : [`taking the change back does not give what was there: ${JSON.stringify(step)}`];
}
