import type { Clock, Logger } from "../base/mod.ts";
import { type StorageProfile, Store, StoreError, type StoreMigrations, WallTrust } from "../store/mod.ts";
import {
  Backups,
  DatabaseUpdater,
  FileLock,
  type HeavyWork,
  type MigrationSafety,
  planStart,
  StartJournal,
  type StartPlan,
} from "../update/mod.ts";
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
  /** The machine's clock can be believed at the start. */
  readonly clockTrusted: boolean;
}

/** Why the program cannot use its data directory: a server of another process has it. */
export class StorageInUse extends Error {
  override readonly name = "StorageInUse";
  /** Where that server listens; undefined: it did not say yet. */
  readonly url: string | undefined;

  constructor(dataDir: string, url: string | undefined) {
    super(
      `Cannot use the data directory "${dataDir}": another CoachIQ server is using it` +
        (url === undefined ? "" : ` (${url})`) + ", stop it first or choose another with --data-dir",
    );
    this.url = url;
  }
}

const dayMs = 86_400_000;
/** How often the time for a daily backup is looked at, ms. */
const houseworkEveryMs = 3_600_000;

/** Persistence and database: the store, its backups, its updates, and how a start goes. */
export class Storage {
  readonly store: Store;
  readonly backups: Backups;
  readonly updater: DatabaseUpdater;
  readonly dataDir: string;
  readonly #options: StorageOptions;
  readonly #journal: StartJournal;
  readonly #serverLock: FileLock;
  #housework: { cancel(): void } | undefined;

  constructor(options: StorageOptions) {
    const { clock, logger, migrations, programVersion, work } = options;
    this.#options = options;
    this.dataDir = options.dataDir;
    const trust = new WallTrust(clock, { trusted: options.clockTrusted });
    this.store = new Store({ ...options, trust });
    this.backups = new Backups({
      paths: this.store.paths,
      programVersion,
      migrations: migrations.coachiq,
      work,
      clock,
      trust,
    });
    this.updater = new DatabaseUpdater({ ...options, store: this.store, backups: this.backups, logger });
    this.#journal = new StartJournal(this.store.paths, programVersion);
    this.#serverLock = new FileLock(serverLockPath(options.dataDir));
  }

  /**
   * Takes the data directory and finds out what to do with what is in it.
   *
   * @throws {StoreError} when no data can be kept there.
   * @throws {StorageInUse} when another server has it.
   */
  async plan(): Promise<StartPlan> {
    const { dataDir, migrations, logger } = this.#options;
    await makeFolder(dataDir);
    const taken = await this.#serverLock.take("{}");
    if (taken !== true) throw new StorageInUse(dataDir, urlOf(taken.note));
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
    this.#housework = this.#options.clock.every(houseworkEveryMs, () => void this.keepHouse());
  }

  /** The whole program runs: this start counts as good. `url` is where commands find the server. */
  async running(url: string): Promise<void> {
    await this.announce(url);
    await this.#journal.succeeded(this.store.schema.version);
  }

  /** Lets commands find the server. */
  async announce(url: string): Promise<void> {
    await Deno.writeTextFile(serverLockPath(this.dataDir), JSON.stringify({ pid: Deno.pid, url }));
  }

  /** Failed starts no longer count: a backup was restored, or the owner wants to try again. */
  forgive(): Promise<void> {
    return this.#journal.forgive();
  }

  async stop(): Promise<void> {
    this.#housework?.cancel();
    await this.store.stop();
    this.release();
  }

  /** Last step of the newest schema. */
  get targetVersion(): string {
    return this.#options.migrations.coachiq.at(-1)?.name ?? "";
  }

  /** Gives the data directory up. */
  release(): void {
    this.#serverLock.release();
  }

  problems(): readonly ServiceProblem[] {
    return this.store.problems();
  }

  /** Makes the daily backup when it is due, and lets old ones go. Never throws: what fails is in the log. */
  async keepHouse(): Promise<void> {
    const { clock, logger } = this.#options;
    if (!this.store.trust.isTrusted || this.updater.jobs.running() !== undefined) return;
    try {
      const daily = (await this.backups.list()).find(({ reason }) => reason === "daily");
      if (daily !== undefined && clock.wallMs() - daily.createdAtMs < dayMs) return;
      const { done } = await this.updater.backup("daily");
      const { state, message } = await done;
      if (state === "failed") logger.error("The daily backup failed", { reason: message });
      await this.backups.retain();
    } catch (error) {
      logger.error("The daily backup could not be made", { reason: String(error) });
    }
  }
}

/** The lock that a running server holds on its data directory; its note tells where it listens. */
export function serverLockPath(dataDir: string): string {
  return `${dataDir}/.server.lock`;
}

/** Where the server that uses a data directory listens; undefined: there is none. */
export async function runningServer(dataDir: string): Promise<{ readonly url: string | undefined } | undefined> {
  const probe = new FileLock(serverLockPath(dataDir));
  const taken = await probe.take("{}");
  probe.release();
  return taken === true ? undefined : { url: urlOf(taken.note) };
}

function urlOf(note: string): string | undefined {
  try {
    const value: unknown = JSON.parse(note);
    return value !== null && typeof value === "object" && "url" in value && typeof value.url === "string"
      ? value.url
      : undefined;
  } catch {
    return undefined;
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
