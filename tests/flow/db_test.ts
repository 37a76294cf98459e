/** `coachiq db …` as an owner uses it: the program itself, with a server running over the same data and without. */
import assert from "node:assert/strict";
import { dataPaths } from "../../lib/store/mod.ts";
import { FileLock, jobLockPath } from "../../lib/update/mod.ts";
import { newestStep, temporaryFolder } from "../suites/store_fixture.ts";
import { run, startServer } from "./program.ts";

const newest = newestStep;

/** A data directory for one test, and `coachiq db` over it. */
async function dataDirectory() {
  const folder = await temporaryFolder();
  const dataDir = `${folder.path}/data`;
  const db = (...args: string[]) => run(["db", ...args, "--data-dir", dataDir]);
  return {
    dataDir,
    paths: dataPaths(dataDir),
    db,
    async done(...args: string[]) {
      const ended = await db(...args);
      assert.equal(ended.code, 0, `db ${args.join(" ")}: ${ended.err}`);
      return ended;
    },
    async json(...args: string[]) {
      const { out, code, err } = await db(...args, "--json");
      assert.doesNotMatch(err, /\n\s+at /, "no stack");
      return { code, ...JSON.parse(out) };
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

Deno.test("db, account, coach, sync and import-legacy work where the environment says, unless --data-dir does", async () => {
  await using data = await dataDirectory();
  await data.done("create");
  const named = `${data.dataDir}.json`;
  await Deno.writeTextFile(named, JSON.stringify({ persistence: { data_dir: data.dataDir } }));
  for (const env of [{ COACHIQ_PERSISTENCE__DATA_DIR: data.dataDir }, { COACHIQ_CONFIG_FILE: named }]) {
    const status = await run(["db", "status", "--json"], { env });
    assert.equal(JSON.parse(status.out).currentVersion, newest, status.err);
  }
  const env = { COACHIQ_PERSISTENCE__DATA_DIR: `${data.dataDir}/none` };
  for (const args of [["account", "list"], ["coach", "status"], ["sync"]]) {
    const { code, err } = await run(args, { env });
    assert.equal(code, 1);
    assert.match(err, /Cannot find the data directory ".*\/data\/none"/, args.join(" "));
  }
  const old = `${data.dataDir}.old`;
  await Deno.mkdir(old);
  await Deno.writeTextFile(`${old}/.env`, "");
  assert.match((await run(["import-legacy", old, "--dry-run"], { env })).out, /\/data\/none/);
  assert.equal((await run(["db", "status", "--data-dir", data.dataDir], { env })).code, 0);
  const wrong = await run(["db", "status"], { env: { COACHIQ_CONFIG_FILE: `${data.dataDir}/none.toml` } });
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /Cannot .*none\.toml/);
  assert.doesNotMatch(wrong.err, /\n\s+at /, "no stack");
});

Deno.test("db takes an old database to the newest schema and back without a server", async () => {
  await using data = await dataDirectory();
  const missing = await data.db("status");
  assert.equal(missing.code, 1);
  assert.match(missing.err, /there is no such folder/);
  await data.done("create", "--at", "0003_coach_mappings");
  assert.equal((await data.json("status")).currentVersion, "0003_coach_mappings");
  assert.deepEqual((await data.json("dry-run")).result.conflicts, []);
  const unasked = await data.db("migrate");
  assert.equal(unasked.code, 1);
  assert.match(unasked.err, /needs your consent.*\nWhat would happen:\n/);
  assert.match((await data.db("migrate", "--yes")).err, /Confirm that the coach is parked/);
  const migrated = await data.done("migrate", "--yes", "--parked");
  assert.match(migrated.err, /^ +\d+ % backup: .+\n/m);
  assert.equal(migrated.out, `The database is up to date: "${newest}".\n`);
  const made = await data.json("backup");
  await data.done("verify", made.result.id);
  await data.done("verify");
  const { backups } = await data.json("backups");
  assert.deepEqual(backups.map(({ reason }: { reason: string }) => reason), ["manual", "preMigration"]);
  assert.equal((await data.db("restore", backups[1].id)).code, 1, "not without --yes");
  await data.done("restore", backups[1].id, "--yes", "--parked");
  assert.equal((await data.json("status")).lastRun.outcome, "restored");
  assert.equal((await data.db("restore", "no-such-backup", "--yes", "--parked")).code, 1);
  assert.equal((await data.db("restore")).code, 2);
  await Deno.writeTextFile(data.paths.coachiq, "garbage ".repeat(100));
  assert.equal((await data.json("status")).state, "damaged");
  assert.match((await data.db("migrate", "--yes", "--parked")).err, /not those of an SQLite file/);
  await data.done("restore", made.result.id, "--yes", "--parked");
  assert.equal((await data.json("status")).currentVersion, newest);
});

Deno.test("db has a running server update, back up, verify and restore, and the server runs on", async () => {
  await using data = await dataDirectory();
  await data.done("create", "--at", "0003_coach_mappings");
  const server = await startServer(["--can", "sim", "--data-dir", data.dataDir]);
  try {
    const status = await data.json("status");
    assert.deepEqual([status.serverRunning, status.state, status.safety], [true, "older", null]);
    await data.done("dry-run");
    assert.equal((await data.db("migrate")).code, 1, "not without --yes");
    await data.done("migrate", "--yes", "--parked");
    const made = await data.json("backup");
    assert.equal(made.state, "done");
    await data.done("verify");
    const first = (await data.json("backups")).backups.at(-1);
    await data.done("restore", first.id, "--yes", "--parked");
    assert.equal((await data.json("status")).currentVersion, "0003_coach_mappings");
    await data.done("migrate", "--yes", "--parked");
    await data.done("export", `${data.dataDir}/mine.gz`);
    assert.match((await data.db("import", `${data.dataDir}/mine.gz`, "--yes")).err, /A server is running/);
    assert.match((await data.db("create")).err, /a server is running/);
    const response = await fetch(`${server.url}/api/entities`);
    assert.equal(response.status, 200);
    await response.body?.cancel();
  } finally {
    assert.equal(await server.stop(), 0);
  }
  assert.equal((await data.json("status")).serverRunning, false);
  await data.done("import", `${data.dataDir}/mine.gz`, "--yes");
});

Deno.test("db refuses a second job at a time, with the id of the first, and of two at once one is done", async () => {
  await using data = await dataDirectory();
  await data.done("create");
  const jobId = crypto.randomUUID();
  const lock = new FileLock(jobLockPath(data.paths));
  await lock.take(JSON.stringify({ jobId }));
  const refused = await data.json("backup");
  lock.release();
  assert.deepEqual([refused.code, refused.state, refused.runningJobId], [1, "refused", jobId]);
  const both = await Promise.all([data.json("backup"), data.json("backup")]);
  const done = both.filter(({ state }) => state === "done");
  assert.ok(done.length > 0, JSON.stringify(both));
  for (const { state, runningJobId } of both) {
    if (state !== "done") assert.ok(done.some((other) => other.jobId === runningJobId), JSON.stringify(both));
  }
  assert.equal((await data.json("backups")).backups.length, done.length);
});
