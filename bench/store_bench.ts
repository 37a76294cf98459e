/**
 * The storage: upserts, history, charts, growth, memory.
 * `deno run -A --v8-flags=--expose-gc bench/store_bench.ts [accelerated minutes]`
 *
 * @module
 */
import { ManualClock, silentLogger } from "../lib/base/mod.ts";
import { Store, WallTrust } from "../lib/store/mod.ts";
import { coachiqMigrations } from "../migrations/coachiq/mod.ts";
import { historyMigrations } from "../migrations/history/mod.ts";

const entities = 200;
const hourMs = 3_600_000;
const [minutes = "60"] = Deno.args;

function percentile(values: number[], fraction: number): number {
  values.sort((a, b) => a - b);
  return values[Math.min(values.length - 1, Math.floor(values.length * fraction))] ?? 0;
}

function line(what: string, value: number, unit: string): void {
  console.log(`${what.padEnd(64)} ${value.toFixed(value < 10 ? 2 : 0).padStart(10)} ${unit}`);
}

async function open(dataDir: string, clock: ManualClock): Promise<Store> {
  const store = new Store({
    dataDir,
    profile: "ssd",
    migrations: { coachiq: coachiqMigrations, history: historyMigrations },
    programVersion: "bench",
    clock,
    trust: new WallTrust(clock, { trusted: true }),
    logger: silentLogger,
  });
  await store.start();
  return store;
}

/**
 * Memory that is not backed by a file, after a collection of garbage: pages of the database that SQLite maps belong to
 * the kernel's cache and grow with the file.
 */
function ownMemoryBytes(): number {
  (globalThis as { gc?: () => void }).gc?.();
  const kilobytes = /RssAnon:\s+(\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))?.[1];
  return Number(kilobytes) * 1024;
}

/** Every entity changes twice a second for an hour, on an accelerated clock. */
function fullBus(store: Store, clock: ManualClock): void {
  const batches: number[] = [];
  const flushes: number[] = [];
  const bytesBefore = store.history.stats().usedBytes;
  const quarters: number[] = [];
  const steps = Number(minutes) * 120;
  for (let step = 0; step < steps; step++) {
    for (let i = 0; i < entities; i++) {
      const state = {
        voltageV: { value: Math.round(1200 + 100 * Math.sin(step / 50 + i)) / 100, unit: "V" },
        currentA: { value: Math.round(Math.random() * 2000) / 20, unit: "A" },
        isOn: { value: step % 600 < 300 },
      };
      store.states.mark({ id: `entity_${i}`, state, updatedAtMs: clock.wallMs() });
      store.history.record(`entity_${i}`, state);
    }
    const startMs = performance.now();
    clock.advance(500);
    (step % 20 === 19 ? flushes : batches).push(performance.now() - startMs);
    if ((step + 1) % (steps / 4) === 0) quarters.push(ownMemoryBytes());
  }
  const hours = Number(minutes) / 60;
  line("full bus, 200 entities: state batch, 50 %", percentile(batches, 0.5), "ms");
  line("full bus, 200 entities: state batch, 95 %", percentile(batches, 0.95), "ms");
  line("full bus: state and history batch together, 95 %", percentile(flushes, 0.95), "ms");
  line("full bus: history grows by", (store.history.stats().usedBytes - bytesBefore) / hours / 1e6, "MB/h");
  quarters.forEach((bytes, i) => line(`full bus: memory of its own after quarter ${i + 1}`, bytes / 1e6, "MB"));
  for (const { cause, bytes } of store.history.writeBudget()) {
    line(`full bus: written for ${cause}`, bytes / hours / 1e6, "MB/h");
  }
}

/** A month of steps for 600 series, as retention leaves it. */
function fillMonth(store: Store, clock: ManualClock): void {
  const { connection } = store.history.database;
  const now = clock.wallMs();
  const cte = (count: number) =>
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}), ` +
    "s (j) AS (SELECT 1 UNION ALL SELECT j + 1 FROM s WHERE j < 600)";
  connection.exec("BEGIN");
  connection.exec(
    `${cte(31 * 24)} INSERT OR IGNORE INTO history_hour SELECT j, ${
      Math.floor(now / hourMs)
    } - i, 1.5, 2.5, 2, 9 FROM s, n`,
  );
  connection.exec(
    `${cte(14 * 288)} INSERT OR IGNORE INTO history_5min SELECT ${
      Math.floor(now / 300_000)
    } - i, j, 1.5, 2.5, 2, 9 FROM n, s`,
  );
  connection.exec(`${cte(48 * 60)} INSERT OR IGNORE INTO history_raw SELECT ${now} - i * 60000, j, j + 0.5 FROM n, s`);
  connection.exec("COMMIT");
  store.history.database.checkpoint();
}

function charts(store: Store, clock: ManualClock): void {
  for (
    const [name, spanMs] of [["hour", hourMs], ["day", 24 * hourMs], ["three days", 72 * hourMs], [
      "month",
      30 * 24 * hourMs,
    ]] as const
  ) {
    const times: number[] = [];
    let points = 0;
    for (let i = 0; i < 40; i++) {
      const startMs = performance.now();
      const range = store.history.range({
        entityId: `entity_${i}`,
        signal: "voltageV",
        fromMs: clock.wallMs() - spanMs,
        toMs: clock.wallMs(),
      });
      times.push(performance.now() - startMs);
      points = range?.points.length ?? 0;
    }
    line(`chart of a ${name} among 600 series (${points} points), 95 %`, percentile(times, 0.95), "ms");
  }
}

const dataDir = await Deno.makeTempDir({ prefix: "coachiq-bench-" });
const clock = new ManualClock({ wallMs: Date.UTC(2026, 4, 1, 12) });
const store = await open(dataDir, clock);
fullBus(store, clock);
fillMonth(store, clock);
charts(store, clock);
await store.stop();
line("history file", (await Deno.stat(store.paths.history)).size / 1e6, "MB");
const startMs = performance.now();
const again = await open(dataDir, clock);
line("start over that history", performance.now() - startMs, "ms");
again.history.record("x", { y: { value: 1 } });
const flushStartMs = performance.now();
again.history.flush();
line("first batch after that start", performance.now() - flushStartMs, "ms");
await again.stop();
await Deno.remove(dataDir, { recursive: true });
