import { type Kysely, sql } from "kysely";

export const description = "How many bytes were written to the disk each day, and by what.";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE write_budget (
      day TEXT NOT NULL,
      cause TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      PRIMARY KEY (day, cause)
    ) STRICT, WITHOUT ROWID`.execute(db);
}

export async function verify(db: Kysely<unknown>): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`SELECT name FROM pragma_table_info('write_budget')`.execute(db);
  return rows.length === 3 ? [] : ['table "write_budget" is missing'];
}
