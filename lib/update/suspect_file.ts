import { DatabaseSync } from "node:sqlite";
import {
  integrityProblems,
  lookAtFile,
  migrate,
  openSuspect,
  schemaObjects,
  schemaStateOf,
  StoreError,
  storeErrorOf,
  type StoreMigration,
} from "../store/mod.ts";

/** What SQLite adds to a schema by itself when it measures its tables. */
const statistics = /^table sqlite_stat\d /;

/**
 * Checks a file that someone sent: hostile until proven. It must be an SQLite file with exactly the tables and indexes
 * that one of our schemas has, without triggers or views, sound in every page, and not newer than this program.
 *
 * @returns the last step of its schema.
 * @throws {StoreError} with the reason.
 */
export async function checkSuspectFile(path: string, migrations: readonly StoreMigration[]): Promise<string> {
  const what = "accept the uploaded file";
  if (await lookAtFile(path) !== "sqlite") throw new StoreError("notADatabase", `Cannot ${what}: it is empty`);
  const connection = openSuspect(path);
  try {
    const schema = schemaStateOf(connection, migrations);
    if (schema.kind === "newer") {
      throw new StoreError(
        "newerSchema",
        `Cannot ${what}: CoachIQ ${schema.writtenBy ?? "of an unknown version"} wrote it with the newer schema ` +
          `"${schema.version}"`,
      );
    }
    if (schema.version === null) throw new StoreError("notADatabase", `Cannot ${what}: it is no CoachIQ database`);
    const strange = await strangeObject(connection, { migrations, version: schema.version });
    if (strange !== undefined) {
      throw new StoreError("notADatabase", `Cannot ${what}: it has something CoachIQ never writes: ${strange}`);
    }
    const [problem] = integrityProblems(connection);
    if (problem !== undefined) throw new StoreError("corrupt", `Cannot ${what}: it is damaged: ${problem}`);
    return schema.version;
  } catch (error) {
    throw storeErrorOf(error, what);
  } finally {
    connection.close();
  }
}

/** The first thing that a schema of ours has not, or has and this one lacks; undefined: it is the same. */
async function strangeObject(
  connection: DatabaseSync,
  options: { readonly migrations: readonly StoreMigration[]; readonly version: string },
): Promise<string | undefined> {
  const reference = new DatabaseSync(":memory:");
  try {
    await migrate(reference, { migrations: options.migrations, to: options.version });
    const wanted = new Set(schemaObjects(reference));
    const found = schemaObjects(connection).filter((object) => !statistics.test(object));
    const extra = found.find((object) => !wanted.has(object));
    if (extra !== undefined) return extra.slice(0, 200);
    const missing = [...wanted].find((object) => !found.includes(object));
    return missing === undefined ? undefined : `no ${missing.slice(0, 200)}`;
  } finally {
    reference.close();
  }
}
