import { type Kysely, sql } from "kysely";

export const description = "What charts need: readings as they changed, and their course in 5-minute and hourly steps.";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE history_series (
      id INTEGER PRIMARY KEY,
      entity_id TEXT NOT NULL,
      signal TEXT NOT NULL,
      unit TEXT,
      UNIQUE (entity_id, signal)
    ) STRICT`.execute(db);
  // Time first: everything that is written at once lands on the same few pages, which is what an SD card can bear.
  await sql`
    CREATE TABLE history_raw (
      at INTEGER NOT NULL,
      series INTEGER NOT NULL,
      value REAL,
      PRIMARY KEY (at, series)
    ) STRICT, WITHOUT ROWID`.execute(db);
  await sql`
    CREATE TABLE history_changes (
      series INTEGER NOT NULL,
      at INTEGER NOT NULL,
      value TEXT,
      PRIMARY KEY (series, at)
    ) STRICT, WITHOUT ROWID`.execute(db);
  await sql`
    CREATE TABLE history_5min (
      bucket INTEGER NOT NULL,
      series INTEGER NOT NULL,
      min REAL NOT NULL,
      max REAL NOT NULL,
      avg REAL NOT NULL,
      count INTEGER NOT NULL,
      PRIMARY KEY (bucket, series)
    ) STRICT, WITHOUT ROWID`.execute(db);
  await sql`
    CREATE TABLE history_hour (
      series INTEGER NOT NULL,
      hour INTEGER NOT NULL,
      min REAL NOT NULL,
      max REAL NOT NULL,
      avg REAL NOT NULL,
      count INTEGER NOT NULL,
      PRIMARY KEY (series, hour)
    ) STRICT, WITHOUT ROWID`.execute(db);
}

export async function verify(db: Kysely<unknown>): Promise<readonly string[]> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*) AS count FROM sqlite_master WHERE type = 'table'
      AND name IN ('history_series', 'history_raw', 'history_changes', 'history_5min', 'history_hour')`.execute(db);
  return rows[0]?.count === 5 ? [] : [`${rows[0]?.count} of 5 history tables are there`];
}
