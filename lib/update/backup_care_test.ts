import assert from "node:assert/strict";
import { type ManualClock, silentLogger } from "../base/mod.ts";
import { StoreError, type StoreErrorKind, WallTrust } from "../store/mod.ts";
import { failureOf, migrations, newestStep } from "../../tests/suites/store_fixture.ts";
import { consent, type UpdaterFixture, updaterFixture } from "../../tests/suites/store_updater_fixture.ts";
import { Backups } from "./backups.ts";
import { InProcessWork } from "./heavy_work.ts";
import { Housekeeping } from "./housekeeping.ts";
import { planStart, StartJournal } from "./start_plan.ts";

const dayMs = 86_400_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The backups of a fixture under another trust in the clock, as after a restart. */
function backupsWith({ store, clock }: UpdaterFixture, options: { readonly trusted: boolean }) {
  const trust = new WallTrust(clock, options);
  const work = new InProcessWork(migrations.coachiq);
  const common = { paths: store.paths, programVersion: "2.0.0", migrations: migrations.coachiq, work, clock };
  return { trust, backups: new Backups({ ...common, trust }) };
}

/** Lets Housekeeping look once, and waits for what it does. */
async function lookOnce(keeping: Housekeeping, clock: ManualClock, isDone: () => Promise<boolean>): Promise<void> {
  await keeping.start();
  clock.advance(900_000);
  for (let tries = 0; tries < 500 && !await isDone(); tries++) await pause(10);
  await keeping.stop();
}

Deno.test("Backups.retain() keeps three daily backups of an untrusted clock, the one just made among them", async () => {
  await using fixture = await updaterFixture();
  const { clock } = fixture;
  const untrusted = backupsWith(fixture, { trusted: false });
  const made: string[] = [];
  for (let boot = 0; boot < 5; boot++) {
    // Each boot begins at a time before the last one.
    clock.setWallMs(Date.UTC(2025, 0, 10 - boot));
    const { id } = await untrusted.backups.create("daily");
    made.push(id);
    await untrusted.backups.retain({ made: id });
    const left = (await untrusted.backups.list()).map((manifest) => manifest.id);
    assert.ok(left.includes(id) && left.length === Math.min(3, boot + 1), JSON.stringify(left));
  }
  const manual = await untrusted.backups.create("manual");
  const before = (await untrusted.backups.list()).length;
  assert.deepEqual(await untrusted.backups.retain(), []);
  clock.setWallMs(Date.UTC(2026, 5, 1));
  const { backups } = backupsWith(fixture, { trusted: true });
  assert.deepEqual(await backups.retain(), []);
  assert.equal((await backups.list()).length, before);
  assert.ok((await backups.list()).some(({ id }) => id === manual.id));
});

Deno.test("Backups.retain() removes nothing for its age in the first day after the clock jumped ahead", async () => {
  await using fixture = await updaterFixture();
  const { store, clock, backups } = fixture;
  store.history.stop();
  const { id } = await backups.create("daily");
  await backups.create("manual");
  assert.deepEqual(await backups.retain(), []);
  clock.setWallMs(Date.UTC(2036, 0, 1));
  assert.deepEqual(await backups.retain(), []);
  clock.advance(dayMs - 1);
  assert.deepEqual(await backups.retain(), []);
  clock.advance(1);
  assert.deepEqual(await backups.retain(), [id]);
});

Deno.test("Housekeeping makes a daily backup although there is one of a day to come", async () => {
  await using fixture = await updaterFixture();
  const { store, updater, backups, clock, trust } = fixture;
  store.history.stop();
  clock.setWallMs(Date.UTC(2036, 0, 1));
  await backups.create("daily");
  clock.setWallMs(Date.UTC(2026, 5, 1));
  const keeping = () =>
    new Housekeeping({ store, updater, backups, clock, trust, logger: silentLogger, isQuiet: () => true });
  await lookOnce(keeping(), clock, async () => (await backups.list()).length === 2);
  assert.equal((await backups.list()).length, 2);
  await lookOnce(keeping(), clock, () => Promise.resolve(true));
  assert.equal((await backups.list()).length, 2);
});

Deno.test("Housekeeping removes what is too old before it makes the next backup, so that a full disk has room", async () => {
  let free = 1e12;
  await using fixture = await updaterFixture({ freeBytes: () => Promise.resolve(free) });
  const { store, updater, backups, clock, trust } = fixture;
  store.history.stop();
  const old = await backups.create("daily");
  clock.advance(dayMs);
  await backups.create("manual");
  clock.advance(40 * dayMs);
  free = 0;
  const keeping = new Housekeeping({
    store,
    updater,
    backups,
    clock,
    trust,
    logger: silentLogger,
    isQuiet: () => true,
  });
  const isGone = async () => !(await backups.list()).some(({ id }) => id === old.id);
  await lookOnce(keeping, clock, isGone);
  assert.deepEqual((await backups.list()).map(({ reason }) => reason), ["manual"]);
});

Deno.test("Backups.list() shows a backup whose manifest is damaged as a bad one, which verify() makes good again", async () => {
  await using fixture = await updaterFixture();
  const { store, backups, clock } = fixture;
  const good = await backups.create("manual");
  clock.advance(60_000);
  const { id, ...made } = await backups.create("preMigration");
  const manifest = `${store.paths.backups}/${id}.json`;
  for (const damage of ["", "{", "\0\0\0\0", JSON.stringify(good)]) {
    await Deno.writeTextFile(manifest, damage);
    assert.deepEqual(await backups.clean(), []);
    const [bad] = await backups.list();
    assert.deepEqual(
      [bad?.id, bad?.reason, bad?.createdAtMs, bad?.sizeBytes, bad?.problems],
      [id, "preMigration", made.createdAtMs, made.sizeBytes, ["its manifest cannot be read: it is damaged"]],
    );
  }
  assert.equal((await backups.newestGood())?.id, good.id);
  clock.advance(100 * dayMs);
  assert.deepEqual(await backups.retain(), []);
  const journal = new StartJournal(store.paths, "2.0.0");
  const plan = await planStart({ paths: store.paths, migrations: migrations.coachiq, journal, backups });
  assert.equal(plan.kind, "ok");
  const again = await backups.verify(id);
  assert.deepEqual([again.problems, again.sha256, again.schemaVersion], [[], made.sha256, newestStep]);
  assert.equal((await backups.newestGood())?.id, id);
  await Deno.writeTextFile(manifest, "{");
  await Deno.remove(backups.fileOf(id));
  assert.deepEqual((await backups.list())[0]?.problems.slice(1), ["its file is missing"]);
  assert.deepEqual((await backups.verify(id)).problems, ["its file is missing"]);
  await backups.remove(id);
  assert.deepEqual((await backups.list()).map((left) => left.id), [good.id]);
});

Deno.test("planStart() and Backups.list() go on when a manifest or a backup cannot be read at all", async () => {
  await using fixture = await updaterFixture();
  const { store, backups } = fixture;
  const good = await backups.create("manual");
  const { id } = await backups.create("daily");
  await Deno.remove(`${store.paths.backups}/${id}.json`);
  // A link to itself: neither of them can be opened.
  await Deno.writeTextFile(`${store.paths.backups}/${id}.json`, "{}");
  await Deno.remove(backups.fileOf(id));
  await Deno.symlink(backups.fileOf(id), backups.fileOf(id));
  const bad = (await backups.list()).find((manifest) => manifest.id === id);
  assert.match(bad?.problems.join() ?? "", /its manifest cannot be read: it is damaged/);
  const journal = new StartJournal(store.paths, "2.0.0");
  const plan = await planStart({ paths: store.paths, migrations: migrations.coachiq, journal, backups });
  assert.equal(plan.kind, "ok");
  assert.equal((await backups.newestGood())?.id, good.id);
  await assert.rejects(backups.verify(id), StoreError);
});

Deno.test("Backups.verify() and a restore leave a good backup good when it could not be checked", async () => {
  let free = 1e12;
  const inProcess = new InProcessWork(migrations.coachiq);
  let failure: StoreError | undefined;
  const work = Object.assign(new InProcessWork(migrations.coachiq), {
    prove: (...given: Parameters<InProcessWork["prove"]>) =>
      failure ? Promise.reject(failure) : inProcess.prove(...given),
  });
  await using fixture = await updaterFixture({ work, freeBytes: () => Promise.resolve(free) });
  const { backups, updater } = fixture;
  const { id } = await backups.create("manual");
  const kinds: readonly StoreErrorKind[] = ["diskFull", "notWritable", "noFolder", "busy", "failed"];
  for (const kind of kinds) {
    failure = new StoreError(kind, `Cannot copy: ${kind}`);
    assert.equal((await failureOf(() => backups.verify(id))).kind, kind);
    assert.equal((await (await updater.restore(id, consent)).done).state, "failed");
    assert.deepEqual((await backups.get(id)).problems, []);
  }
  failure = undefined;
  free = 1000;
  assert.equal((await failureOf(() => backups.verify(id))).kind, "diskFull");
  assert.match((await (await updater.restore(id, consent)).done).message, /1 MB are free/);
  assert.deepEqual((await backups.get(id)).problems, []);
  free = 1e12;
  failure = new StoreError("corrupt", "Cannot read: torn");
  assert.deepEqual((await backups.verify(id)).problems, ["Cannot read: torn"]);
  failure = undefined;
  assert.deepEqual((await backups.verify(id)).problems, []);
});

Deno.test("InProcessWork.prove() throws for what is no fault of the file", async () => {
  await using fixture = await updaterFixture();
  const { backups, store } = fixture;
  const { id } = await backups.create("manual");
  const work = new InProcessWork(migrations.coachiq);
  const scratch = `${store.paths.cache}/none/x.db`;
  await assert.rejects(work.prove({ path: backups.fileOf(id), scratch }), StoreError);
  await assert.rejects(work.prove({ path: `${fixture.dataDir}/none.db`, scratch }), StoreError);
});
