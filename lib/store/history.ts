import type { Clock, Logger, Timer } from "../base/mod.ts";
import type { EntityState } from "../entities/types.ts";
import { Database } from "./database.ts";
import { Durations } from "./durations.ts";
import { FileSizes, type FileSizesRow } from "./file_sizes.ts";
import { openHistory, setAside } from "./history_file.ts";
import { defaultPolicy, type PolicyOf } from "./history_policy.ts";
import { HistoryQuery, type HistoryRange, type HistorySeries } from "./history_query.ts";
import { HistoryRecorder } from "./history_recorder.ts";
import { defaultRetention, type HistoryRetention, RetentionSweep } from "./history_retention.ts";
import type { SchemaState, StoreMigration } from "./schema.ts";
import type { StorageProfile } from "./storage_profile.ts";
import { removeDatabase } from "./sqlite_file.ts";
import { isPassing, storeErrorOf } from "./store_error.ts";
import type { StoreProblem } from "./store_problem.ts";
import { WriteBudget, type WriteBudgetRow } from "./write_budget.ts";
import type { WallTrust } from "./wall_trust.ts";
import { WriteMeter } from "./write_meter.ts";

/** Settings of {@link History}. */
export interface HistoryOptions {
  readonly path: string;
  readonly profile: StorageProfile;
  readonly migrations: readonly StoreMigration[];
  readonly programVersion: string;
  readonly clock: Clock;
  readonly trust: WallTrust;
  readonly logger: Logger;
  readonly policyOf?: PolicyOf;
  readonly retention?: HistoryRetention;
  /** Counts the writes of other files, which this one keeps the book of. */
  readonly meters?: readonly WriteMeter[];
  /** Time between two batches, ms. Default 5,000: a kill costs charts that much. */
  readonly flushMs?: number;
}

/** What history has done since the start. */
export interface HistoryStats {
  readonly waiting: number;
  readonly dropped: number;
  readonly batches: number;
  readonly batchP95Ms: number;
  readonly usedBytes: number;
}

const sweepEveryMs = 3_600_000;
/** Between two slices of a sweep, ms. */
const sliceGapMs = 250;
/** Before a file that could not be opened is tried again, and at most before the next try, ms. */
const firstRetryMs = 5000;
const longestRetryMs = 300_000;

/** The course of every signal, in a file of its own: when it breaks, history alone is lost. Nothing here throws at the hub. */
export class History {
  readonly #options: HistoryOptions;
  readonly #meter = new WriteMeter();
  readonly #durations = new Durations();
  #database: Database;
  #recorder: HistoryRecorder;
  #budget: WriteBudget;
  #schema: SchemaState | undefined;
  #timers: Timer[] = [];
  #slice: Timer | undefined;
  #retry: Timer | undefined;
  #retryMs = firstRetryMs;
  #isStopped = false;
  #notice: StoreProblem | undefined;
  #problem: StoreProblem | undefined;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#database = new Database({ path: options.path, profile: options.profile, meter: this.#meter });
    this.#recorder = this.#newRecorder();
    this.#budget = this.#newBudget();
  }

  /** The file's schema; undefined while it is not open. */
  get schema(): SchemaState | undefined {
    return this.#schema;
  }

  /** The file is open and has the newest schema: readings are kept. */
  get isOn(): boolean {
    return this.#database.isOpen && this.#schema?.kind === "current";
  }

  /** The file itself, for the update of its schema. */
  get database(): Database {
    return this.#database;
  }

  /** Opens the file and begins. What goes wrong is a problem and no error: the coach starts without charts. */
  async start(): Promise<void> {
    this.#isStopped = false;
    await this.reopen();
    const { clock, flushMs = 5000 } = this.#options;
    this.#timers = [
      clock.every(flushMs, () => void this.flush()),
      clock.every(sweepEveryMs, () => this.sweep()),
    ];
  }

  /** Opens the file, again after it was closed. What passes, as a full disk does, is waited for. */
  async reopen(): Promise<void> {
    this.#retry?.cancel();
    const database = this.#database;
    // Nothing is kept before the run is noted in the file.
    this.#schema = undefined;
    try {
      const opened = await openHistory(database, this.#options);
      // Stopped, or begun anew, meanwhile.
      if (this.#isStopped || database !== this.#database) return database.close();
      if (opened.notice) this.#notice = opened.notice;
      if (opened.schema.kind === "current") this.#recorder.start(this.#options.programVersion);
      this.#schema = opened.schema;
      this.#problem = opened.schema.kind === "current" ? undefined : {
        what: "History is off: its file has an older schema.",
        todo: "Update the database: Settings, Database, or coachiq db migrate --yes.",
      };
      this.#retryMs = firstRetryMs;
    } catch (error) {
      this.#fail(error, "open history");
      if (!this.#isStopped && isPassing(storeErrorOf(error, "open history"))) this.#tryAgainLater();
    }
  }

  /** An entity has this state now. */
  record(entityId: string, state: EntityState): void {
    if (this.isOn) this.#recorder.record(entityId, state);
  }

  /** A course for a chart; undefined: nothing is kept of this signal, or history is off. */
  range(range: HistoryRange): HistorySeries | undefined {
    return this.isOn ? new HistoryQuery(this.#database).range(range) : undefined;
  }

  /** A course as CSV, piece by piece. */
  *csv(range: Omit<HistoryRange, "points">): Generator<string> {
    if (this.isOn) yield* new HistoryQuery(this.#database).csv(range);
  }

  /** What is kept. */
  series(): ReturnType<HistoryQuery["series"]> {
    return this.isOn ? new HistoryQuery(this.#database).series() : [];
  }

  /** Bytes written each day by cause, newest day first. */
  writeBudget(limit?: number): readonly WriteBudgetRow[] {
    return this.isOn ? this.#budget.days(limit) : [];
  }

  /** Notes how large the files are now; without a trusted clock there is no day to note it for. */
  noteSizes(sizes: Omit<FileSizesRow, "day">): void {
    const nowMs = this.#options.trust.nowMs();
    if (nowMs === undefined || !this.isOn || this.#database.paused !== undefined) return;
    try {
      new FileSizes(this.#database).save(nowMs, sizes);
    } catch (error) {
      this.#fail(error, "note the sizes of the files");
    }
  }

  /** How large the files were each day, newest day first. */
  fileSizes(limit = 31): readonly FileSizesRow[] {
    return this.isOn ? new FileSizes(this.#database).days(limit) : [];
  }

  /** What is wrong, for a banner, and what happened, for a notice. */
  problems(): readonly StoreProblem[] {
    return [this.#notice, this.#problem].filter((problem) => problem !== undefined);
  }

  /** The notice that a damaged file was set aside has been read. */
  dismissNotice(): void {
    this.#notice = undefined;
  }

  stats(): HistoryStats {
    return {
      waiting: this.#recorder.waiting,
      dropped: this.#recorder.dropped,
      batches: this.#durations.count,
      batchP95Ms: this.#durations.percentileMs(0.95),
      usedBytes: this.isOn ? new RetentionSweep(this.#database, this.#retention).usedBytes() : 0,
    };
  }

  /** Writes what waits. False: it could not, and waits on. */
  flush(options: { readonly final?: boolean } = {}): boolean {
    if (!this.isOn || this.#database.paused !== undefined) return false;
    const startMs = this.#options.clock.monotonicMs();
    try {
      this.#recorder.flush(options);
      this.#budget.save(this.#options.trust.nowMs());
    } catch (error) {
      this.#fail(error, "write history");
      return false;
    }
    this.#durations.add(this.#options.clock.monotonicMs() - startMs);
    if (this.#problem) this.#options.logger.info("History is written again");
    this.#problem = undefined;
    return true;
  }

  /** Removes what is too much and, by a clock that is trusted, what is too old; in slices. */
  sweep(): void {
    if (!this.isOn || this.#database.paused !== undefined) return;
    try {
      const { done } = new RetentionSweep(this.#database, this.#retention).sweep(this.#options.trust.agingMs());
      this.#slice?.cancel();
      if (!done) this.#slice = this.#options.clock.after(sliceGapMs, () => this.sweep());
    } catch (error) {
      this.#fail(error, "remove old history");
    }
  }

  /** Writes the rest and closes. */
  stop(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers = [];
    this.#slice?.cancel();
    this.#retry?.cancel();
    this.flush({ final: true });
    this.#isStopped = true;
    this.#database.close();
  }

  /** Removes everything that was kept, by beginning a new file; there may be none. @throws {StoreError} */
  async clear(): Promise<void> {
    this.#startAnew();
    try {
      await removeDatabase(this.#options.path);
    } finally {
      await this.reopen();
    }
  }

  get #retention(): HistoryRetention {
    return this.#options.retention ?? defaultRetention;
  }

  #tryAgainLater(): void {
    this.#database.close();
    this.#retry = this.#options.clock.after(this.#retryMs, () => void this.reopen());
    this.#retryMs = Math.min(longestRetryMs, this.#retryMs * 2);
  }

  #startAnew(): void {
    this.#database.close();
    this.#database = new Database({
      path: this.#options.path,
      profile: this.#options.profile,
      meter: this.#meter,
    });
    this.#recorder = this.#newRecorder();
    this.#budget = this.#newBudget();
  }

  #newRecorder(): HistoryRecorder {
    const { clock, trust, policyOf = defaultPolicy } = this.#options;
    return new HistoryRecorder({ database: this.#database, clock, trust, policyOf });
  }

  #newBudget(): WriteBudget {
    return new WriteBudget(this.#database, [this.#meter, ...this.#options.meters ?? []]);
  }

  #fail(error: unknown, what: string): void {
    const failure = storeErrorOf(error, what);
    if (!this.#problem) {
      this.#options.logger.error("History cannot be used", { kind: failure.kind, error: failure.message });
    }
    this.#problem = { what: `History is not being kept: ${failure.message}`, todo: failure.todo };
    if (failure.kind !== "corrupt" && failure.kind !== "notADatabase") return;
    if (this.#database.isOpen) void this.#replaceDamaged(failure.message);
  }

  /** The file broke while it was open. */
  async #replaceDamaged(why: string): Promise<void> {
    this.#startAnew();
    try {
      await setAside(this.#options.path);
    } catch (error) {
      return this.#fail(error, "set damaged history aside");
    }
    this.#notice = {
      what: `The history was damaged and a new one was begun: ${why}`,
      todo: `Nothing. The damaged file is kept as "${this.#options.path}.damaged"; remove it when you do not need it.`,
    };
    await this.reopen();
  }
}
