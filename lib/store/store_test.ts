import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import {
  failureOf,
  migrations,
  newestStep,
  stateOf,
  stepsAfter,
  storeFixture,
} from "../../tests/suites/store_fixture.ts";
import { createInPlace } from "./history_file.ts";
import { dataPaths } from "./store.ts";

Deno.test("Store.start() fills an empty data directory at the newest schema and notes who did", async () => {
  await using fixture = await storeFixture();
  const { store } = fixture;
  assert.equal(store.isKnown, false);
  await store.start();
  assert.equal(store.isKnown, true);
  assert.equal(store.schema.kind, "current");
  assert.equal(store.schema.version, newestStep);
  assert.equal(store.history.isOn, true);
  const [run] = store.records.runs();
  assert.equal(run?.outcome, "created");
  assert.equal(run?.programVersion, "1.2.3");
  assert.equal(run?.to, newestStep);
  assert.deepEqual(store.problems(), []);
  await store.stop();
  const names = [...Deno.readDirSync(store.paths.user)].map((entry) => entry.name).sort();
  assert.deepEqual(names, ["coachiq.db", "history.db"]);
});

Deno.test("Store.start() a second time finds everything that the first wrote", async () => {
  await using fixture = await storeFixture();
  const { store } = fixture;
  await store.start();
  store.userSettings.set({ "tank.fresh": { percent: true } });
  store.states.mark({ id: "lamp", state: stateOf(40), updatedAtMs: 1000 });
  await store.stop();
  const second = fixture.again();
  await second.start();
  assert.deepEqual(second.userSettings.get("tank.fresh"), { percent: true });
  assert.deepEqual(second.states.restore(), [{ id: "lamp", state: stateOf(40), updatedAtMs: 1000 }]);
  assert.equal(second.records.runs().length, 1);
  await second.stop();
});

Deno.test("Store.start() with an older schema runs on, says what is off, and changes nothing of it", async () => {
  await using fixture = await storeFixture();
  const { store, dataDir } = fixture;
  const paths = dataPaths(dataDir);
  await Deno.mkdir(paths.user, { recursive: true });
  await createInPlace(paths.coachiq, migrations.coachiq, { to: "0001_settings" });
  await store.start();
  assert.equal(store.schema.kind, "older");
  assert.equal(store.supports("0001_settings"), true);
  assert.equal(store.supports("0003_coach_mappings"), false);
  store.mustSupport("0001_settings", "save settings");
  const refused = await failureOf(() => store.mustSupport("0003_coach_mappings", "edit the mapping"));
  assert.equal(refused.kind, "olderSchema");
  assert.match(refused.message, /Cannot edit the mapping: the database needs its update "0003_coach_mappings" first/);
  store.systemSettings.set({ model: "x" });
  assert.deepEqual(store.states.restore(), []);
  store.states.mark({ id: "lamp", state: stateOf(1), updatedAtMs: undefined });
  assert.equal(store.states.flush(), false);
  assert.equal(store.states.stats().failures, 0);
  assert.match(
    store.problems()[0]?.what ?? "",
    new RegExp(`older schema: ${stepsAfter("0001_settings").length} update\\(s\\)`),
  );
  await Promise.all([store.stop(), advance(fixture.clock)]);
});

async function advance(clock: { advance(ms: number): void }): Promise<void> {
  for (let i = 0; i < 30; i++) {
    await Promise.resolve();
    clock.advance(200);
  }
}

Deno.test("Store.start() with a newer schema refuses and names the version that wrote it", async () => {
  await using fixture = await storeFixture();
  const { store } = fixture;
  await store.start();
  await store.stop();
  const older = fixture.again({
    migrations: { ...migrations, coachiq: migrations.coachiq.slice(0, 3) },
    programVersion: "1.0.0",
  });
  const refused = await failureOf(() => older.start());
  assert.equal(refused.kind, "newerSchema");
  assert.match(
    refused.message,
    new RegExp(`CoachIQ 1\\.2\\.3 wrote it with the newer schema "${newestStep}", this is 1\\.0\\.0`),
  );
  const connection = new DatabaseSync(store.paths.coachiq);
  connection.exec("DROP TABLE migration_runs");
  connection.close();
  assert.match((await failureOf(() => older.start())).message, /CoachIQ of an unknown version wrote it/);
});

Deno.test("Store.start() refuses a file that is no database, one that is not ours, and one that is damaged", async () => {
  await using fixture = await storeFixture();
  const { store } = fixture;
  await store.start();
  await store.stop();
  const sound = await Deno.readFile(store.paths.coachiq);
  const restart = () => failureOf(() => fixture.again().start());

  await Deno.writeTextFile(store.paths.coachiq, "this is a letter to my aunt and no database");
  assert.equal((await restart()).kind, "notADatabase");

  await Deno.remove(store.paths.coachiq);
  const foreign = new DatabaseSync(store.paths.coachiq);
  foreign.exec("CREATE TABLE recipes (name TEXT)");
  foreign.close();
  const refused = await restart();
  assert.equal(refused.kind, "notADatabase");
  assert.match(refused.message, /its tables are not those of CoachIQ/);

  const damaged = sound.slice();
  damaged.fill(0xa5, 4096, 5 * 4096);
  await Deno.writeFile(store.paths.coachiq, damaged);
  assert.equal((await restart()).kind, "corrupt");

  await Deno.writeFile(store.paths.coachiq, sound);
  const again = fixture.again();
  await again.start();
  await again.stop();
});

Deno.test("Store.start() refuses a data folder that is not there", async () => {
  await using fixture = await storeFixture();
  const refused = await failureOf(() => fixture.again({ dataDir: `${fixture.dataDir}/none` }).start());
  assert.equal(refused.kind, "noFolder");
  assert.match(refused.todo, /--data-dir/);
  assert.equal((await failureOf(() => fixture.store.schema)).kind, "closed");
});

Deno.test("Store.pause() keeps states in memory and refuses the rest until resume()", async () => {
  await using fixture = await storeFixture();
  const { store, clock } = fixture;
  await store.start();
  store.pause("a database update is running");
  store.states.mark({ id: "lamp", state: stateOf(7), updatedAtMs: undefined });
  clock.advance(5000);
  assert.equal(store.states.stats().pending, 1);
  const refused = await failureOf(() => store.userSettings.set({ a: 1 }));
  assert.equal(refused.kind, "paused");
  assert.match(refused.message, /a database update is running/);
  assert.deepEqual(store.problems(), []);
  store.close();
  assert.equal((await failureOf(() => store.userSettings.get("a"))).kind, "closed");
  await store.open();
  store.resume();
  assert.equal(store.states.stats().pending, 0);
  assert.equal(store.states.restore().length, 1);
  assert.ok(store.meter.take().get("entityStates")! > 0);
  await store.stop();
});
