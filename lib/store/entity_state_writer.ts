import type { Clock, Logger, Timer } from "../base/mod.ts";
import type { Database } from "./database.ts";
import { withoutRunningTime } from "./clock_signals.ts";
import { Durations } from "./durations.ts";
import { EntityStates, type StoredState } from "./entity_states.ts";
import { isDamage, storeErrorOf } from "./store_error.ts";
import type { StoreProblem } from "./store_problem.ts";

/** Settings of an {@link EntityStateWriter}. */
export interface EntityStateWriterOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  /** From the first change to the transaction that carries it, ms. Default 500. */
  readonly intervalMs?: number;
  /** False: the schema has no table for states yet; they stay in memory. Asked before each batch. */
  readonly supported?: () => boolean;
}

/** What the writer has done since the start. */
export interface EntityStateWriterStats {
  /** Entities marked and not yet written. */
  readonly pending: number;
  readonly batches: number;
  readonly rows: number;
  readonly failures: number;
  /** 95 % of the last batches took no longer, ms. */
  readonly batchP95Ms: number;
}

/** A state to be written, as JSON, and the same without running time. */
interface Changed extends StoredState {
  readonly json: string;
  readonly without: string;
}

const firstRetryMs = 1000;
const longestRetryMs = 30_000;
/** Stop gives up after this long, ms. */
const stopLimitMs = 2000;

/**
 * Changed entity states on their way to the disk: in memory first, and every 500 ms in one transaction, which is on the
 * disk a moment later. A power cut takes no more than that.
 */
export class EntityStateWriter {
  readonly #options: EntityStateWriterOptions;
  readonly #states: EntityStates;
  readonly #marked = new Map<string, StoredState>();
  /** Entities that are no more, still in the table. */
  readonly #removed = new Set<string>();
  /** JSON of what the table holds, without running time: a state that is the same again costs nothing. */
  readonly #written = new Map<string, string>();
  /** The last state of every entity, for a file that was replaced by another. */
  readonly #latest = new Map<string, StoredState>();
  readonly #durations = new Durations();
  #timer: Timer | undefined;
  #retryMs = firstRetryMs;
  #problem: StoreProblem | undefined;
  #isHopeless = false;
  /** A sync under way, of everything committed before it began. */
  #syncing: Promise<void> | undefined;
  #unsynced = false;
  #syncFailed = false;
  #batches = 0;
  #rows = 0;
  #failures = 0;
  #stopped = false;

  constructor(options: EntityStateWriterOptions) {
    this.#options = options;
    this.#states = new EntityStates(options.database);
  }

  /** The states that were kept, for the start: they are `restored` until the bus confirms them. */
  restore(): readonly StoredState[] {
    if (!this.#supported) return [];
    const states = this.#states.all();
    for (const stored of states) {
      this.#written.set(stored.id, JSON.stringify(withoutRunningTime(stored.state)));
      this.#latest.set(stored.id, stored);
    }
    return states;
  }

  /** An entity changed. Never throws and never waits: the coach goes on whatever the disk does. */
  mark(changed: StoredState): void {
    this.#marked.set(changed.id, changed);
    this.#latest.set(changed.id, changed);
    this.#removed.delete(changed.id);
    if (!this.#timer && !this.#stopped) this.#schedule(this.#options.intervalMs ?? 500);
  }

  /** These entities are no more: their states are forgotten, with the next batch. */
  remove(ids: Iterable<string>): void {
    for (const id of ids) {
      const known = [this.#marked, this.#latest, this.#written].map((map) => map.delete(id));
      if (known.includes(true)) this.#removed.add(id);
    }
    if (this.#removed.size > 0 && !this.#timer && !this.#stopped) this.#schedule(this.#options.intervalMs ?? 500);
  }

  /** What is wrong with writing, for a banner; undefined when all is well. */
  problem(): StoreProblem | undefined {
    return this.#problem;
  }

  stats(): EntityStateWriterStats {
    return {
      pending: this.#marked.size,
      batches: this.#batches,
      rows: this.#rows,
      failures: this.#failures,
      batchP95Ms: this.#durations.percentileMs(0.95),
    };
  }

  /**
   * Writes what is marked, now. False: it could not, everything stays marked, and another try is planned. While
   * writing is paused nothing is tried and nothing is wrong.
   */
  flush(): boolean {
    this.#timer?.cancel();
    this.#timer = undefined;
    const batch = this.#changed();
    const removed = [...this.#removed];
    if (batch.length === 0 && removed.length === 0) return true;
    if (!this.#supported || this.#options.database.paused !== undefined) {
      this.#schedule(firstRetryMs);
      return false;
    }
    const startMs = this.#options.clock.monotonicMs();
    try {
      this.#states.write(batch, { removed });
    } catch (error) {
      this.#onFailure(error);
      return false;
    }
    this.#durations.add(this.#options.clock.monotonicMs() - startMs);
    for (const id of removed) this.#removed.delete(id);
    this.#onSuccess(batch);
    return true;
  }

  /** The last state of every entity, written or not. */
  latest(): Iterable<StoredState> {
    return this.#latest.values();
  }

  /** The file was replaced by one with other states: the last state of every entity is written again. */
  writeAllAgain(): void {
    this.#written.clear();
    for (const state of this.#latest.values()) this.mark(state);
  }

  /** Every state is forgotten, in memory and in the file, until the bus says it again. */
  clear(): void {
    this.#states.clear();
    for (const known of [this.#written, this.#latest, this.#marked, this.#removed]) known.clear();
  }

  /** Writes what is left, trying for at most 2 s; once only when the file is damaged. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const { clock, logger } = this.#options;
    const endMs = clock.monotonicMs() + stopLimitMs;
    while (!this.flush() && !this.#isHopeless && clock.monotonicMs() < endMs) {
      await new Promise<void>((resolve) => clock.after(200, resolve));
    }
    this.#timer?.cancel();
    this.#timer = undefined;
    await this.#syncing;
    if (this.#marked.size > 0) {
      logger.error("Entity states were lost at the stop", { entities: this.#marked.size, why: this.#problem?.what });
    }
  }

  get #supported(): boolean {
    return this.#options.supported?.() ?? true;
  }

  #changed(): readonly Changed[] {
    const batch: Changed[] = [];
    for (const [id, stored] of this.#marked) {
      const without = JSON.stringify(withoutRunningTime(stored.state));
      if (this.#written.get(id) === without) this.#marked.delete(id);
      else batch.push({ ...stored, json: JSON.stringify(stored.state), without });
    }
    return batch;
  }

  #onSuccess(batch: readonly Changed[]): void {
    this.#batches++;
    this.#rows += batch.length;
    for (const { id, without } of batch) {
      this.#written.set(id, without);
      this.#marked.delete(id);
    }
    if (this.#problem) this.#options.logger.info("Entity states are written again", { entities: batch.length });
    this.#problem = undefined;
    this.#retryMs = firstRetryMs;
    this.#unsynced = true;
    this.#syncing ??= this.#sync();
  }

  /** Never throws. Batches that come during a sync share the next one. */
  async #sync(): Promise<void> {
    const { database, logger } = this.#options;
    while (this.#unsynced) {
      this.#unsynced = false;
      try {
        await database.syncLog();
        this.#syncFailed = false;
      } catch (error) {
        if (!this.#syncFailed) logger.error("Entity states may be lost with the power", { error });
        this.#syncFailed = true;
      }
    }
    this.#syncing = undefined;
  }

  #onFailure(error: unknown): void {
    const failure = storeErrorOf(error, "write entity states");
    this.#failures++;
    this.#isHopeless = isDamage(failure);
    if (!this.#problem) {
      this.#options.logger.error("Entity states cannot be written", { kind: failure.kind, error: failure.message });
    }
    this.#problem = {
      what: `States are not being saved: ${failure.message}. The coach can be controlled as usual.`,
      todo: failure.todo,
    };
    this.#schedule(this.#retryMs);
    this.#retryMs = Math.min(longestRetryMs, this.#retryMs * 2);
  }

  #schedule(delayMs: number): void {
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(delayMs, () => void this.flush());
  }
}
