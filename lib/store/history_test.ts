import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { ManualClock } from "../base/mod.ts";
import { stateOf, storeFixture } from "../../tests/suites/store_fixture.ts";
import { defaultPolicy } from "./history_policy.ts";
import { bucketMs, hourMs } from "./history_rollup.ts";
import type { Store } from "./store.ts";
import { WallTrust } from "./wall_trust.ts";

const volts = (value: number) => stateOf(value, "voltageV", "V");
const everything = { policyOf: () => ({ minIntervalMs: 0, deadBand: 0 }) };
const key = { entityId: "battery", signal: "voltageV" };

function rows(store: Store, sql: string): readonly Record<string, unknown>[] {
  return store.history.database.connection.prepare(sql).all().map((row) => ({ ...row }));
}

/** A reading every `stepMs` for `spanMs`. */
function recordFor(
  store: Store,
  clock: ManualClock,
  course: { spanMs: number; stepMs: number; at: (i: number) => number },
) {
  for (let i = 0; i * course.stepMs < course.spanMs; i++) {
    store.history.record("battery", volts(course.at(i)));
    clock.advance(course.stepMs);
  }
}

Deno.test("History keeps a reading when it changed by the dead band and the minimum interval has passed", async () => {
  await using fixture = await storeFixture({ policyOf: () => ({ minIntervalMs: 60_000, deadBand: 0.1 }) });
  const { store, clock } = fixture;
  await store.start();
  store.history.record("battery", volts(12));
  clock.advance(1000);
  store.history.record("battery", volts(12.05));
  clock.advance(1000);
  store.history.record("battery", volts(13));
  clock.advance(1000);
  store.history.record("battery", volts(14));
  clock.advance(10_000);
  assert.deepEqual(rows(store, "SELECT value FROM history_raw"), [{ value: 12 }]);
  clock.advance(60_000);
  assert.deepEqual(rows(store, "SELECT value FROM history_raw ORDER BY at"), [{ value: 12 }, { value: 14 }]);
  store.history.record("battery", volts(15));
  clock.advance(1);
  store.history.record("battery", volts(16));
  clock.advance(1);
  store.history.record("battery", volts(15));
  clock.advance(120_000);
  assert.deepEqual(rows(store, "SELECT value FROM history_raw ORDER BY at").map(({ value }) => value), [12, 14, 15]);
});

Deno.test("History keeps texts, switches and labels as changes, at most one a second", async () => {
  await using fixture = await storeFixture();
  const { store, clock } = fixture;
  await store.start();
  store.history.record("heater", { mode: { value: 2, label: "heat" }, isOn: { value: true }, name: { value: "a" } });
  clock.advance(100);
  store.history.record("heater", { mode: { value: 3, label: "cool" }, isOn: { value: true }, name: { value: "a" } });
  clock.advance(300);
  store.history.record("heater", { mode: { value: 4, label: "auto" }, isOn: { value: true }, name: { value: "a" } });
  clock.advance(90_000);
  const mode = store.history.range({ entityId: "heater", signal: "mode", fromMs: 0, toMs: clock.wallMs() });
  assert.deepEqual(mode?.changes.map(({ value }) => value), ["heat", "auto"]);
  const later = store.history.range({
    entityId: "heater",
    signal: "isOn",
    fromMs: clock.wallMs() - 1000,
    toMs: clock.wallMs(),
  });
  assert.deepEqual(later?.changes.map(({ value }) => value), ["true"]);
});

Deno.test("History keeps the loss of a value as a gap", async () => {
  await using fixture = await storeFixture(everything);
  const { store, clock } = fixture;
  await store.start();
  store.history.record("battery", volts(12));
  store.history.record("door", stateOf("open", "position"));
  clock.advance(2000);
  store.history.record("battery", { voltageV: { status: "notAvailable" } });
  store.history.record("door", { position: { status: "error" } });
  clock.advance(20_000);
  const range = store.history.range({ ...key, fromMs: 0, toMs: clock.wallMs() });
  assert.equal(range?.level, "hour");
  const recent = store.history.range({ ...key, fromMs: clock.wallMs() - 22_000, toMs: clock.wallMs() });
  assert.equal(recent?.level, "raw");
  assert.equal(recent?.unit, "V");
  assert.deepEqual(recent?.points.map(({ avg }) => avg), [12, null]);
  const door = store.history.range({ entityId: "door", signal: "position", fromMs: 0, toMs: clock.wallMs() });
  assert.deepEqual(door?.changes.map(({ value }) => value), ["open", null]);
});

Deno.test("History rolls up to 5 minutes and to hours with every extreme, also those it did not keep", async () => {
  await using fixture = await storeFixture({ policyOf: () => ({ minIntervalMs: 120_000, deadBand: 0 }) });
  const { store, clock } = fixture;
  await store.start();
  recordFor(store, clock, { spanMs: 2 * hourMs + 2 * bucketMs, stepMs: 10_000, at: (i) => i % 30 });
  clock.advance(10_000);
  const short = rows(store, "SELECT min, max, count FROM history_5min ORDER BY bucket");
  assert.equal(short.length, 26);
  assert.ok(short.every(({ min, max, count }) => min === 0 && max === 29 && count === 30), JSON.stringify(short));
  assert.deepEqual(rows(store, "SELECT min, max, avg, count FROM history_hour"), [
    { min: 0, max: 29, avg: 14.5, count: 360 },
    { min: 0, max: 29, avg: 14.5, count: 360 },
  ]);
  assert.ok(rows(store, "SELECT * FROM history_raw").length < 80);
});

Deno.test("History finishes after a kill the steps that the killed run had begun", async () => {
  await using fixture = await storeFixture(everything);
  const { store, clock } = fixture;
  await store.start();
  recordFor(store, clock, { spanMs: bucketMs, stepMs: 30_000, at: (i) => i });
  store.history.record("battery", volts(100));
  clock.advance(20_000);
  store.history.database.close();
  const second = fixture.again();
  await second.start();
  clock.advance(bucketMs);
  second.history.record("battery", volts(50));
  clock.advance(bucketMs + 10_000);
  assert.deepEqual(rows(second, "SELECT min, max FROM history_5min ORDER BY bucket").slice(0, 2), [
    { min: 0, max: 9 },
    { min: 100, max: 100 },
  ]);
  await second.stop();
});

Deno.test("History merges the two halves of a step that a restart divided", async () => {
  await using fixture = await storeFixture(everything);
  const { store, clock } = fixture;
  await store.start();
  store.history.record("battery", volts(10));
  clock.advance(20_000);
  store.history.stop();
  const second = fixture.again();
  await second.start();
  second.history.record("battery", volts(30));
  second.history.stop();
  const third = fixture.again();
  await third.start();
  assert.deepEqual(rows(third, "SELECT min, max, avg, count FROM history_5min"), [
    { min: 10, max: 30, avg: 20, count: 2 },
  ]);
  await third.stop();
});

Deno.test("History keeps readings of an untrusted clock apart and puts them right when the time is known", async () => {
  await using fixture = await storeFixture({ ...everything, trusted: false });
  const { store, clock, trust } = fixture;
  clock.setWallMs(Date.UTC(2000, 0, 1));
  await store.start();
  clock.advance(60_000);
  store.history.record("battery", volts(12));
  store.history.record("door", stateOf("open", "position"));
  clock.advance(20_000);
  assert.equal(rows(store, "SELECT * FROM history_untrusted").length, 2);
  assert.equal(rows(store, "SELECT * FROM history_raw").length, 0);
  assert.equal(store.history.writeBudget()[0]?.day, "unknown");
  clock.setWallMs(Date.UTC(2026, 5, 1, 12, 0, 30));
  trust.trust();
  clock.advance(10_000);
  assert.equal(rows(store, "SELECT * FROM history_untrusted").length, 0);
  const seenMs = Date.UTC(2026, 5, 1, 12, 0, 10);
  assert.deepEqual(rows(store, "SELECT at, value FROM history_raw"), [{ at: seenMs, value: 12 }]);
  assert.deepEqual(rows(store, "SELECT at, value FROM history_changes"), [{ at: seenMs, value: "open" }]);
  assert.deepEqual(rows(store, "SELECT max FROM history_5min"), [{ max: 12 }]);
});

Deno.test("History begins a new file when the old one is damaged, keeps the old one, and says so", async () => {
  await using fixture = await storeFixture(everything);
  const { store, clock } = fixture;
  await store.start();
  recordFor(store, clock, { spanMs: hourMs, stepMs: 1000, at: (i) => i });
  await store.stop();
  const sound = await Deno.readFile(store.paths.history);
  const damages: Record<string, Uint8Array> = {
    letter: new TextEncoder().encode("no database at all, but long enough to be looked at"),
    short: sound.slice(0, sound.length - 8192),
    holes: sound.slice().fill(0xee, 2 * 4096),
  };
  for (const [name, bytes] of Object.entries(damages)) {
    await Deno.writeFile(store.paths.history, bytes);
    const again = fixture.again();
    await again.start();
    assert.equal(again.history.isOn, true, name);
    assert.match(again.problems()[0]?.what ?? "", /The history was damaged and a new one was begun/, name);
    assert.equal((await Deno.readFile(`${store.paths.history}.damaged`)).length, bytes.length);
    again.history.dismissNotice();
    assert.deepEqual(again.problems(), []);
    await again.stop();
  }
});

Deno.test("History begins a new file when the old one breaks while it is open, or is off when it cannot", async () => {
  for (const blocked of [false, true]) {
    await using fixture = await storeFixture(everything);
    const { store, clock } = fixture;
    await store.start();
    recordFor(store, clock, { spanMs: hourMs, stepMs: 1000, at: (i) => i });
    store.history.database.checkpoint();
    const { size } = await Deno.stat(store.paths.history);
    {
      using file = await Deno.open(store.paths.history, { write: true });
      await file.seek(4096, Deno.SeekMode.Start);
      await file.write(new Uint8Array(size - 4096).fill(0x77));
    }
    if (blocked) await Deno.mkdir(`${store.paths.history}.damaged/x`, { recursive: true });
    store.history.database.connection.exec("PRAGMA shrink_memory");
    const says = blocked ? /History is not being kept: Cannot remove/ : /damaged and a new one was begun/;
    for (let i = 0; i < 3000 && !says.test(store.problems()[0]?.what ?? ""); i++) {
      store.history.record("battery", volts(-5 - i));
      clock.advance(10_000);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.match(store.problems()[0]?.what ?? "", says);
    for (let i = 0; i < 3000 && !blocked && !store.history.isOn; i++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.equal(store.history.isOn, !blocked);
  }
});

Deno.test("History writes nothing when nothing changed, not even its own book", async () => {
  await using fixture = await storeFixture(everything);
  const { store, clock } = fixture;
  await store.start();
  store.history.record("battery", volts(1));
  clock.advance(400_000);
  const changes = () => rows(store, "SELECT total_changes() AS n")[0]?.["n"];
  const before = changes();
  clock.advance(200_000);
  assert.equal(changes(), before);
});

Deno.test("History.noteSizes() keeps the last note of each day, and none while the clock is not trusted", async () => {
  await using fixture = await storeFixture(everything);
  const { store, clock } = fixture;
  await store.start();
  const day = () => new Date(clock.wallMs()).toISOString().slice(0, 10);
  const first = day();
  store.history.noteSizes({ database: 1, history: 2, backups: 3 });
  store.history.noteSizes({ database: 4, history: 5, backups: 6 });
  clock.advance(86_400_000);
  store.history.noteSizes({ database: 7, history: 8, backups: 9 });
  assert.deepEqual(store.history.fileSizes(), [
    { day: day(), database: 7, history: 8, backups: 9 },
    { day: first, database: 4, history: 5, backups: 6 },
  ]);
  await store.stop();
  const untrusted = fixture.again({ trust: new WallTrust(clock, { trusted: false }) });
  await untrusted.start();
  untrusted.history.noteSizes({ database: 10, history: 11, backups: 12 });
  assert.equal(untrusted.history.fileSizes().length, 2);
  await untrusted.stop();
});

Deno.test("History is off, and says why, when its file is of an older or newer program or cannot be had", async () => {
  await using fixture = await storeFixture(everything);
  const { store } = fixture;
  await store.start();
  await store.stop();
  const connection = new DatabaseSync(store.paths.history);
  connection.exec("DELETE FROM schema_info WHERE name = '0004_file_sizes'");
  connection.close();
  const older = fixture.again();
  await older.start();
  assert.equal(older.history.isOn, false);
  assert.match(older.problems()[0]?.what ?? "", /History is off: its file has an older schema/);
  older.history.record("battery", volts(1));
  assert.equal(older.history.flush(), false);
  assert.equal(older.history.range({ ...key, fromMs: 0, toMs: 1 }), undefined);
  assert.deepEqual([...older.history.csv({ ...key, fromMs: 0, toMs: 1 })], []);
  assert.deepEqual(older.history.series(), []);
  assert.deepEqual(older.history.writeBudget(), []);
  older.history.noteSizes({ database: 1, history: 2, backups: 3 });
  assert.deepEqual(older.history.fileSizes(), []);
  assert.equal(older.history.stats().usedBytes, 0);
  await older.stop();
  const newer = new DatabaseSync(store.paths.history);
  newer.exec("INSERT INTO schema_info VALUES ('0099_future', '')");
  newer.close();
  const again = fixture.again();
  await again.start();
  assert.match(again.problems()[0]?.what ?? "", /the step "0099_future" of a newer version/);
  await again.stop();
  await Deno.remove(store.paths.history);
  await Deno.mkdir(store.paths.history);
  const blocked = fixture.again();
  await blocked.start();
  assert.equal(blocked.history.isOn, false);
  assert.match(blocked.problems()[0]?.what ?? "", /History is not being kept/);
  await blocked.stop();
});

Deno.test("History waits when the disk is full, and resumes by itself", async () => {
  await using fixture = await storeFixture(everything);
  const { store, clock } = fixture;
  await store.start();
  store.history.database.connection.exec("PRAGMA query_only = 1");
  store.history.record("battery", volts(1));
  clock.advance(10_000);
  assert.match(store.problems()[0]?.what ?? "", /History is not being kept: .*readonly/);
  store.history.database.connection.exec("PRAGMA query_only = 0");
  clock.advance(10_000);
  assert.deepEqual(store.problems(), []);
  assert.equal(rows(store, "SELECT * FROM history_raw").length, 1);
  store.history.database.connection.exec("PRAGMA query_only = 1");
  const oldest = clock.wallMs() - 400 * 24 * hourMs;
  store.history.database.connection.exec("PRAGMA query_only = 0");
  store.history.database.connection.exec(`INSERT INTO history_raw VALUES (${oldest}, 1, 1)`);
  store.history.database.connection.exec("PRAGMA query_only = 1");
  store.history.sweep();
  assert.match(store.problems()[0]?.what ?? "", /History is not being kept/);
});

Deno.test("History counts the bytes it and the state writer put on the disk, by cause and day", async () => {
  await using fixture = await storeFixture(everything);
  const { store, clock } = fixture;
  await store.start();
  store.states.mark({ id: "lamp", state: stateOf(1), updatedAtMs: undefined });
  store.history.record("battery", volts(1));
  clock.advance(30_000);
  const causes = new Map(store.history.writeBudget().map(({ cause, bytes }) => [cause, bytes]));
  assert.ok((causes.get("entityStates") ?? 0) >= 4096);
  assert.ok((causes.get("history") ?? 0) >= 4096);
  assert.equal(store.history.writeBudget()[0]?.day, "2026-05-01");
  assert.ok(store.history.stats().batches >= 2);
  await store.history.clear();
  assert.equal(store.history.isOn, true);
  assert.deepEqual(store.history.series(), []);
});

Deno.test("History keeps nothing of a signal whose policy is undefined", async () => {
  await using fixture = await storeFixture({
    policyOf: ({ signal }) => signal === "noise" ? undefined : everything.policyOf(),
  });
  const { store, clock } = fixture;
  await store.start();
  store.history.record("x", { noise: { value: 1 }, voltageV: { value: 1 } });
  store.history.record("x", { noise: { value: 2 }, voltageV: { value: 2 } });
  clock.advance(10_000);
  assert.deepEqual(store.history.series().map(({ signal }) => signal), ["voltageV"]);
  assert.deepEqual(defaultPolicy({ entityId: "x", signal: "y", unit: "V" }), { minIntervalMs: 60_000, deadBand: 0.05 });
  assert.equal(defaultPolicy({ entityId: "x", signal: "y", unit: undefined })?.deadBand, 0);
});
