import { z } from "zod";
import { replaceFile } from "../base/durable_file.ts";
import {
  checkFolder,
  type DataPaths,
  inspectDatabase,
  type Machine,
  type StoreError,
  storeErrorOf,
  type StoreMigration,
} from "../store/mod.ts";
import type { Backups } from "./backups.ts";
import { cleanInterruptedJobs, removeColdJournal } from "./cleaning.ts";
import { FileLock } from "./file_lock.ts";
import { jobLockPath } from "./job_lock.ts";

/** What a start does with what it finds. */
export type StartPlan =
  /** Open and run; an empty data directory is filled. */
  | { readonly kind: "ok" }
  /** Open and run, without what needs more. */
  | { readonly kind: "olderSchema"; readonly version: string | null; readonly pending: readonly string[] }
  /** A newer program wrote the database: recovery page, restore or the newer program. */
  | { readonly kind: "newerSchema"; readonly version: string | null; readonly writtenBy: string | null }
  /** The database is damaged, or gone while there are backups of it: recovery page. */
  | { readonly kind: "damaged"; readonly error: StoreError | undefined; readonly reason: string }
  /** The last start did not succeed: recovery page. */
  | { readonly kind: "recovery"; readonly reason: string }
  /** The same, and a version of the program is kept that may do better: fail, so that it takes the place of this one. */
  | { readonly kind: "goBack"; readonly reason: string }
  /** A job of the command line is running: try again when it is done. */
  | { readonly kind: "busy"; readonly reason: string };

const journalSchema = z.object({
  /** Starts since the last that succeeded. */
  attempts: z.number().int().min(0),
  /** Whose starts those were: what another version of the program could not do says nothing of this one. */
  programVersion: z.string().optional(),
  lastGood: z.object({ programVersion: z.string(), schema: z.string().nullable() }).nullable(),
});
type Journal = Readonly<z.infer<typeof journalSchema>>;

/** Failed starts in a row after which the next one offers recovery; after a change of schema one is enough. */
const maxFailedStarts = 3;

/** What is known of starts that failed. */
interface FailedStarts {
  readonly reason: string;
  /** The database was changed since a start succeeded: an older program does not run on it. */
  readonly schemaChanged: boolean;
}

/** Remembers whether starts of this version of the program succeed. */
export class StartJournal {
  readonly #path: string;
  readonly #programVersion: string;

  constructor(paths: DataPaths, programVersion: string) {
    this.#path = `${paths.user}/start.json`;
    this.#programVersion = programVersion;
  }

  /** What speaks against another start; undefined: nothing. */
  async failedStarts(schema: string | null): Promise<FailedStarts | undefined> {
    const { attempts, lastGood } = await this.#read();
    const schemaChanged = lastGood !== null && lastGood.schema !== schema;
    if (attempts < (schemaChanged ? 1 : maxFailedStarts)) return undefined;
    const reason = schemaChanged
      ? `The first start after the update to "${schema}" did not succeed.`
      : `The last ${attempts} starts did not succeed.`;
    return { reason, schemaChanged };
  }

  /** A start begins. */
  async begin(): Promise<void> {
    const journal = await this.#read();
    await this.#write({ ...journal, attempts: journal.attempts + 1 });
  }

  /** The program runs. */
  succeeded(schema: string | null): Promise<void> {
    return this.#write({ attempts: 0, lastGood: { programVersion: this.#programVersion, schema } });
  }

  /** The owner wants to try again, or a backup was restored: failed starts no longer count. */
  async forgive(): Promise<void> {
    await this.#write({ ...await this.#read(), attempts: 0 });
  }

  async #read(): Promise<Journal> {
    const none: Journal = { attempts: 0, lastGood: null };
    let text: string;
    try {
      text = await Deno.readTextFile(this.#path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return none;
      throw storeErrorOf(error, `read "${this.#path}"`);
    }
    try {
      const journal = journalSchema.parse(JSON.parse(text));
      return journal.programVersion === this.#programVersion ? journal : { ...journal, attempts: 0 };
    } catch {
      // Someone edited it. What it remembers is a convenience; a start must not depend on it.
      return none;
    }
  }

  #write(journal: Journal): Promise<void> {
    const text = JSON.stringify({ ...journal, programVersion: this.#programVersion });
    return replaceFile(`${text}\n`, { path: this.#path });
  }
}

/** What {@link planStart} needs. */
export interface PlanStartOptions {
  readonly paths: DataPaths;
  readonly migrations: readonly StoreMigration[];
  readonly journal: StartJournal;
  readonly backups: Backups;
  readonly machine?: Machine;
  /** Puts the databases where they are opened. Answers why only a backup helps; undefined: all is well. */
  readonly load?: () => Promise<string | undefined>;
  /** A version of the program is kept that takes the place of this one when it fails. Default: there is none. */
  readonly canGoBack?: () => Promise<boolean>;
  /** Told what an interrupted job had left. */
  readonly onCleaned?: (names: readonly string[]) => void;
}

/**
 * Decides how to start, after putting away what an interrupted job left. Opens nothing for good.
 *
 * @throws {StoreError} when there is no place to keep data: the program does not run.
 */
export async function planStart(options: PlanStartOptions): Promise<StartPlan> {
  const { paths, migrations, journal, backups, machine } = options;
  await checkFolder(paths.dataDir, machine);
  for (const folder of [paths.user, paths.backups, paths.cache]) {
    await Deno.mkdir(folder, { recursive: true, mode: 0o750 });
    await checkFolder(folder, machine);
  }
  const lock = new FileLock(jobLockPath(paths));
  const taken = await lock.take("{}");
  if (taken !== true) return { kind: "busy", reason: "A job of the command line is working on the database." };
  let unusable: string | undefined;
  try {
    const cleaned = [...await cleanInterruptedJobs(paths), ...await backups.clean()];
    if (cleaned.length > 0) options.onCleaned?.(cleaned);
    unusable = await options.load?.();
  } finally {
    lock.release();
  }
  if (unusable !== undefined) return { kind: "damaged", error: undefined, reason: unusable };
  const { look, schema, error } = await inspectDatabase(paths.coachiq, {
    migrations,
    ...(machine ? { machine } : {}),
  });
  if (look === "sqlite" && !error && await removeColdJournal(paths.coachiq)) {
    options.onCleaned?.([`${paths.coachiq}-journal`]);
  }
  if (error) {
    if (error.kind !== "corrupt" && error.kind !== "notADatabase") throw error;
    return { kind: "damaged", error, reason: error.message };
  }
  if (look !== "sqlite") {
    const newest = await backups.newestGood();
    if (newest === undefined) return { kind: "ok" };
    return {
      kind: "damaged",
      error,
      reason: `The database is gone, and there are backups of it, "${newest.id}" the newest.`,
    };
  }
  if (schema === undefined || schema.kind === "foreign" || schema.kind === "empty") {
    return { kind: "damaged", error, reason: "The database file has no tables of CoachIQ." };
  }
  if (schema.kind === "newer") return { kind: "newerSchema", version: schema.version, writtenBy: schema.writtenBy };
  const failed = await journal.failedStarts(schema.version);
  if (failed !== undefined) {
    const isForOther = !failed.schemaChanged && await options.canGoBack?.() === true;
    return { kind: isForOther ? "goBack" : "recovery", reason: failed.reason };
  }
  return schema.kind === "older"
    ? { kind: "olderSchema", version: schema.version, pending: schema.pending.map((migration) => migration.name) }
    : { kind: "ok" };
}
