import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { ManualClock } from "../base/mod.ts";
import { stateOf, storeFixture } from "../../tests/suites/store_fixture.ts";
import { defaultPolicy } from "./history_policy.ts";
import { downsample } from "./history_query.ts";
import { bucketMs, hourMs } from "./history_rollup.ts";
import type { Store } from "./store.ts";

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

Deno.test("History removes what is old in slices, and nothing while the clock is not trusted", async () => {
  const retention = { rawDays: 2, shortStepDays: 3, hourDays: 4, changeDays: 4, maxBytes: 1e9, maxUntrustedRows: 5 };
  await using fixture = await storeFixture({ ...everything, trusted: false, retention });
  const { store, clock, trust } = fixture;
  await store.start();
  const nowMs = clock.wallMs();
  const fill = (table: string, columns: string, step: number) =>
    store.history.database.connection.exec(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 240) INSERT INTO ${table} ` +
        columns.replaceAll("AGO", `(${Math.floor(nowMs / step)} - i * ${Math.floor(hourMs / step)})`),
    );
  store.history.database.connection.exec("INSERT INTO history_series VALUES (1, 'a', 'b', NULL)");
  store.history.database.connection.exec("INSERT INTO history_boots VALUES (77, 'x', NULL)");
  fill("history_raw", "SELECT AGO, 1, i FROM n", 1);
  fill("history_5min", "SELECT AGO, 1, i, i, i, 1 FROM n", bucketMs);
  fill("history_hour", "SELECT 1, AGO, i, i, i, 1 FROM n", hourMs);
  fill("history_changes", "SELECT 1, AGO, 'x' FROM n", 1);
  fill("history_untrusted", "SELECT 77, i, 1, i, NULL, 0 FROM n", 1);
  const counts = () =>
    ["raw", "5min", "hour", "changes", "untrusted"].map((table) =>
      Number(rows(store, `SELECT count(*) AS n FROM history_${table}`)[0]?.["n"])
    );
  store.history.sweep();
  clock.advance(3_600_000);
  assert.deepEqual(counts(), [240, 240, 240, 240, 240]);
  trust.trust();
  store.history.sweep();
  assert.ok((counts()[0] ?? 0) > 200);
  clock.advance(250_000);
  assert.deepEqual(counts(), [46, 71, 95, 94, 5]);
});

Deno.test("History removes the finest readings first when the file is too large", async () => {
  const retention = {
    rawDays: 1e5,
    shortStepDays: 1e5,
    hourDays: 1e5,
    changeDays: 1e5,
    maxBytes: 200_000,
    maxUntrustedRows: 0,
  };
  await using fixture = await storeFixture({ ...everything, retention });
  const { store, clock } = fixture;
  await store.start();
  const fill = (rowsToMake: number) =>
    store.history.database.connection.exec(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rowsToMake}) ` +
        "INSERT OR IGNORE INTO history_5min SELECT i, 1, i, i, i, 1 FROM n",
    );
  store.history.database.connection.exec(
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) " +
      "INSERT INTO history_raw SELECT i * 60000, 1, i FROM n",
  );
  fill(2000);
  store.history.sweep();
  clock.advance(250 * 1000);
  assert.equal(rows(store, "SELECT * FROM history_raw").length < 20_000, true);
  assert.equal(rows(store, "SELECT * FROM history_5min").length, 4000);
  fill(20_000);
  store.history.database.connection.exec(
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) " +
      "INSERT OR IGNORE INTO history_hour SELECT 1, i, i, i, i, 1 FROM n",
  );
  store.history.sweep();
  clock.advance(3_000_000);
  assert.equal(rows(store, "SELECT * FROM history_5min").length < 200, true);
  assert.ok(store.history.stats().usedBytes <= 200_000, String(store.history.stats().usedBytes));
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
    for (let i = 0; i < 100 && !says.test(store.problems()[0]?.what ?? ""); i++) {
      store.history.record("battery", volts(-5 - i));
      clock.advance(10_000);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.match(store.problems()[0]?.what ?? "", says);
    for (let i = 0; i < 100 && !blocked && !store.history.isOn; i++) {
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

Deno.test("History is off, and says why, when its file is of an older or newer program or cannot be had", async () => {
  await using fixture = await storeFixture(everything);
  const { store } = fixture;
  await store.start();
  await store.stop();
  const connection = new DatabaseSync(store.paths.history);
  connection.exec("DELETE FROM schema_info WHERE name = '0003_write_budget'");
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

Deno.test("History answers a month of one signal among many in the points asked for, with every extreme", async () => {
  await using fixture = await storeFixture({
    ...everything,
    retention: { rawDays: 2, shortStepDays: 14, hourDays: 700, changeDays: 300, maxBytes: 1e9, maxUntrustedRows: 0 },
  });
  const { store, clock } = fixture;
  await store.start();
  const nowHour = Math.floor(clock.wallMs() / hourMs);
  store.history.database.connection.exec("INSERT INTO history_series VALUES (1, 'battery', 'voltageV', 'V')");
  store.history.database.connection.exec(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 720), s (j) AS (SELECT 1 UNION ALL ` +
      `SELECT j + 1 FROM s WHERE j < 200) INSERT INTO history_hour SELECT j, ${nowHour} - i, 10, iif(i = 77, 99, 20), 15, 9 FROM n, s`,
  );
  const startMs = performance.now();
  const range = store.history.range({
    ...key,
    fromMs: clock.wallMs() - 30 * 24 * hourMs,
    toMs: clock.wallMs(),
    points: 200,
  });
  const tookMs = performance.now() - startMs;
  assert.equal(range?.level, "hour");
  assert.ok((range?.points.length ?? 0) <= 200);
  assert.equal(Math.max(...range?.points.map(({ max }) => max ?? 0) ?? []), 99);
  assert.ok(tookMs < 50, `${tookMs} ms`);
  assert.equal(store.history.range({ entityId: "nobody", signal: "x", fromMs: 0, toMs: 1 }), undefined);
  assert.deepEqual(store.history.series(), [{ entityId: "battery", signal: "voltageV", unit: "V" }]);
});

Deno.test("History.csv() gives hours, short steps, readings and changes without a break, quoted where needed", async () => {
  await using fixture = await storeFixture(everything);
  const { store, clock } = fixture;
  await store.start();
  const fromMs = clock.wallMs();
  store.history.record("tank", stateOf('full, or "nearly"', "level"));
  recordFor(store, clock, { spanMs: 3 * hourMs, stepMs: 60_000, at: (i) => i });
  clock.advance(10_000);
  const { connection } = store.history.database;
  connection.exec(`DELETE FROM history_raw WHERE at < ${fromMs + 2 * hourMs}`);
  connection.exec(`DELETE FROM history_5min WHERE bucket < ${(fromMs + hourMs) / bucketMs}`);
  const lines = [...store.history.csv({ ...key, fromMs, toMs: clock.wallMs() })].join("").split("\r\n");
  assert.equal(lines[0], "time,value,min,max,unit,step");
  assert.equal(lines.filter((line) => line.endsWith("hour")).length, 1);
  assert.equal(lines.filter((line) => line.endsWith("5min")).length, 12);
  assert.equal(lines.filter((line) => /,V,$/.test(line)).length, 60);
  assert.equal(lines[1], "2026-05-01T12:00:00.000Z,29.5,0,59,V,hour");
  const tank = [...store.history.csv({ entityId: "tank", signal: "level", fromMs, toMs: clock.wallMs() })];
  assert.equal(tank[1], '2026-05-01T12:00:00.000Z,"full, or ""nearly""",,,,change\r\n');
  assert.equal([...store.history.csv({ entityId: "x", signal: "y", fromMs, toMs: 1 })].length, 1);
});

Deno.test("History reads the 5-minute steps for a range of days, up to now", async () => {
  await using fixture = await storeFixture(everything);
  const { store, clock } = fixture;
  await store.start();
  recordFor(store, clock, { spanMs: 5 * hourMs, stepMs: 60_000, at: (i) => i });
  clock.advance(10_000);
  const range = store.history.range({ ...key, fromMs: clock.wallMs() - 6 * hourMs, toMs: clock.wallMs() });
  assert.equal(range?.level, "5min");
  assert.equal(range?.points.at(-1)?.max, 299);
  assert.equal(range?.points.length, 60);
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

Deno.test("downsample() keeps minimum and maximum of each group and leaves gaps", () => {
  const points = Array.from({ length: 1000 }, (_, i) => {
    const value = i >= 500 && i < 600 ? null : i === 333 ? 1e6 : i === 334 ? -1e6 : i;
    return { atMs: i, min: value, max: value, avg: value };
  });
  const few = downsample(points, { ...key, fromMs: 0, toMs: 1000, points: 10 });
  assert.equal(few.length, 10);
  assert.equal(Math.max(...few.map(({ max }) => max ?? 0)), 1e6);
  assert.equal(Math.min(...few.map(({ min }) => min ?? 0)), -1e6);
  assert.deepEqual(few[5], { atMs: 500, min: null, max: null, avg: null });
  assert.equal(few[9]?.avg, 949.5);
});
