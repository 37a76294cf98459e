import { type Kysely, sql } from "kysely";

export const description = "Who did what and what became of it, and what was wrong when: kept over a restart.";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE audit_log (
      id INTEGER PRIMARY KEY,
      at INTEGER NOT NULL,
      actor TEXT NOT NULL,
      address TEXT NOT NULL,
      action TEXT NOT NULL,
      what TEXT NOT NULL,
      outcome TEXT NOT NULL CHECK (outcome IN ('done', 'refused', 'failed')),
      reasons TEXT NOT NULL CHECK (json_valid(reasons))
    ) STRICT`.execute(db);
  await sql`
    CREATE TABLE alerts (
      id INTEGER PRIMARY KEY,
      alert_id TEXT NOT NULL,
      priority INTEGER NOT NULL CHECK (priority BETWEEN 1 AND 3),
      what TEXT NOT NULL,
      todo TEXT NOT NULL,
      raised_at INTEGER NOT NULL,
      cleared_at INTEGER
    ) STRICT`.execute(db);
  // One alert of a name at a time; those that are over stay as its history.
  await sql`CREATE UNIQUE INDEX alerts_active ON alerts (alert_id) WHERE cleared_at IS NULL`.execute(db);
}

export async function verify(db: Kysely<unknown>): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string; sql: string }>`
    SELECT name, sql FROM sqlite_master WHERE name IN ('audit_log', 'alerts_active')`.execute(db);
  const problems = rows.some(({ name }) => name === "audit_log") ? [] : ['table "audit_log" is missing'];
  const index = rows.find(({ name }) => name === "alerts_active");
  if (!index?.sql.includes("WHERE cleared_at IS NULL")) {
    problems.push('index "alerts_active" is missing or covers what is over');
  }
  return problems;
}
