import { type LegacyPlan, planLegacyImport } from "../coach/legacy/mod.ts";
import type { Json } from "../coach/mod.ts";
import { StorageInUse } from "../core/mod.ts";
import { lookAtFile, StoreError } from "../store/mod.ts";
import { JobRefused } from "../update/mod.ts";
import { CliError } from "./cli_error.ts";
import { withStorage } from "./db_job.ts";
import { chosenDataDir, type DbPlace, exists, findPlace, isInUse } from "./db_place.ts";
import { type LegacyFiles, readLegacyFolder } from "./legacy_files.ts";
import { legacyKeys } from "./legacy_keys.ts";
import {
  hashesOf,
  type LegacyRecord,
  legacyRecordPath,
  readLegacyRecord,
  saidBy,
  writeLegacyRecord,
} from "./legacy_record.ts";
import { type LegacyOutcome, ofFiles, outcomeOf, printLegacyOutcome } from "./legacy_report.ts";
import type { LegacyRequest } from "./legacy_request.ts";
import type { LegacyTarget } from "./legacy_target.ts";
import { editsToMake, type LegacyWork, legacyWork, nothingYet, operationsOf, validRecord } from "./legacy_work.ts";
import { type LegacyParts, withLegacyTarget } from "./open_legacy_target.ts";
import { shippedAlike } from "./shipped_alike.ts";

/** Imports an earlier installation. Exit code 0: done, planned, or nothing to do; 1: refused or failed. */
export async function importLegacy(request: LegacyRequest, parts: LegacyParts): Promise<number> {
  const { json } = request;
  const outcome = await outcomeFor(request, parts);
  return printLegacyOutcome(outcome, { json, output: parts.output });
}

/** An import in the making. */
interface Making {
  readonly request: LegacyRequest;
  readonly parts: LegacyParts;
  readonly place: DbPlace;
  readonly files: LegacyFiles;
  readonly plan: LegacyPlan;
  /** What every outcome tells. */
  readonly made: MadeSoFar;
}

type MadeSoFar = Partial<LegacyOutcome> & Pick<LegacyOutcome, "folder" | "dataDir">;

async function outcomeFor(request: LegacyRequest, parts: LegacyParts): Promise<LegacyOutcome> {
  const { folder, mapping } = request;
  let made: MadeSoFar = { folder, dataDir: request.dataDir ?? "" };
  try {
    const dataDir = await chosenDataDir(request.dataDir, parts);
    made = { folder, dataDir };
    const files = await readLegacyFolder(folder, { dataDir });
    const plan = planLegacyImport(files.texts, { keys: legacyKeys, mapping });
    const alike = plan.model && shippedAlike(plan.model, parts.models);
    made = { dataDir, ...ofFiles(files), plan, alike: alike ?? null };
    const place = await findPlace(dataDir, parts, { mayBeMissing: true, command: "import-legacy" });
    return await importInto({ request, parts, place, files, plan, made });
  } catch (error) {
    const refused = refusalOf(error);
    if (!refused) throw error;
    return outcomeOf(refused.state, refused.reasons[0] ?? "", { ...made, reasons: refused.reasons });
  }
}

/** Undefined: a mistake of the program, nobody's to clear. */
function refusalOf(
  error: unknown,
): { readonly state: "refused" | "failed"; readonly reasons: readonly string[] } | undefined {
  if (error instanceof CliError) return { state: "failed", reasons: error.message.split("\n") };
  if (error instanceof StorageInUse) return { state: "refused", reasons: [error.message] };
  if (error instanceof JobRefused) return { state: "refused", reasons: error.reasons };
  if (error instanceof StoreError) return { state: "refused", reasons: [`${error.message}. ${error.todo}`] };
  return undefined;
}

async function importInto(making: Making): Promise<LegacyOutcome> {
  const { request: { dryRun, yes }, place, plan, made } = making;
  if (!plan.model && plan.settings.length === 0) {
    return outcomeOf("failed", "There is nothing that could be imported.", made);
  }
  const inUse = await isInUse(place);
  if (dryRun || !yes) return await planned(making, { inUse });
  if (inUse) {
    const running = "A server is running over this data directory, and would not learn of what changes under it. " +
      "Stop it first.";
    return outcomeOf("refused", running, made);
  }
  return await withStorage(place, ({ storage, closedBecause }) => {
    if (closedBecause !== undefined) throw new JobRefused([closedBecause]);
    return withLegacyTarget(storage, making, (target) => doWork(making, target));
  }, { makesDatabase: true });
}

/** Tells the plan, and what of it there is to do. */
async function planned(making: Making, { inUse }: { readonly inUse: boolean }): Promise<LegacyOutcome> {
  const { request: { dryRun }, place, plan, made } = making;
  // Beside a server nothing is opened.
  const work = inUse || !await hasDatabase(place)
    ? legacyWork(plan, { now: nothingYet, record: undefined })
    : await lookAt(making);
  if (isNothing(work)) return outcomeOf("unchanged", "Everything of it is here already.", { ...made, work });
  const told = { ...made, work, consent: consentOf(making) };
  const beside = inUse
    ? ["A server is running over this data directory: what is there was not looked at, and it must be stopped first."]
    : [];
  if (dryRun) return outcomeOf("planned", "Nothing was changed.", { ...told, reasons: beside });
  const needed = "This changes the coach's mapping and settings and needs your consent.";
  return outcomeOf("refused", needed, { ...told, reasons: [needed, ...beside] });
}

async function hasDatabase({ paths }: DbPlace): Promise<boolean> {
  return await exists(paths.coachiq) && await lookAtFile(paths.coachiq) === "sqlite";
}

async function lookAt(making: Making): Promise<LegacyWork> {
  const { place, plan } = making;
  const record = await readLegacyRecord(legacyRecordPath(place.paths.user));
  return await withStorage(place, ({ storage, closedBecause }) => {
    if (closedBecause !== undefined) throw new JobRefused([closedBecause]);
    return withLegacyTarget(storage, making, (now) => Promise.resolve(legacyWork(plan, { now, record })));
  });
}

function isNothing({ model, edits, settings }: LegacyWork): boolean {
  return model === undefined && edits.length === 0 && settings.length === 0;
}

/** What was done so far; what comes next may fail, and this has its way back all the same. */
interface Done {
  model?: LegacyRecord["model"];
  imported?: LegacyRecord["imported"];
  modelBefore?: string;
  edited?: LegacyRecord["edited"];
  configBackupId?: string;
  /** What the plan says of them is done, or left to the owner. */
  edits: boolean;
  settings: boolean;
}

async function doWork(making: Making, target: LegacyTarget): Promise<LegacyOutcome> {
  const { place, plan, made } = making;
  const path = legacyRecordPath(place.paths.user);
  const record = validRecord(await readLegacyRecord(path), target);
  const work = legacyWork(plan, { now: target, record });
  if (isNothing(work)) return outcomeOf("unchanged", "Everything of it is here already.", { ...made, work });
  const backupId = await target.backUp();
  const done: Done = { edits: false, settings: false };
  const note = async () => {
    const written = await recordOf(making, { done, backupId, record });
    await writeLegacyRecord(path, written);
    return written;
  };
  let kept: LegacyWork["kept"];
  try {
    kept = await importParts(making, { target, work, record, done });
  } catch (error) {
    await note();
    throw error;
  }
  const written = await note();
  return outcomeOf("done", doneText(work), {
    ...made,
    work: { ...work, kept },
    record: written,
    wayBack: wayBackOf(written, { making, settings: work.settings.map(({ key }) => key) }),
  });
}

async function importParts(making: Making, options: {
  readonly target: LegacyTarget;
  readonly work: LegacyWork;
  readonly record: LegacyRecord | undefined;
  readonly done: Done;
}): Promise<LegacyWork["kept"]> {
  const { plan } = making;
  const { target, work, record, done } = options;
  const reason = `Import of an earlier installation (${plan.mapping?.file ?? "settings alone"})`;
  const { activeModel } = target;
  if (work.model) {
    const { id, version } = work.model;
    const isFirst = target.imported(id) === undefined;
    done.imported = { batchId: await target.importModel(work.model, reason), isFirst };
    done.model = { id, version };
    if (activeModel !== undefined && activeModel !== id) done.modelBefore = activeModel;
  }
  // Looked at again: the mapping is another one now.
  const { edits, kept } = editsToMake(plan, { now: target, record });
  if (edits.length > 0) done.edited = { batchId: target.edit(operationsOf(edits), `${reason}: your changes`) };
  done.edits = true;
  if (work.settings.length > 0) {
    const values: Readonly<Record<string, Json>> = Object.fromEntries(
      work.settings.map(({ key, value }) => [key, value]),
    );
    const backup = await target.set(values);
    if (backup !== undefined) done.configBackupId = backup;
  }
  done.settings = true;
  return [...kept, ...work.kept.filter(({ of }) => of === "settings")];
}

async function recordOf(making: Making, about: {
  readonly done: Done;
  readonly backupId: string;
  readonly record: LegacyRecord | undefined;
}): Promise<LegacyRecord> {
  const { parts: { clock, programVersion }, files, plan } = making;
  const { done: { model, edits, settings, ...done }, backupId, record } = about;
  const known = model ?? record?.model;
  const said = saidBy(plan);
  return {
    format: "coachiq-legacy-import",
    version: 1,
    importedAt: new Date(clock.wallMs()).toISOString(),
    programVersion,
    from: files.folder,
    files: await hashesOf(files.texts),
    ...(known === undefined ? {} : { model: known }),
    edits: edits ? said.edits : record?.edits ?? [],
    settings: settings ? said.settings : record?.settings ?? {},
    backupId,
    ...done,
  };
}

function doneText({ model, edits, settings }: LegacyWork): string {
  const parts = [
    ...(model ? [`the model "${model.id}", version ${model.version}, with ${model.entities.length} entities`] : []),
    ...(edits.length === 0 ? [] : [`${edits.length} changes of yours`]),
    ...(settings.length === 0 ? [] : [`${settings.length} settings`]),
  ];
  return `Imported: ${parts.join(", ")}.`;
}

function wayBackOf(
  { backupId, imported, edited, modelBefore, configBackupId }: LegacyRecord,
  { making, settings }: { readonly making: Making; readonly settings: readonly string[] },
): readonly string[] {
  const where = dataDirOf(making);
  const undo = (batchId: number) => `coachiq coach undo ${batchId}${where}`;
  const undoEdits = edited ? [undo(edited.batchId)] : [];
  return [
    `mapping and preferences as they were: coachiq db restore ${backupId} --yes --parked${where}`,
    ...undoEdits.map((command) => `your changes of the mapping alone: ${command}`),
    ...(imported && !imported.isFirst
      ? [`the mapping alone: ${[...undoEdits, undo(imported.batchId)].join(", then ")}`]
      : []),
    ...(modelBefore === undefined
      ? []
      : [`the model that the coach ran with: coachiq coach import --model ${modelBefore} --yes${where}`]),
    ...(settings.length === 0 ? [] : [
      configBackupId === undefined
        ? `settings: coachiq config reset ${settings.join(" ")}${where}`
        : `settings: coachiq config backups restore ${configBackupId}${where}`,
    ]),
  ];
}

function consentOf(making: Making): string {
  const { request: { folder, mapping } } = making;
  const chosen = mapping === undefined ? "" : ` --mapping ${quoted(mapping)}`;
  return `coachiq import-legacy ${quoted(folder)}${chosen} --yes${dataDirOf(making)}`;
}

function dataDirOf({ request: { dataDir } }: Making): string {
  return dataDir === undefined ? "" : ` --data-dir ${quoted(dataDir)}`;
}

/** As a shell takes it for one word. */
function quoted(text: string): string {
  return /^[\w./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
