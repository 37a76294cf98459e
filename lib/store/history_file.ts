import { moveIntoPlace } from "../base/durable_file.ts";
import { lookAtFile } from "./data_place.ts";
import type { Database } from "./database.ts";
import { createDatabaseFile } from "./migrate.ts";
import { type SchemaState, schemaStateOf, type StoreMigration } from "./schema.ts";
import { removeDatabase, sidecars, unlessMissing } from "./sqlite_file.ts";
import { StoreError, storeErrorOf } from "./store_error.ts";
import type { StoreProblem } from "./store_problem.ts";

/** What opening history came to. */
export interface OpenedHistory {
  readonly schema: SchemaState;
  /** Present when a damaged file was set aside. */
  readonly notice: StoreProblem | undefined;
}

/** Ending of a damaged file that was set aside; there is at most one. */
const asideEnding = ".damaged";

/**
 * Opens history, beginning a new one where there is none. A damaged file is set aside, for what it is worth, and a new
 * one begun: charts must not keep the coach from starting. No full check: the file may be large and the start short.
 *
 * @throws {StoreError} when even a new file cannot be had, or the file is of a newer program.
 */
export async function openHistory(
  database: Database,
  options: { readonly migrations: readonly StoreMigration[] },
): Promise<OpenedHistory> {
  try {
    return { schema: await openOrCreate(database, options.migrations), notice: undefined };
  } catch (error) {
    database.close();
    const failure = storeErrorOf(error, `open history "${database.path}"`);
    if (failure.kind !== "corrupt" && failure.kind !== "notADatabase") throw failure;
    await setAside(database.path);
    return {
      schema: await openOrCreate(database, options.migrations),
      notice: {
        what: `The history was damaged and a new one was begun: ${failure.message}`,
        todo:
          `Nothing. The damaged file is kept as "${database.path}${asideEnding}"; remove it when you do not need it.`,
      },
    };
  }
}

/** Puts a damaged database out of the way, in place of the one before. */
export async function setAside(path: string): Promise<void> {
  await removeDatabase(path + asideEnding);
  for (const ending of [...sidecars, ""]) {
    await unlessMissing(() => Deno.rename(path + ending, path + asideEnding + ending), `set "${path}" aside`);
  }
}

async function openOrCreate(database: Database, migrations: readonly StoreMigration[]): Promise<SchemaState> {
  const look = await lookAtFile(database.path);
  if (look !== "sqlite") await createInPlace(database.path, migrations);
  database.open();
  const schema = schemaStateOf(database.connection, migrations);
  if (schema.kind === "foreign" || schema.kind === "empty") {
    throw new StoreError(
      "notADatabase",
      `Cannot open history "${database.path}": its tables are not those of a history`,
    );
  }
  if (schema.kind === "newer") {
    throw new StoreError(
      "newerSchema",
      `Cannot open history "${database.path}": it has the step "${schema.unknown[0]}" of a newer version`,
    );
  }
  probe(database);
  return schema;
}

/** Makes the file beside its place and moves it there: a kill leaves none, and never half of one. */
export async function createInPlace(
  path: string,
  migrations: readonly StoreMigration[],
  options: { readonly to?: string } = {},
): Promise<void> {
  const fresh = `${path}.new`;
  await removeDatabase(fresh);
  try {
    await createDatabaseFile(fresh, { migrations, ...options });
    await removeSidecarsOfNothing(path);
    await moveIntoPlace({ from: fresh, to: path });
  } catch (error) {
    await removeDatabase(fresh);
    throw storeErrorOf(error, `create database "${path}"`);
  }
}

/** A log without its database would be played into the new one. */
async function removeSidecarsOfNothing(path: string): Promise<void> {
  for (const ending of sidecars) await unlessMissing(() => Deno.remove(path + ending), `remove "${path + ending}"`);
}

/** Both ends of every table: what can be looked at in a moment. SQLite itself compares the length of the file. */
function probe(database: Database): void {
  const tables = database.connection.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'history%'",
  ).all().map((row) => String(row["name"]));
  for (const table of tables) {
    const key = database.connection.prepare("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk").all(table)
      .map((row) => row["name"]);
    for (const order of ["ASC", "DESC"]) {
      const columns = key.map((column) => `${column} ${order}`).join(", ");
      database.connection.prepare(`SELECT * FROM ${table} ORDER BY ${columns} LIMIT 20`).all();
    }
  }
}
