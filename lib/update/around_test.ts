import assert from "node:assert/strict";
import { silentLogger, systemClock } from "../base/mod.ts";
import type { Store } from "../store/mod.ts";
import { failureOf, migrations, newestStep, stateOf } from "../../tests/suites/store_fixture.ts";
import { consent, fillOldDatabase, updaterFixture } from "../../tests/suites/store_updater_fixture.ts";
import { Housekeeping } from "./housekeeping.ts";
import { type JobProgress, JobRefused } from "./job.ts";
import { askServer, isServerRunning, RequestBox } from "./request_box.ts";
import { exportUserData, importUserData, type OwnerFileWriter } from "./user_archive.ts";
import { WorkerWork } from "./worker_work.ts";

const newWorker = () => new Worker(new URL("./update_thread.ts", import.meta.url), { type: "module" });
/** Waits for what is done in the background; a machine that is busy may take its time. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500 && !await isSo(); tries++) await settle(20);
}

/** Writes the owner's files without any rules, and notes what is done in which order. */
function plainWriter({ paths }: Store, steps: string[] = []): { files: OwnerFileWriter; backup: () => Promise<void> } {
  return {
    files: {
      check(files) {
        steps.push("check");
        if (Object.values(files).includes("broken")) throw new Error("line 1: broken");
      },
      async replace(files, work) {
        steps.push("replace");
        await Deno.mkdir(`${paths.user}/profiles`, { recursive: true });
        work();
        for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${paths.user}/${name}`, text);
      },
    },
    backup() {
      steps.push("backup");
      return steps.includes("no backup") ? Promise.reject(new Error("no room")) : Promise.resolve();
    },
  };
}

const settle = (ms = 30) => new Promise((resolve) => setTimeout(resolve, ms));

Deno.test("WorkerWork updates, backs up and verifies in a thread, with the same results", async () => {
  await using fixture = await updaterFixture({ at: "0003_coach_mappings" });
  fillOldDatabase(fixture.store, { entities: 200, mappings: 1000 });
  const updater = fixture.other({ work: new WorkerWork(newWorker) });
  const steps = new Set<string>();
  updater.jobs.subscribe(({ step }) => void steps.add(step));
  const progress = await (await updater.update(consent)).done;
  assert.equal(progress.state, "done", progress.message);
  assert.ok(steps.has("copy") && steps.has("migrate") && steps.has("proof"));
  const backup = await (await updater.backup("manual")).done;
  const id = backup.result && "sha256" in backup.result ? backup.result.id : "";
  assert.equal((await (await updater.verify(id)).done).state, "done");
});

Deno.test("WorkerWork reports a full disk, a limit of time and a thread that ends, and leaves nothing behind", async () => {
  await using fixture = await updaterFixture({ at: "0003_coach_mappings" });
  const { store } = fixture;
  fillOldDatabase(store, { entities: 200, mappings: 1000 });
  const work = new WorkerWork(newWorker);
  const full = fixture.other({ work, faults: { copyMaxBytes: 5000 } });
  assert.match((await (await full.update(consent)).done).message, /No space left on device at byte 5000/);
  const fullShadow = fixture.other({ work, faults: { shadowMaxPages: 60 } });
  assert.match((await (await fullShadow.update(consent)).done).message, /database or disk is full/);
  const files = { from: store.paths.coachiq, to: `${store.paths.cache}/x.db` };
  const aborted = AbortSignal.timeout(1);
  await assert.rejects(work.copy(files, { signal: aborted }));
  const broken = new WorkerWork(() =>
    new Worker(`data:text/javascript,onmessage=()=>{throw new Error("gone")}`, { type: "module" })
  );
  const ended = await failureOf(() => broken.copy(files));
  assert.match(ended.message, /the thread ended/);
  assert.deepEqual([...Deno.readDirSync(store.paths.cache)], []);
});

Deno.test("RequestBox lets the command line use the running server, and tells it the progress and the reasons", async () => {
  await using fixture = await updaterFixture({ at: "0004_backups" });
  const { store, updater } = fixture;
  const { paths } = store;
  const clock = systemClock;
  assert.equal(await isServerRunning(paths), false);
  const box = new RequestBox({ paths, updater, clock, logger: silentLogger });
  assert.equal(await box.start(), true);
  assert.equal(await isServerRunning(paths), true);
  assert.equal(await new RequestBox({ paths, updater, clock, logger: silentLogger }).start(), false);
  const seen: JobProgress[] = [];
  const asked = { actor: "command line", confirm: true };
  const update = await askServer({ kind: "update", ...asked, parked: true }, {
    paths,
    clock,
    onProgress: (progress) => void seen.push(progress),
  });
  assert.equal(update.state, "done", update.message);
  assert.equal(store.schema.kind, "current");
  await assert.rejects(
    askServer({ kind: "update", ...asked }, { paths, clock }),
    (error) => error instanceof JobRefused && /up to date/.test(error.message),
  );
  const backup = await askServer({ kind: "backup", ...asked }, { paths, clock });
  const backupId = backup.result && "sha256" in backup.result ? backup.result.id : "";
  for (const kind of ["verify", "restore", "dryRun", "reset"] as const) {
    const done = await askServer({ kind, ...asked, backupId, scope: "preferences" }, { paths, clock });
    assert.equal(done.state, "done", `${kind}: ${done.message}`);
  }
  await Deno.writeTextFile(`${paths.user}/.requests/${crypto.randomUUID()}.request.json`, "{");
  await Deno.writeTextFile(`${paths.user}/.requests/else`, "{");
  await settle(700);
  await box.stop();
  assert.equal(await isServerRunning(paths), false);
  await assert.rejects(askServer({ kind: "backup", ...asked }, { paths, clock, patienceMs: 200 }), /did not answer/);
});

Deno.test("exportUserData() and importUserData() carry what the owner made from one coach to another", async () => {
  await using from = await updaterFixture();
  await using to = await updaterFixture();
  from.store.userSettings.set({ "name.lamp": "Reading light" });
  from.store.mappings.apply({
    modelId: "m",
    reason: "edit",
    actor: "owner",
    changes: [
      { path: "/a", set: { value: { instance: 3 }, source: "user" } },
      { path: "/b", set: { value: undefined, source: "user" } },
      { path: "/c", set: { value: 1, source: "factory" } },
    ],
  });
  await Deno.writeTextFile(`${from.store.paths.user}/config-overrides.toml`, "a = 1\n");
  await Deno.mkdir(`${from.store.paths.user}/profiles`);
  await Deno.writeTextFile(`${from.store.paths.user}/profiles/winter.toml`, "b = 2\n");
  await Deno.writeTextFile(`${from.store.paths.user}/profiles/.hidden`, "no");
  const about = { programVersion: "2.0.0", createdAtMs: 1 };
  const archive = await exportUserData(from.store, about) as Uint8Array<ArrayBuffer>;
  const contents = await importUserData(archive, { store: to.store, actor: "owner", ...plainWriter(to.store) });
  assert.deepEqual(contents, { settings: 1, mappings: 2, files: ["config-overrides.toml", "profiles/winter.toml"] });
  assert.equal(to.store.userSettings.get("name.lamp"), "Reading light");
  assert.deepEqual(to.store.mappings.active("m").map(({ path, value }) => [path, value]), [
    ["/a", { instance: 3 }],
    ["/b", undefined],
  ]);
  assert.equal(await Deno.readTextFile(`${to.store.paths.user}/profiles/winter.toml`), "b = 2\n");
});

Deno.test("importUserData() refuses what is no archive, and paths that lead elsewhere", async () => {
  await using fixture = await updaterFixture();
  const { store } = fixture;
  const pack = async (value: unknown) =>
    new Uint8Array(
      await new Response(new Blob([JSON.stringify(value)]).stream().pipeThrough(new CompressionStream("gzip")))
        .arrayBuffer(),
    );
  const about = { programVersion: "2.0.0", createdAtMs: 1 };
  const archive = await exportUserData(store, about) as Uint8Array<ArrayBuffer>;
  const text = await new Response(new Blob([archive]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
  const refuse = async (bytes: Uint8Array<ArrayBuffer>) =>
    (await failureOf(() => importUserData(bytes, { store, actor: "x", ...plainWriter(store) }))).message;
  assert.match(await refuse(new Uint8Array([1, 2, 3])), /Cannot take the archive in/);
  assert.match(await refuse(await pack({ format: "other" })), /it is no archive of CoachIQ: format/);
  assert.match(
    await refuse(await pack({ ...text, files: { "../../etc/passwd": "x" } })),
    /no archive of CoachIQ: files/,
  );
  assert.match(await refuse(await pack("x".repeat(65 * 1024 * 1024))), /unpacks to more than/);
});

Deno.test("importUserData() reads every file and makes a backup before anything is changed", async () => {
  await using fixture = await updaterFixture();
  const { store } = fixture;
  store.userSettings.set({ name: "before" });
  const about = { programVersion: "2.0.0", createdAtMs: 1 };
  const taking = async (text: string, ...before: string[]) => {
    await Deno.writeTextFile(`${store.paths.user}/config-overrides.toml`, text);
    const archive = await exportUserData(store, about) as Uint8Array<ArrayBuffer>;
    await Deno.remove(`${store.paths.user}/config-overrides.toml`);
    store.userSettings.set({ name: "since" });
    const steps = [...before];
    const taken = importUserData(archive, { store, actor: "x", ...plainWriter(store, steps) });
    const failed = await taken.then(() => undefined, (error) => String(error.message));
    return { failed, steps: steps.slice(before.length), name: store.userSettings.get("name") };
  };
  assert.deepEqual(await taking("broken"), {
    failed: "Cannot take the archive in: line 1: broken",
    steps: ["check"],
    name: "since",
  });
  assert.deepEqual(await taking("a = 1", "no backup"), {
    failed: "Cannot take the archive in: no room",
    steps: ["check", "backup"],
    name: "since",
  });
  store.userSettings.set({ name: "before" });
  assert.deepEqual(await taking("a = 1"), {
    failed: undefined,
    steps: ["check", "backup", "replace"],
    name: "before",
  });
});

Deno.test("Housekeeping makes a daily backup in a quiet hour, or after half a day in any case, and tidies weekly", async () => {
  await using fixture = await updaterFixture();
  const { store, updater, backups, clock, trust } = fixture;
  store.history.stop();
  let quiet = false;
  const keeping = new Housekeeping({
    store,
    updater,
    backups,
    clock,
    trust,
    logger: silentLogger,
    isQuiet: () => quiet,
  });
  await keeping.start();
  clock.advance(900_000);
  await settle();
  assert.equal((await backups.list()).length, 0);
  quiet = true;
  clock.advance(900_000);
  await until(async () =>
    (await backups.list()).length === 1 && store.systemSettings.get("housekeeping.tidiedAtMs") !== undefined
  );
  assert.deepEqual((await backups.list()).map(({ reason }) => reason), ["daily"]);
  assert.ok(Number(store.systemSettings.get("housekeeping.tidiedAtMs")) > 0);
  clock.advance(900_000);
  await settle(100);
  assert.equal((await backups.list()).length, 1);
  quiet = false;
  for (let quarter = 0; quarter < 4 * 37; quarter++) {
    clock.advance(900_000);
    await settle(quarter < 140 ? 1 : 150);
  }
  await until(async () => (await backups.list()).length === 2);
  await keeping.stop();
  assert.equal((await backups.list()).length, 2);
  const second = new Housekeeping({ store, updater, backups, clock, trust, logger: silentLogger, isQuiet: () => true });
  await second.start();
  store.close();
  clock.advance(86_400_000);
  await settle();
  await second.stop();
  await store.open();
});

Deno.test("Store.tidy() gives room back when a fifth of the file is empty", async () => {
  await using fixture = await updaterFixture();
  const { store } = fixture;
  assert.equal(store.tidy(), false);
  for (let i = 0; i < 500; i++) {
    store.states.mark({ id: `lamp_${i}`, state: stateOf("x".repeat(2000)), updatedAtMs: 1 });
  }
  store.states.flush();
  const { size } = await Deno.stat(store.paths.coachiq);
  store.states.clear();
  assert.equal(store.tidy(), true);
  store.database.checkpoint();
  assert.ok((await Deno.stat(store.paths.coachiq)).size < size || size < 500_000);
});

Deno.test("DatabaseUpdater.update() updates the history, too, and says so when that fails", async () => {
  await using fixture = await updaterFixture({ at: "0004_backups", historyAt: "0001_history" });
  const { store } = fixture;
  assert.equal(store.history.isOn, false);
  const failing = fixture.other({
    history: [...migrations.history, {
      name: "0004_faulty",
      description: "",
      up: () => Promise.reject(new Error("boom")),
      verify: () => Promise.resolve([]),
    }],
  });
  const first = await (await failing.update(consent)).done;
  assert.equal(first.state, "done", first.message);
  assert.match(first.message, /The history is off until its own update succeeds: .*boom/);
  assert.equal(store.schema.kind, "current");
  store.history.database.close();
  await Deno.remove(store.paths.history);
  const { createInPlace } = await import("../store/mod.ts");
  await createInPlace(store.paths.history, migrations.history, { to: "0001_history" });
  await store.history.reopen();
  assert.deepEqual((await fixture.updater.status(consent)).pending.map(({ name }) => name), [
    "0002_untrusted_time",
    "0003_write_budget",
    "0004_file_sizes",
  ]);
  const second = await (await fixture.updater.update(consent)).done;
  assert.equal(second.message, `The database is up to date: "${newestStep}".`);
  assert.equal(store.history.isOn, true);
});

Deno.test("DatabaseUpdater.upload() takes a file in as a job, and status() answers in recovery mode", async () => {
  await using fixture = await updaterFixture();
  const { store, updater, backups } = fixture;
  const made = await backups.create("manual");
  const file = new Blob([await Deno.readFile(backups.fileOf(made.id))]).stream();
  const progress = await (await updater.upload(file, { maxBytes: 1e7 })).done;
  assert.equal(progress.state, "done", progress.message);
  const refused = await (await updater.upload(new Blob(["x"]).stream(), { maxBytes: 1e7 })).done;
  assert.equal(refused.state, "failed");
  store.close();
  const status = await updater.status(consent);
  assert.deepEqual([status.currentVersion, status.needsUpdate, status.lastRun], [null, false, undefined]);
  assert.equal(status.latestBackup?.reason, "upload");
  await store.open();
});
