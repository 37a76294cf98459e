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
/** Longest stretch of readings that one transaction removes: the coach does not wait for a broom. */
const sliceMs = hourMs / 3;

/** What one sweep removed. */
export interface SweepResult {
  readonly rows: number;
  /** Nothing is left to remove now. */
  readonly done: boolean;
}

/** Removes what is too old or too much. Never called with a time that is not trusted. */
export class RetentionSweep {
  readonly #database: Database;
  readonly #retention: HistoryRetention;

  constructor(database: Database, retention: HistoryRetention) {
    this.#database = database;
    this.#retention = retention;
  }

  /** Removes at most one slice of each table; called again until it is done. */
  sweep(nowMs: number): SweepResult {
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
    rows += this.#untrusted();
    if (rows === 0 && this.usedBytes() > this.#retention.maxBytes) rows += this.#oldest();
    if (rows === 0) this.#giveBack();
    return { rows, done: rows === 0 };
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
        `FROM history_series s JOIN ${table} t ON t.series = s.id AND t.${limit.column} < ? LIMIT 10000)`,
      Math.floor(limit.before),
    );
  }

  #untrusted(): number {
    const count = Number(this.#database.statement("SELECT count(*) AS count FROM history_untrusted").get()?.["count"]);
    const surplus = count - this.#retention.maxUntrustedRows;
    if (surplus <= 0) return 0;
    return this.#delete(
      "DELETE FROM history_untrusted WHERE (boot, since_start_ms, series) IN (SELECT boot, since_start_ms, series " +
        "FROM history_untrusted ORDER BY boot, since_start_ms LIMIT ?)",
      Math.min(surplus, 10_000),
    );
  }

  /** The file is too large: the finest goes first. */
  #oldest(): number {
    for (const [table, column, unitMs] of [["history_raw", "at", 1], ["history_5min", "bucket", bucketMs]] as const) {
      const rows = this.#slice(table, { column, unitMs, beforeMs: Number.MAX_SAFE_INTEGER });
      if (rows > 0) return rows;
    }
    return this.#delete(
      "DELETE FROM history_hour WHERE (series, hour) IN (SELECT series, hour FROM history_hour ORDER BY hour LIMIT ?)",
      10_000,
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
