import type { Clock, Logger } from "../base/mod.ts";
import {
  addRunToFile,
  createDatabaseFile,
  dataVersionOf,
  messageOf,
  migrate,
  type MigrationRun,
  removeDatabase,
  type Store,
  StoreError,
  storeErrorOf,
  type StoreMigrations,
  writeStatesToFile,
} from "../store/mod.ts";
import type { BackupManifest, BackupReason } from "./backup_manifest.ts";
import { type Backups, copyVia } from "./backups.ts";
import { type Faults, noFaults } from "./faults.ts";
import type { HeavyWork } from "./heavy_work.ts";
import { type DryRunReport, JobBook, type JobProgress, JobRefused } from "./job.ts";
import { type Job, JobRunner } from "./job_runner.ts";
import { swapDatabase } from "./swap.ts";
import type { UpdateRequest } from "./update_request.ts";

/** Whether the database may be changed now; the rules are those of `lib/safety`. */
export interface MigrationSafety {
  mayMigrate(request: UpdateRequest): { readonly safe: boolean; readonly reasons: readonly string[] };
}

/** What a factory reset removes: preferences; states and history; or everything. */
export type ResetScope = "preferences" | "states" | "all";

/** Settings of a {@link DatabaseUpdater}. */
export interface DatabaseUpdaterOptions {
  /** Open, or not open in recovery mode. */
  readonly store: Store;
  readonly backups: Backups;
  readonly work: HeavyWork;
  readonly migrations: StoreMigrations;
  readonly safety: MigrationSafety;
  readonly programVersion: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly faults?: Faults;
  /** A job that takes longer is ended, ms. Default 300,000. */
  readonly limitMs?: number;
}

/** A job that was begun. `done` never rejects: a failed job is a result, too. */
export interface StartedJob {
  readonly jobId: string;
  readonly done: Promise<JobProgress>;
}

/** The state of the database, for the page and the command line. */
export interface DatabaseStatus {
  readonly currentVersion: string | null;
  readonly targetVersion: string;
  readonly needsUpdate: boolean;
  readonly pending: readonly { readonly name: string; readonly description: string }[];
  readonly lastRun: MigrationRun | undefined;
  readonly latestBackup: BackupManifest | undefined;
  readonly safety: { readonly safe: boolean; readonly reasons: readonly string[] };
  readonly runningJobId: string | undefined;
}

/** Everything that changes the database file as a whole: one job at a time, also across processes. */
export class DatabaseUpdater {
  readonly jobs = new JobBook();
  readonly #options: DatabaseUpdaterOptions;
  readonly #runner: JobRunner;
  readonly #faults: Faults;

  constructor(options: DatabaseUpdaterOptions) {
    this.#options = options;
    this.#faults = options.faults ?? noFaults;
    this.#runner = new JobRunner({ ...options, jobs: this.jobs, paths: options.store.paths });
  }

  /** In recovery mode, with the database not open, it knows the backups and what is safe, and no more. */
  async status(request: UpdateRequest): Promise<DatabaseStatus> {
    const { store, backups, safety } = this.#options;
    const isOpen = store.database.isOpen;
    const pending = isOpen ? this.#pending() : [];
    return {
      currentVersion: isOpen ? store.schema.version : null,
      targetVersion: this.#options.migrations.coachiq.at(-1)?.name ?? "",
      needsUpdate: pending.length > 0,
      pending,
      lastRun: isOpen ? store.records.runs(1)[0] : undefined,
      latestBackup: (await backups.list())[0],
      safety: safety.mayMigrate(request),
      runningJobId: this.jobs.running()?.jobId ?? await this.#runner.runningElsewhere(),
    };
  }

  /** Updates the database to the newest schema. @throws {JobRefused} with reasons. */
  async update(request: UpdateRequest): Promise<StartedJob> {
    if (this.#pending().length === 0) throw new JobRefused(["The database is up to date."]);
    this.#mustBeAllowed(request);
    return await this.#runner.begin({ kind: "update", actor: request.actor }, (job) => this.#update(job, request));
  }

  /** Does all of an update but the swap, on a copy. Changes nothing, needs no consent. @throws {JobRefused} */
  dryRun(): Promise<StartedJob> {
    return this.#runner.begin({ kind: "dryRun" }, (job) => this.#dryRun(job));
  }

  /** @throws {JobRefused} */
  backup(reason: BackupReason): Promise<StartedJob> {
    return this.#runner.begin({ kind: "backup" }, async (job) => {
      const manifest = await this.#backup(job, { reason, from: 0, to: 99 });
      return { message: `Backup "${manifest.id}" is made and proven.`, result: manifest };
    });
  }

  /** @throws {JobRefused} */
  verify(backupId: string): Promise<StartedJob> {
    return this.#runner.begin({ kind: "verify" }, async (job) => {
      const manifest = await this.#options.backups.verify(backupId, job.work("proof", { from: 0, to: 99 }));
      if (manifest.problems.length === 0) return { message: `Backup "${backupId}" is good.`, result: manifest };
      throw new StoreError("corrupt", `Backup "${backupId}" is not good: ${manifest.problems.join("; ")}`);
    });
  }

  /** Takes an uploaded file in as a backup. @throws {JobRefused} */
  upload(file: ReadableStream<Uint8Array>, options: { readonly maxBytes: number }): Promise<StartedJob> {
    return this.#runner.begin({ kind: "upload" }, async (job) => {
      const manifest = await this.#options.backups.receive(file, {
        ...options,
        ...job.work("proof", { from: 0, to: 99 }),
      });
      return { message: `The file is taken in as backup "${manifest.id}".`, result: manifest };
    });
  }

  /** Puts a backup in the place of the present, of which a backup is made first. @throws {JobRefused} with reasons. */
  async restore(backupId: string, request: UpdateRequest): Promise<StartedJob> {
    this.#mustBeAllowed(request);
    return await this.#runner.begin(
      { kind: "restore", actor: request.actor },
      (job) => this.#restore(job, { backupId, request }),
    );
  }

  /** Forgets what the program was told. `all` makes a backup first. @throws {JobRefused} with reasons. */
  async reset(scope: ResetScope, request: UpdateRequest): Promise<StartedJob> {
    this.#mustBeAllowed(request);
    return await this.#runner.begin(
      { kind: "reset", actor: request.actor },
      (job) => this.#reset(job, { scope, request }),
    );
  }

  #pending(): DatabaseStatus["pending"] {
    const { store } = this.#options;
    const history = store.history.schema?.kind === "older" ? store.history.schema.pending : [];
    return [...store.schema.pending, ...history].map(({ name, description }) => ({ name, description }));
  }

  #mustBeAllowed(request: UpdateRequest): void {
    if (!request.confirm) throw new JobRefused(["This changes the database and needs your consent."]);
    const { safe, reasons } = this.#options.safety.mayMigrate(request);
    if (!safe) throw new JobRefused(reasons);
  }

  async #update(job: Job, request: UpdateRequest): Promise<{ readonly message: string }> {
    const { store, migrations } = this.#options;
    await this.#faults.reach("safety");
    const from = store.schema.version;
    const to = migrations.coachiq.at(-1)?.name ?? null;
    if (store.schema.kind === "older") {
      await this.#backup(job, { reason: "preMigration", from: 2, to: 40 });
      await this.#replace(job, {
        run: this.#run(job, { request, from, to, outcome: "updated", message: `Updated to "${to}".` }),
        make: async (shadow) => {
          await this.#faults.reach("copy");
          await this.#options.work.copy(
            { from: store.paths.coachiq, to: shadow },
            job.work("copy", { from: 40, to: 50 }),
          );
          await this.#faults.reach("migrate");
          const { shadowMaxPages } = this.#faults;
          await this.#options.work.migrateShadow(shadow, {
            ...job.work("migrate", { from: 50, to: 85 }),
            ...(shadowMaxPages === undefined ? {} : { maxPages: shadowMaxPages }),
          });
          await this.#faults.reach("check");
        },
      });
    }
    return { message: `The database is up to date: "${to}".${await this.#updateHistory(job)}` };
  }

  /**
   * History cannot be rebuilt but can be missed: its steps run in its own file, each in one transaction, and are no
   * reason to call the update failed. Answers what went wrong with them, for people.
   */
  async #updateHistory(job: Job): Promise<string> {
    const { history } = this.#options.store;
    if (history.schema?.kind !== "older") return "";
    job.report("migrate", { percent: 97, message: "Updating the history." });
    try {
      await migrate(history.database.connection, { migrations: this.#options.migrations.history });
      return "";
    } catch (error) {
      return ` The history is off until its own update succeeds: ${storeErrorOf(error, "update history").message}`;
    } finally {
      history.database.close();
      await history.reopen();
    }
  }

  async #dryRun(job: Job): Promise<{ readonly message: string; readonly result: DryRunReport }> {
    const { store, backups, work, migrations, clock } = this.#options;
    const startMs = clock.monotonicMs();
    const copy = `${store.paths.cache}/dry-run-${crypto.randomUUID()}.db`;
    const conflicts: string[] = [];
    let applied: readonly string[] = [];
    let bytes = 0;
    try {
      bytes = (await Deno.stat(store.paths.coachiq)).size;
      await backups.checkSpace(bytes);
      await work.copy(
        { from: store.paths.coachiq, to: copy, ...copyVia(store.paths) },
        job.work("copy", { from: 0, to: 30 }),
      );
      await this.#faults.reach("migrate");
      const shadow = await work.migrateShadow(copy, job.work("migrate", { from: 30, to: 99 }));
      applied = shadow.applied;
      bytes = Math.max(bytes, shadow.sizeBytes);
    } catch (error) {
      job.signal.throwIfAborted();
      conflicts.push(storeErrorOf(error, "update the copy").message);
    } finally {
      await removeDatabase(copy);
    }
    const steps = migrations.coachiq.filter(({ name }) => applied.includes(name))
      .map(({ name, description }) => ({ name, description }));
    const result: DryRunReport = {
      durationMs: Math.round(clock.monotonicMs() - startMs),
      diskBytes: 2 * bytes,
      freeBytes: await backups.freeBytes(),
      steps,
      conflicts,
    };
    const message = conflicts.length === 0
      ? "The update would succeed."
      : `The update would fail: ${conflicts.join("; ")}`;
    return { message, result };
  }

  async #restore(
    job: Job,
    options: { readonly backupId: string; readonly request: UpdateRequest },
  ): Promise<{ readonly message: string }> {
    const { store, backups, work, migrations } = this.#options;
    const { backupId, request } = options;
    const manifest = await backups.verify(backupId, job.work("proof", { from: 0, to: 25 }));
    if (manifest.problems.length > 0) {
      throw new StoreError("corrupt", `Cannot restore backup "${backupId}": ${manifest.problems.join("; ")}`);
    }
    if (!migrations.coachiq.some(({ name }) => name === manifest.schemaVersion)) {
      throw new StoreError(
        "newerSchema",
        `Cannot restore backup "${backupId}": CoachIQ ${manifest.programVersion} wrote it with the newer schema ` +
          `"${manifest.schemaVersion}"`,
      );
    }
    const from = store.database.isOpen ? store.schema.version : null;
    await this.#backupOfPresent(job);
    await this.#replace(job, {
      run: this.#run(job, {
        request,
        from,
        to: manifest.schemaVersion,
        outcome: "restored",
        message: `Restored "${backupId}".`,
      }),
      make: async (shadow) => {
        await this.#faults.reach("copy");
        await work.copy({ from: backups.fileOf(backupId), to: shadow }, job.work("copy", { from: 55, to: 85 }));
        writeStatesToFile(shadow, store.states.latest());
      },
    });
    store.states.writeAllAgain();
    return { message: `Backup "${backupId}" is restored.` };
  }

  async #reset(
    job: Job,
    options: { readonly scope: ResetScope; readonly request: UpdateRequest },
  ): Promise<{ readonly message: string }> {
    const { store, migrations } = this.#options;
    const { scope, request } = options;
    if (scope === "preferences") {
      store.userSettings.clear();
      return { message: "Your preferences are as they were at the first start." };
    }
    if (scope === "all") {
      await this.#backupOfPresent(job);
      const to = migrations.coachiq.at(-1)?.name ?? null;
      const from = store.database.isOpen ? store.schema.version : null;
      await this.#replace(job, {
        run: this.#run(job, { request, from, to, outcome: "reset", message: "Everything was removed." }),
        make: (shadow) => createDatabaseFile(shadow, { migrations: migrations.coachiq }),
      });
    }
    store.states.clear();
    if (scope === "states") {
      await store.history.clear();
      return { message: "States and history are removed." };
    }
    // The database is a new one by now, which cannot be taken back: the history is no reason to call it failed.
    const left = await store.history.clear().then(() => "", (error) => ` The history is left: ${messageOf(error)}`);
    return { message: `Everything is as at the first start.${left}` };
  }

  async #backup(
    job: Job,
    part: { readonly reason: BackupReason; readonly from: number; readonly to: number },
  ): Promise<BackupManifest> {
    const { reason, from, to } = part;
    const { backups, store } = this.#options;
    job.report("space", { percent: from, message: "Looking at the free space." });
    await this.#faults.reach("space");
    const middle = from + (to - from) / 2;
    let work = job.work("backup", { from, to: middle });
    const manifest = await backups.create(reason, {
      signal: job.signal,
      onProgress: (progress) => work.onProgress?.(progress),
      onProof: () => void (work = job.work("proof", { from: middle, to })),
    });
    if (store.database.isOpen && store.database.paused === undefined && store.supports("0004_backups")) {
      store.records.addBackup(manifest);
    }
    return manifest;
  }

  /** Something to come back to. A present that is damaged cannot be backed up; the swap sets it aside. */
  async #backupOfPresent(job: Job): Promise<void> {
    try {
      await this.#backup(job, { reason: "preRestore", from: 25, to: 55 });
    } catch (error) {
      if (this.#options.store.database.isOpen) throw error;
      const { message } = storeErrorOf(error, "make a backup");
      job.report("backup", { percent: 55, message: `The present is set aside without a backup: ${message}` });
    }
  }

  /** Pauses the writers, makes a shadow, and swaps it in. */
  async #replace(job: Job, options: {
    readonly run: () => MigrationRun;
    readonly make: (shadow: string) => Promise<unknown>;
  }): Promise<void> {
    const { store } = this.#options;
    const shadow = `${store.paths.coachiq}.shadow-${job.id}`;
    store.pause("a database update is running; it is done in a moment");
    try {
      const wasOpen = store.database.isOpen;
      const version = wasOpen ? dataVersionOf(store.database.connection) : 0;
      await options.make(shadow);
      addRunToFile(shadow, options.run());
      await this.#faults.reach("beforeSwap");
      job.report("swap", { percent: 90, message: "Putting the new database in place." });
      // From here on the job runs to its end: the old database or the new one, and both are whole.
      job.pointOfNoReturn();
      if (wasOpen && dataVersionOf(store.database.connection) !== version) {
        throw new StoreError(
          "busy",
          "Cannot put the new database in place: another program changed the old one meanwhile",
        );
      }
      await swapDatabase({ store, shadow, faults: this.#faults });
      job.report("reopen", { percent: 95, message: "The new database is open." });
    } finally {
      await removeDatabase(shadow);
      store.resume();
    }
  }

  #run(job: Job, about: {
    readonly request: UpdateRequest;
    readonly from: string | null;
    readonly to: string | null;
    readonly outcome: MigrationRun["outcome"];
    readonly message: string;
  }): () => MigrationRun {
    const { clock, programVersion } = this.#options;
    const { request, ...run } = about;
    return () => ({
      ...run,
      jobId: job.id,
      actor: request.actor,
      startedAtMs: job.startedAtMs,
      durationMs: clock.monotonicMs() - job.startMs,
      programVersion,
    });
  }
}
