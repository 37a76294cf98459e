import { type Kysely, sql } from "kysely";

export const description = "How large the files were on each day, to show how they grow.";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE file_sizes (
      day TEXT NOT NULL PRIMARY KEY,
      database_bytes INTEGER NOT NULL,
      history_bytes INTEGER NOT NULL,
      backups_bytes INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`.execute(db);
}

export async function verify(db: Kysely<unknown>): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`SELECT name FROM pragma_table_info('file_sizes')`.execute(db);
  return rows.length === 4 ? [] : ['table "file_sizes" is missing'];
}
