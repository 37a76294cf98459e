import assert from "node:assert/strict";
import { clock as clockKind } from "../entities/clock.ts";
import { stateOf, storeFixture } from "../../tests/suites/store_fixture.ts";
import { isRunningTime } from "./clock_signals.ts";
import { defaultPolicy } from "./history_policy.ts";
import { type HistoryRetention, maxChangesPerSeries } from "./history_retention.ts";
import { bucketMs, hourMs } from "./history_rollup.ts";
import type { Store } from "./store.ts";

const everything = { policyOf: () => ({ minIntervalMs: 0, deadBand: 0 }) };
const dayMs = 24 * hourMs;
const forEver: HistoryRetention = {
  rawDays: 1e5,
  shortStepDays: 1e5,
  hourDays: 1e5,
  changeDays: 1e5,
  maxBytes: 1e9,
  maxUntrustedRows: 1e6,
};

function count(store: Store, from: string): number {
  return Number(store.history.database.connection.prepare(`SELECT count(*) AS n FROM ${from}`).get()?.["n"]);
}

/** `i` counts from 1 to `rows`. */
function fill(store: Store, rows: number, insert: string): void {
  store.history.database.connection.exec(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows}) ${insert} FROM n`,
  );
}

Deno.test("defaultPolicy() keeps the state of the coach's clock and not its time", async () => {
  const kept = clockKind.signals.map(({ name }) => name)
    .filter((signal) => defaultPolicy({ entityId: "clock", signal, unit: undefined }));
  assert.deepEqual(kept, ["isSet", "hoursWestOfUtc"]);
  assert.equal(clockKind.signals.filter(({ name }) => isRunningTime(name)).length, 2);
  await using fixture = await storeFixture();
  const { store, clock } = fixture;
  await store.start();
  for (let i = 0; i < 3600; i++) {
    store.history.record("clock", { localTime: { value: new Date(i * 1000).toISOString() }, isSet: { value: true } });
    clock.advance(1000);
  }
  assert.deepEqual(store.history.series().map(({ signal }) => signal), ["isSet"]);
  assert.equal(count(store, "history_changes"), 1);
});

Deno.test("History keeps the newest changes of a signal that changes all the time, and all of the others", async () => {
  await using fixture = await storeFixture({ ...everything, retention: forEver });
  const { store, clock } = fixture;
  await store.start();
  store.history.database.connection.exec("INSERT INTO history_series VALUES (1, 'a', 'b', NULL), (2, 'c', 'd', NULL)");
  fill(store, 35_000, "INSERT INTO history_changes SELECT 1, i * 1000, 'x'");
  fill(store, 500, "INSERT INTO history_changes SELECT 2, i, 'x'");
  store.history.sweep();
  clock.advance(60_000);
  assert.equal(count(store, "history_changes WHERE series = 1"), maxChangesPerSeries);
  assert.equal(count(store, "history_changes WHERE series = 1 AND at > 25000000"), maxChangesPerSeries);
  assert.equal(count(store, "history_changes WHERE series = 2"), 500);
});

Deno.test("History gives up changes and what has no time before its steps when the file is too large", async () => {
  const retention = { ...forEver, maxBytes: 500_000 };
  for (const trusted of [true, false]) {
    await using fixture = await storeFixture({ ...everything, retention, trusted });
    const { store, clock } = fixture;
    await store.start();
    const { connection } = store.history.database;
    connection.exec(
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40) " +
        "INSERT INTO history_series SELECT i, i, 'b', NULL FROM n",
    );
    connection.exec("INSERT INTO history_boots VALUES (77, 'x', NULL)");
    fill(store, 40_000, "INSERT INTO history_changes SELECT 1 + i % 40, i * 10000, 'some text of an ordinary length'");
    fill(store, 20_000, "INSERT INTO history_untrusted SELECT 77, i, 1, NULL, 'some text', 1");
    fill(store, 1000, "INSERT INTO history_5min SELECT i, 1, i, i, i, 1");
    fill(store, 1000, "INSERT INTO history_hour SELECT 1, i, i, i, i, 1");
    assert.ok(store.history.stats().usedBytes > 1_500_000);
    store.history.sweep();
    clock.advance(60_000);
    assert.ok(store.history.stats().usedBytes <= 500_000, String(store.history.stats().usedBytes));
    assert.deepEqual([count(store, "history_5min"), count(store, "history_hour")], [1000, 1000]);
    assert.equal(count(store, "history_untrusted"), 0);
    const left = count(store, "history_changes");
    assert.ok(left > 1000, String(left));
    // The newest are left, without a gap.
    assert.equal(count(store, `history_changes WHERE at > ${(40_000 - left) * 10_000}`), left);
  }
});

Deno.test("History removes nothing for its age while the clock is not trusted", async () => {
  await using fixture = await storeFixture({ ...everything, trusted: false, retention: { ...forEver, rawDays: 1 } });
  const { store, clock, trust } = fixture;
  await store.start();
  fill(store, 100, `INSERT INTO history_raw SELECT ${clock.wallMs() - 3 * dayMs} + i, 1, i`);
  store.history.record("battery", stateOf(12, "voltageV", "V"));
  clock.advance(hourMs);
  assert.equal(count(store, "history_raw"), 100);
  trust.trust();
  store.history.sweep();
  assert.equal(count(store, "history_raw"), 0);
});

Deno.test("History removes nothing for its age in the first day after the clock jumped ahead", async () => {
  await using fixture = await storeFixture({ ...everything, retention: { ...forEver, rawDays: 1 } });
  const { store, clock } = fixture;
  await store.start();
  store.history.record("battery", stateOf(12, "voltageV", "V"));
  clock.advance(hourMs);
  clock.setWallMs(clock.wallMs() + 3650 * dayMs);
  clock.advance(23 * hourMs);
  assert.equal(count(store, "history_raw"), 1);
  clock.advance(2 * hourMs);
  assert.equal(count(store, "history_raw"), 0);
});

Deno.test("History removes what is too old when the clock jumped by less than a day, or back", async () => {
  for (const jumpMs of [dayMs / 2, -3650 * dayMs]) {
    await using fixture = await storeFixture({ ...everything, retention: { ...forEver, rawDays: 1 } });
    const { store, clock } = fixture;
    await store.start();
    clock.advance(60_000);
    clock.setWallMs(clock.wallMs() + jumpMs);
    fill(store, 10, `INSERT INTO history_raw SELECT ${clock.wallMs() - 3 * dayMs} + i, 1, i`);
    clock.advance(hourMs);
    assert.equal(count(store, "history_raw"), 0);
  }
});

Deno.test("History goes on with its steps after a clock that was ahead for a while, in one run and over a start", async () => {
  await using fixture = await storeFixture({ ...everything, retention: forEver });
  const { store, clock } = fixture;
  await store.start();
  const course = (of: Store, fromV: number) => {
    for (let i = 0; i < 26; i++) {
      of.history.record("battery", stateOf(fromV + i, "voltageV", "V"));
      clock.advance(bucketMs);
    }
  };
  const rightMs = clock.wallMs();
  clock.setWallMs(rightMs + 3650 * dayMs);
  course(store, 100);
  clock.setWallMs(rightMs);
  course(store, 200);
  const now = () => Math.floor(clock.wallMs() / hourMs);
  assert.equal(count(store, `history_hour WHERE hour < ${now()} AND min >= 200`), 2);
  const buckets = () => count(store, `history_5min WHERE bucket * ${bucketMs} <= ${clock.wallMs()}`);
  assert.ok(buckets() >= 25, String(buckets()));
  // A kill: the last steps and the hour that they make are finished by the next run.
  clock.advance(hourMs);
  store.history.record("battery", stateOf(250, "voltageV", "V"));
  clock.advance(10_000);
  store.history.database.close();
  clock.advance(2 * hourMs);
  const second = fixture.again();
  await second.start();
  second.history.record("battery", stateOf(300, "voltageV", "V"));
  clock.advance(20_000);
  assert.equal(count(second, "history_5min WHERE max = 250"), 1);
  assert.equal(count(second, `history_hour WHERE hour < ${now()} AND max = 250`), 1);
  await second.stop();
});
