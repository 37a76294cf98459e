import { type FileLook, lookAtFile, type Machine } from "./data_place.ts";
import { type SchemaState, schemaStateOf, type StoreMigration } from "./schema.ts";
import { openToInspect } from "./sqlite_file.ts";
import { StoreError, storeErrorOf } from "./store_error.ts";

/** What a database file is, found out without changing what it holds. */
export interface Inspection {
  readonly look: FileLook;
  /** Undefined when the file is missing, empty or damaged. */
  readonly schema: SchemaState | undefined;
  /** What is wrong with the file; undefined: nothing. */
  readonly error: StoreError | undefined;
}

/** A check of every page of a file up to this size is done in a moment; larger ones are checked with each backup. */
const fullCheckBytes = 64 * 1024 * 1024;

/**
 * Looks at a database before it is used: is it one, is it sound, whose schema has it. Quick: a start waits for it.
 * Opening plays in, or back, the log that a killed program left, as every opening does.
 */
export async function inspectDatabase(path: string, options: {
  readonly migrations: readonly StoreMigration[];
  readonly machine?: Machine;
}): Promise<Inspection> {
  let look: FileLook = "missing";
  try {
    look = await lookAtFile(path, options.machine);
    if (look !== "sqlite") return { look, schema: undefined, error: undefined };
    const { size } = await Deno.stat(path);
    const connection = openToInspect(path);
    try {
      if (size <= fullCheckBytes) mustBeSound(connection.prepare("PRAGMA quick_check(1)").get(), path);
      return { look, schema: schemaStateOf(connection, options.migrations), error: undefined };
    } finally {
      connection.close();
    }
  } catch (error) {
    return { look, schema: undefined, error: storeErrorOf(error, `read database "${path}"`) };
  }
}

function mustBeSound(row: Record<string, unknown> | undefined, path: string): void {
  const answer = row?.["quick_check"];
  if (answer !== "ok") {
    throw new StoreError("corrupt", `Cannot read database "${path}": it is damaged: ${answer}`);
  }
}
