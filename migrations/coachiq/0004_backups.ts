import { type Kysely, sql } from "kysely";

export const description = "A list of the backups that were made and removed, also of those whose files are gone.";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE backups (
      id TEXT NOT NULL PRIMARY KEY,
      reason TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      size_bytes INTEGER NOT NULL,
      sha256 TEXT NOT NULL,
      schema_version TEXT,
      removed_at INTEGER
    ) STRICT, WITHOUT ROWID`.execute(db);
}

export async function verify(db: Kysely<unknown>): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`SELECT name FROM pragma_table_info('backups')`.execute(db);
  return rows.some((row) => row.name === "sha256") ? [] : ['table "backups" is missing'];
}
