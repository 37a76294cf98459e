/**
 * Backups and updates against size: `deno run -A bench/update_bench.ts [MB …]`
 *
 * @module
 */
import { silentLogger, systemClock } from "../lib/base/mod.ts";
import { createInPlace, dataPaths, Store, WallTrust } from "../lib/store/mod.ts";
import { Backups, DatabaseUpdater, WorkerWork } from "../lib/update/mod.ts";
import { coachiqMigrations } from "../migrations/coachiq/mod.ts";
import { historyMigrations } from "../migrations/history/mod.ts";

const sizesMb = Deno.args.length > 0 ? Deno.args.map(Number) : [5, 50, 200];

/** 200 entities, 10,000 mappings with their history, and shipped models up to the size. */
function fill(store: Store, megabytes: number): void {
  const { connection } = store.database;
  const n = (count: number) => `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`;
  connection.exec("BEGIN");
  connection.exec(
    `${n(200)} INSERT INTO entity_states SELECT 'e' || i, json_object('x', json_object('value', i)), i FROM n`,
  );
  connection.exec(
    `${n(10_000)} INSERT INTO coach_mappings (model_id, path, value, source, is_active, created_at, created_by)
    SELECT 'm', '/entities/' || i, json_object('instance', i), 'user', 1, i, 'owner' FROM n`,
  );
  connection.exec(`INSERT INTO coach_mapping_history (model_id, path, new_value, new_source, changed_at, changed_by)
    SELECT model_id, path, value, source, created_at / 100, created_by FROM coach_mappings`);
  const models = Math.max(0, Math.round((megabytes - 3) * 10));
  connection.exec(`${n(Math.max(1, models))} INSERT INTO model_history
    SELECT 'm', i, 'h' || i, json_quote(hex(randomblob(50000))), i FROM n`);
  connection.exec("COMMIT");
  store.database.checkpoint();
}

for (const megabytes of sizesMb) {
  const dataDir = await Deno.makeTempDir({ prefix: "coachiq-bench-" });
  const paths = dataPaths(dataDir);
  await Deno.mkdir(paths.user);
  await createInPlace(paths.coachiq, coachiqMigrations, { to: "0003_coach_mappings" });
  const clock = systemClock;
  const trust = new WallTrust(clock, { trusted: true });
  const migrations = { coachiq: coachiqMigrations, history: historyMigrations };
  const common = { clock, trust, programVersion: "bench", logger: silentLogger };
  const store = new Store({ dataDir, profile: "ssd", migrations, ...common });
  await store.start();
  fill(store, megabytes);
  const work = new WorkerWork(() =>
    new Worker(new URL("../lib/update/update_thread.ts", import.meta.url), { type: "module" })
  );
  const backups = new Backups({ paths, migrations: coachiqMigrations, work, ...common });
  const safety = { mayMigrate: () => ({ safe: true, reasons: [] }) };
  const updater = new DatabaseUpdater({ store, backups, work, migrations, safety, ...common });
  const sizeMb = (await Deno.stat(paths.coachiq)).size / 1e6;
  const copyStartMs = performance.now();
  await work.copy({ from: paths.coachiq, to: `${paths.cache}/copy.db` });
  const copyMs = performance.now() - copyStartMs;
  const backupStartMs = performance.now();
  await (await updater.backup("manual")).done;
  const backupMs = performance.now() - backupStartMs;
  let longestMs = 0;
  let lastMs = performance.now();
  const watch = setInterval(() => {
    longestMs = Math.max(longestMs, performance.now() - lastMs - 5);
    lastMs = performance.now();
  }, 5);
  const updateStartMs = performance.now();
  const { state, message } = await (await updater.update({ actor: "bench", confirm: true })).done;
  const updateMs = performance.now() - updateStartMs;
  clearInterval(watch);
  if (state !== "done") throw new Error(message);
  console.log(
    `${sizeMb.toFixed(0).padStart(5)} MB: copy ${(sizeMb / copyMs * 1000).toFixed(0)} MB/s, ` +
      `backup with proof ${backupMs.toFixed(0)} ms, update ${updateMs.toFixed(0)} ms, ` +
      `the program itself stood still for at most ${longestMs.toFixed(0)} ms`,
  );
  await store.stop();
  await Deno.remove(dataDir, { recursive: true });
}
