/**
 * The process over the storage that gets killed. Arguments: data directory, scenario, seed, and the point of an update at which it
 * kills itself (`-`: it waits to be killed). It says on standard output what it has done:
 * `ready`, `mark <entity> <number>` (told to the writer), `kept <entity> <number>` (the writer says it is written).
 *
 * @module
 */
import type { UpdatePoint } from "../../lib/update/mod.ts";
import { buildParts, consent, type Parts, startStorage, type StorageScenario } from "./parts.ts";
import { SeededRandom } from "./random.ts";

const encoder = new TextEncoder();

function say(line: string): void {
  Deno.stdout.writeSync(encoder.encode(line + "\n"));
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Marks states without end, and says which of them are written. */
async function writeStates({ store }: Parts, random: SeededRandom): Promise<void> {
  const latest = new Map<string, number>();
  let batches = 0;
  for (let n = 1;; n++) {
    for (let i = 0; i < 5; i++) {
      const id = `entity_${random.integer(50)}`;
      store.states.mark({ id, state: { count: { value: n } }, updatedAtMs: n });
      latest.set(id, n);
      say(`mark ${id} ${n}`);
    }
    if (store.states.stats().pending === 0 && store.states.stats().batches > batches) {
      batches = store.states.stats().batches;
      for (const [id, value] of latest) say(`kept ${id} ${value}`);
    }
    await pause(8);
    if (n % 20 === 0 && store.states.flush()) { for (const [id, value] of latest) say(`kept ${id} ${value}`); }
  }
}

async function writeHistory({ store }: Parts, random: SeededRandom): Promise<void> {
  for (let n = 0;; n++) {
    for (let i = 0; i < 50; i++) {
      store.history.record(`entity_${i}`, { level: { value: random.next(), unit: "%" }, mode: { value: `m${n}` } });
    }
    store.history.flush({ final: n % 7 === 0 });
    await pause(2);
  }
}

async function writeSettings({ store }: Parts): Promise<void> {
  for (let n = 1;; n++) {
    store.userSettings.set({ left: n, right: n });
    say(`kept setting ${n}`);
    await pause(1);
  }
}

async function sweep({ store }: Parts): Promise<void> {
  const { connection } = store.history.database;
  for (;;) {
    connection.exec(
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) " +
        "INSERT OR REPLACE INTO history_raw SELECT i * 60000, i % 9, i FROM n",
    );
    for (let i = 0; i < 60; i++) {
      store.history.sweep();
      await pause(0);
    }
  }
}

/** Runs jobs one after the other; states are written meanwhile. */
async function runJobs(parts: Parts, scenario: StorageScenario): Promise<void> {
  const { updater, backups, store } = parts;
  for (let n = 0;; n++) {
    switch (scenario) {
      case "backup":
        await (await updater.backup("manual")).done;
        if (n % 3 === 2) await backups.remove((await backups.list()).at(-1)?.id ?? "");
        break;
      case "dryRun":
        await (await updater.dryRun()).done;
        break;
      case "update":
        if (store.schema.kind !== "older") await pause(1000);
        else await (await updater.update(consent)).done;
        break;
      case "restore":
        await (await updater.restore((await backups.list()).at(-1)?.id ?? "", consent)).done;
        break;
      default:
        throw new Error(`Cannot run jobs of scenario "${scenario}": it has none`);
    }
  }
}

async function perform(parts: Parts, options: { readonly scenario: StorageScenario; readonly random: SeededRandom }) {
  const { scenario, random } = options;
  switch (scenario) {
    case "entityWrites":
      return await writeStates(parts, random);
    case "historyWrites":
      return await writeHistory(parts, random);
    case "settings":
      return await writeSettings(parts);
    case "retention":
      return await sweep(parts);
    case "stop": {
      for (let i = 0; i < 2000; i++) {
        parts.store.states.mark({ id: `stop_${i}`, state: { count: { value: i } }, updatedAtMs: i });
        parts.store.history.record(`stop_${i % 50}`, { level: { value: i } });
      }
      await pause(random.integer(5));
      await parts.store.stop();
      for (let i = 0; i < 2000; i++) say(`kept stop_${i} ${i}`);
      return;
    }
    case "backup":
    case "dryRun":
    case "update":
    case "restore":
      return await Promise.all([writeStates(parts, random), runJobs(parts, scenario)]);
    default:
      return scenario satisfies never;
  }
}

const [dataDir = "", scenario = "", seed = "0", point = "-"] = Deno.args;
const parts = buildParts(dataDir, {
  reach(reached: UpdatePoint) {
    if (reached === point) Deno.kill(Deno.pid, "SIGKILL");
  },
});
await startStorage(parts);
say("ready");
await perform(parts, { scenario: scenario as StorageScenario, random: new SeededRandom(Number(seed)) });
