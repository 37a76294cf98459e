import { backup, DatabaseSync } from "node:sqlite";
import { messageOf, StoreError, storeErrorOf } from "./store_error.ts";

/** Endings of the files that SQLite keeps beside a database. */
export const sidecars = ["-wal", "-shm", "-journal"] as const;

/** Told how far a copy is; may throw to stop it. */
export type CopyProgress = (copied: { readonly pages: number; readonly of: number }) => void;

/** Pages per step of a copy: between steps progress is told and an abort is noticed. */
const pagesPerStep = 256;

/**
 * Copies a database with SQLite's online backup while others go on writing: the copy is the state of one instant, and
 * is one file without anything beside it. The target must not exist; it is removed again when the copy fails.
 *
 * @returns bytes of the copy, which is on the disk.
 */
export async function copyDatabase(
  files: { readonly from: string; readonly to: string },
  options: { readonly onProgress?: CopyProgress } = {},
): Promise<number> {
  const { from, to } = files;
  try {
    const source = new DatabaseSync(from, { readOnly: true });
    try {
      source.exec("PRAGMA busy_timeout = 30000");
      // Reading holds the instant: without it every write by others would make the copy begin again.
      source.exec("BEGIN");
      source.prepare("SELECT count(*) FROM sqlite_master").get();
      await backup(source, to, {
        rate: pagesPerStep,
        progress: ({ totalPages, remainingPages }) =>
          options.onProgress?.({ pages: totalPages - remainingPages, of: totalPages }),
      });
    } finally {
      source.close();
    }
    standAlone(to);
    using file = await Deno.open(to, { read: true });
    await file.sync();
    return (await file.stat()).size;
  } catch (error) {
    await removeDatabase(to);
    throw storeErrorOf(error, `copy database "${from}" to "${to}"`);
  }
}

/** Makes a database one file: plays in what is beside it, and gives up the write-ahead log, which copies have, too. */
export function standAlone(path: string): void {
  const connection = new DatabaseSync(path);
  try {
    connection.exec("PRAGMA journal_mode = DELETE");
  } finally {
    connection.close();
  }
}

/** Does something to a file; that it is not there is no error. */
export async function unlessMissing(work: () => Promise<void>, what: string): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw storeErrorOf(error, what);
  }
}

/** Removes a database that nobody has open, and what SQLite keeps beside it. */
export async function removeDatabase(path: string): Promise<void> {
  for (const ending of [...sidecars, ""]) {
    await unlessMissing(() => Deno.remove(path + ending), `remove "${path + ending}"`);
  }
}

/** Opens a file that nothing is known of, so that it can do no harm: read-only, no extensions, nothing trusted. */
export function openSuspect(path: string): DatabaseSync {
  let connection: DatabaseSync | undefined;
  try {
    connection = new DatabaseSync(path, { readOnly: true, allowExtension: false });
    connection.exec("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0");
    return connection;
  } catch (error) {
    connection?.close();
    throw storeErrorOf(error, `open database "${path}"`);
  }
}

/**
 * Opens a file of ours that nobody has looked at yet. Not read-only: a killed program may have left a journal, which has
 * to be played back before the file is what it claims to be.
 */
export function openToInspect(path: string): DatabaseSync {
  let connection: DatabaseSync | undefined;
  try {
    connection = new DatabaseSync(path, { allowExtension: false });
    connection.exec("PRAGMA trusted_schema = OFF; PRAGMA busy_timeout = 30000");
    return connection;
  } catch (error) {
    connection?.close();
    throw storeErrorOf(error, `open database "${path}"`);
  }
}

/** Everything SQLite finds wrong with a database, foreign keys included; at most 20 findings, none when it is sound. */
export function integrityProblems(connection: DatabaseSync): readonly string[] {
  try {
    const found = connection.prepare("PRAGMA integrity_check(20)").all()
      .map((row) => String(row["integrity_check"])).filter((text) => text !== "ok");
    const orphans = connection.prepare("PRAGMA foreign_key_check").all().slice(0, 20)
      .map((row) => `row ${row["rowid"]} of "${row["table"]}" refers to nothing in "${row["parent"]}"`);
    return [...found, ...orphans];
  } catch (error) {
    return [messageOf(error)];
  }
}

/**
 * The first thing that is damaged in a database file; undefined: it is sound. Plays in, or back, what a killed program
 * left beside it, and leaves one file.
 *
 * @param options.thorough compares indexes with their tables, too: takes several times as long.
 */
export function damageOf(path: string, options: { readonly thorough: boolean }): string | undefined {
  const check = options.thorough ? "integrity_check" : "quick_check";
  let connection: DatabaseSync | undefined;
  try {
    connection = openToInspect(path);
    connection.exec("PRAGMA journal_mode = DELETE");
    const answer = connection.prepare(`PRAGMA ${check}(1)`).get()?.[check];
    return answer === "ok" ? undefined : String(answer);
  } catch (error) {
    return messageOf(error);
  } finally {
    connection?.close();
  }
}

/** Table → number of rows, of every table. */
export type RowCounts = Readonly<Record<string, number>>;

export function rowCounts(connection: DatabaseSync): RowCounts {
  const tables = connection.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
  ).all().map((row) => String(row["name"]));
  return Object.fromEntries(tables.map((table) => {
    const row = connection.prepare(`SELECT count(*) AS count FROM "${table.replaceAll('"', '""')}"`).get();
    return [table, Number(row?.["count"])];
  }));
}

/** What a schema consists of: everything in it with the text that made it, in a fixed order. */
export function schemaObjects(connection: DatabaseSync): readonly string[] {
  return connection.prepare("SELECT type, name, tbl_name, coalesce(sql, '') AS sql FROM sqlite_master").all()
    .map((row) => `${row["type"]} ${row["name"]} on ${row["tbl_name"]}: ${String(row["sql"]).replace(/\s+/g, " ")}`)
    .sort();
}

/**
 * Gives a live database up so that its file can be replaced: everything is moved from the write-ahead log into the
 * file and the log is removed, which only works when no other program has the database open.
 *
 * A log that stayed would be played into the new file, and destroy it.
 *
 * @throws {StoreError} `busy` when another program has it open.
 */
export function foldLog(connection: DatabaseSync, path: string): void {
  connection.exec("PRAGMA busy_timeout = 2000");
  const what = `take database "${path}" out of use`;
  try {
    connection.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    const row = connection.prepare("PRAGMA journal_mode = DELETE").get();
    if (row?.["journal_mode"] !== "delete") {
      throw new StoreError(
        "busy",
        `Cannot ${what}: SQLite kept the journal "${row?.["journal_mode"]}", expected "delete"`,
      );
    }
  } catch (error) {
    throw storeErrorOf(error, what);
  }
}

/** Changes when another connection, of this or another program, changes the database. */
export function dataVersionOf(connection: DatabaseSync): number {
  return Number(connection.prepare("PRAGMA data_version").get()?.["data_version"]);
}
