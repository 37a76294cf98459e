import { type StartPlan, type Storage, StorageInUse } from "../core/mod.ts";
import { lookAtFile } from "../store/mod.ts";
import {
  askServer,
  type BoxRequest,
  type DatabaseUpdater,
  type JobProgress,
  JobRefused,
  type StartedJob,
} from "../update/mod.ts";
import { type DbPlace, isInUse, runningJobIn, storageOf } from "./db_place.ts";
import { whileServerRuns } from "./server_watch.ts";

/** For the record in the database. */
export const actor = "command line";

/** The storage, opened by this process while no server runs. */
export interface OpenedStorage {
  readonly storage: Storage;
  /** Why the database itself could not be opened: backups can be restored all the same. Absent: it is open. */
  readonly closedBecause?: string;
}

/** A job, put in both ways. */
export interface DbJob {
  /** To the server, when one runs. */
  readonly ask: BoxRequest;
  /** In this process, when none does. */
  readonly begin: (updater: DatabaseUpdater) => Promise<StartedJob>;
  /** The job works on a database that cannot be opened, too. */
  readonly needsNoDatabase?: boolean;
}

/** How often a job is tried when the one that had the database went away before it took the job. */
const maxTries = 3;

/**
 * Has a job done by whoever has the database: the running server, or this process, which then takes the server's place
 * for as long as it works.
 *
 * @throws {JobRefused} with reasons.
 */
export async function performJob(
  place: DbPlace,
  job: DbJob,
  onProgress: (progress: JobProgress) => void,
): Promise<JobProgress> {
  for (let tries = 0; tries < maxTries; tries++) {
    try {
      if (!await isInUse(place)) {
        return await withStorage(place, (opened) => performHere(opened, { job, place, onProgress }));
      }
    } catch (error) {
      // One that was started in this very moment is asked.
      if (!(error instanceof StorageInUse)) throw error;
    }
    await mustBeIdle(place);
    const { paths, parts: { clock } } = place;
    const progress = await whileServerRuns(
      place,
      (onTaken) => askServer(job.ask, { paths, clock, onProgress, onTaken }),
    );
    if (progress !== undefined) return progress;
  }
  throw new JobRefused(["The server that has the database comes and goes and gives no answer. See its log."]);
}

async function performHere(
  { storage, closedBecause }: OpenedStorage,
  options: {
    readonly job: DbJob;
    readonly place: DbPlace;
    readonly onProgress: (progress: JobProgress) => void;
  },
): Promise<JobProgress> {
  const { job, onProgress } = options;
  if (closedBecause !== undefined) {
    if (job.needsNoDatabase !== true) throw new JobRefused([closedBecause]);
    await storage.store.history.start();
  }
  const unsubscribe = storage.updater.jobs.subscribe(onProgress);
  try {
    const { done } = await job.begin(storage.updater);
    const progress = await done;
    // What is in place now is not what could not be started with before.
    if (progress.state === "done" && (progress.kind === "restore" || progress.kind === "reset")) {
      await storage.forgive();
    }
    return progress;
  } finally {
    unsubscribe();
  }
}

/**
 * Takes the data directory as a server does, so that a server that starts meanwhile is told, and opens the storage.
 *
 * @throws {StorageInUse} when a server has it.
 * @throws {JobRefused} when a job that is left from elsewhere runs.
 */
export async function withStorage<T>(
  place: DbPlace,
  work: (opened: OpenedStorage) => Promise<T>,
  /** Where there is no database yet one is made, as at the first start of a server. */
  { makesDatabase = false }: { readonly makesDatabase?: boolean } = {},
): Promise<T> {
  const storage = storageOf(place);
  try {
    const plan = await storage.plan();
    if (plan.kind === "busy") {
      throw new JobRefused([`${plan.reason} Wait until it is done.`], await runningJobIn(place));
    }
    const isNew = makesDatabase && plan.kind === "ok" && await lookAtFile(place.paths.coachiq) === "missing";
    const closedBecause = isNew ? undefined : await reasonNotToOpen(plan, place);
    if (closedBecause !== undefined) return await work({ storage, closedBecause });
    await storage.store.start();
    // A restore keeps the states of the present: they have to be known for that.
    storage.store.states.restore();
    return await work({ storage });
  } finally {
    await storage.stop();
  }
}

async function reasonNotToOpen(
  plan: Exclude<StartPlan, { readonly kind: "busy" }>,
  { dataDir, paths }: DbPlace,
): Promise<string | undefined> {
  switch (plan.kind) {
    case "ok":
      return await lookAtFile(paths.coachiq) === "sqlite" ? undefined : noDatabaseYet(dataDir);
    case "olderSchema":
    case "recovery":
    case "goBack":
      return undefined;
    case "newerSchema":
      return newerSchema(plan);
    case "damaged":
      return `${plan.reason.replace(/\.?$/, ".")} Restore a backup: coachiq db backups lists them.`;
    default:
      return plan satisfies never;
  }
}

/**
 * One job at a time: the next is told and does not wait. Nor is a file opened that a job is about to replace.
 *
 * @throws {JobRefused} with the id of the one that is running.
 */
export async function mustBeIdle(place: DbPlace): Promise<void> {
  const jobId = await runningJobIn(place);
  if (jobId === undefined) return;
  throw new JobRefused(["Another job is working on the database; wait until it is done."], jobId);
}

export function noDatabaseYet(dataDir: string): string {
  return `There is no database in "${dataDir}" yet: the first start of coachiq serve makes it.`;
}

export function newerSchema(found: { readonly version: string | null; readonly writtenBy: string | null }): string {
  return `CoachIQ ${found.writtenBy ?? "of an unknown version"} wrote the database with the newer schema ` +
    `"${found.version}". Install that version again, or restore a backup from before.`;
}
