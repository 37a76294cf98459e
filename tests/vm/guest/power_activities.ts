/**
 * What the storage does while the power may go, each thing in a data directory of its own.
 *
 * @module
 */
import { StoreError } from "../../../lib/store/mod.ts";
import type { UpdatePoint } from "../../../lib/update/mod.ts";
import { buildParts, consent, type Parts } from "../../kill/parts.ts";
import { SeededRandom } from "../../kill/random.ts";
import { prepare } from "../../kill/recovery_check.ts";
import { type Activity, folderOf, type RecordPlan, say } from "./power_plan.ts";
import { prepareCard, recordSyncs } from "./power_syncs.ts";
import { pause, sh } from "./report.ts";

/** One activity while it runs. */
interface Run {
  readonly parts: Parts;
  readonly random: SeededRandom;
  /** Until when, ms of `performance.now()`; the last activity has no end. */
  readonly endMs: number;
}

/** Activities over databases on the disk. */
type StorageActivity = Exclude<Activity, "sync">;

const over = ({ endMs }: Run) => performance.now() >= endMs;

/** Prepares and runs the parts of a plan, one after the other. Never returns: the last one ends with the power. */
export async function record(plan: RecordPlan): Promise<void> {
  for (const [part, { activity }] of plan.parts.entries()) {
    await Deno.mkdir(folderOf(part));
    if (activity === "sync") await prepareCard(folderOf(part));
    else await prepare(folderOf(part), scenarioOf(activity));
  }
  await sh("sync");
  for (const [part, { activity, ms }] of plan.parts.entries()) {
    if (activity === "sync") {
      await recordSyncs(part, { seed: plan.seed, ms });
      continue;
    }
    const parts = buildParts(folderOf(part), { reach: (point: UpdatePoint) => say({ word: "reach", point }) });
    await parts.store.start();
    parts.store.states.restore();
    const isLast = part === plan.parts.length - 1;
    say({ word: "begin", part });
    const endMs = isLast ? Infinity : performance.now() + ms;
    await perform(activity, { parts, random: new SeededRandom(plan.seed + part), endMs });
    say({ word: "end", part });
    await parts.store.stop();
  }
}

function scenarioOf(activity: StorageActivity) {
  return activity === "update" || activity === "dryRun" ? activity : "settings";
}

async function perform(activity: StorageActivity, run: Run): Promise<void> {
  switch (activity) {
    case "entityWrites":
      return await writeStates(run, { settings: false });
    case "settings":
      return await writeStates(run, { settings: true });
    case "history":
      return await writeHistory(run);
    case "backup":
    case "dryRun":
    case "update":
    case "restore": {
      const stopped = { ...run };
      const jobs = runJobs(activity, run).then(() => void (stopped.endMs = 0));
      // A restore brings the settings of the backup back: none are promised meanwhile.
      return void await Promise.all([jobs, writeStates(stopped, { settings: activity !== "restore" })]);
    }
    case "stop":
      return await stopAndStart(run);
    case "withoutSync":
      return await writeWithoutSync(run);
    default:
      return activity satisfies never;
  }
}

/** Changes states without pause, and a setting from time to time, which is on the disk when `set()` returns. */
async function writeStates(run: Run, options: { readonly settings: boolean }): Promise<void> {
  const { parts: { store }, random } = run;
  for (let n = 1; !over(run); n++) {
    const values: Record<string, number> = {};
    for (let i = 0; i < 5; i++) {
      const id = `entity_${random.integer(50)}`;
      store.states.mark({ id, state: { count: { value: n } }, updatedAtMs: n });
      values[id] = n;
    }
    say({ word: "mark", values });
    if (options.settings && n % 5 === 0) setSetting(store, n);
    await pause(20);
  }
}

function setSetting(store: Parts["store"], n: number): void {
  try {
    store.userSettings.set({ left: n, right: n });
    say({ word: "kept", values: { setting: n } });
  } catch (error) {
    // A job has the file: nothing was set and nothing is promised.
    if (!(error instanceof StoreError && error.kind === "paused")) throw error;
  }
}

async function writeHistory(run: Run): Promise<void> {
  const { parts: { store }, random } = run;
  for (let n = 0; !over(run); n++) {
    for (let i = 0; i < 50; i++) {
      store.history.record(`entity_${i}`, { level: { value: random.next(), unit: "%" }, mode: { value: `m${n}` } });
    }
    store.history.flush({ final: n % 7 === 0 });
    if (n % 5 === 4) store.history.sweep();
    if (n % 40 === 39) store.history.database.checkpoint();
    await pause(2);
  }
}

async function runJobs(job: "backup" | "dryRun" | "update" | "restore", run: Run): Promise<void> {
  const { updater, backups, store } = run.parts;
  for (let n = 0; n === 0 || !over(run); n++) {
    switch (job) {
      case "backup":
        await updater.backup("manual").then(({ done }) => done);
        say({ word: "kept", values: { backup: (await backups.list())[0]?.id ?? "none" } });
        if (n % 3 === 2) await backups.remove((await backups.list()).at(-1)?.id ?? "");
        break;
      case "dryRun":
        await updater.dryRun().then(({ done }) => done);
        break;
      case "update":
        if (store.schema.kind !== "older") {
          await pause(20);
          break;
        }
        mustBeDone(await updater.update(consent).then(({ done }) => done));
        say({ word: "kept", values: { schema: store.schema.version ?? "none" } });
        break;
      case "restore": {
        mustBeDone(await updater.restore((await backups.list()).at(-1)?.id ?? "", consent).then(({ done }) => done));
        say({ word: "kept", values: { which: "then" } });
        break;
      }
      default:
        return job satisfies never;
    }
  }
}

function mustBeDone({ state, message }: { readonly state: string; readonly message: string }): void {
  if (state !== "done") throw new Error(`The job ended as "${state}": ${message}`);
}

/** Stops, which closes the files and removes their logs, and starts again. */
async function stopAndStart(run: Run): Promise<void> {
  const { parts: { store } } = run;
  for (let n = 1; !over(run); n++) {
    for (let i = 0; i < 50; i++) {
      store.states.mark({ id: `entity_${i}`, state: { count: { value: n } }, updatedAtMs: n });
      store.history.record(`entity_${i}`, { level: { value: n } });
    }
    setSetting(store, n);
    store.states.flush();
    store.history.flush();
    store.database.close();
    store.database.open();
    await pause(5);
  }
}

/** What no program must do. */
async function writeWithoutSync(run: Run): Promise<void> {
  for (let n = 1; !over(run); n++) {
    await Deno.writeTextFile(`${run.parts.store.paths.user}/unsynced`, String(n));
    say({ word: "kept", values: { unsynced: n } });
    await pause(10);
  }
}
