import type { Database } from "./database.ts";
import { historySql } from "./tables.ts";
import type { WriteCause, WriteMeter } from "./write_meter.ts";

/** Bytes written on one day by one cause. */
export interface WriteBudgetRow {
  /** `2026-01-31`, or `unknown` while the clock was not trusted. */
  readonly day: string;
  readonly cause: string;
  readonly bytes: number;
}

const addSql = "INSERT INTO write_budget (day, cause, bytes) VALUES (?, ?, ?) " +
  "ON CONFLICT (day, cause) DO UPDATE SET bytes = bytes + excluded.bytes";

/** Days kept. */
const keptDays = 400;

/** How many bytes were written each day, by what. */
export class WriteBudget {
  readonly #database: Database;
  readonly #meters: readonly WriteMeter[];

  constructor(database: Database, meters: readonly WriteMeter[]) {
    this.#database = database;
    this.#meters = meters;
  }

  /** Adds what the meters counted to today. Its own writes alone are no reason to write. */
  save(nowMs: number | undefined): void {
    const day = nowMs === undefined ? "unknown" : new Date(nowMs).toISOString().slice(0, 10);
    const counted = this.#meters.flatMap((meter) => [...meter.take()].map((entry) => ({ meter, entry })));
    try {
      if (counted.every(({ entry: [cause] }) => cause === "budget" || cause === "sync")) return this.#giveBack(counted);
      this.#write(counted.map(({ entry }) => entry), { day, nowMs });
    } catch (error) {
      this.#giveBack(counted);
      throw error;
    }
  }

  #giveBack(counted: readonly { readonly meter: WriteMeter; readonly entry: readonly [WriteCause, number] }[]): void {
    for (const { meter, entry: [cause, bytes] } of counted) meter.add(cause, bytes);
  }

  #write(
    counted: readonly (readonly [string, number])[],
    when: { readonly day: string; readonly nowMs: number | undefined },
  ): void {
    const { day, nowMs } = when;
    this.#database.transaction({ cause: "budget" }, () => {
      for (const [cause, bytes] of counted) this.#database.statement(addSql).run(day, cause, bytes);
      if (nowMs === undefined) return;
      const oldest = new Date(nowMs - keptDays * 86_400_000).toISOString().slice(0, 10);
      this.#database.statement("DELETE FROM write_budget WHERE day < ?").run(oldest);
    });
  }

  /** Newest day first. */
  days(limit = 31): readonly WriteBudgetRow[] {
    return this.#database.all(
      historySql.selectFrom("write_budget").selectAll()
        .where(
          "day",
          "in",
          historySql.selectFrom("write_budget").select("day").distinct().orderBy("day", "desc").limit(limit),
        )
        .orderBy("day", "desc").orderBy("bytes", "desc").compile(),
    );
  }
}
