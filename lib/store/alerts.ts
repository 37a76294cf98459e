import type { Database } from "./database.ts";
import { coachiqSql } from "./tables.ts";

/** Something that is wrong, or was. */
export interface AlertRecord {
  /** Stable name, e.g. `core.hub` or `feature.mqtt`. */
  readonly id: string;
  /** 1: the coach cannot be commanded; 2: something important is off; 3: the rest. */
  readonly priority: 1 | 2 | 3;
  readonly what: string;
  readonly todo: string;
  /** Wall-clock ms. */
  readonly raisedAtMs: number;
  /** Undefined: it is still so. */
  readonly clearedAtMs: number | undefined;
}

/** Alerts that are over and kept. */
const keptCleared = 1000;

/** What is wrong and what was, over restarts. */
export class Alerts {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** What is wrong now, as it was written last. */
  active(): readonly AlertRecord[] {
    return this.#database.all(
      coachiqSql.selectFrom("alerts").selectAll().where("cleared_at", "is", null).orderBy("raised_at").compile(),
    ).map(recordOf);
  }

  /** Newest first, those that are over as well. */
  history(limit: number): readonly AlertRecord[] {
    return this.#database.all(coachiqSql.selectFrom("alerts").selectAll().orderBy("id", "desc").limit(limit).compile())
      .map(recordOf);
  }

  /** Writes what came, what changed its words and what is over, in one transaction. */
  apply(changes: { readonly raised: readonly AlertRecord[]; readonly cleared: readonly AlertRecord[] }): void {
    const database = this.#database;
    database.transaction({ cause: "records" }, () => {
      for (const { id, priority, what, todo, raisedAtMs } of changes.raised) {
        database.run(
          coachiqSql.insertInto("alerts")
            .values({ alert_id: id, priority, what, todo, raised_at: Math.round(raisedAtMs), cleared_at: null })
            .onConflict((conflict) =>
              conflict.column("alert_id").where("cleared_at", "is", null).doUpdateSet({ priority, what, todo })
            ).compile(),
        );
      }
      for (const { id, clearedAtMs } of changes.cleared) {
        database.run(
          coachiqSql.updateTable("alerts").set({ cleared_at: Math.round(clearedAtMs ?? 0) })
            .where("alert_id", "=", id).where("cleared_at", "is", null).compile(),
        );
      }
      database.run(
        coachiqSql.deleteFrom("alerts").where("cleared_at", "is not", null)
          .where(
            "id",
            "<=",
            (of) => of.selectFrom("alerts").select((row) => row(row.fn.max("id"), "-", keptCleared).as("oldest")),
          )
          .compile(),
      );
    });
  }
}

function recordOf(row: {
  readonly alert_id: string;
  readonly priority: 1 | 2 | 3;
  readonly what: string;
  readonly todo: string;
  readonly raised_at: number;
  readonly cleared_at: number | null;
}): AlertRecord {
  return {
    id: row.alert_id,
    priority: row.priority,
    what: row.what,
    todo: row.todo,
    raisedAtMs: row.raised_at,
    clearedAtMs: row.cleared_at ?? undefined,
  };
}
