import type { Clock } from "../base/mod.ts";
import type { Database } from "./database.ts";
import { coachiqSql } from "./tables.ts";

/** Values by name, as JSON: `system_settings` are the program's own, `user_settings` the owner's preferences. */
export class Settings {
  readonly #database: Database;
  readonly #table: "system_settings" | "user_settings";
  readonly #clock: Clock;

  constructor(database: Database, options: {
    readonly table: "system_settings" | "user_settings";
    readonly clock: Clock;
  }) {
    this.#database = database;
    this.#table = options.table;
    this.#clock = options.clock;
  }

  /** Undefined: never set. The caller checks the shape: the file may come from another version. */
  get(key: string): unknown {
    const row = this.#database.get(
      coachiqSql.selectFrom(this.#table).select("value").where("key", "=", key).compile(),
    );
    return row === undefined ? undefined : JSON.parse(row.value);
  }

  all(): ReadonlyMap<string, unknown> {
    const rows = this.#database.all(
      coachiqSql.selectFrom(this.#table).select(["key", "value"]).orderBy("key").compile(),
    );
    return new Map(rows.map((row) => [row.key, JSON.parse(row.value)]));
  }

  /** Writes several values in one transaction; `undefined` removes. On the disk when it returns. */
  set(values: Readonly<Record<string, unknown>>): void {
    const database = this.#database;
    database.transaction({ cause: "settings", durable: true }, () => {
      for (const [key, value] of Object.entries(values)) {
        if (value === undefined) {
          database.run(coachiqSql.deleteFrom(this.#table).where("key", "=", key).compile());
          continue;
        }
        const row = { value: JSON.stringify(value), updated_at: Math.round(this.#clock.wallMs()) };
        database.run(
          coachiqSql.insertInto(this.#table).values({ key, ...row })
            .onConflict((conflict) => conflict.column("key").doUpdateSet(row)).compile(),
        );
      }
    });
  }

  /** Removes every value. */
  clear(): void {
    this.#database.transaction({ cause: "settings", durable: true }, () => {
      this.#database.run(coachiqSql.deleteFrom(this.#table).compile());
    });
  }
}
