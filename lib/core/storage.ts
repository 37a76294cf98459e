import { type Clock, type Logger, storageProfileTable } from "../base/mod.ts";
import {
  checkFolder,
  type HistoryRetention,
  type PolicyOf,
  type StorageProfile,
  Store,
  StoreError,
  type StoreMigrations,
  WallTrust,
} from "../store/mod.ts";
import { OwnerFileIntake } from "../config/mod.ts";
import {
  type ArchiveContents,
  Backups,
  type CallHandler,
  Card,
  DatabaseUpdater,
  type DataSizes,
  emptyLiveFolder,
  exportUserData,
  type HeavyWork,
  Housekeeping,
  importUserData,
  JobRefused,
  type KeptDays,
  measureData,
  type MigrationSafety,
  planStart,
  RequestBox,
  saveUnsynced,
  type StartedJob,
  StartJournal,
  type StartPlan,
} from "../update/mod.ts";
import { type CardSettings, CardSync, type CopiedToCard } from "./card_sync.ts";
import { clockIsRight, ClockWatch, type TimeSigns } from "./clock_watch.ts";
import type { ServiceProblem } from "./core_services.ts";
import type { CardLossWindow } from "./loss_window.ts";

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
  /** Between two batches of history, ms; default the profile's. */
  readonly historyBatchMs?: number;
  /** What says whether the machine's clock can be believed. */
  readonly timeSigns: TimeSigns;
  /** A version of the program is kept that takes the place of this one when it fails. Default: there is none. */
  readonly canGoBack?: () => Promise<boolean>;
  /** Of the profile `sdcard`; default as the profile says. */
  readonly card?: CardOfStorage;
}

/** How the databases of the profile `sdcard` are kept. */
export interface CardOfStorage {
  readonly liveMiB: number;
  readonly settings: () => CardSettings;
  readonly powerFailFile?: string;
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
  readonly #cardSync: CardSync | undefined;

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
    this.#cardSync = this.#makeCardSync();
    this.#journal = new StartJournal(this.store.paths, programVersion);
    this.#box = new RequestBox({ paths: this.store.paths, updater: this.updater, clock, logger });
    this.#box.answer(cardService, () => this.#syncForCommand());
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
    const { dataDir, migrations, logger, canGoBack } = this.#options;
    const { paths } = this.store;
    await makeFolder(paths.user);
    await checkFolder(paths.user);
    if (!await this.#box.start()) throw new StorageInUse(dataDir);
    return await planStart({
      paths,
      migrations: migrations.coachiq,
      journal: this.#journal,
      backups: this.backups,
      load: () => this.#cardSync?.load() ?? this.#takeFromMemory(),
      ...(canGoBack ? { canGoBack } : {}),
      onCleaned: (names) => logger.info("Removed what an interrupted job had left", { files: names.join(", ") }),
    });
  }

  /** Opens the files. @throws {StoreError} */
  async start(): Promise<void> {
    await this.#journal.begin();
    await this.store.start();
    await this.#housekeeping.start();
    this.#clockWatch.start();
    this.#cardSync?.start();
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
    await this.#box.quiesce();
    await this.#cardSync?.stop();
    await this.store.stop();
    await this.release();
  }

  /** Last step of the newest schema. */
  get targetVersion(): string {
    return this.#options.migrations.coachiq.at(-1)?.name ?? "";
  }

  /**
   * Gives the data directory up, after what is in memory is on the card. Nothing stays open, not even what a restore
   * opened: who looks at a file and closes it again would take the locks of this whole process on it away.
   */
  async release(): Promise<void> {
    await this.#box.quiesce();
    this.store.history.stop();
    this.store.close();
    if (this.#cardSync?.isLoaded) await this.#cardSync.finish();
    await this.#box.stop();
  }

  /** What would be lost if the power went now; undefined: everything is written to a disk at once. */
  lossWindow(): CardLossWindow | undefined {
    return this.#cardSync?.lossWindow();
  }

  /** How copying to the card goes; undefined: the databases are on a disk. */
  get cardSync(): CardSync | undefined {
    return this.#cardSync;
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
    const card = this.#cardSync?.problems() ?? [];
    return [states.problem(), ...history.problems(), ...card].filter((problem) => problem !== undefined);
  }

  /** Told when the open database is found damaged; returns the function that ends it. */
  subscribeDamaged(listener: (error: StoreError) => void): () => void {
    return this.store.database.subscribeDamaged(listener);
  }

  /** What the owner made, as one archive: preferences, mappings of their own, overrides and profiles. */
  exportUserData(): Promise<Uint8Array> {
    const { programVersion, clock } = this.#options;
    return exportUserData(this.store, { programVersion, createdAtMs: clock.wallMs() });
  }

  /** Puts an archive back. @throws {StoreError} when it is none of ours; nothing is changed then. */
  async importUserData(archive: Uint8Array, actor: string): Promise<ArchiveContents> {
    const contents = await importUserData(new Uint8Array(archive), {
      store: this.store,
      actor,
      files: new OwnerFileIntake({ dataDir: this.dataDir, clock: this.#options.clock }),
      backup: () => this.#backupBeforeImport(),
    });
    for (const listener of this.#onReplaced) listener();
    return contents;
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

  #makeCardSync(): CardSync | undefined {
    const { profile, clock, logger, work, card } = this.#options;
    const { syncMinutes, liveMiB } = storageProfileTable[profile];
    if (!syncMinutes || liveMiB === undefined) return undefined;
    const usual = { statesMs: syncMinutes.states * 60_000, historyMs: syncMinutes.history * 60_000 };
    const sync = new CardSync({
      card: new Card({ paths: this.store.paths, liveMiB: card?.liveMiB ?? liveMiB }),
      store: this.store,
      work,
      settings: card?.settings ?? (() => usual),
      isBusy: () => this.updater.jobs.running() !== undefined,
      clock,
      logger,
      ...(card?.powerFailFile === undefined ? {} : { powerFailFile: card.powerFailFile }),
    });
    this.subscribeReplaced(() => sync.wantAll());
    return sync;
  }

  async #backupBeforeImport(): Promise<void> {
    let job: StartedJob;
    try {
      job = await this.updater.backup("preImport");
    } catch (error) {
      if (!(error instanceof JobRefused)) throw error;
      throw new StoreError("busy", `Cannot take the archive in: ${error.reasons.join(" ")}`, { cause: error });
    }
    const { state, message } = await job.done;
    if (state !== "done") throw new StoreError("failed", `Cannot take the archive in: ${message}`);
  }

  /** What the profile `sdcard` left in memory goes on: to the card first, when it is whole. */
  async #takeFromMemory(): Promise<undefined> {
    const { paths } = this.store;
    const saved = await saveUnsynced(paths);
    for (const { database } of saved) this.#options.logger.info("Saved what was left in memory", { database });
    await emptyLiveFolder(paths);
  }

  async #syncForCommand(): Promise<SyncAnswer> {
    const copied = await this.#cardSync?.syncNow() ?? [];
    return { lossWindow: this.lossWindow() ?? null, copied };
  }
}

/** What `coachiq sync` is answered. */
export interface SyncAnswer {
  /** Null: the databases are on a disk. */
  readonly lossWindow: CardLossWindow | null;
  readonly copied: readonly CopiedToCard[];
}

/** Name under which copying to the card can be asked for. */
export const cardService = "card";

async function makeFolder(dataDir: string): Promise<void> {
  try {
    await Deno.mkdir(dataDir, { recursive: true, mode: 0o750 });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StoreError(
      "noFolder",
      `Cannot keep data in "${dataDir}": ${reason}, expected a folder that can be written`,
      {
        cause,
      },
    );
  }
}
