import type { Database } from "./database.ts";
import { bucketMs, hourMs } from "./history_rollup.ts";

/** How long history is kept, and how large it may become. */
export interface HistoryRetention {
  readonly rawDays: number;
  readonly shortStepDays: number;
  readonly hourDays: number;
  readonly changeDays: number;
  /** Above this the oldest readings and short steps go before their time. */
  readonly maxBytes: number;
  /** Readings whose time was never known; the oldest runs go first. */
  readonly maxUntrustedRows: number;
}

export const defaultRetention: HistoryRetention = {
  rawDays: 2,
  shortStepDays: 14,
  hourDays: 730,
  changeDays: 365,
  maxBytes: 1024 * 1024 * 1024,
  maxUntrustedRows: 200_000,
};

const dayMs = 24 * hourMs;
/** Most changes kept of one signal; the newest stay. 27 a day for a year: what changes more often is no event. */
export const maxChangesPerSeries = 10_000;
/** Longest stretch of readings that one transaction removes: the coach does not wait for a broom. */
const sliceMs = hourMs / 3;
/** The same for what is not in the order of time, rows. */
const maxRows = 10_000;

/** What one sweep removed. */
export interface SweepResult {
  readonly rows: number;
  /** Nothing is left to remove now. */
  readonly done: boolean;
}

/** Removes what is too old or too much. */
export class RetentionSweep {
  readonly #database: Database;
  readonly #retention: HistoryRetention;

  constructor(database: Database, retention: HistoryRetention) {
    this.#database = database;
    this.#retention = retention;
  }

  /**
   * Removes at most one slice of each table; called again until it is done.
   *
   * @param nowMs undefined: the time is not trusted, nothing is too old, and what is too much goes all the same.
   */
  sweep(nowMs: number | undefined): SweepResult {
    let rows = nowMs === undefined ? 0 : this.#old(nowMs);
    rows += this.#surplusChanges();
    rows += this.#untrusted();
    if (rows === 0 && this.usedBytes() > this.#retention.maxBytes) rows += this.#oldest();
    if (rows === 0) this.#giveBack();
    return { rows, done: rows === 0 };
  }

  #old(nowMs: number): number {
    const { rawDays, shortStepDays, hourDays, changeDays } = this.#retention;
    let rows = 0;
    rows += this.#slice("history_raw", { column: "at", unitMs: 1, beforeMs: nowMs - rawDays * dayMs });
    rows += this.#slice("history_5min", {
      column: "bucket",
      unitMs: bucketMs,
      beforeMs: nowMs - shortStepDays * dayMs,
    });
    rows += this.#perSeries("history_hour", { column: "hour", before: (nowMs - hourDays * dayMs) / hourMs });
    rows += this.#perSeries("history_changes", { column: "at", before: nowMs - changeDays * dayMs });
    return rows;
  }

  /** Bytes of the file that hold something. */
  usedBytes(): number {
    const { pages, free, size } = this.#pages();
    return (pages - free) * size;
  }

  #pages(): { readonly pages: number; readonly free: number; readonly size: number } {
    const ask = (name: string) => Number(this.#database.statement(`PRAGMA ${name}`).get()?.[name]);
    return { pages: ask("page_count"), free: ask("freelist_count"), size: ask("page_size") };
  }

  #slice(
    table: string,
    limit: { readonly column: string; readonly unitMs: number; readonly beforeMs: number },
  ): number {
    const { column, unitMs } = limit;
    const first = this.#database.statement(`SELECT min(${column}) AS first FROM ${table}`).get()?.["first"];
    if (typeof first !== "number") return 0;
    const before = Math.min(Math.floor(limit.beforeMs / unitMs), first + Math.ceil(sliceMs / unitMs));
    if (before <= first) return 0;
    return this.#delete(`DELETE FROM ${table} WHERE ${column} < ?`, before);
  }

  #perSeries(table: string, limit: { readonly column: string; readonly before: number }): number {
    return this.#delete(
      `DELETE FROM ${table} WHERE (series, ${limit.column}) IN (SELECT t.series, t.${limit.column} ` +
        `FROM history_series s JOIN ${table} t ON t.series = s.id AND t.${limit.column} < ? LIMIT ${maxRows})`,
      Math.floor(limit.before),
    );
  }

  #untrusted(): number {
    const count = Number(this.#database.statement("SELECT count(*) AS count FROM history_untrusted").get()?.["count"]);
    const surplus = count - this.#retention.maxUntrustedRows;
    return surplus <= 0 ? 0 : this.#oldestUntrusted(surplus);
  }

  #oldestUntrusted(rows: number): number {
    return this.#delete(
      "DELETE FROM history_untrusted WHERE (boot, since_start_ms, series) IN (SELECT boot, since_start_ms, series " +
        "FROM history_untrusted ORDER BY boot, since_start_ms LIMIT ?)",
      Math.min(rows, maxRows),
    );
  }

  #surplusChanges(): number {
    return this.#delete(
      "DELETE FROM history_changes WHERE (series, at) IN (SELECT t.series, t.at FROM history_series s CROSS JOIN " +
        "history_changes t ON t.series = s.id AND t.at <= (SELECT c.at FROM history_changes c WHERE c.series = s.id " +
        `ORDER BY c.at DESC LIMIT 1 OFFSET ?) LIMIT ${maxRows})`,
      maxChangesPerSeries,
    );
  }

  #oldestChanges(): number {
    const first = this.#database.statement(
      "SELECT min((SELECT min(at) FROM history_changes c WHERE c.series = s.id)) AS first FROM history_series s",
    ).get()?.["first"];
    if (typeof first !== "number") return 0;
    return this.#perSeries("history_changes", { column: "at", before: first + dayMs });
  }

  /**
   * The file is too large. What never got a time goes first, then the finest readings, whose course is in the steps,
   * then changes; the steps, which nothing can rebuild, go last.
   */
  #oldest(): number {
    const beforeMs = Number.MAX_SAFE_INTEGER;
    return this.#oldestUntrusted(maxRows) || this.#slice("history_raw", { column: "at", unitMs: 1, beforeMs }) ||
      this.#oldestChanges() || this.#slice("history_5min", { column: "bucket", unitMs: bucketMs, beforeMs }) ||
      this.#delete(
        "DELETE FROM history_hour WHERE (series, hour) IN (SELECT series, hour FROM history_hour ORDER BY hour LIMIT ?)",
        maxRows,
      );
  }

  #delete(sql: string, parameter: number): number {
    return this.#database.transaction(
      { cause: "retention" },
      () => Number(this.#database.statement(sql).run(parameter).changes),
    );
  }

  /** Gives free pages back to the disk, a piece at a time, when they are a fifth of the file. */
  #giveBack(): void {
    const { pages, free } = this.#pages();
    if (free * 5 < pages || this.#database.paused !== undefined) return;
    this.#database.connection.exec("PRAGMA incremental_vacuum(2000)");
  }
}
