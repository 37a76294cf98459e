import { type Kysely, sql } from "kysely";

export const description =
  "Changes of the mapping that were made together can be undone together; earlier ones are grouped by who and when.";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE coach_mapping_batches (
      id INTEGER PRIMARY KEY,
      model_id TEXT NOT NULL,
      reason TEXT NOT NULL,
      changed_at INTEGER NOT NULL,
      changed_by TEXT NOT NULL,
      undone_at INTEGER
    ) STRICT`.execute(db);
  await sql`
    INSERT INTO coach_mapping_batches (model_id, reason, changed_at, changed_by)
    SELECT DISTINCT model_id, 'before batches were kept', changed_at, changed_by
    FROM coach_mapping_history ORDER BY changed_at, changed_by`.execute(db);
  await sql`
    CREATE TABLE coach_mapping_history_new (
      id INTEGER PRIMARY KEY,
      batch_id INTEGER NOT NULL REFERENCES coach_mapping_batches (id),
      path TEXT NOT NULL,
      old_value TEXT CHECK (old_value IS NULL OR json_valid(old_value)),
      old_source TEXT,
      new_value TEXT CHECK (new_value IS NULL OR json_valid(new_value)),
      new_source TEXT
    ) STRICT`.execute(db);
  await sql`CREATE INDEX coach_mapping_batches_when ON coach_mapping_batches (model_id, changed_at, changed_by)`
    .execute(db);
  await sql`
    INSERT INTO coach_mapping_history_new (id, batch_id, path, old_value, old_source, new_value, new_source)
    SELECT h.id, b.id, h.path, h.old_value, h.old_source, h.new_value, h.new_source
    FROM coach_mapping_history h
    JOIN coach_mapping_batches b
      ON b.model_id = h.model_id AND b.changed_at = h.changed_at AND b.changed_by = h.changed_by`.execute(db);
  const { rows } = await sql<{ before: number; after: number }>`
    SELECT (SELECT count(*) FROM coach_mapping_history) AS before,
      (SELECT count(*) FROM coach_mapping_history_new) AS after`.execute(db);
  const counts = rows[0];
  if (!counts || counts.before !== counts.after) {
    throw new Error(`Cannot group mapping changes: ${counts?.after} rows were copied, expected ${counts?.before}`);
  }
  await sql`DROP TABLE coach_mapping_history`.execute(db);
  await sql`ALTER TABLE coach_mapping_history_new RENAME TO coach_mapping_history`.execute(db);
  await sql`CREATE INDEX coach_mapping_history_batch ON coach_mapping_history (batch_id)`.execute(db);
}

export async function verify(db: Kysely<unknown>): Promise<readonly string[]> {
  const { rows } = await sql<{ orphans: number }>`
    SELECT count(*) AS orphans FROM coach_mapping_history h
    LEFT JOIN coach_mapping_batches b ON b.id = h.batch_id WHERE b.id IS NULL`.execute(db);
  const orphans = rows[0]?.orphans;
  return orphans === 0 ? [] : [`${orphans} mapping changes belong to no batch`];
}
