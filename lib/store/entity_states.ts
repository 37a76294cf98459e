import { DatabaseSync } from "node:sqlite";
import type { EntityState } from "../entities/types.ts";
import type { Database } from "./database.ts";
import { storeErrorOf } from "./store_error.ts";
import { coachiqSql } from "./tables.ts";

/** A state as it is kept over a restart. */
export interface StoredState {
  readonly id: string;
  /** Signal → reading. */
  readonly state: EntityState;
  /** Wall-clock ms of the last change; undefined: not known. */
  readonly updatedAtMs: number | undefined;
}

const upsertSql = "INSERT INTO entity_states (entity_id, state, updated_at) VALUES (?, ?, ?) " +
  "ON CONFLICT (entity_id) DO UPDATE SET state = excluded.state, updated_at = excluded.updated_at";

/** The table of entity states. Written by the entity state writer alone. */
export class EntityStates {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Every state that was kept. A row that cannot be read is left out: the bus will say it again. */
  all(): readonly StoredState[] {
    const rows = this.#database.all(coachiqSql.selectFrom("entity_states").selectAll().compile());
    return rows.flatMap((row) => {
      const state = parseState(row.state);
      return state ? [{ id: row.entity_id, state, updatedAtMs: row.updated_at ?? undefined }] : [];
    });
  }

  /** Writes states, given as JSON, and removes those of entities that are no more, in one transaction. */
  write(
    states: Iterable<{ readonly id: string; readonly json: string; readonly updatedAtMs: number | undefined }>,
    options: { readonly removed?: Iterable<string> } = {},
  ): void {
    this.#database.transaction({ cause: "entityStates" }, () => {
      const statement = this.#database.statement(upsertSql);
      for (const { id, json, updatedAtMs } of states) {
        statement.run(id, json, updatedAtMs === undefined ? null : Math.round(updatedAtMs));
      }
      for (const id of options.removed ?? []) {
        this.#database.run(coachiqSql.deleteFrom("entity_states").where("entity_id", "=", id).compile());
      }
    });
  }

  /** Forgets every state. */
  clear(): void {
    this.#database.transaction({ cause: "entityStates", durable: true }, () => {
      this.#database.run(coachiqSql.deleteFrom("entity_states").compile());
    });
  }
}

/**
 * Writes states into a database that is about to become the live one, so that a backup that is restored does not bring
 * back states of another day. Does nothing when its schema has no table for them.
 */
export function writeStatesToFile(path: string, states: Iterable<StoredState>): void {
  let connection: DatabaseSync | undefined;
  try {
    connection = new DatabaseSync(path);
    const table = connection.prepare("SELECT name FROM sqlite_master WHERE name = 'entity_states'").get();
    if (table === undefined) return;
    connection.exec("BEGIN");
    const statement = connection.prepare(upsertSql);
    for (const { id, state, updatedAtMs } of states) {
      statement.run(id, JSON.stringify(state), updatedAtMs === undefined ? null : Math.round(updatedAtMs));
    }
    connection.exec("COMMIT");
  } catch (error) {
    throw storeErrorOf(error, `write entity states to "${path}"`);
  } finally {
    connection?.close();
  }
}

function parseState(json: string): EntityState | undefined {
  const value: unknown = JSON.parse(json);
  if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
  const isReading = (reading: unknown) =>
    reading !== null && typeof reading === "object" && ("value" in reading || "status" in reading);
  return Object.values(value).every(isReading) ? value as EntityState : undefined;
}
