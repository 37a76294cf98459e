import type { DatabaseSync } from "node:sqlite";
import type { Kysely } from "kysely";

/** One step of a schema, as the files in `migrations/` export it. */
export interface StoreMigration {
  /** Sorts into the order of the steps, e.g. `0001_settings`. */
  readonly name: string;
  /** For people: what it brings. */
  readonly description: string;
  readonly up: (db: Kysely<unknown>) => Promise<void>;
  /** Looks at what `up` made. Answers what is wrong, one sentence each; nothing when all is well. */
  readonly verify: (db: Kysely<unknown>) => Promise<readonly string[]>;
}

/** The table in which Kysely notes the steps that ran. */
export const schemaTable = "schema_info";

/** How a file relates to the steps this program knows. */
export interface SchemaState {
  /**
   * `empty`: no step ran; `current`: all; `older`: some are pending; `newer`: it has steps that this program does not
   * know; `foreign`: it has tables, and none of them says that they are ours.
   */
  readonly kind: "empty" | "current" | "older" | "newer" | "foreign";
  /** Name of the last step that ran; null: none. */
  readonly version: string | null;
  /** Name of the last step this program knows. */
  readonly target: string;
  readonly pending: readonly StoreMigration[];
  /** Steps in the file that this program does not know. */
  readonly unknown: readonly string[];
  /** Version of the program that wrote the file last; null: not known. */
  readonly writtenBy: string | null;
}

/** Looks at a file's schema. Never writes. */
export function schemaStateOf(connection: DatabaseSync, migrations: readonly StoreMigration[]): SchemaState {
  const target = migrations.at(-1)?.name ?? "";
  const tables = connection.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()
    .map((row) => String(row["name"]));
  if (!tables.includes(schemaTable)) {
    const kind = tables.length === 0 ? "empty" : "foreign";
    return { kind, version: null, target, pending: migrations, unknown: [], writtenBy: null };
  }
  const applied = connection.prepare(`SELECT name FROM ${schemaTable} ORDER BY name`).all()
    .map((row) => String(row["name"]));
  const known = new Set(migrations.map((migration) => migration.name));
  const unknown = applied.filter((name) => !known.has(name));
  const pending = migrations.filter((migration) => !applied.includes(migration.name));
  const version = applied.at(-1) ?? null;
  const writtenBy = tables.includes("migration_runs") ? lastProgramVersion(connection) : null;
  const kind = unknown.length > 0
    ? "newer"
    : pending.length === 0
    ? "current"
    : applied.length === 0
    ? "empty"
    : "older";
  return { kind, version, target, pending, unknown, writtenBy };
}

/** Which version of the program made or changed the schema last; a newer schema may have moved the column. */
function lastProgramVersion(connection: DatabaseSync): string | null {
  try {
    const row = connection.prepare(
      "SELECT program_version FROM migration_runs WHERE outcome <> 'failed' ORDER BY id DESC LIMIT 1",
    ).get();
    return row === undefined ? null : String(row["program_version"]);
  } catch {
    return null;
  }
}
