import { type Kysely, sql } from "kysely";

export const description = "What is installed where in the coach, every change of it, and the models it came from.";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE coach_mappings (
      id INTEGER PRIMARY KEY,
      model_id TEXT NOT NULL,
      path TEXT NOT NULL,
      value TEXT CHECK (value IS NULL OR json_valid(value)),
      source TEXT NOT NULL CHECK (source IN ('factory', 'import', 'user', 'learned')),
      is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
      created_at INTEGER NOT NULL,
      created_by TEXT NOT NULL
    ) STRICT`.execute(db);
  // A plain UNIQUE over is_active would allow only one inactive row per path.
  await sql`CREATE UNIQUE INDEX coach_mappings_active ON coach_mappings (model_id, path) WHERE is_active = 1`
    .execute(db);
  await sql`
    CREATE TABLE coach_mapping_history (
      id INTEGER PRIMARY KEY,
      model_id TEXT NOT NULL,
      path TEXT NOT NULL,
      old_value TEXT CHECK (old_value IS NULL OR json_valid(old_value)),
      old_source TEXT,
      new_value TEXT CHECK (new_value IS NULL OR json_valid(new_value)),
      new_source TEXT,
      changed_at INTEGER NOT NULL,
      changed_by TEXT NOT NULL
    ) STRICT`.execute(db);
  await sql`CREATE INDEX coach_mapping_history_path ON coach_mapping_history (model_id, path, id)`.execute(db);
  await sql`
    CREATE TABLE model_history (
      model_id TEXT NOT NULL,
      version INTEGER NOT NULL,
      hash TEXT NOT NULL,
      content TEXT NOT NULL CHECK (json_valid(content)),
      first_seen_at INTEGER NOT NULL,
      PRIMARY KEY (model_id, hash)
    ) STRICT, WITHOUT ROWID`.execute(db);
  await sql`
    CREATE TABLE coach_import_status (
      model_id TEXT NOT NULL PRIMARY KEY,
      version INTEGER NOT NULL,
      hash TEXT NOT NULL,
      imported_at INTEGER NOT NULL,
      imported_by TEXT NOT NULL,
      FOREIGN KEY (model_id, hash) REFERENCES model_history (model_id, hash)
    ) STRICT, WITHOUT ROWID`.execute(db);
}

export async function verify(db: Kysely<unknown>): Promise<readonly string[]> {
  const { rows } = await sql<{ sql: string }>`SELECT sql FROM sqlite_master WHERE name = 'coach_mappings_active'`
    .execute(db);
  const problems = rows[0]?.sql.includes("WHERE is_active = 1")
    ? []
    : ['index "coach_mappings_active" is missing or covers inactive rows'];
  const wanted = ["coach_mapping_history", "model_history", "coach_import_status"];
  for (const table of wanted) {
    const found = await sql<{ name: string }>`SELECT name FROM sqlite_master WHERE type = 'table' AND name = ${table}`
      .execute(db);
    if (found.rows.length !== 1) problems.push(`table "${table}" is missing`);
  }
  return problems;
}
