import { DatabaseSync } from "node:sqlite";
import type { Database } from "./database.ts";
import { storeErrorOf } from "./store_error.ts";
import { coachiqSql } from "./tables.ts";

/** One update, restore or reset of the database. */
export interface MigrationRun {
  readonly jobId: string;
  /** Who asked for it. */
  readonly actor: string;
  readonly startedAtMs: number;
  /** Schema before; null: there was none. */
  readonly from: string | null;
  readonly to: string | null;
  readonly durationMs: number;
  readonly outcome: "created" | "updated" | "failed" | "restored" | "reset";
  /** For people. */
  readonly message: string;
  readonly programVersion: string;
}

/** A backup that was made once. */
export interface BackupRecord {
  readonly id: string;
  readonly reason: string;
  readonly createdAtMs: number;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly schemaVersion: string | null;
  /** Undefined: it is still there. */
  readonly removedAtMs: number | undefined;
}

/** What was done to the database, kept in the database: updates, restores, backups. */
export class Records {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  addRun(run: MigrationRun): void {
    this.#database.transaction({ cause: "records", durable: true }, () => {
      this.#database.run(
        coachiqSql.insertInto("migration_runs").values({
          job_id: run.jobId,
          actor: run.actor,
          started_at: Math.round(run.startedAtMs),
          from_version: run.from,
          to_version: run.to,
          duration_ms: Math.round(run.durationMs),
          outcome: run.outcome,
          message: run.message,
          program_version: run.programVersion,
        }).compile(),
      );
    });
  }

  /** Newest first. */
  runs(limit = 50): readonly MigrationRun[] {
    return this.#database.all(
      coachiqSql.selectFrom("migration_runs").selectAll().orderBy("id", "desc").limit(limit).compile(),
    ).map((row) => ({
      jobId: row.job_id,
      actor: row.actor,
      startedAtMs: row.started_at,
      from: row.from_version,
      to: row.to_version,
      durationMs: row.duration_ms,
      outcome: row.outcome,
      message: row.message,
      programVersion: row.program_version,
    }));
  }

  addBackup(backup: Omit<BackupRecord, "removedAtMs">): void {
    this.#database.transaction({ cause: "records" }, () => {
      this.#database.run(
        coachiqSql.insertInto("backups").values({
          id: backup.id,
          reason: backup.reason,
          created_at: Math.round(backup.createdAtMs),
          size_bytes: backup.sizeBytes,
          sha256: backup.sha256,
          schema_version: backup.schemaVersion,
          removed_at: null,
        }).onConflict((conflict) => conflict.column("id").doNothing()).compile(),
      );
    });
  }

  backupRemoved(id: string, atMs: number): void {
    this.#database.transaction({ cause: "records" }, () => {
      this.#database.run(
        coachiqSql.updateTable("backups").set({ removed_at: Math.round(atMs) }).where("id", "=", id).compile(),
      );
    });
  }

  /** Newest first. */
  backups(limit = 100): readonly BackupRecord[] {
    return this.#database.all(
      coachiqSql.selectFrom("backups").selectAll().orderBy("created_at", "desc").limit(limit).compile(),
    ).map((row) => ({
      id: row.id,
      reason: row.reason,
      createdAtMs: row.created_at,
      sizeBytes: row.size_bytes,
      sha256: row.sha256,
      schemaVersion: row.schema_version,
      removedAtMs: row.removed_at ?? undefined,
    }));
  }
}

const addRunSql = "INSERT INTO migration_runs (job_id, actor, started_at, from_version, to_version, duration_ms, " +
  "outcome, message, program_version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";

/** Notes a run in a database that is about to become the live one: the note and the change come together. */
export function addRunToFile(path: string, run: MigrationRun): void {
  let connection: DatabaseSync | undefined;
  try {
    connection = new DatabaseSync(path);
    connection.prepare(addRunSql).run(
      run.jobId,
      run.actor,
      Math.round(run.startedAtMs),
      run.from,
      run.to,
      Math.round(run.durationMs),
      run.outcome,
      run.message,
      run.programVersion,
    );
  } catch (error) {
    throw storeErrorOf(error, `note the update in "${path}"`);
  } finally {
    connection?.close();
  }
}
