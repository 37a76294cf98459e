import assert from "node:assert/strict";
import type { ManualClock } from "../base/mod.ts";
import { stateOf, storeFixture } from "../../tests/suites/store_fixture.ts";
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

Deno.test("History removes what is old in slices, and only what is too much while the clock is not trusted", async () => {
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
  assert.deepEqual(counts(), [240, 240, 240, 240, 5]);
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
  const { connection } = store.history.database;
  const asked: string[] = [];
  const prepare = connection.prepare.bind(connection);
  connection.prepare = (sql) => {
    asked.push(sql);
    return prepare(sql);
  };
  const range = store.history.range({
    ...key,
    fromMs: clock.wallMs() - 30 * 24 * hourMs,
    toMs: clock.wallMs(),
    points: 200,
  });
  assert.equal(range?.level, "hour");
  assert.ok((range?.points.length ?? 0) <= 200);
  assert.equal(Math.max(...range?.points.map(({ max }) => max ?? 0) ?? []), 99);
  const plans = asked.flatMap((sql) => prepare(`EXPLAIN QUERY PLAN ${sql}`).all().map(({ detail }) => String(detail)));
  assert.ok(plans.some((plan) => plan.startsWith("SEARCH history_hour USING")), plans.join("\n"));
  assert.ok(!plans.some((plan) => plan.startsWith("SCAN history_")), plans.join("\n"));
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
  assert.equal(tank.at(-1), '2026-05-01T12:00:00.000Z,"full, or ""nearly""",,,,change\r\n');
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

Deno.test("History.csv() reads what is kept and no more, for a range of ten thousand years, and holds nothing open", async () => {
  await using fixture = await storeFixture(everything);
  const { store, clock } = fixture;
  await store.start();
  const { database } = store.history;
  recordFor(store, clock, { spanMs: 5 * hourMs, stepMs: 60_000, at: (i) => i });
  store.history.record("battery", { mode: { value: "off" } });
  clock.advance(10_000);
  let reads = 0;
  const statement = database.statement.bind(database);
  database.statement = (sql) => {
    reads++;
    return statement(sql);
  };
  const range = { fromMs: Date.parse("0000-01-01T00:00:00Z"), toMs: Date.parse("9999-12-31T00:00:00Z") };
  const lines = [...store.history.csv({ ...key, ...range })].join("").split("\r\n");
  assert.equal(lines.filter((line) => /,V,$/.test(line)).length, 300);
  assert.ok(reads < 20, `${reads} reads`);
  const changes = Array.from({ length: 2500 }, (_, i) => `(7, ${i}, 'text ${i}')`);
  database.connection.exec(
    `INSERT INTO history_series VALUES (7, 'door', 'state', NULL); INSERT INTO history_changes VALUES ${changes}`,
  );
  const download = store.history.csv({ entityId: "door", signal: "state", ...range });
  const pieces: string[] = [];
  for (const piece of download) {
    // Whoever reads slowly is in nobody's way.
    database.checkpoint();
    assert.notEqual(store.history.range({ entityId: "door", signal: "state", ...range }), undefined);
    pieces.push(piece);
  }
  assert.equal(pieces.join("").match(/,text \d+,/g)?.length, 2500);
  assert.ok(pieces.every((piece) => piece.split("\r\n").length <= 1001), "a piece is short");
});
