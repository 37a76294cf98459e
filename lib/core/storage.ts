import type { Clock, Logger } from "../base/mod.ts";
import {
  type HistoryRetention,
  type PolicyOf,
  type StorageProfile,
  Store,
  StoreError,
  type StoreMigrations,
  WallTrust,
} from "../store/mod.ts";
import {
  Backups,
  type CallHandler,
  DatabaseUpdater,
  type DataSizes,
  exportUserData,
  type HeavyWork,
  Housekeeping,
  importUserData,
  type KeptDays,
  measureData,
  type MigrationSafety,
  planStart,
  RequestBox,
  StartJournal,
  type StartPlan,
} from "../update/mod.ts";
import { clockIsRight, ClockWatch, type TimeSigns } from "./clock_watch.ts";
import type { ServiceProblem } from "./core_services.ts";

/** Everything {@link Storage} is made of. */
export interface StorageOptions {
  readonly dataDir: string;
  readonly profile: StorageProfile;
  readonly migrations: StoreMigrations;
  readonly programVersion: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly work: HeavyWork;
  readonly safety: MigrationSafety;
  /** How long backups are kept. */
  readonly keptDays?: () => KeptDays;
  readonly retention?: HistoryRetention;
  readonly policyOf?: PolicyOf;
  /** What says whether the machine's clock can be believed. */
  readonly timeSigns: TimeSigns;
}

/** Why the program cannot use its data directory: a server of another process has it. */
export class StorageInUse extends Error {
  override readonly name = "StorageInUse";

  constructor(dataDir: string) {
    super(
      `Cannot use the data directory "${dataDir}": another CoachIQ server or command is using it, ` +
        "stop that one first or choose another folder with --data-dir",
    );
  }
}

/** Persistence and database: the store, its backups, its updates, and how a start goes. */
export class Storage {
  readonly store: Store;
  readonly backups: Backups;
  readonly updater: DatabaseUpdater;
  readonly dataDir: string;
  readonly #options: StorageOptions;
  readonly #journal: StartJournal;
  readonly #box: RequestBox;
  readonly #housekeeping: Housekeeping;
  readonly #clockWatch: ClockWatch;
  readonly #onReplaced = new Set<() => void>();

  constructor(options: StorageOptions) {
    const { clock, logger, migrations, programVersion, work } = options;
    this.#options = options;
    this.dataDir = options.dataDir;
    const trust = new WallTrust(clock, { trusted: clockIsRight(clock.wallMs(), options.timeSigns) });
    this.#clockWatch = new ClockWatch({ clock, trust, signs: options.timeSigns, logger });
    this.store = new Store({ ...options, trust });
    this.backups = new Backups({
      paths: this.store.paths,
      programVersion,
      migrations: migrations.coachiq,
      work,
      clock,
      trust,
      ...(options.keptDays ? { keptDays: options.keptDays } : {}),
    });
    this.updater = new DatabaseUpdater({ ...options, store: this.store, backups: this.backups, logger });
    this.#journal = new StartJournal(this.store.paths, programVersion);
    this.#box = new RequestBox({ paths: this.store.paths, updater: this.updater, clock, logger });
    this.#housekeeping = new Housekeeping({
      store: this.store,
      updater: this.updater,
      backups: this.backups,
      clock,
      trust,
      logger,
      isQuiet: () => options.safety.mayMigrate({ actor: "housekeeping", confirm: false, parked: true }).safe,
    });
  }

  /**
   * Takes the data directory and finds out what to do with what is in it.
   *
   * @throws {StoreError} when no data can be kept there.
   * @throws {StorageInUse} when another server has it.
   */
  async plan(): Promise<StartPlan> {
    const { dataDir, migrations, logger } = this.#options;
    await makeFolder(this.store.paths.user);
    if (!await this.#box.start()) throw new StorageInUse(dataDir);
    return await planStart({
      paths: this.store.paths,
      migrations: migrations.coachiq,
      journal: this.#journal,
      backups: this.backups,
      onCleaned: (names) => logger.info("Removed what an interrupted job had left", { files: names.join(", ") }),
    });
  }

  /** Opens the files. @throws {StoreError} */
  async start(): Promise<void> {
    await this.#journal.begin();
    await this.store.start();
    await this.#housekeeping.start();
    this.#clockWatch.start();
  }

  /** The whole program runs: this start counts as good. */
  running(): Promise<void> {
    return this.#journal.succeeded(this.store.schema.version);
  }

  /** Failed starts no longer count: a backup was restored, or the owner wants to try again. */
  forgive(): Promise<void> {
    return this.#journal.forgive();
  }

  async stop(): Promise<void> {
    this.#clockWatch.stop();
    await this.#housekeeping.stop();
    await this.release();
    await this.store.stop();
  }

  /** Last step of the newest schema. */
  get targetVersion(): string {
    return this.#options.migrations.coachiq.at(-1)?.name ?? "";
  }

  /** Gives the data directory up. */
  release(): Promise<void> {
    return this.#box.stop();
  }

  /** Lets the command line call a part of the program that runs over this data directory. */
  answerCalls(service: string, handler: CallHandler): () => void {
    return this.#box.answer(service, handler);
  }

  /** What lies on the disk. */
  sizes(): Promise<DataSizes> {
    return measureData(this.store.paths, this.backups);
  }

  /** What is wrong with writing. An update that waits is no fault: the site has a banner of its own for it. */
  problems(): readonly ServiceProblem[] {
    const { states, history } = this.store;
    return [states.problem(), ...history.problems()].filter((problem) => problem !== undefined);
  }

  /** What the owner made, as one archive: preferences, mappings of their own, overrides and profiles. */
  exportUserData(): Promise<Uint8Array> {
    const { programVersion, clock } = this.#options;
    return exportUserData(this.store, { programVersion, createdAtMs: clock.wallMs() });
  }

  /** Puts an archive back. @throws {StoreError} when it is none of ours; nothing is changed then. */
  async importUserData(archive: Uint8Array, actor: string): Promise<void> {
    await importUserData(new Uint8Array(archive), { store: this.store, actor });
    for (const listener of this.#onReplaced) listener();
  }

  /**
   * Told when the database was replaced as a whole, by an update, a restore or a reset, and when an archive was taken
   * in; returns the function that ends it.
   */
  subscribeReplaced(listener: () => void): () => void {
    this.#onReplaced.add(listener);
    const unsubscribe = this.updater.jobs.subscribe(({ kind, state }) => {
      if (state === "done" && (kind === "update" || kind === "restore" || kind === "reset")) listener();
    });
    return () => {
      this.#onReplaced.delete(listener);
      unsubscribe();
    };
  }
}

async function makeFolder(dataDir: string): Promise<void> {
  try {
    await Deno.mkdir(dataDir, { recursive: true, mode: 0o750 });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StoreError("noFolder", `Cannot keep data in "${dataDir}": ${reason}, choose another with --data-dir`, {
      cause,
    });
  }
}
