import assert from "node:assert/strict";
import { migrations, newestStep, stepsAfter, temporaryFolder } from "../../tests/suites/store_fixture.ts";
import { fillOldDatabase, updaterFixture } from "../../tests/suites/store_updater_fixture.ts";
import { type Clock, silentLogger, systemClock } from "../base/mod.ts";
import { createInPlace, dataPaths, type StoreMigration, thisMachine } from "../store/mod.ts";
import { FileLock, jobLockPath, RequestBox } from "../update/mod.ts";
import { runCommandLine } from "./command_line.ts";
import type { DbParts } from "./db_place.ts";
import { runDb } from "./db_run.ts";

/** Runs `coachiq db …` in this process. */
async function db(args: readonly string[], options: Partial<DbParts> = {}) {
  let out = "";
  let err = "";
  const output = { out: (text: string) => void (out += text), err: (text: string) => void (err += text) };
  const code = await runCommandLine(["db", ...args], {
    handlers: {
      ...noOther,
      db: (request) =>
        runDb(request, {
          output,
          terminal: false,
          defaultDataDir: () => Promise.resolve("no/default"),
          migrations,
          programVersion: "1.2.3",
          clock: systemClock,
          timeSigns: { synchronized: () => true, hasClock: () => true },
          ...options,
        }),
    },
    output,
    version: "1.2.3",
  });
  return { code, out, err };
}

const no = () => Promise.reject(new Error("not this command"));
const noOther = {
  serve: no,
  simulate: no,
  decode: no,
  record: no,
  replay: no,
  coach: no,
  config: no,
  account: no,
  install: no,
  uninstall: no,
  upgrade: no,
  can: no,
  importLegacy: no,
  sync: no,
  doctor: no,
  version: no,
};

/** An empty data directory, and one with a database. */
async function place(options: { readonly at?: string } = {}) {
  const folder = await temporaryFolder();
  const where = ["--data-dir", folder.path];
  if (options.at !== undefined) assert.equal((await db(["create", "--at", options.at, ...where])).code, 0);
  return {
    paths: dataPaths(folder.path),
    run: (args: readonly string[], more?: Partial<DbParts>) => db([...args, ...where], more),
    async json(args: readonly string[], more?: Partial<DbParts>) {
      const { out, code } = await db([...args, ...where, "--json"], more);
      return { code, ...JSON.parse(out) };
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

const outcomeKeys = ["command", "jobId", "message", "reasons", "result", "runningJobId", "state"];

Deno.test("db refuses a data directory that is not there, is a file, or belongs to another user", async () => {
  await using folder = await temporaryFolder();
  const missing = await db(["status"]);
  assert.equal(missing.code, 1);
  assert.match(missing.err, /^Cannot find the data directory "no\/default": .*--data-dir\n$/);
  await Deno.writeTextFile(`${folder.path}/file`, "");
  const file = await db(["backups", "--data-dir", `${folder.path}/file`]);
  assert.match(file.err, /it is a file, expected a folder/);
  const machine = { ...thisMachine, uid: () => 4711 };
  const foreign = await db(["status", "--json", "--data-dir", folder.path], { machine });
  assert.equal(foreign.code, 1);
  assert.match(foreign.err, /belongs to user \d+, this program is user 4711; .*sudo -u '#\d+' coachiq db/);
  assert.equal(JSON.parse(foreign.out).state, "refused");
  assert.deepEqual([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["file"], "nothing was made");
});

Deno.test("db tells of an empty data directory and makes nothing in it", async () => {
  await using empty = await place();
  const status = await empty.json(["status"]);
  assert.equal(status.code, 0);
  assert.equal(status.state, "missing");
  assert.deepEqual([...Deno.readDirSync(empty.paths.dataDir)], []);
  for (const args of [["migrate", "--yes", "--parked"], ["backup"], ["dry-run"], ["export", `${empty.paths.user}.x`]]) {
    const { code, err } = await empty.run(args);
    assert.equal(code, 1);
    assert.match(err, /There is no database in ".*" yet/, args[0]);
  }
  assert.match((await empty.run(["backups"])).out, /no backup yet/);
  assert.match((await empty.run(["verify"])).err, /no database .* There is no backup yet/);
});

Deno.test("db create makes any schema by name or number, and only where there is none", async () => {
  for (const { name } of migrations.coachiq) {
    await using made = await place({ at: name });
    const status = await made.json(["status"]);
    assert.equal(status.currentVersion, name);
    assert.equal(status.lastRun.outcome, "created");
    assert.equal(status.needsUpdate, name !== migrations.coachiq.at(-1)?.name);
    assert.match((await made.run(["create"])).err, /there is one already/);
  }
  await using empty = await place();
  assert.match((await empty.run(["create", "--at", "99"])).err, /no such step, expected one of 0001_settings, /);
  assert.match((await empty.run(["create", "--at", "2"])).out, /schema "0002_entity_states"/);
});

Deno.test("db changes nothing without --yes, tells what would happen, and how to consent", async () => {
  await using old = await place({ at: "3" });
  const id = (await old.json(["backup"])).result.id;
  const cases = [
    ["migrate", ["migrate"], /0004_backups: A list/],
    ["restore", ["restore", id], /Put the older one in its place/],
    ["reset --scope all", ["reset", "--scope", "all"], /Forget preferences/],
  ] as const;
  for (const [consent, args, says] of cases) {
    const { code, err, out } = await old.run(args);
    assert.equal(code, 1);
    assert.equal(out, "");
    assert.match(err, says);
    assert.match(
      err,
      new RegExp(`coachiq db ${consent} .*--yes --parked --data-dir ${old.paths.dataDir}`.replace(" .*", ".*")),
    );
    const json = await old.json(args);
    assert.deepEqual(Object.keys(json).filter((key) => key !== "code").sort(), outcomeKeys);
    assert.equal(json.state, "refused");
    const unparked = await old.run([...args, "--yes"]);
    assert.equal(unparked.code, 1);
    assert.match(unparked.err, /Confirm that the coach is parked\. No server is running/);
    assert.match(unparked.err, /--parked is your word/);
  }
  assert.equal((await old.json(["status"])).currentVersion, "0003_coach_mappings");
});

Deno.test("db migrates, backs up, verifies, restores and resets without a server, and says each step", async () => {
  await using old = await place({ at: "3" });
  const dry = await old.json(["dry-run"]);
  assert.deepEqual(dry.result.steps.map(({ name }: { name: string }) => name), [
    "0004_backups",
    "0005_mapping_batches",
    ...stepsAfter("0005_mapping_batches"),
  ]);
  const migrated = await old.run(["migrate", "--yes", "--parked"]);
  assert.equal(migrated.code, 0, migrated.err);
  assert.match(migrated.out, new RegExp(`up to date: "${newestStep}"`));
  const steps = migrated.err.trim().split("\n").map((line) => /^ *(\d+) % (\w+): /.exec(line)?.[2]);
  assert.deepEqual(steps, ["safety", "space", "backup", "proof", "copy", "migrate", "swap", "reopen"]);
  assert.match((await old.run(["migrate"])).out, /up to date/, "nothing is waiting: done");
  const { backups } = await old.json(["backups"]);
  assert.deepEqual(backups.map(({ reason }: { reason: string }) => reason), ["preMigration"]);
  const verified = await old.json(["verify"]);
  assert.deepEqual([verified.code, verified.result.live.problems, verified.result.backup.id], [0, [], backups[0].id]);
  assert.equal((await old.run(["restore", backups[0].id, "--yes", "--parked"])).code, 0);
  assert.equal((await old.json(["status"])).currentVersion, "0003_coach_mappings");
  for (const scope of ["preferences", "states", "all"]) {
    const reset = await old.run(["reset", "--scope", scope, "--yes", "--parked"]);
    assert.equal(reset.code, 0, reset.err);
  }
  const after = await old.json(["status"]);
  assert.deepEqual([after.state, after.lastRun.outcome, after.lastRun.actor], ["current", "reset", "command line"]);
  for (const id of ["nope", "../../etc/passwd", backups[0].id.replace("preMigration", "manual")]) {
    for (const args of [["verify", id], ["restore", id, "--yes", "--parked"]]) {
      assert.match((await old.run(args)).err, /^Cannot find backup ".*": there is none of this id/);
    }
  }
});

Deno.test("db shows progress in place on a terminal and leaves a clean line", async () => {
  await using made = await place({ at: "6" });
  const { err } = await made.run(["backup"], { terminal: true });
  assert.ok(!err.includes("\n"));
  assert.ok(err.includes("\r\x1b[K 50 % proof: "));
  assert.ok(err.endsWith("\r\x1b[K"));
});

Deno.test("db verify finds a damaged backup and a damaged database", async () => {
  await using made = await place({ at: "6" });
  const { id } = (await made.json(["backup"])).result;
  await Deno.writeTextFile(`${made.paths.backups}/${id}.db`, "x".repeat(8192));
  const one = await made.json(["verify", id]);
  assert.deepEqual([one.code, one.state], [1, "failed"]);
  assert.match(one.message, /is not good: /);
  await Deno.writeTextFile(made.paths.coachiq, "garbage ".repeat(20));
  const both = await made.run(["verify"]);
  assert.equal(both.code, 1);
  assert.match(both.err, /live database is not good: .*first bytes .*is not good: /);
});

Deno.test("db refuses to work on a garbage file, restores a backup over it and keeps the garbage", async () => {
  await using made = await place({ at: "4" });
  const { id } = (await made.json(["backup"])).result;
  await Deno.writeTextFile(made.paths.coachiq, "garbage ".repeat(20));
  const status = await made.json(["status"]);
  assert.deepEqual([status.code, status.state, status.currentVersion], [1, "damaged", null]);
  for (
    const args of [["migrate", "--yes", "--parked"], ["reset", "--scope", "states", "--yes", "--parked"], ["dry-run"]]
  ) {
    const { code, err } = await made.run(args);
    assert.equal(code, 1);
    assert.match(err, /first bytes are not those of an SQLite file\. Restore a backup/, args[0]);
  }
  assert.match((await made.run(["create"])).err, /first bytes are not those/);
  assert.equal((await made.run(["restore", id, "--yes", "--parked"])).code, 0);
  assert.equal((await made.json(["status"])).currentVersion, "0004_backups");
  assert.match(await Deno.readTextFile(`${made.paths.coachiq}.damaged`), /^garbage/);
  await Deno.remove(made.paths.coachiq);
  assert.match((await made.run(["create"])).err, /database is gone, and there are backups of it/);
  const reset = await made.run(["reset", "--scope", "all", "--yes", "--parked"]);
  assert.equal(reset.code, 0, reset.err);
});

Deno.test("db leaves a database of a newer program alone and says which version wrote it", async () => {
  await using made = await place({ at: "3" });
  const { id } = (await made.json(["backup"])).result;
  const next: StoreMigration = {
    name: "0099_next",
    description: "Of another day.",
    up: () => Promise.resolve(),
    verify: () => Promise.resolve([]),
  };
  const newer = { programVersion: "9.0.0", migrations: { ...migrations, coachiq: [...migrations.coachiq, next] } };
  assert.equal((await made.run(["migrate", "--yes", "--parked"], newer)).code, 0);
  const status = await made.run(["status"]);
  assert.equal(status.code, 1);
  assert.match(status.out, /CoachIQ 9\.0\.0 wrote the database with the newer schema "0099_next"/);
  assert.match((await made.run(["migrate", "--yes", "--parked"])).err, /Refused: CoachIQ 9\.0\.0 wrote/);
  assert.equal((await made.run(["restore", id, "--yes", "--parked"])).code, 0);
  assert.equal((await made.json(["status"])).state, "older");
});

Deno.test("db status tells of a damaged history, which keeps nothing from working", async () => {
  await using made = await place({ at: "6" });
  await Deno.writeTextFile(made.paths.history, "garbage ".repeat(2000));
  const status = await made.run(["status"]);
  assert.equal(status.code, 0);
  assert.match(status.out, /Problem +Cannot .*history.*the next start begins a new one/);
});

Deno.test("db refuses while another job is working on the database, with its id", async () => {
  await using made = await place({ at: "3" });
  const { id } = (await made.json(["backup"])).result;
  const jobId = crypto.randomUUID();
  const lock = new FileLock(jobLockPath(made.paths));
  await lock.take(JSON.stringify({ jobId, kind: "backup" }));
  try {
    const busy = await made.json(["status"]);
    assert.deepEqual([busy.code, busy.state, busy.runningJobId], [0, "busy", jobId]);
    for (
      const args of [["backup"], ["migrate", "--yes", "--parked"], ["verify"], ["restore", id, "--yes", "--parked"]]
    ) {
      const refused = await made.json(args);
      assert.deepEqual([refused.code, refused.state, refused.runningJobId], [1, "refused", jobId], args[0]);
    }
    assert.match(
      (await made.run(["backup"])).err,
      new RegExp(`job .*working on the database.*\\nThe running job is ${jobId}`),
    );
    assert.match((await made.run(["import", made.paths.coachiq, "--yes"])).err, /A job of the command line is working/);
  } finally {
    lock.release();
  }
  assert.equal((await made.run(["backup"])).code, 0);
});

Deno.test("db carries what the owner made from one data directory to another", async () => {
  await using folder = await temporaryFolder();
  const file = `${folder.path}/mine.gz`;
  await using from = await updaterFixture({ at: newestStep });
  from.store.userSettings.set({ "name.lamp": "Reading light" });
  from.store.history.stop();
  from.store.close();
  const exported = await db(["export", file, "--data-dir", from.dataDir]);
  assert.equal(exported.code, 0, exported.err);
  assert.match((await db(["export", file, "--data-dir", from.dataDir])).err, /there is such a file already/);
  await using to = await place({ at: "6" });
  const asked = await to.run(["import", file]);
  assert.equal(asked.code, 1);
  assert.match(asked.err, /Take preferences, .*\nTo consent: coachiq db import .*mine\.gz --yes --data-dir /);
  const taken = await to.json(["import", file, "--yes"]);
  assert.deepEqual(taken.result, { settings: 1, mappings: 0, files: [] });
  assert.match((await to.run(["import", `${file}.not`, "--yes"])).err, /Cannot read the archive .*no such file/);
  assert.match((await to.run(["import", to.paths.coachiq, "--yes"])).err, /Cannot take the archive in/);
});

/** A clock that runs `times` as fast, and not at all once it is stopped: nothing waits for real minutes. */
function fastClock(times: number): Clock & { stop(): void } {
  const timers = new Set<{ cancel(): void }>();
  const keep = <T extends { cancel(): void }>(timer: T) => (timers.add(timer), timer);
  return {
    wallMs: () => systemClock.wallMs(),
    monotonicMs: () => systemClock.monotonicMs() * times,
    after: (delayMs, callback) => keep(systemClock.after(delayMs / times, callback)),
    every: (periodMs, callback) => keep(systemClock.every(periodMs / times, callback)),
    stop: () => timers.forEach((timer) => timer.cancel()),
  };
}

Deno.test("db has the running server do it, exports beside it, and does not import under it", async () => {
  await using fixture = await updaterFixture({ at: "0003_coach_mappings" });
  const { store, updater, dataDir } = fixture;
  fillOldDatabase(store, { entities: 20, mappings: 100 });
  const clock = fastClock(20);
  const box = new RequestBox({ paths: store.paths, updater, clock, logger: silentLogger });
  assert.equal(await box.start(), true);
  const run = (...args: string[]) => db([...args, "--data-dir", dataDir], { clock });
  try {
    const status = JSON.parse((await run("status", "--json")).out);
    assert.deepEqual([status.serverRunning, status.state, status.safety], [true, "older", null]);
    assert.match((await run("migrate")).err, /coachiq db migrate --yes --data-dir/, "the server knows the coach");
    const migrated = await run("migrate", "--yes");
    assert.equal(migrated.code, 0, migrated.err);
    assert.equal(store.schema.kind, "current");
    assert.match(migrated.err, /\d % [a-z]+: /);
    const { id } = JSON.parse((await run("backup", "--json")).out).result;
    for (
      const args of [["verify"], ["dry-run"], ["restore", id, "--yes"], ["reset", "--scope", "preferences", "--yes"]]
    ) {
      const { code, err } = await run(...args);
      assert.equal(code, 0, err);
    }
    const file = `${dataDir}/mine.gz`;
    assert.equal((await run("export", file)).code, 0);
    assert.match((await run("import", file, "--yes")).err, /Refused: A server is running over this data directory/);
    assert.match((await run("create")).err, /a server is running/);
  } finally {
    await box.stop();
    clock.stop();
  }
});

Deno.test("db passes on why the running server refuses, and does not wait for one that went away", async () => {
  await using fixture = await updaterFixture({ at: "0003_coach_mappings", reasons: ["Park the coach first."] });
  const { store, updater, dataDir } = fixture;
  const clock = fastClock(20);
  const box = new RequestBox({ paths: store.paths, updater, clock, logger: silentLogger });
  await box.start();
  const where = ["--data-dir", dataDir];
  const refused = await db(["migrate", "--yes", ...where], { clock });
  assert.equal(refused.code, 1);
  assert.match(refused.err, /^Refused: Park the coach first\.\n--parked is your word/);
  await box.stop();
  clock.stop();
});

/** A server that holds the data directory and answers nobody, and a clock whose first use makes it do something. */
async function silentServer(onceAsked: (requests: string) => void) {
  const fixture = await updaterFixture({ at: "0004_backups" });
  const { paths } = fixture.store;
  const clock = fastClock(100);
  const never = { ...systemClock, every: () => ({ cancel() {} }) };
  const box = new RequestBox({ paths, updater: fixture.updater, clock: never, logger: silentLogger });
  await box.start();
  return {
    // The first thing that is done with the clock is to look, every second, whether the server is still there.
    run: () =>
      db(["backup", "--data-dir", fixture.dataDir], {
        clock: {
          ...clock,
          every(ms, callback) {
            return clock.every(ms, () => {
              onceAsked(`${paths.user}/.requests`);
              void box.stop();
              callback();
            });
          },
        },
      }),
    async [Symbol.asyncDispose]() {
      clock.stop();
      await fixture[Symbol.asyncDispose]();
    },
  };
}

Deno.test("db does the job itself when the one that had the database went away before it took it", async () => {
  await using silent = await silentServer(() => {});
  const { code, out, err } = await silent.run();
  assert.equal(code, 0, err);
  assert.match(out, /is made and proven/);
});

Deno.test("db tells when the server stopped in the middle of a job", async () => {
  const progress = { jobId: "x", kind: "backup", state: "running", step: "backup", percent: 7, message: "Copying." };
  await using silent = await silentServer((requests) => {
    for (const { name } of Deno.readDirSync(requests)) {
      if (!name.endsWith(".request.json")) continue;
      const answer = `${requests}/${name.replace("request", "answer")}`;
      Deno.writeTextFileSync(answer, JSON.stringify({ kind: "progress", progress }));
      Deno.removeSync(`${requests}/${name}`);
    }
  });
  const { code, err } = await silent.run();
  assert.equal(code, 1, err);
  assert.match(err, /^ {2}7 % backup: Copying\.\nRefused: The server stopped in the middle of it/);
});

Deno.test("db takes wrong use with exit code 2", async () => {
  for (
    const args of [[], ["fly"], ["restore"], ["reset"], ["reset", "--scope", "some"], ["status", "--yes"], ["export"]]
  ) {
    const { code, err } = await db(args);
    assert.equal(code, 2, args.join(" "));
    assert.notEqual(err, "");
  }
  assert.match((await db(["restore", "--help"])).out, /--parked +your word that the coach is parked/);
});

Deno.test("db sees a database that was made without a server and without a history", async () => {
  await using empty = await place();
  await Deno.mkdir(empty.paths.user);
  await createInPlace(empty.paths.coachiq, migrations.coachiq, { to: "0001_settings" });
  const { out, code } = await empty.run(["status"]);
  assert.equal(code, 0);
  assert.match(out, new RegExp(`Schema +0001_settings; this program.s is ${newestStep}`));
  assert.match(out, /Safe to update +no: Confirm/);
  assert.match((await empty.run(["backup"])).out, /is made and proven/);
});
