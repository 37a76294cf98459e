import { type Kysely, sql } from "kysely";

export const description = "Readings taken before the clock could be trusted wait here until their time is known.";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE history_boots (
      id INTEGER PRIMARY KEY,
      program_version TEXT NOT NULL,
      trusted_offset_ms INTEGER
    ) STRICT`.execute(db);
  await sql`
    CREATE TABLE history_untrusted (
      boot INTEGER NOT NULL REFERENCES history_boots (id),
      since_start_ms INTEGER NOT NULL,
      series INTEGER NOT NULL,
      number REAL,
      text TEXT,
      is_text INTEGER NOT NULL CHECK (is_text IN (0, 1)),
      PRIMARY KEY (boot, since_start_ms, series)
    ) STRICT, WITHOUT ROWID`.execute(db);
}

export async function verify(db: Kysely<unknown>): Promise<readonly string[]> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*) AS count FROM sqlite_master WHERE type = 'table'
      AND name IN ('history_boots', 'history_untrusted')`.execute(db);
  return rows[0]?.count === 2 ? [] : [`${rows[0]?.count} of 2 tables for untrusted time are there`];
}
