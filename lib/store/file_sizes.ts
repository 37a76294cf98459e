import type { Database } from "./database.ts";
import { historySql } from "./tables.ts";

/** How large the files were on one day, at its last look, bytes. */
export interface FileSizesRow {
  /** `2026-01-31` */
  readonly day: string;
  readonly database: number;
  readonly history: number;
  readonly backups: number;
}

/** Days kept. */
const keptDays = 400;

/** How the files grow: their sizes once a day. */
export class FileSizes {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Notes the sizes of today; of a day the last note counts. */
  save(nowMs: number, sizes: Omit<FileSizesRow, "day">): void {
    const row = {
      database_bytes: sizes.database,
      history_bytes: sizes.history,
      backups_bytes: sizes.backups,
    };
    this.#database.transaction({ cause: "budget" }, () => {
      this.#database.run(
        historySql.insertInto("file_sizes").values({ day: dayOf(nowMs), ...row })
          .onConflict((conflict) => conflict.column("day").doUpdateSet(row)).compile(),
      );
      this.#database.run(
        historySql.deleteFrom("file_sizes").where("day", "<", dayOf(nowMs - keptDays * 86_400_000)).compile(),
      );
    });
  }

  /** Newest day first. */
  days(limit: number): readonly FileSizesRow[] {
    return this.#database.all(
      historySql.selectFrom("file_sizes").selectAll().orderBy("day", "desc").limit(limit).compile(),
    ).map((row) => ({
      day: row.day,
      database: row.database_bytes,
      history: row.history_bytes,
      backups: row.backups_bytes,
    }));
  }
}

function dayOf(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 10);
}
