import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { ManualClock, silentLogger } from "../base/mod.ts";
import {
  failureOf,
  migrations,
  stateOf,
  stepsAfter,
  storeFixture,
  temporaryFolder,
} from "../../tests/suites/store_fixture.ts";
import { Database } from "./database.ts";
import { History } from "./history.ts";
import { createInPlace, openHistory } from "./history_file.ts";
import { defaultPolicy } from "./history_policy.ts";
import { migrate } from "./migrate.ts";
import { schemaStateOf } from "./schema.ts";
import { dataVersionOf, schemaObjects } from "./sqlite_file.ts";
import { writeStatesToFile } from "./entity_states.ts";
import { WallTrust } from "./wall_trust.ts";

const everything = { policyOf: () => ({ minIntervalMs: 0, deadBand: 0 }) };

Deno.test("HistoryRecorder drops the oldest readings when the disk takes none for long", async () => {
  await using fixture = await storeFixture(everything);
  const { store, clock } = fixture;
  await store.start();
  store.history.database.pause("never mind");
  for (let i = 0; i < 50_500; i++) {
    store.history.record("battery", stateOf(-i, "voltageV", "V"));
    clock.advance(1);
  }
  assert.equal(store.history.stats().dropped, 1000);
  assert.ok(store.history.stats().waiting <= 50_000);
  store.history.database.resume();
  assert.equal(store.history.flush(), true);
  assert.equal(store.history.stats().waiting, 0);
  assert.equal(store.history.schema?.kind, "current");
});

Deno.test("HistoryRecorder passes over signals that are not there", async () => {
  await using fixture = await storeFixture(everything);
  const { store } = fixture;
  await store.start();
  const state: Record<string, { value: number }> = { a: { value: 1 } };
  Object.assign(state, { b: undefined });
  store.history.record("x", state);
  store.history.flush();
  assert.deepEqual(store.history.series().map(({ signal }) => signal), ["a"]);
  assert.equal(defaultPolicy({ entityId: "x", signal: "y", unit: "furlong" })?.deadBand, 0);
});

Deno.test("WriteBudget keeps what it could not write for the next time", async () => {
  await using fixture = await storeFixture(everything);
  const { store, clock } = fixture;
  await store.start();
  clock.advance(20_000);
  store.meter.add("settings", 5000);
  store.history.database.connection.exec("PRAGMA query_only = 1");
  assert.equal(store.history.flush(), false);
  store.history.database.connection.exec("PRAGMA query_only = 0");
  assert.equal(store.history.flush(), true);
  assert.ok(store.history.writeBudget().some(({ cause, bytes }) => cause === "settings" && bytes === 5000));
});

Deno.test("History stays off, with a reason, when a damaged file cannot be set aside", async () => {
  await using fixture = await storeFixture(everything);
  const { store } = fixture;
  await store.start();
  await store.stop();
  await Deno.writeTextFile(store.paths.history, "no database at all");
  await Deno.mkdir(`${store.paths.history}.damaged`);
  await Deno.writeTextFile(`${store.paths.history}.damaged/x`, "");
  const again = fixture.again();
  await again.start();
  assert.equal(again.history.isOn, false);
  assert.match(again.problems()[0]?.what ?? "", /History is not being kept: Cannot remove/);
  await again.stop();
});

Deno.test("History opens its file later when the disk did not let it at the start, further and further apart", async () => {
  await using folder = await temporaryFolder();
  const clock = new ManualClock();
  const tries: number[] = [];
  const history = new History({
    path: `${folder.path}/later/history.db`,
    profile: "ssd",
    migrations: migrations.history,
    programVersion: "1.2.3",
    clock,
    trust: new WallTrust(clock, { trusted: true }),
    logger: silentLogger,
    ...everything,
  });
  const reopen = history.reopen.bind(history);
  const running: Promise<void>[] = [];
  history.reopen = () => {
    tries.push(clock.monotonicMs());
    const run = reopen();
    running.push(run);
    return run;
  };
  const pass = async (seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      clock.advance(1000);
      await Promise.all(running.splice(0));
    }
  };
  await history.start();
  assert.match(history.problems()[0]?.what ?? "", /History is not being kept: Cannot create database/);
  await pass(1000);
  assert.deepEqual(tries.map((ms) => ms / 1000), [0, 5, 15, 35, 75, 155, 315, 615, 915]);
  assert.equal(history.isOn, false);
  await Deno.mkdir(`${folder.path}/later`);
  await pass(300);
  assert.equal(history.isOn, true);
  assert.deepEqual(history.problems(), []);
  history.record("battery", stateOf(12, "voltageV", "V"));
  await pass(10);
  assert.deepEqual(history.series().map(({ signal }) => signal), ["voltageV"]);
  assert.equal(tries.length, 10);
  history.stop();
});

Deno.test("History that is stopped stays closed, also when it was about to open its file again", async () => {
  await using fixture = await storeFixture(everything);
  const { store, clock } = fixture;
  await store.start();
  await store.stop();
  const { path } = store.history.database;
  await Deno.rename(path, `${path}.away`);
  await Deno.mkdir(`${path}.new/x`, { recursive: true });
  const again = fixture.again();
  await again.start();
  assert.equal(again.history.isOn, false);
  await Deno.remove(`${path}.new`, { recursive: true });
  await Deno.rename(`${path}.away`, path);
  const opening = again.history.reopen();
  again.history.stop();
  await opening;
  assert.equal(again.history.database.isOpen, false);
  clock.advance(600_000);
  await again.stop();
  assert.equal(again.history.isOn, false);
});

Deno.test("History.clear() begins a new file where there is none, and the old one can be opened when it could not be removed", async () => {
  await using fixture = await storeFixture(everything);
  const { store } = fixture;
  await store.start();
  const { path } = store.history.database;
  store.history.database.close();
  await Deno.remove(path);
  await store.history.clear();
  assert.equal(store.history.isOn, true);
  await Deno.mkdir(`${path}-journal/x`, { recursive: true });
  await failureOf(() => store.history.clear());
  assert.match(store.problems()[0]?.what ?? "", /History is not being kept/);
  await Deno.remove(`${path}-journal`, { recursive: true });
  await store.history.reopen();
  assert.deepEqual([store.history.isOn, store.problems()], [true, []]);
});

Deno.test("History.noteSizes() says why the sizes could not be kept, and keeps them when it can", async () => {
  await using fixture = await storeFixture(everything);
  const { store } = fixture;
  await store.start();
  const sizes = { database: 1000, history: 2000, backups: 3000 };
  store.history.database.connection.exec("PRAGMA query_only = 1");
  store.history.noteSizes(sizes);
  assert.match(store.problems()[0]?.what ?? "", /History is not being kept: .*readonly database/);
  store.history.database.connection.exec("PRAGMA query_only = 0");
  store.history.noteSizes(sizes);
  assert.deepEqual(store.history.fileSizes().map(({ day: _, ...row }) => row), [sizes]);
});

Deno.test("openHistory() sets aside a file with other tables, and one that is shorter than it says", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/history.db`;
  const open = async () => {
    const database = new Database({ path, profile: "ssd" });
    const opened = await openHistory(database, { migrations: migrations.history });
    database.close();
    return opened;
  };
  const foreign = new DatabaseSync(path);
  foreign.exec("CREATE TABLE recipes (a)");
  foreign.close();
  assert.match((await open()).notice?.what ?? "", /its tables are not those of a history/);
  await Deno.remove(path);
  await createInPlace(path, migrations.history);
  const growing = new DatabaseSync(path);
  growing.exec("CREATE TABLE padding (x); INSERT INTO padding VALUES (zeroblob(100000))");
  growing.close();
  await Deno.truncate(path, (await Deno.stat(path)).size - 40_960);
  assert.match((await open()).notice?.what ?? "", /The history was damaged and a new one was begun/);
  assert.equal((await open()).notice, undefined);
});

Deno.test("migrate() takes a step back whose verification finds something", async () => {
  const connection = new DatabaseSync(":memory:");
  const list = [{
    name: "0001_x",
    description: "",
    up: () => Promise.resolve(),
    verify: () => Promise.resolve(["a is missing", "b is missing"]),
  }];
  const failed = await failureOf(() => migrate(connection, { migrations: list }));
  assert.match(failed.message, /verification failed: a is missing; b is missing/);
  assert.equal(schemaStateOf(connection, list).kind, "empty");
});

Deno.test("schemaStateOf() reads a newer file whose record of runs has other columns", async () => {
  const connection = new DatabaseSync(":memory:");
  await migrate(connection, { migrations: migrations.coachiq });
  assert.equal(schemaStateOf(connection, migrations.coachiq).writtenBy, null);
  connection.exec("ALTER TABLE migration_runs RENAME COLUMN program_version TO written_by");
  const state = schemaStateOf(connection, migrations.coachiq.slice(0, 5));
  assert.deepEqual([state.kind, state.writtenBy, state.unknown], ["newer", null, stepsAfter("0005_mapping_batches")]);
  assert.ok(schemaObjects(connection).some((object) => object.startsWith("index coach_mappings_active")));
  assert.equal(dataVersionOf(connection) > 0, true);
});

Deno.test("writeStatesToFile() puts states into a database beside the live one", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/a.db`;
  await createInPlace(path, migrations.coachiq);
  writeStatesToFile(path, [
    { id: "a", state: stateOf(1), updatedAtMs: 5.4 },
    { id: "b", state: stateOf(2), updatedAtMs: undefined },
  ]);
  const connection = new DatabaseSync(path);
  const rows = connection.prepare("SELECT entity_id, updated_at FROM entity_states").all().map((row) => ({ ...row }));
  assert.deepEqual(rows, [{ entity_id: "a", updated_at: 5 }, { entity_id: "b", updated_at: null }]);
  connection.close();
});

Deno.test("WallTrust gives the time once it is trusted", () => {
  const clock = new ManualClock({ wallMs: 5 });
  const trust = new WallTrust(clock, { trusted: false });
  assert.deepEqual([trust.isTrusted, trust.nowMs()], [false, undefined]);
  trust.trust();
  assert.deepEqual([trust.isTrusted, trust.nowMs()], [true, 5]);
});

Deno.test("Store and its parts answer what only updates ask", async () => {
  await using fixture = await storeFixture();
  const { store, clock } = fixture;
  await store.start();
  assert.equal(store.tidy(), false);
  for (let i = 0; i < 400; i++) {
    store.states.mark({ id: `lamp_${i}`, state: stateOf("x".repeat(2000)), updatedAtMs: 1 });
  }
  clock.advance(500);
  assert.equal([...store.states.latest()].length, 400);
  store.states.clear();
  assert.equal(store.tidy(), true);
  store.mappings.apply({
    modelId: "m",
    reason: "r",
    actor: "a",
    changes: [{ path: "/x", set: { value: 1, source: "user" } }],
  });
  store.mappings.apply({ modelId: "m", reason: "nothing", actor: "a", changes: [] });
  assert.deepEqual(store.mappings.models(), ["m"]);
  assert.deepEqual(store.mappings.history("m").map(({ changes }) => changes.length), [0, 1]);
});
