import { type Kysely, sql } from "kysely";

export const description = "The last known state of every light, tank, lock and the rest, so that a restart knows it.";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE entity_states (
      entity_id TEXT NOT NULL PRIMARY KEY,
      state TEXT NOT NULL CHECK (json_valid(state)),
      updated_at INTEGER
    ) STRICT, WITHOUT ROWID`.execute(db);
}

export async function verify(db: Kysely<unknown>): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`SELECT name FROM pragma_table_info('entity_states') ORDER BY cid`
    .execute(db);
  const columns = rows.map((row) => row.name).join(", ");
  return columns === "entity_id, state, updated_at" ? [] : [`table "entity_states" has the columns "${columns}"`];
}
