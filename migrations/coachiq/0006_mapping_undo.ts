import { type Kysely, sql } from "kysely";

export const description =
  "Taking a change of the mapping back gives back exactly the rows that were there, and the version of the model.";

export async function up(db: Kysely<unknown>): Promise<void> {
  // Which rows of coach_mappings were valid before and after; NULL where nothing was, and in history from before this.
  await sql`ALTER TABLE coach_mapping_history ADD COLUMN old_mapping_id INTEGER`.execute(db);
  await sql`ALTER TABLE coach_mapping_history ADD COLUMN new_mapping_id INTEGER`.execute(db);
  await sql`ALTER TABLE coach_mapping_batches ADD COLUMN undoes_id INTEGER`.execute(db);
  // The model's version in use after the change.
  await sql`ALTER TABLE coach_mapping_batches ADD COLUMN model_hash TEXT`.execute(db);
  // Where the change brought another version: the row of coach_import_status before it, JSON null for none.
  await sql`
    ALTER TABLE coach_mapping_batches
    ADD COLUMN status_before TEXT CHECK (status_before IS NULL OR json_valid(status_before))`.execute(db);
}

export async function verify(db: Kysely<unknown>): Promise<readonly string[]> {
  const wanted = {
    coach_mapping_history: ["old_mapping_id", "new_mapping_id"],
    coach_mapping_batches: ["undoes_id", "model_hash", "status_before"],
  };
  const problems: string[] = [];
  for (const [table, columns] of Object.entries(wanted)) {
    const { rows } = await sql<{ name: string }>`SELECT name FROM pragma_table_info(${table})`.execute(db);
    for (const column of columns) {
      if (!rows.some(({ name }) => name === column)) problems.push(`table "${table}" has no column "${column}"`);
    }
  }
  return problems;
}
