import type { Clock } from "../base/mod.ts";
import type { EntityState } from "../entities/types.ts";
import type { Database } from "./database.ts";
import type { PolicyOf } from "./history_policy.ts";
import * as rollup from "./history_rollup.ts";
import { isStill, keptOf, type Reading, type Seen, type Series } from "./history_series.ts";
import type { WallTrust } from "./wall_trust.ts";

interface Waiting extends Seen {
  readonly series: Series;
}

interface FinishedStep {
  readonly series: Series;
  readonly bucket: number;
  readonly step: rollup.Step;
}

const seriesSql = "INSERT INTO history_series (entity_id, signal, unit) VALUES (?, ?, ?) " +
  "ON CONFLICT (entity_id, signal) DO UPDATE SET unit = excluded.unit RETURNING id";
const rawSql = "INSERT OR REPLACE INTO history_raw (at, series, value) VALUES (?, ?, ?)";
const changeSql = "INSERT OR REPLACE INTO history_changes (series, at, value) VALUES (?, ?, ?)";
const untrustedSql = "INSERT OR REPLACE INTO history_untrusted (boot, since_start_ms, series, number, text, is_text) " +
  "VALUES (?, ?, ?, ?, ?, ?)";

/** Most readings that wait for a disk that does not take them; the oldest are dropped first. */
const maxWaiting = 50_000;
const dropAtOnce = 1000;
/** A text or the loss of a value is an event and not a course: it is kept at once, but at most once in this time, ms. */
const eventIntervalMs = 1000;

/**
 * Readings on their way to history: kept in memory, written in batches, rolled up into short steps and hours.
 * {@link record} is on the hot path: it neither writes nor throws.
 */
export class HistoryRecorder {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #trust: WallTrust;
  readonly #policyOf: PolicyOf;
  readonly #startMs: number;
  /** Entity → signal → its series; null: nothing of it is kept. */
  readonly #series = new Map<string, Map<string, Series | null>>();
  readonly #held = new Set<Series>();
  readonly #stepping = new Set<Series>();
  #waiting: Waiting[] = [];
  #finished: FinishedStep[] = [];
  #boot = 0;
  #corrected = false;
  #nextHour = 0;
  #dropped = 0;

  constructor(options: {
    readonly database: Database;
    readonly clock: Clock;
    readonly trust: WallTrust;
    readonly policyOf: PolicyOf;
  }) {
    this.#database = options.database;
    this.#clock = options.clock;
    this.#trust = options.trust;
    this.#policyOf = options.policyOf;
    this.#startMs = options.clock.monotonicMs();
  }

  /** Readings that were dropped because the disk did not take them. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Readings that wait for the next batch. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Notes that a run begins. @throws {StoreError} */
  start(programVersion: string): void {
    this.#database.transaction({ cause: "history" }, () => {
      const row = this.#database.statement("INSERT INTO history_boots (program_version) VALUES (?) RETURNING id")
        .get(programVersion);
      this.#boot = Number(row?.["id"]);
    });
  }

  /** An entity has this state now. */
  record(entityId: string, state: EntityState): void {
    let signals = this.#series.get(entityId);
    if (!signals) {
      signals = new Map();
      this.#series.set(entityId, signals);
    }
    for (const signal in state) {
      const reading = state[signal];
      if (reading === undefined) continue;
      let series = signals.get(signal);
      if (series === undefined) {
        series = this.#newSeries({ entityId, signal, unit: "value" in reading ? reading.unit : undefined });
        signals.set(signal, series);
      }
      if (series !== null && series.reading !== reading) this.#onReading(series, reading);
    }
  }

  /**
   * Writes what waits and the steps that are over, in one transaction. What could not be written waits on.
   *
   * @throws {StoreError}
   */
  flush(options: { readonly final?: boolean } = {}): void {
    const final = options.final ?? false;
    const nowMs = this.#clock.monotonicMs();
    for (const series of this.#held) {
      const { held, last } = series;
      if (held && (final || nowMs - (last?.seenMs ?? 0) >= series.policy.minIntervalMs)) this.#keep(series, held);
    }
    const wallMs = this.#trust.nowMs();
    if (wallMs !== undefined) this.#finishSteps(final ? undefined : Math.floor(wallMs / rollup.bucketMs));
    this.#nameSeries();
    if (wallMs !== undefined && !this.#corrected) this.#correct(wallMs - nowMs);
    if (this.#waiting.length > 0 || this.#finished.length > 0) this.#write(wallMs, nowMs);
    if (wallMs !== undefined) this.#fillHours(Math.floor(wallMs / rollup.hourMs));
  }

  #newSeries(
    key: { readonly entityId: string; readonly signal: string; readonly unit: string | undefined },
  ): Series | null {
    const policy = this.#policyOf(key);
    if (!policy) return null;
    return {
      ...key,
      policy,
      id: undefined,
      reading: undefined,
      last: undefined,
      held: undefined,
      step: undefined,
      bucket: 0,
    };
  }

  #onReading(series: Series, reading: Reading): void {
    series.reading = reading;
    const seen = { kept: keptOf(reading), seenMs: this.#clock.monotonicMs() };
    if (typeof seen.kept === "number") this.#step(series, seen.kept);
    const { last } = series;
    if (last === undefined) return this.#keep(series, seen);
    if (isStill(last.kept, { kept: seen.kept, deadBand: series.policy.deadBand })) {
      series.held = undefined;
      this.#held.delete(series);
      return;
    }
    const isCourse = typeof last.kept === "number" && typeof seen.kept === "number";
    const { minIntervalMs } = series.policy;
    const waitMs = isCourse ? minIntervalMs : Math.min(eventIntervalMs, minIntervalMs);
    if (seen.seenMs - last.seenMs >= waitMs) return this.#keep(series, seen);
    series.held = seen;
    this.#held.add(series);
  }

  #keep(series: Series, seen: Seen): void {
    series.last = seen;
    series.held = undefined;
    this.#held.delete(series);
    if (this.#waiting.length >= maxWaiting) {
      this.#waiting.splice(0, dropAtOnce);
      this.#dropped += dropAtOnce;
    }
    this.#waiting.push({ series, ...seen });
  }

  /** Counts a number in the running short step. Without a trusted clock there are no steps yet. */
  #step(series: Series, value: number): void {
    const wallMs = this.#trust.nowMs();
    if (wallMs === undefined) return;
    const bucket = Math.floor(wallMs / rollup.bucketMs);
    const { step } = series;
    if (step && series.bucket === bucket) {
      step.min = Math.min(step.min, value);
      step.max = Math.max(step.max, value);
      step.sum += value;
      step.count++;
      return;
    }
    if (step) this.#finished.push({ series, bucket: series.bucket, step });
    series.step = { min: value, max: value, sum: value, count: 1 };
    series.bucket = bucket;
    this.#stepping.add(series);
  }

  /** Finishes every step but the one that runs now: also those of a time to come, of a clock that went back. */
  #finishSteps(running: number | undefined): void {
    for (const series of this.#stepping) {
      if (series.bucket === running || !series.step) continue;
      this.#finished.push({ series, bucket: series.bucket, step: series.step });
      series.step = undefined;
      this.#stepping.delete(series);
    }
    this.#finished = this.#finished.slice(-maxWaiting);
  }

  /** Gives every series that waits its number, in a transaction of its own: a later failure must not take it back. */
  #nameSeries(): void {
    const unnamed = new Set<Series>();
    for (const { series } of this.#waiting) if (series.id === undefined) unnamed.add(series);
    for (const { series } of this.#finished) if (series.id === undefined) unnamed.add(series);
    if (unnamed.size === 0) return;
    const ids = this.#database.transaction({ cause: "history" }, () => {
      const statement = this.#database.statement(seriesSql);
      return [...unnamed].map((series) =>
        Number(statement.get(series.entityId, series.signal, series.unit ?? null)?.["id"])
      );
    });
    for (const [index, series] of [...unnamed].entries()) series.id = ids[index];
  }

  #write(wallMs: number | undefined, nowMs: number): void {
    const database = this.#database;
    database.transaction({ cause: "history" }, () => {
      for (const { series, kept, seenMs } of this.#waiting) {
        const id = series.id ?? 0;
        if (wallMs === undefined) this.#writeUntrusted(id, { kept, seenMs });
        else this.#writeTrusted(id, { kept, atMs: Math.round(wallMs - (nowMs - seenMs)), series });
      }
      for (const { series, bucket, step } of this.#finished) {
        rollup.addBucket(database, { bucket, series: series.id ?? 0 }, step);
      }
    });
    this.#waiting = [];
    this.#finished = [];
  }

  #writeTrusted(
    id: number,
    row: { readonly kept: Seen["kept"]; readonly atMs: number; readonly series: Series },
  ): void {
    const { kept, atMs } = row;
    // A loss of value belongs where the values are, so that the chart has its gap.
    if (typeof kept === "number" || (kept === null && row.series.unit !== undefined)) {
      this.#database.statement(rawSql).run(atMs, id, kept);
    } else this.#database.statement(changeSql).run(id, atMs, kept);
  }

  #writeUntrusted(id: number, { kept, seenMs }: Seen): void {
    const isText = typeof kept === "string";
    this.#database.statement(untrustedSql).run(
      this.#boot,
      Math.round(seenMs - this.#startMs),
      id,
      isText ? null : kept,
      isText ? kept : null,
      isText ? 1 : 0,
    );
  }

  /**
   * The clock is trusted: what this run kept before moves to where it belongs, and the steps that the run before could
   * not finish are finished.
   */
  #correct(offsetMs: number): void {
    const database = this.#database;
    const shiftMs = Math.round(this.#startMs + offsetMs);
    database.transaction({ cause: "history" }, () => {
      const from = "FROM history_untrusted WHERE boot = ?";
      database.statement(
        `INSERT OR REPLACE INTO history_raw (at, series, value) SELECT since_start_ms + ?, series, number ${from} ` +
          "AND is_text = 0",
      ).run(shiftMs, this.#boot);
      database.statement(
        "INSERT OR REPLACE INTO history_changes (series, at, value) SELECT series, since_start_ms + ?, text " +
          `${from} AND is_text = 1`,
      ).run(shiftMs, this.#boot);
      database.statement("DELETE FROM history_untrusted WHERE boot = ?").run(this.#boot);
      database.statement("UPDATE history_boots SET trusted_offset_ms = ? WHERE id = ?").run(shiftMs, this.#boot);
      const wallMs = Math.round(offsetMs + this.#clock.monotonicMs());
      const bucket = rollup.lastBucket(database, Math.floor(wallMs / rollup.bucketMs));
      rollup.fillBuckets(database, {
        fromMs: bucket === undefined ? 0 : (bucket + 1) * rollup.bucketMs,
        toMs: wallMs + 1,
      });
      this.#nextHour = this.#hourAfterLast(Math.floor(wallMs / rollup.hourMs));
    });
    this.#corrected = true;
  }

  #hourAfterLast(current: number): number {
    const hour = rollup.lastHour(this.#database, current);
    return hour === undefined ? rollup.firstBucketHour(this.#database) ?? 0 : hour + 1;
  }

  #fillHours(current: number): void {
    // The clock went back: hours are made again from where they end before now.
    if (this.#nextHour > current) this.#nextHour = this.#hourAfterLast(current - 1);
    if (this.#nextHour >= current) return;
    const from = this.#nextHour;
    this.#database.transaction({ cause: "rollups" }, () => rollup.fillHours(this.#database, { from, to: current }));
    this.#nextHour = current;
  }
}
