/**
 * The profile `sdcard`: what it writes to the card in an hour with the simulated coach, on an accelerated clock.
 * `deno run -A bench/card_bench.ts [hours]`
 *
 * @module
 */
import { ManualClock, silentLogger } from "../lib/base/mod.ts";
import { Storage } from "../lib/core/mod.ts";
import { InProcessWork } from "../lib/update/mod.ts";
import { coachiqMigrations } from "../migrations/coachiq/mod.ts";
import { historyMigrations } from "../migrations/history/mod.ts";

const [hours = "6"] = Deno.args;
const hourMs = 3_600_000;
/** Between two changes of everything that changes, ms. */
const stepMs = 5000;
/** Things of a coach of 200, by how they change: batteries and currents all the time, tanks slowly, lights by people. */
const busy = 40;
const slow = 60;
const lights = 100;

function line(what: string, value: number, unit: string): void {
  console.log(`${what.padEnd(64)} ${value.toFixed(value < 10 ? 2 : 0).padStart(10)} ${unit}`);
}

/** What changes in one step of a coach at camp. */
function step(store: Storage["store"], options: { readonly n: number; readonly clock: ManualClock }): void {
  const { n, clock } = options;
  const change = (id: string, state: Parameters<typeof store.history.record>[1]) => {
    store.states.mark({ id, state, updatedAtMs: clock.wallMs() });
    store.history.record(id, state);
  };
  for (let i = 0; i < busy; i++) {
    change(`battery_${i}`, {
      voltageV: { value: Math.round(1260 + 40 * Math.sin(n / 200 + i) + 4 * Math.random()) / 100, unit: "V" },
      currentA: { value: Math.round(Math.random() * 2000) / 20, unit: "A" },
    });
  }
  if (n % 24 === 0) {
    for (let i = 0; i < slow; i++) {
      change(`tank_${i}`, { levelPct: { value: Math.round(50 + 40 * Math.sin(n / 5000 + i)), unit: "%" } });
    }
  }
  if (n % 60 === 0) change(`light_${n / 60 % lights}`, { isOn: { value: n % 120 === 0 } });
}

const folder = await Deno.makeTempDir({ prefix: "coachiq-bench-" });
const memory = await Deno.makeTempDir({ dir: "/dev/shm", prefix: "coachiq-bench-" });
await Deno.mkdir(`${folder}/data`);
await Deno.symlink(memory, `${folder}/data/live`);
const clock = new ManualClock({ wallMs: Date.UTC(2026, 4, 1, 12) });
const storage = new Storage({
  dataDir: `${folder}/data`,
  profile: "sdcard",
  migrations: { coachiq: coachiqMigrations, history: historyMigrations },
  programVersion: "bench",
  clock,
  logger: silentLogger,
  work: new InProcessWork(coachiqMigrations),
  safety: { mayMigrate: () => ({ safe: false, reasons: ["No backups while it is measured."] }) },
  timeSigns: { synchronized: () => true, hasClock: () => true },
});
await storage.plan();
await storage.start();
storage.store.states.restore();
const card = storage.cardSync;
if (!card) throw new Error("The profile sdcard has no card");
const written = () => card.stats("coachiq").bytes + card.stats("history").bytes;
const longest = { states: 0, history: 0 };
for (let hour = 1; hour <= Number(hours); hour++) {
  const before = written();
  for (let n = 0; n < hourMs / stepMs; n++) {
    step(storage.store, { n: (hour - 1) * hourMs / stepMs + n, clock });
    clock.advance(stepMs);
    await card.settled();
    const { states, history } = card.lossWindow();
    longest.states = Math.max(longest.states, states.ageS);
    longest.history = Math.max(longest.history, history.ageS);
  }
  line(`hour ${hour}: written to the card`, (written() - before) / 1e6, "MB/h");
}
for (const database of ["coachiq", "history"] as const) {
  const { copies, bytes, lastMs } = card.stats(database);
  line(`${database}: copies in an hour`, copies / Number(hours), "");
  line(`${database}: bytes of a copy`, bytes / copies / 1000, "kB");
  line(`${database}: time of the last copy`, lastMs, "ms");
  line(`${database}: size`, (await Deno.stat(storage.store.paths[database])).size / 1e6, "MB");
}
line("states: longest that anything was in memory alone", longest.states, "s");
line("history: longest that anything was in memory alone", longest.history, "s");
await storage.stop();
await Deno.remove(folder, { recursive: true });
await Deno.remove(memory, { recursive: true });
