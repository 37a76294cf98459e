import assert from "node:assert/strict";
import { ManualClock, silentLogger } from "../base/mod.ts";
import { stateOf, storeFixture } from "../../tests/suites/store_fixture.ts";
import type { Store } from "./store.ts";

function rowsOf(store: Store): number {
  return Number(store.database.connection.prepare("SELECT count(*) AS n FROM entity_states").get()?.["n"]);
}

async function letTimePass(clock: ManualClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) {
    await Promise.resolve();
    clock.advance(100);
    await Promise.resolve();
  }
}

Deno.test("EntityStateWriter writes what changed 500 ms after the first change, in one transaction", async () => {
  await using fixture = await storeFixture();
  const { store, clock } = fixture;
  await store.start();
  for (let i = 0; i < 200; i++) store.states.mark({ id: `lamp_${i}`, state: stateOf(i), updatedAtMs: i });
  clock.advance(499);
  assert.equal(rowsOf(store), 0);
  clock.advance(1);
  assert.equal(rowsOf(store), 200);
  assert.deepEqual({ ...store.states.stats(), batchP95Ms: 0 }, {
    pending: 0,
    batches: 1,
    rows: 200,
    failures: 0,
    batchP95Ms: 0,
  });
});

Deno.test("EntityStateWriter writes nothing, and runs no timer, when nothing changed", async () => {
  await using fixture = await storeFixture();
  const { store, clock } = fixture;
  await store.start();
  store.states.mark({ id: "lamp", state: stateOf(1), updatedAtMs: 1 });
  clock.advance(500);
  const timers = clock.pending;
  const changes = store.database.connection.prepare("SELECT total_changes() AS n").get()?.["n"];
  store.states.mark({ id: "lamp", state: stateOf(1), updatedAtMs: 2 });
  clock.advance(500);
  assert.equal(store.database.connection.prepare("SELECT total_changes() AS n").get()?.["n"], changes);
  assert.equal(store.states.stats().batches, 1);
  assert.equal(clock.pending, timers);
});

Deno.test("EntityStateWriter does not write a clock whose time alone went on", async () => {
  await using fixture = await storeFixture();
  const { store, clock } = fixture;
  await store.start();
  const tick = (from: number, seconds: number) => {
    for (let i = from; i < from + seconds; i++) {
      const value = new Date(i * 1000).toISOString();
      const isSet = { value: i < 7200 };
      store.states.mark({ id: "clock", state: { localTime: { value }, utcTime: { value }, isSet }, updatedAtMs: i });
      clock.advance(1000);
    }
  };
  tick(0, 7200);
  assert.equal(store.states.stats().batches, 1);
  assert.equal(store.states.stats().pending, 0);
  tick(7200, 60);
  assert.equal(store.states.stats().batches, 2);
  store.states.mark({ id: "clock", state: { localTime: { status: "notAvailable" } }, updatedAtMs: 1 });
  clock.advance(1000);
  assert.equal(store.states.stats().batches, 3);
  const second = fixture.again();
  await store.stop();
  await second.start();
  assert.deepEqual(second.states.restore().map(({ state }) => state), [{ localTime: { status: "notAvailable" } }]);
  second.states.mark({ id: "clock", state: { localTime: { status: "notAvailable" } }, updatedAtMs: 2 });
  clock.advance(1000);
  assert.equal(second.states.stats().batches, 0);
  await second.stop();
});

Deno.test("EntityStateWriter keeps a failed batch marked, says so, backs off, and resumes by itself", async () => {
  await using fixture = await storeFixture();
  const { store, clock } = fixture;
  await store.start();
  const pages = Number(store.database.connection.prepare("PRAGMA page_count").get()?.["page_count"]);
  store.database.connection.exec(`PRAGMA max_page_count = ${pages}`);
  for (let i = 0; i < 300; i++) {
    store.states.mark({ id: `lamp_${i}`, state: stateOf("x".repeat(200)), updatedAtMs: undefined });
  }
  clock.advance(500);
  const [problem] = store.problems();
  assert.match(
    problem?.what ?? "",
    /States are not being saved: .*database or disk is full.*can be controlled as usual/,
  );
  assert.match(problem?.todo ?? "", /Make room/);
  assert.equal(store.states.stats().pending, 300);
  clock.advance(1000 + 2000 + 4000);
  assert.equal(store.states.stats().failures, 4);
  store.states.mark({ id: "lamp_0", state: stateOf(3), updatedAtMs: undefined });
  store.database.connection.exec("PRAGMA max_page_count = 100000");
  clock.advance(30_000);
  assert.deepEqual(store.problems(), []);
  assert.equal(rowsOf(store), 300);
  assert.equal(store.states.stats().pending, 0);
});

Deno.test("EntityStateWriter reports a disk that became read-only and resumes when it is writable again", async () => {
  await using fixture = await storeFixture();
  const { store, clock } = fixture;
  await store.start();
  store.database.connection.exec("PRAGMA query_only = 1");
  store.states.mark({ id: "lamp", state: stateOf(1), updatedAtMs: undefined });
  clock.advance(500);
  assert.match(store.problems()[0]?.todo ?? "", /read-only/);
  store.database.connection.exec("PRAGMA query_only = 0");
  clock.advance(1000);
  assert.deepEqual(store.problems(), []);
});

Deno.test("EntityStateWriter.stop() writes what is marked at once", async () => {
  await using fixture = await storeFixture();
  const { store } = fixture;
  await store.start();
  store.states.mark({ id: "lamp", state: stateOf(1), updatedAtMs: undefined });
  await store.states.stop();
  assert.equal(rowsOf(store), 1);
  assert.equal(fixture.clock.pending, 2);
  store.states.mark({ id: "lamp", state: stateOf(2), updatedAtMs: undefined });
  assert.equal(fixture.clock.pending, 2);
});

Deno.test("EntityStateWriter.stop() tries for two seconds and then says what was lost", async () => {
  const errors: unknown[] = [];
  const logger = { ...silentLogger, error: (_: string, fields?: unknown) => void errors.push(fields) };
  await using fixture = await storeFixture({ logger });
  const { store, clock } = fixture;
  await store.start();
  store.database.connection.exec("PRAGMA query_only = 1");
  store.states.mark({ id: "lamp", state: stateOf(1), updatedAtMs: undefined });
  const stopping = store.states.stop();
  await letTimePass(clock, 2500);
  await stopping;
  assert.equal(clock.monotonicMs() <= 2600, true);
  assert.deepEqual(Object.keys(errors.at(-1) as object), ["entities", "why"]);
});

Deno.test("EntityStateWriter.writeAllAgain() writes everything again after the file was replaced, clear() forgets it", async () => {
  await using fixture = await storeFixture();
  const { store, clock } = fixture;
  await store.start();
  store.states.mark({ id: "lamp", state: stateOf(1), updatedAtMs: undefined });
  clock.advance(500);
  store.database.transaction({ cause: "entityStates" }, () => {
    store.database.connection.exec("DELETE FROM entity_states");
  });
  store.states.writeAllAgain();
  clock.advance(500);
  assert.equal(rowsOf(store), 1);
  store.states.clear();
  assert.equal(rowsOf(store), 0);
  store.states.writeAllAgain();
  clock.advance(500);
  assert.equal(rowsOf(store), 0);
});

Deno.test("EntityStateWriter.restore() leaves out rows that are no states", async () => {
  await using fixture = await storeFixture();
  const { store } = fixture;
  await store.start();
  store.database.connection.exec(
    `INSERT INTO entity_states VALUES ('a', '[1]', 1), ('b', '{"x":4}', 1), ('c', '{"x":{"status":"error"}}', NULL)`,
  );
  assert.deepEqual(store.states.restore(), [{ id: "c", state: { x: { status: "error" } }, updatedAtMs: undefined }]);
});

Deno.test("EntityStateWriter.remove() forgets entities that are no more, and keeps those that come back meanwhile", async () => {
  await using fixture = await storeFixture();
  const { store, clock } = fixture;
  await store.start();
  for (const id of ["a", "b", "c"]) store.states.mark({ id, state: stateOf(1), updatedAtMs: 1 });
  clock.advance(500);
  store.states.remove(["a", "b", "never"]);
  store.states.mark({ id: "b", state: stateOf(1), updatedAtMs: 2 });
  assert.equal(rowsOf(store), 3, "with the next batch");
  clock.advance(500);
  assert.deepEqual(store.states.restore().map(({ id }) => id), ["b", "c"]);
  assert.deepEqual([...store.states.latest()].map(({ id }) => id).sort(), ["b", "c"]);
});

Deno.test("EntityStateWriter.remove() tries again when the database cannot be written", async () => {
  await using fixture = await storeFixture();
  const { store, clock } = fixture;
  await store.start();
  store.states.mark({ id: "a", state: stateOf(1), updatedAtMs: 1 });
  clock.advance(500);
  store.pause("an update is running");
  store.states.remove(["a"]);
  clock.advance(500);
  assert.equal(rowsOf(store), 1);
  store.resume();
  assert.equal(rowsOf(store), 0);
});

Deno.test("EntityStateWriter says once that states may be lost when the log cannot be put on the disk", async () => {
  const errors: string[] = [];
  const logger = { ...silentLogger, error: (message: string) => void errors.push(message) };
  await using fixture = await storeFixture({ logger });
  const { store, clock } = fixture;
  await store.start();
  const log = `${store.paths.coachiq}-wal`;
  await Deno.rename(log, `${log}.aside`);
  // A link to itself opens for nobody, not even for root.
  await Deno.symlink(log, log);
  for (const value of [1, 2]) {
    store.states.mark({ id: "lamp", state: stateOf(value), updatedAtMs: value });
    clock.advance(500);
  }
  await store.states.stop();
  assert.deepEqual(errors, ["Entity states may be lost with the power"]);
  assert.equal(rowsOf(store), 1);
  await Deno.remove(log);
  await Deno.rename(`${log}.aside`, log);
});
