import { DatabaseSync } from "node:sqlite";
import { Migrator } from "kysely/migration";
import { kyselyOver } from "./kysely_dialect.ts";
import { schemaStateOf, schemaTable, type StoreMigration } from "./schema.ts";
import { messageOf, StoreError } from "./store_error.ts";

/** Settings of {@link migrate}. */
export interface MigrateOptions {
  readonly migrations: readonly StoreMigration[];
  /** Name of the last step to run; default the newest. */
  readonly to?: string;
  /** Stops before the next step when aborted. */
  readonly signal?: AbortSignal;
  /** Told before each step. */
  readonly onStep?: (step: { readonly migration: StoreMigration; readonly index: number; readonly of: number }) => void;
}

/**
 * Runs the pending steps, each in a transaction of its own together with its own verification: a step that fails
 * leaves nothing of itself.
 *
 * @returns the names of the steps that ran.
 * @throws {StoreError} naming the step that failed; `newerSchema` when the file is ahead of the program.
 */
export async function migrate(connection: DatabaseSync, options: MigrateOptions): Promise<readonly string[]> {
  const { migrations, to = migrations.at(-1)?.name } = options;
  const last = migrations.findIndex((migration) => migration.name === to);
  if (last < 0) {
    const names = migrations.map((migration) => migration.name).join(", ");
    throw new StoreError(
      "failed",
      `Cannot update the schema to "${to}": there is no such step, expected one of ${names}`,
    );
  }
  const state = schemaStateOf(connection, migrations);
  if (state.kind === "newer" || state.kind === "foreign") {
    const kind = state.kind === "newer" ? "newerSchema" : "notADatabase";
    const found = state.kind === "newer" ? `it has the unknown step "${state.unknown[0]}"` : "its tables are not ours";
    throw new StoreError(kind, `Cannot update the schema to "${to}": ${found}`);
  }
  const wanted = new Set(migrations.slice(0, last + 1).map((migration) => migration.name));
  const pending = state.pending.filter((migration) => wanted.has(migration.name));
  const db = kyselyOver(connection);
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(Object.fromEntries(migrations.map((m) => [m.name, checked(m)]))) },
    migrationTableName: schemaTable,
    migrationLockTableName: `${schemaTable}_lock`,
  });
  for (const [index, migration] of pending.entries()) {
    options.signal?.throwIfAborted();
    options.onStep?.({ migration, index, of: pending.length });
    const { error } = await migrator.migrateTo(migration.name);
    if (error !== undefined) {
      throw new StoreError("failed", `Cannot run migration "${migration.name}": ${messageOf(error)}`, { cause: error });
    }
  }
  return pending.map((migration) => migration.name);
}

function checked(migration: StoreMigration): { readonly up: StoreMigration["up"] } {
  return {
    async up(db) {
      await migration.up(db);
      const problems = await migration.verify(db);
      if (problems.length > 0) throw new Error(`verification failed: ${problems.join("; ")}`);
    },
  };
}

/**
 * Makes a new database file at a schema, newest by default. The file must not exist; it is whole or absent if the
 * caller puts it in place afterwards (it has no write-ahead log beside it).
 */
export async function createDatabaseFile(path: string, options: MigrateOptions): Promise<void> {
  const connection = new DatabaseSync(path);
  try {
    // So that history can give room back piece by piece; it cannot be asked for later.
    connection.exec("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF");
    await migrate(connection, options);
  } finally {
    connection.close();
  }
}
