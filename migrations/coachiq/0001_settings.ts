import { type Kysely, sql } from "kysely";

export const description = "Settings of the program and of its owner, and a record of every database update.";

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of ["system_settings", "user_settings"]) {
    await sql`
      CREATE TABLE ${sql.table(table)} (
        key TEXT NOT NULL PRIMARY KEY,
        value TEXT NOT NULL CHECK (json_valid(value)),
        updated_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID`.execute(db);
  }
  await sql`
    CREATE TABLE migration_runs (
      id INTEGER PRIMARY KEY,
      job_id TEXT NOT NULL,
      actor TEXT NOT NULL,
      started_at INTEGER NOT NULL,
      from_version TEXT,
      to_version TEXT,
      duration_ms INTEGER NOT NULL,
      outcome TEXT NOT NULL CHECK (outcome IN ('created', 'updated', 'failed', 'restored', 'reset')),
      message TEXT NOT NULL,
      program_version TEXT NOT NULL
    ) STRICT`.execute(db);
}

export async function verify(db: Kysely<unknown>): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const table of ["system_settings", "user_settings", "migration_runs"]) {
    const { rows } = await sql<
      { name: string }
    >`SELECT name FROM sqlite_master WHERE type = 'table' AND name = ${table}`
      .execute(db);
    if (rows.length !== 1) problems.push(`table "${table}" is missing`);
  }
  return problems;
}
