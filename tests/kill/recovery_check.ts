import { DatabaseSync } from "node:sqlite";
import { createInPlace, dataPaths, integrityProblems, migrate, rowCounts, schemaObjects } from "../../lib/store/mod.ts";
import { planStart } from "../../lib/update/mod.ts";
import { coachiqMigrations } from "../../migrations/coachiq/mod.ts";
import { buildParts, mappingRows, olderSchema, type Parts, type StorageScenario } from "./parts.ts";

/** What a killed process had said before it died. */
export interface Said {
  /** Entity → number that the writer said is on the disk. */
  readonly kept: ReadonlyMap<string, number>;
  /** Entity → number that the writer had been told long enough before the kill for it to be on the disk. */
  readonly due: ReadonlyMap<string, number>;
}

/** Makes a data directory with rows in it and one good backup. */
export async function prepare(dataDir: string, scenario: StorageScenario): Promise<void> {
  const paths = dataPaths(dataDir);
  await Deno.mkdir(paths.user, { recursive: true });
  const at = scenario === "update" || scenario === "dryRun" ? { to: olderSchema } : {};
  await createInPlace(paths.coachiq, coachiqMigrations, at);
  const { store, updater } = buildParts(dataDir);
  await store.start();
  store.userSettings.set({ which: "then", left: 0, right: 0 });
  fillMappings(store.database.connection);
  await (await updater.backup("manual")).done;
  store.userSettings.set({ which: "now" });
  await store.stop();
}

function fillMappings(connection: DatabaseSync): void {
  connection.exec(`
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${mappingRows})
    INSERT INTO coach_mappings (model_id, path, value, source, is_active, created_at, created_by)
    SELECT 'model', '/entities/' || i, json_object('instance', i), 'user', 1, i, 'owner' FROM n`);
  const columns = connection.prepare("SELECT name FROM pragma_table_info('coach_mapping_history')").all()
    .map((row) => row["name"]);
  if (columns.includes("batch_id")) {
    connection.exec(`
      INSERT INTO coach_mapping_batches (id, model_id, reason, changed_at, changed_by)
      VALUES (1, 'model', 'filled', 1, 'owner');
      INSERT INTO coach_mapping_history (batch_id, path, new_value, new_source)
      SELECT 1, path, value, source FROM coach_mappings`);
  } else {
    connection.exec(`
      INSERT INTO coach_mapping_history (model_id, path, new_value, new_source, changed_at, changed_by)
      SELECT model_id, path, value, source, created_at / 10, created_by FROM coach_mappings`);
  }
}

/**
 * Starts over a data directory whose process was killed, and looks whether everything that was promised holds.
 *
 * @returns what does not hold, one sentence each.
 */
export function checkAfterKill(dataDir: string, said: Said): Promise<readonly string[]> {
  return checkStart(dataDir, (parts) => [...wrongRows(parts), ...wrongStates(parts, said)]);
}

/**
 * Starts the storage over a data directory whose process was killed. The start, the files, the databases and the newest
 * backup must be right, and what `more` looks at.
 *
 * @returns what is not, one sentence each.
 */
export async function checkStart(
  dataDir: string,
  more: (parts: Parts) => readonly string[] | Promise<readonly string[]>,
): Promise<readonly string[]> {
  const wrong: string[] = [];
  const parts = buildParts(dataDir);
  const { store, backups, journal } = parts;
  try {
    const plan = await planStart({ paths: store.paths, migrations: coachiqMigrations, journal, backups });
    if (plan.kind === "recovery") await journal.forgive();
    else if (plan.kind !== "ok" && plan.kind !== "olderSchema") {
      wrong.push(`the start says "${plan.kind}": ${"reason" in plan ? plan.reason : ""}`);
    }
    await store.start();
    wrong.push(...strayFiles(parts));
    await journal.succeeded(store.schema.version);
    wrong.push(...await wrongInside(parts), ...await more(parts), ...await wrongBackups(parts));
    await store.stop();
  } catch (error) {
    wrong.push(`the start threw: ${error instanceof Error ? error.message : error}`);
    store.close();
  }
  return wrong;
}

const expectedInUser = /^(coachiq\.db|history\.db)(-wal|-shm)?$|^start\.json$|^\.job\.lock$/;

function strayFiles({ store }: Parts): readonly string[] {
  const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name);
  const ids = new Set(names(store.paths.backups).filter((name) => name.endsWith(".json")).map((n) => n.slice(0, -5)));
  return [
    ...names(store.paths.user).filter((name) => !expectedInUser.test(name)),
    ...names(store.paths.cache),
    ...names(store.paths.backups).filter((name) => !name.endsWith(".json") && !ids.has(name.replace(/\.db$/, ""))),
  ].map((name) => `"${name}" is left over`);
}

async function wrongInside({ store }: Parts): Promise<readonly string[]> {
  const wrong = integrityProblems(store.database.connection).map((problem) => `coachiq.db: ${problem}`);
  if (!store.history.isOn) wrong.push(`history is off: ${store.history.problems()[0]?.what}`);
  else wrong.push(...integrityProblems(store.history.database.connection).map((problem) => `history.db: ${problem}`));
  if (store.history.problems().length > 0) wrong.push(`history: ${store.history.problems()[0]?.what}`);
  const { version } = store.schema;
  const reference = new DatabaseSync(":memory:");
  await migrate(reference, { migrations: coachiqMigrations, ...(version === null ? {} : { to: version }) });
  if (JSON.stringify(schemaObjects(reference)) !== JSON.stringify(schemaObjects(store.database.connection))) {
    wrong.push(`the schema is not that of "${version}"`);
  }
  reference.close();
  return wrong;
}

function wrongRows({ store }: Parts): readonly string[] {
  const wrong: string[] = [];
  const rows = rowCounts(store.database.connection);
  for (const table of ["coach_mappings", "coach_mapping_history"]) {
    if (rows[table] !== mappingRows) wrong.push(`"${table}" has ${rows[table]} rows, expected ${mappingRows}`);
  }
  return wrong;
}

function wrongStates({ store }: Parts, said: Said): readonly string[] {
  const wrong: string[] = [];
  const settings = store.userSettings.all();
  if (settings.get("left") !== settings.get("right")) wrong.push("half of a setting was written");
  if (settings.get("which") !== "then" && settings.get("which") !== "now") wrong.push("settings are lost");
  const kept = said.kept.get("setting");
  if (kept !== undefined && Number(settings.get("left")) < kept) wrong.push(`setting ${kept} was kept and is lost`);
  const states = new Map(store.states.restore().map(({ id, state }) => [id, state["count"]]));
  for (const [promise, entries] of [["kept", said.kept], ["due", said.due]] as const) {
    for (const [id, number] of entries) {
      if (id === "setting") continue;
      const reading = states.get(id);
      const found = reading && "value" in reading ? Number(reading.value) : -1;
      if (found < number) wrong.push(`state ${number} of "${id}" was ${promise} and is lost: ${found} is there`);
    }
  }
  return wrong.slice(0, 5);
}

async function wrongBackups({ backups }: Parts): Promise<readonly string[]> {
  const newest = await backups.newestGood();
  if (!newest) return ["no good backup is left"];
  const checked = await backups.verify(newest.id);
  return checked.problems.map((problem) => `the newest good backup is not good: ${problem}`);
}
