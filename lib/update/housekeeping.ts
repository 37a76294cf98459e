import type { Clock, Logger, Timer } from "../base/mod.ts";
import type { Store, WallTrust } from "../store/mod.ts";
import { messageOf } from "../store/mod.ts";
import type { Backups } from "./backups.ts";
import { measureData } from "./data_sizes.ts";
import type { DatabaseUpdater } from "./database_updater.ts";

/** Settings of {@link Housekeeping}. */
export interface HousekeepingOptions {
  readonly store: Store;
  readonly updater: DatabaseUpdater;
  readonly backups: Backups;
  readonly clock: Clock;
  readonly trust: WallTrust;
  readonly logger: Logger;
  /** Nobody uses the coach now, as far as one can tell. */
  readonly isQuiet: () => boolean;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A quiet hour is waited for this long, then the backup is made in any case. */
const patienceMs = 12 * hourMs;
/** How long changes of the coach's mapping can be looked at and taken back, and how many of a model; the newest always. */
const mappingHistoryMs = 2 * 365 * dayMs;
const mappingHistory = { maxChanges: 10_000, keepBatches: 100 } as const;
const tidiedKey = "housekeeping.tidiedAtMs";

/** Daily backup and weekly care of the database, in quiet hours. Counts its own hours: the wall clock may be wrong. */
export class Housekeeping {
  readonly #options: HousekeepingOptions;
  #timer: Timer | undefined;
  #backupDueMs = 0;
  #sizesDueMs = 0;
  #busy: Promise<void> | undefined;

  constructor(options: HousekeepingOptions) {
    this.#options = options;
  }

  /** Begins; the first backup of a run is due when the last daily one is a day old. */
  async start(): Promise<void> {
    const { clock, trust, backups } = this.#options;
    const nowMs = trust.nowMs();
    // One of a day to come says that a clock was wrong, and nothing about when the next one is due.
    const last = (await backups.list()).find(({ reason, problems, createdAtMs }) =>
      reason === "daily" && problems.length === 0 && nowMs !== undefined && createdAtMs <= nowMs
    );
    const ageMs = last === undefined || nowMs === undefined ? dayMs : nowMs - last.createdAtMs;
    this.#backupDueMs = clock.monotonicMs() + Math.max(0, dayMs - ageMs);
    this.#timer = clock.every(hourMs / 4, () => this.#busy ??= this.#look().finally(() => this.#busy = undefined));
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    await this.#busy;
  }

  async #look(): Promise<void> {
    const { clock, isQuiet, logger, store } = this.#options;
    const overdueMs = clock.monotonicMs() - this.#backupDueMs;
    if (!store.database.isOpen || store.database.paused !== undefined) return;
    try {
      await this.#noteSizes();
      if (overdueMs >= 0 && (isQuiet() || overdueMs > patienceMs)) await this.#backup();
      if (isQuiet()) this.#tidy();
    } catch (error) {
      // The next quarter of an hour tries again; the page shows that the newest backup is old.
      logger.error("Housekeeping of the database failed", { error: messageOf(error) });
    }
  }

  /** Once an hour, so that a day ends with what it was like in the evening. */
  async #noteSizes(): Promise<void> {
    const { clock, store, backups } = this.#options;
    if (clock.monotonicMs() < this.#sizesDueMs) return;
    store.history.noteSizes(await measureData(store.paths, backups));
    this.#sizesDueMs = clock.monotonicMs() + hourMs;
  }

  async #backup(): Promise<void> {
    const { updater, clock } = this.#options;
    // A disk that is full of what is too old has room for the next one then.
    await this.#retain();
    const { state, result } = await (await updater.backup("daily")).done;
    if (state !== "done") return;
    this.#backupDueMs = clock.monotonicMs() + dayMs;
    await this.#retain(result && "sha256" in result ? { made: result.id } : {});
  }

  async #retain(options: { readonly made?: string } = {}): Promise<void> {
    const { backups, clock, store } = this.#options;
    for (const id of await backups.retain(options)) {
      if (store.supports("0004_backups")) store.records.backupRemoved(id, clock.wallMs());
    }
  }

  #tidy(): void {
    const { store, trust } = this.#options;
    const nowMs = trust.agingMs();
    if (nowMs === undefined) return;
    const last = store.systemSettings.get(tidiedKey);
    if (typeof last === "number" && nowMs >= last && nowMs - last < 7 * dayMs) return;
    if (store.supports("0006_mapping_undo")) {
      store.mappings.prune({ beforeMs: nowMs - mappingHistoryMs, ...mappingHistory });
    }
    store.tidy();
    store.systemSettings.set({ [tidiedKey]: nowMs });
  }
}
