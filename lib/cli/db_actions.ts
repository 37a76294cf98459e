import { replaceFile } from "../base/durable_file.ts";
import {
  addRunToFile,
  createInPlace,
  integrityProblems,
  lookAtFile,
  messageOf,
  openToInspect,
  storeErrorOf,
  type StoreMigration,
} from "../store/mod.ts";
import { type JobProgress, JobRefused } from "../update/mod.ts";
import { CliError } from "./cli_error.ts";
import { actor, type DbJob, mustBeIdle, noDatabaseYet, performJob, withStorage } from "./db_job.ts";
import { backupView } from "../core/mod.ts";
import { type DbOutcome, doneWith, type LiveCheck, outcomeOfJob, refusedWith } from "./db_outcome.ts";
import { type DbPlace, exists, isInUse, storageOf } from "./db_place.ts";
import type { DbRequest, DbRequestOf, Words } from "./db_request.ts";
import { backupsIn, statusOf } from "./db_status.ts";
import { openPaths } from "./open_paths.ts";

/** Told how far a job is. */
export type OnProgress = (progress: JobProgress) => void;

/** Most bytes of an archive that is taken in. */
const maxArchiveBytes = 64 * 1024 * 1024;

const consentMissing = "This changes the database and needs your consent.";

/** Updates the database; done, too, when nothing is waiting. */
export async function migrateDb(
  place: DbPlace,
  request: DbRequestOf<"migrate">,
  onProgress: OnProgress,
): Promise<DbOutcome> {
  const { state, pending, currentVersion } = await statusOf(place);
  if (state === "current") return doneWith("migrate", `The database is up to date: "${currentVersion}".`);
  if (state === "older" && !request.yes) {
    const steps = pending.map(({ name, description }) => `${name}: ${description}`);
    return await unconfirmed(place, request, ["Make a backup and prove it.", ...steps]);
  }
  const job: DbJob = {
    ask: { kind: "update", ...wordsOf(request) },
    begin: (updater) => updater.update(wordsOf(request)),
  };
  return outcomeOfJob("migrate", await performJob(place, job, onProgress));
}

export async function dryRunDb(place: DbPlace, onProgress: OnProgress): Promise<DbOutcome> {
  const job: DbJob = {
    ask: { kind: "dryRun", actor, confirm: false },
    begin: (updater) => updater.dryRun(),
  };
  const progress = await performJob(place, job, onProgress);
  const outcome = outcomeOfJob("dry-run", progress);
  const { result } = progress;
  if (outcome.state !== "done" || !result || !("conflicts" in result)) return outcome;
  return result.conflicts.length > 0 ? { ...outcome, state: "failed" } : outcome;
}

export async function backupDb(place: DbPlace, onProgress: OnProgress): Promise<DbOutcome> {
  const job: DbJob = {
    ask: { kind: "backup", actor, confirm: false },
    begin: (updater) => updater.backup("manual"),
  };
  return outcomeOfJob("backup", await performJob(place, job, onProgress));
}

/** Checks one backup, or the live database and the newest backup. */
export async function verifyDb(
  place: DbPlace,
  request: DbRequestOf<"verify">,
  onProgress: OnProgress,
): Promise<DbOutcome> {
  if (request.id !== undefined) return await verifyBackup(place, request.id, onProgress);
  const live = await checkLive(place);
  const [newest] = await backupsIn(place);
  const backup = newest && await verifyBackup(place, newest.id, onProgress);
  const of = backup?.result && "sha256" in backup.result ? backup.result : newest ? backupView(newest) : null;
  const liveSays = live.problems.length === 0
    ? "The live database is good."
    : `The live database is not good: ${live.problems.join("; ")}.`;
  return {
    ...doneWith("verify", `${liveSays} ${backup?.message ?? "There is no backup yet: coachiq db backup makes one."}`, {
      live,
      backup: of,
    }),
    state: live.problems.length > 0 || (backup && backup.state !== "done") ? "failed" : "done",
    jobId: backup?.jobId ?? null,
  };
}

async function verifyBackup(place: DbPlace, id: string, onProgress: OnProgress): Promise<DbOutcome> {
  const job: DbJob = {
    ask: { kind: "verify", actor, confirm: false, backupId: await knownBackup(place, id) },
    begin: (updater) => updater.verify(id),
    needsNoDatabase: true,
  };
  return outcomeOfJob("verify", await performJob(place, job, onProgress));
}

async function checkLive(place: DbPlace): Promise<LiveCheck> {
  const { coachiq: path } = await openPaths(place.dataDir);
  await mustBeIdle(place);
  try {
    if (await lookAtFile(path) !== "sqlite") return { path, problems: [noDatabaseYet(place.dataDir)] };
    const connection = openToInspect(path);
    try {
      return { path, problems: integrityProblems(connection) };
    } finally {
      connection.close();
    }
  } catch (error) {
    return { path, problems: [storeErrorOf(error, `read database "${path}"`).message] };
  }
}

export async function restoreDb(
  place: DbPlace,
  request: DbRequestOf<"restore">,
  onProgress: OnProgress,
): Promise<DbOutcome> {
  const id = await knownBackup(place, request.id);
  if (!request.yes) {
    return await unconfirmed(place, request, [
      `Check backup "${id}" again.`,
      "Make a backup of the present.",
      "Put the older one in its place: preferences and mappings are then as they were; the coach's states and the history stay.",
    ]);
  }
  const job: DbJob = {
    ask: { kind: "restore", backupId: id, ...wordsOf(request) },
    begin: (updater) => updater.restore(id, wordsOf(request)),
    needsNoDatabase: true,
  };
  return outcomeOfJob("restore", await performJob(place, job, onProgress));
}

const resetWould = {
  preferences: ["Forget your preferences: names, units, grouping. There is no way back but a backup or an archive."],
  states: ["Forget the states of the coach and the whole history of charts. There is no way back."],
  all: [
    "Make a backup of the present.",
    "Forget preferences, mappings and the coach's states, and the whole history of charts, of which there is no backup.",
  ],
} as const;

export async function resetDb(
  place: DbPlace,
  request: DbRequestOf<"reset">,
  onProgress: OnProgress,
): Promise<DbOutcome> {
  const { scope } = request;
  if (!request.yes) return await unconfirmed(place, request, resetWould[scope]);
  const job: DbJob = {
    ask: { kind: "reset", scope, ...wordsOf(request) },
    begin: (updater) => updater.reset(scope, wordsOf(request)),
    needsNoDatabase: scope === "all",
  };
  return outcomeOfJob("reset", await performJob(place, job, onProgress));
}

/** Makes a database, at any schema, where there is none and no backup of one. */
export async function createDb(place: DbPlace, request: DbRequestOf<"create">): Promise<DbOutcome> {
  const { paths, dataDir, parts } = place;
  const { migrations: { coachiq }, programVersion, clock } = parts;
  const to = stepNamed(request.at, coachiq);
  if (await isInUse(place)) {
    throw new CliError(`Cannot create a database in "${dataDir}": a server is running over this data directory`);
  }
  const startMs = clock.monotonicMs();
  const storage = storageOf(place);
  try {
    const plan = await storage.plan();
    if (plan.kind !== "ok" || await lookAtFile(paths.coachiq) === "sqlite") {
      const reason = plan.kind === "damaged" ? plan.reason : "there is one already";
      throw new CliError(`Cannot create a database in "${dataDir}": ${reason}`);
    }
    await createInPlace(paths.coachiq, coachiq, { to });
    addRunToFile(paths.coachiq, {
      jobId: crypto.randomUUID(),
      actor,
      startedAtMs: clock.wallMs(),
      from: null,
      to,
      durationMs: clock.monotonicMs() - startMs,
      outcome: "created",
      message: "Created by the command line.",
      programVersion,
    });
  } finally {
    await storage.release();
  }
  return doneWith("create", `There is a database in "${dataDir}" now, with the schema "${to}".`, { schemaVersion: to });
}

function stepNamed(at: string | undefined, migrations: readonly StoreMigration[]): string {
  const names = migrations.map(({ name }) => name);
  const found = at === undefined
    ? names.at(-1)
    : names.find((name) => name === at || /^\d{1,4}$/.test(at) && Number(name.slice(0, 4)) === Number(at));
  if (found !== undefined) return found;
  throw new CliError(`Cannot create a database at "${at}": there is no such step, expected one of ${names.join(", ")}`);
}

export async function exportDb(place: DbPlace, request: DbRequestOf<"export">): Promise<DbOutcome> {
  const { file } = request;
  if (await exists(file)) throw new CliError(`Cannot write the archive "${file}": there is such a file already`);
  const archive = await isInUse(place) ? await archiveBesideServer(place) : await withStorage(place, (opened) => {
    if (opened.closedBecause !== undefined) throw new JobRefused([opened.closedBecause]);
    return opened.storage.exportUserData();
  });
  await replaceFile(archive, { path: file });
  const message = `Your preferences, mappings, overrides and profiles are in "${file}" (${archive.length} bytes).`;
  return doneWith("export", message, { bytes: archive.length });
}

/** Reading is no change: it is done beside the server. */
async function archiveBesideServer(place: DbPlace): Promise<Uint8Array> {
  await mustBeIdle(place);
  const { isInMemory } = await openPaths(place.dataDir);
  const storage = storageOf(place, isInMemory ? "sdcard" : "ssd");
  try {
    await storage.store.open();
    return await storage.exportUserData();
  } finally {
    storage.store.close();
  }
}

export async function importDb(place: DbPlace, request: DbRequestOf<"import">): Promise<DbOutcome> {
  const { file } = request;
  const archive = await readArchive(file);
  if (await isInUse(place)) {
    return refusedWith("import", [
      "A server is running over this data directory, and would not learn of what changes under it. " +
      "Take the archive in on its site (Settings, Database), or stop it first.",
    ]);
  }
  if (!request.yes) {
    return await unconfirmed(place, request, [
      `Take preferences, mappings, overrides and profiles in from "${file}": they replace those of the same name. ` +
      "(coachiq db export keeps what is there now.)",
    ]);
  }
  const contents = await withStorage(place, ({ storage, closedBecause }) => {
    if (closedBecause !== undefined) throw new JobRefused([closedBecause]);
    return storage.importUserData(archive, actor);
  });
  const { settings, mappings, files } = contents;
  const message = `${settings} preferences, ${mappings} mappings and ${files.length} files are taken in.`;
  return doneWith("import", message, contents);
}

async function readArchive(file: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const { size } = await Deno.stat(file);
    if (size > maxArchiveBytes) throw new Error(`it has ${size} bytes, expected at most ${maxArchiveBytes}`);
    return await Deno.readFile(file);
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound ? "there is no such file" : messageOf(cause);
    throw new CliError(`Cannot read the archive "${file}": ${reason}`, { cause });
  }
}

function wordsOf({ yes, parked }: Words): { actor: string; confirm: boolean; parked: boolean } {
  return { actor, confirm: yes, parked };
}

/** The same id, if there is such a backup. It is looked for before anything else is begun or asked. */
async function knownBackup(place: DbPlace, id: string): Promise<string> {
  if ((await backupsIn(place)).some((manifest) => manifest.id === id)) return id;
  throw new CliError(`Cannot find backup "${id}": there is none of this id, coachiq db backups lists them`);
}

/** Tells what would happen, and the command that makes it happen. */
async function unconfirmed(
  place: DbPlace,
  request: Extract<DbRequest, { readonly yes: boolean }>,
  would: readonly string[],
): Promise<DbOutcome> {
  const what = request.command === "reset"
    ? ` --scope ${request.scope}`
    : request.command === "restore"
    ? ` ${request.id}`
    : request.command === "import"
    ? ` ${quoted(request.file)}`
    : "";
  const needsWord = "parked" in request && (request.parked || !await isInUse(place));
  const where = request.dataDir === undefined ? "" : ` --data-dir ${quoted(request.dataDir)}`;
  const consent = `coachiq db ${request.command}${what} --yes${needsWord ? " --parked" : ""}${where}`;
  return refusedWith(request.command, [consentMissing], { result: { would, consent } });
}

/** As a shell takes it for one word. */
function quoted(text: string): string {
  return /^[\w./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
