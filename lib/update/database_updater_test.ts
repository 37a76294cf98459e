import assert from "node:assert/strict";
import { integrityProblems, rowCounts, type StoreMigration } from "../store/mod.ts";
import { migrations, newestStep, stateOf, stepsAfter } from "../../tests/suites/store_fixture.ts";
import {
  consent,
  fillOldDatabase,
  type UpdaterFixture,
  updaterFixture,
  type UpdaterFixtureOptions,
} from "../../tests/suites/store_updater_fixture.ts";
import { type UpdatePoint, updatePoints } from "./faults.ts";
import { JobRefused } from "./job.ts";

const old = "0003_coach_mappings";
const filled = { entities: 200, mappings: 1000 };

async function refusal(work: () => Promise<unknown>): Promise<JobRefused> {
  try {
    await work();
  } catch (error) {
    if (error instanceof JobRefused) return error;
    throw error;
  }
  throw new Error("nothing was thrown, expected JobRefused");
}

/** What must be true after a failed update: the old schema, all rows, nothing left over, and the next try works. */
async function mustBeAsBefore(fixture: UpdaterFixture): Promise<void> {
  const { store } = fixture;
  assert.equal(store.schema.version, old);
  assert.deepEqual(integrityProblems(store.database.connection), []);
  assert.equal(rowCounts(store.database.connection)["coach_mapping_history"], 1000);
  assert.equal(store.database.paused, undefined);
  const names = [...Deno.readDirSync(store.paths.user)].map(({ name }) => name).filter((name) =>
    /shadow|before/.test(name)
  );
  assert.deepEqual(names, []);
  assert.deepEqual([...Deno.readDirSync(store.paths.cache)], []);
  store.states.mark({ id: "lamp", state: stateOf(Math.random()), updatedAtMs: undefined });
  assert.equal(store.states.flush(), true);
  const next =
    await (await fixture.other({ faults: {}, limitMs: 300_000, coachiq: migrations.coachiq }).update(consent))
      .done;
  assert.equal(next.state, "done", next.message);
  assert.equal(store.schema.version, newestStep);
  assert.equal(rowCounts(store.database.connection)["coach_mapping_history"], 1000);
}

Deno.test("DatabaseUpdater.update() takes an old database to the newest schema with all its rows", async () => {
  await using fixture = await updaterFixture({ at: old });
  const { store, updater, backups } = fixture;
  fillOldDatabase(store, filled);
  const steps: string[] = [];
  let percent = 0;
  updater.jobs.subscribe((progress) => {
    assert.ok(progress.percent >= percent, `${progress.step} goes back from ${percent} to ${progress.percent}`);
    percent = progress.percent;
    if (steps.at(-1) !== progress.step) steps.push(progress.step);
    if (progress.step === "migrate") {
      store.states.mark({ id: "entity_1", state: stateOf("during"), updatedAtMs: undefined });
    }
  });
  const before = await updater.status(consent);
  assert.deepEqual(before.pending.map(({ name }) => name), [
    "0004_backups",
    "0005_mapping_batches",
    ...stepsAfter("0005_mapping_batches"),
  ]);
  const { jobId, done } = await updater.update(consent);
  assert.equal(updater.jobs.get(jobId)?.state, "running");
  const progress = await done;
  assert.equal(progress.state, "done", progress.message);
  assert.deepEqual(steps, ["safety", "space", "backup", "proof", "copy", "migrate", "swap", "reopen", "done"]);
  const after = await updater.status(consent);
  assert.equal(after.needsUpdate, false);
  assert.equal(after.currentVersion, newestStep);
  assert.equal(after.lastRun?.outcome, "updated");
  assert.equal(after.lastRun?.actor, "owner");
  assert.equal(after.latestBackup?.reason, "preMigration");
  assert.equal((await backups.newestGood())?.schemaVersion, old);
  assert.equal(rowCounts(store.database.connection)["coach_mapping_batches"], 11);
  const during = store.states.restore().find(({ id }) => id === "entity_1");
  assert.deepEqual(during?.state, stateOf("during"));
  assert.deepEqual((await refusal(() => updater.update(consent))).reasons, ["The database is up to date."]);
});

Deno.test("DatabaseUpdater.update() takes a database of every older schema to the newest", async () => {
  for (const { name } of migrations.coachiq.slice(0, -1)) {
    await using fixture = await updaterFixture({ at: name });
    const progress = await (await fixture.updater.update(consent)).done;
    assert.equal(progress.state, "done", progress.message);
    assert.equal(fixture.store.schema.kind, "current");
  }
});

const faultyStep: StoreMigration = {
  name: "9999_faulty",
  description: "Fails.",
  up: () => Promise.reject(new Error("boom")),
  verify: () => Promise.resolve([]),
};

/** Every way an update can fail, and what the owner reads then. */
const failures: readonly { readonly name: string; readonly options: UpdaterFixtureOptions; readonly says: RegExp }[] = [
  ...updatePoints.map((point) => ({
    name: `an error at "${point}"`,
    options: {
      faults: {
        reach(reached: UpdatePoint) {
          if (reached === point) throw new Error(`fault at ${point}`);
        },
      },
    },
    says: new RegExp(`fault at ${point}`),
  })),
  {
    name: "a full disk before anything is copied",
    options: { freeBytes: () => Promise.resolve(1_000_000) },
    says: /1 MB are free, expected at least/,
  },
  { name: "a full disk in the middle of a copy", options: { faults: { copyMaxBytes: 8192 } }, says: /at byte 8192/ },
  {
    name: "a full disk in the middle of a step",
    options: { faults: { shadowMaxPages: 60 } },
    says: /database or disk is full/,
  },
  {
    name: "a step that throws",
    options: { coachiq: [...migrations.coachiq, faultyStep] },
    says: /Cannot run migration "9999_faulty": boom/,
  },
  {
    name: "a step whose verification fails",
    options: {
      coachiq: [...migrations.coachiq, {
        ...faultyStep,
        up: () => Promise.resolve(),
        verify: () => Promise.resolve(["there is no x"]),
      }],
    },
    says: /verification failed: there is no x/,
  },
  {
    name: "a step that loses rows",
    options: {
      coachiq: [...migrations.coachiq, {
        ...faultyStep,
        up: async (db) => {
          const { sql } = await import("kysely");
          await sql`DELETE FROM coach_mapping_history WHERE id < 10`.execute(db);
        },
      }],
    },
    says: /table "coach_mapping_history" has 991 rows, expected 1000/,
  },
];

for (const { name, options, says } of failures) {
  Deno.test(`DatabaseUpdater.update() survives ${name}: old data intact, reason shown, next try works`, async () => {
    await using fixture = await updaterFixture({ at: old });
    fillOldDatabase(fixture.store, filled);
    const progress = await (await fixture.other(options).update(consent)).done;
    assert.equal(progress.state, "failed");
    assert.match(progress.message, says);
    assert.match(progress.message, /The database is as it was before\./);
    const [run] = fixture.store.records.runs();
    assert.equal(run?.outcome, "failed");
    assert.equal(run?.actor, "owner");
    assert.match(run?.message ?? "", says);
    await mustBeAsBefore(fixture);
  });
}

Deno.test("DatabaseUpdater.update() ends a job that takes longer than its limit", async () => {
  await using fixture = await updaterFixture({ at: old });
  fillOldDatabase(fixture.store, filled);
  const updater = fixture.other({
    limitMs: 300_000,
    faults: { reach: (point) => point === "migrate" ? fixture.clock.advance(300_001) : undefined },
  });
  const progress = await (await updater.update(consent)).done;
  assert.equal(progress.state, "failed");
  assert.match(progress.message, /it took longer than 300 s and was ended/);
  await mustBeAsBefore(fixture);
});

Deno.test("DatabaseUpdater.update() notices that another program changed the database meanwhile", async () => {
  await using fixture = await updaterFixture({ at: old });
  fillOldDatabase(fixture.store, filled);
  const { DatabaseSync } = await import("node:sqlite");
  const updater = fixture.other({
    faults: {
      reach(point) {
        if (point !== "check") return;
        const other = new DatabaseSync(fixture.store.paths.coachiq);
        other.exec("INSERT INTO user_settings VALUES ('x', '1', 1)");
        other.close();
      },
    },
  });
  const progress = await (await updater.update(consent)).done;
  assert.match(progress.message, /another program changed the old one meanwhile/);
  await mustBeAsBefore(fixture);
});

Deno.test("DatabaseUpdater.update() does not swap while another program has the database open", async () => {
  await using fixture = await updaterFixture({ at: old });
  fillOldDatabase(fixture.store, filled);
  const { DatabaseSync } = await import("node:sqlite");
  const other = new DatabaseSync(fixture.store.paths.coachiq);
  other.prepare("SELECT * FROM user_settings").all();
  const progress = await (await fixture.updater.update(consent)).done;
  assert.match(progress.message, /database is locked/);
  other.close();
  await mustBeAsBefore(fixture);
});

Deno.test("DatabaseUpdater needs consent and safety, and says which reason blocks", async () => {
  await using fixture = await updaterFixture({ at: old });
  const reasons = ["A command is in flight.", "The park brake is off."];
  const unsafe = fixture.other({ reasons });
  assert.deepEqual((await refusal(() => unsafe.update(consent))).reasons, reasons);
  assert.deepEqual((await unsafe.status(consent)).safety, { safe: false, reasons });
  const noConsent = await refusal(() => fixture.updater.update({ actor: "owner", confirm: false }));
  assert.match(noConsent.message, /needs your consent/);
});

Deno.test("DatabaseUpdater runs one job at a time, also across processes, and names the running one", async () => {
  await using fixture = await updaterFixture({ at: old });
  const asked = Promise.withResolvers<void>();
  const updater = fixture.other({ faults: { reach: (point) => point === "migrate" ? asked.promise : undefined } });
  const first = await updater.update(consent);
  const second = await refusal(() => updater.update(consent));
  assert.equal(second.runningJobId, first.jobId);
  const elsewhere = fixture.other();
  assert.equal((await refusal(() => elsewhere.dryRun())).runningJobId, first.jobId);
  assert.equal((await elsewhere.status(consent)).runningJobId, first.jobId);
  assert.equal((await updater.status(consent)).runningJobId, first.jobId);
  asked.resolve();
  assert.equal((await first.done).state, "done");
  assert.equal((await elsewhere.status(consent)).runningJobId, undefined);
});

Deno.test("DatabaseUpdater.dryRun() says what would happen, and changes nothing", async () => {
  await using fixture = await updaterFixture({ at: old });
  fillOldDatabase(fixture.store, filled);
  const progress = await (await fixture.updater.dryRun()).done;
  assert.equal(progress.state, "done");
  assert.equal(progress.message, "The update would succeed.");
  assert.ok(progress.result && "steps" in progress.result);
  assert.deepEqual(progress.result.steps.map(({ name }) => name), [
    "0004_backups",
    "0005_mapping_batches",
    ...stepsAfter("0005_mapping_batches"),
  ]);
  assert.deepEqual(progress.result.conflicts, []);
  assert.ok(progress.result.diskBytes > 0 && progress.result.freeBytes > 0);
  const failing = fixture.other({ coachiq: [...migrations.coachiq, faultyStep] });
  const conflict = await (await failing.dryRun()).done;
  assert.match(conflict.message, /The update would fail: .*9999_faulty.*boom/);
  assert.equal(fixture.store.records.runs().length, 0);
  await mustBeAsBefore(fixture);
});

Deno.test("DatabaseUpdater.restore() puts a backup in place, with a backup of the present first", async () => {
  await using fixture = await updaterFixture();
  const { store, updater, backups, clock } = fixture;
  store.userSettings.set({ name: "then" });
  const made = await (await updater.backup("manual")).done;
  assert.ok(made.result && "sha256" in made.result, made.message);
  clock.advance(1000);
  store.userSettings.set({ name: "now" });
  store.states.mark({ id: "lamp", state: stateOf(9), updatedAtMs: undefined });
  store.states.flush();
  const progress = await (await updater.restore(made.result.id, consent)).done;
  assert.equal(progress.state, "done", progress.message);
  assert.equal(store.userSettings.get("name"), "then");
  assert.equal(store.records.runs()[0]?.outcome, "restored");
  clock.advance(500);
  assert.equal(store.states.restore().length, 1);
  assert.deepEqual((await backups.list()).map(({ reason }) => reason), ["preRestore", "manual"]);
  const back = (await backups.list())[0]?.id ?? "";
  assert.equal((await (await updater.restore(back, consent)).done).state, "done");
  assert.equal(store.userSettings.get("name"), "now");
});

Deno.test("DatabaseUpdater.restore() survives a fault at every point of the swap", async () => {
  for (const point of ["copy", "beforeSwap", "logFolded", "linked", "swapped", "reopened"] as const) {
    await using fixture = await updaterFixture();
    const { store, updater } = fixture;
    store.userSettings.set({ name: "then" });
    const made = await (await updater.backup("manual")).done;
    store.userSettings.set({ name: "now" });
    const id = made.result && "sha256" in made.result ? made.result.id : "";
    const failing = fixture.other({
      faults: {
        reach(reached) {
          if (reached === point) throw new Error(`fault at ${point}`);
        },
      },
    });
    const progress = await (await failing.restore(id, consent)).done;
    assert.equal(progress.state, "failed");
    assert.match(progress.message, new RegExp(`fault at ${point}`));
    assert.equal(store.userSettings.get("name"), "now");
    assert.equal((await (await updater.restore(id, consent)).done).state, "done");
    assert.equal(store.userSettings.get("name"), "then");
  }
});

Deno.test("DatabaseUpdater.restore() refuses a backup that is damaged, unknown, or of a newer program", async () => {
  await using fixture = await updaterFixture();
  const { store, updater, backups } = fixture;
  const made = await (await updater.backup("manual")).done;
  const id = made.result && "sha256" in made.result ? made.result.id : "";
  const older = fixture.other({ coachiq: migrations.coachiq.slice(0, 2) });
  assert.match(
    (await (await older.restore(id, consent)).done).message,
    /CoachIQ 2\.0\.0 wrote it with the newer schema/,
  );
  const file = await Deno.readFile(backups.fileOf(id));
  await Deno.writeFile(backups.fileOf(id), file.fill(7, 8192, 12_000));
  const damaged = await (await updater.restore(id, consent)).done;
  assert.match(damaged.message, /Cannot restore backup/);
  assert.equal((await (await updater.verify(id)).done).state, "failed");
  assert.match((await (await updater.restore("../../etc/passwd", consent)).done).message, /there is none of this id/);
  assert.equal(store.records.runs()[0]?.outcome, "failed");
});

Deno.test("DatabaseUpdater.restore() in recovery sets a damaged database aside and brings the backup back", async () => {
  await using fixture = await updaterFixture();
  const { store, updater } = fixture;
  store.userSettings.set({ name: "then" });
  const made = await (await updater.backup("manual")).done;
  const id = made.result && "sha256" in made.result ? made.result.id : "";
  store.close();
  await Deno.writeTextFile(store.paths.coachiq, "nothing that could be read as a database");
  const progress = await (await updater.restore(id, consent)).done;
  assert.equal(progress.state, "done", progress.message);
  assert.equal(store.userSettings.get("name"), "then");
  assert.equal(await Deno.readTextFile(`${store.paths.coachiq}.damaged`), "nothing that could be read as a database");
});

Deno.test("DatabaseUpdater.reset() removes preferences, states, or everything", async () => {
  await using fixture = await updaterFixture();
  const { store, updater, backups } = fixture;
  const fill = () => {
    store.userSettings.set({ name: "x" });
    store.systemSettings.set({ model: "y" });
    store.states.mark({ id: "lamp", state: stateOf(1), updatedAtMs: undefined });
    store.states.flush();
  };
  fill();
  assert.equal((await (await updater.reset("preferences", consent)).done).state, "done");
  assert.equal(store.userSettings.get("name"), undefined);
  assert.equal(store.systemSettings.get("model"), "y");
  fill();
  assert.equal((await (await updater.reset("states", consent)).done).state, "done");
  assert.equal(store.states.restore().length, 0);
  assert.equal(store.userSettings.get("name"), "x");
  fill();
  const all = await (await updater.reset("all", consent)).done;
  assert.equal(all.state, "done", all.message);
  assert.equal(store.systemSettings.get("model"), undefined);
  assert.equal(store.records.runs()[0]?.outcome, "reset");
  assert.equal((await backups.list()).length, 1);
  assert.equal(store.history.isOn, true);
});

Deno.test("DatabaseUpdater.reset() of everything is done in recovery, where there may be no history or one that stays", async () => {
  for (const history of ["missing", "stays"] as const) {
    await using fixture = await updaterFixture();
    const { store, updater } = fixture;
    store.userSettings.set({ name: "x" });
    store.history.stop();
    store.close();
    await Deno.writeTextFile(store.paths.coachiq, "nothing that could be read as a database");
    if (history === "missing") await Deno.remove(store.paths.history);
    else await Deno.mkdir(`${store.paths.history}-journal/x`, { recursive: true });
    const progress = await (await updater.reset("all", consent)).done;
    assert.equal(progress.state, "done", progress.message);
    assert.equal(store.userSettings.get("name"), undefined);
    assert.equal(/The history is left: Cannot remove/.test(progress.message), history === "stays");
    if (history === "missing") continue;
    const states = await (await updater.reset("states", consent)).done;
    assert.equal(states.state, "failed");
  }
});
