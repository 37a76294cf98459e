import { removeColdJournal } from "./cleaning.ts";
import assert from "node:assert/strict";
import { failureOf, migrations, newestStep, stepsAfter } from "../../tests/suites/store_fixture.ts";
import { type UpdaterFixture, updaterFixture } from "../../tests/suites/store_updater_fixture.ts";
import { FileLock } from "./file_lock.ts";
import { jobLockPath } from "./job_lock.ts";
import { planStart, StartJournal } from "./start_plan.ts";

function planOf(
  fixture: UpdaterFixture,
  options: { coachiq?: typeof migrations.coachiq; cleaned?: string[]; version?: string; canGoBack?: boolean } = {},
) {
  const { paths } = fixture.store;
  return planStart({
    paths,
    migrations: options.coachiq ?? migrations.coachiq,
    journal: new StartJournal(paths, options.version ?? "2.0.0"),
    ...(options.canGoBack === undefined ? {} : { canGoBack: () => Promise.resolve(options.canGoBack === true) }),
    backups: fixture.backups,
    onCleaned: (names) => void options.cleaned?.push(...names),
  });
}

Deno.test("planStart() runs a current and an older database, and names the pending steps", async () => {
  await using fixture = await updaterFixture({ at: "0004_backups" });
  assert.deepEqual(await planOf(fixture), {
    kind: "olderSchema",
    version: "0004_backups",
    pending: stepsAfter("0004_backups"),
  });
  assert.equal((await planOf(fixture, { coachiq: migrations.coachiq.slice(0, 4) })).kind, "ok");
});

Deno.test("planStart() offers recovery for a newer database and says who wrote it", async () => {
  await using fixture = await updaterFixture();
  assert.deepEqual(await planOf(fixture, { coachiq: migrations.coachiq.slice(0, 4) }), {
    kind: "newerSchema",
    version: newestStep,
    writtenBy: "2.0.0",
  });
});

Deno.test("planStart() offers recovery for a damaged, a foreign and a lost database", async () => {
  await using fixture = await updaterFixture();
  const { store, backups } = fixture;
  const made = await backups.create("manual");
  store.close();
  await Deno.writeTextFile(store.paths.coachiq, "no database");
  const damaged = await planOf(fixture);
  assert.equal(damaged.kind, "damaged");
  await Deno.remove(store.paths.coachiq);
  const lost = await planOf(fixture);
  assert.match(lost.kind === "damaged" ? lost.reason : "", new RegExp(`The database is gone.*"${made.id}"`));
  await Deno.remove(`${store.paths.backups}/${made.id}.json`);
  assert.equal((await planOf(fixture)).kind, "ok");
  const { DatabaseSync } = await import("node:sqlite");
  const foreign = new DatabaseSync(store.paths.coachiq);
  foreign.exec("CREATE TABLE x (a)");
  foreign.close();
  const plan = await planOf(fixture);
  assert.match(plan.kind === "damaged" ? plan.reason : "", /has no tables of CoachIQ/);
});

Deno.test("planStart() offers recovery after one failed start with a new schema, and after three otherwise", async () => {
  await using fixture = await updaterFixture({ at: "0004_backups" });
  const journal = new StartJournal(fixture.store.paths, "2.0.0");
  for (let i = 0; i < 2; i++) {
    await journal.begin();
    assert.equal((await planOf(fixture)).kind, "olderSchema");
  }
  await journal.begin();
  const third = await planOf(fixture);
  assert.match(third.kind === "recovery" ? third.reason : "", /The last 3 starts did not succeed/);
  await journal.succeeded("0004_backups");
  assert.equal((await planOf(fixture)).kind, "olderSchema");
  await journal.succeeded("0003_coach_mappings");
  await journal.begin();
  const first = await planOf(fixture);
  assert.match(first.kind === "recovery" ? first.reason : "", /first start after the update to "0004_backups"/);
  await journal.forgive();
  assert.equal((await planOf(fixture)).kind, "olderSchema");
  await Deno.writeTextFile(`${fixture.store.paths.user}/start.json`, "{");
  assert.equal((await planOf(fixture)).kind, "olderSchema");
  await Deno.remove(`${fixture.store.paths.user}/start.json`);
  await Deno.mkdir(`${fixture.store.paths.user}/start.json`);
  assert.match((await failureOf(() => planOf(fixture))).message, /Cannot read ".*start.json"/);
});

Deno.test("planStart() does not count the failed starts of another version of the program", async () => {
  await using fixture = await updaterFixture({ at: "0004_backups" });
  await new StartJournal(fixture.store.paths, "1.0.0").succeeded("0004_backups");
  const newer = new StartJournal(fixture.store.paths, "2.0.0");
  for (let i = 0; i < 3; i++) await newer.begin();
  assert.equal((await planOf(fixture)).kind, "recovery");
  assert.equal((await planOf(fixture, { version: "1.0.0" })).kind, "olderSchema");
  const older = new StartJournal(fixture.store.paths, "1.0.0");
  await older.begin();
  await older.begin();
  assert.equal((await planOf(fixture, { version: "1.0.0" })).kind, "olderSchema");
  await older.begin();
  assert.equal((await planOf(fixture, { version: "1.0.0" })).kind, "recovery");
});

Deno.test("planStart() gives way to the version before when starts fail, but not when the schema changed", async () => {
  await using fixture = await updaterFixture({ at: "0004_backups" });
  const journal = new StartJournal(fixture.store.paths, "2.0.0");
  for (let i = 0; i < 3; i++) await journal.begin();
  const plan = await planOf(fixture, { canGoBack: true });
  assert.deepEqual(plan, { kind: "goBack", reason: "The last 3 starts did not succeed." });
  assert.equal((await planOf(fixture, { canGoBack: false })).kind, "recovery");
  await journal.succeeded("0003_coach_mappings");
  await journal.begin();
  assert.equal((await planOf(fixture, { canGoBack: true })).kind, "recovery");
});

Deno.test("planStart() puts away what an interrupted job left, and waits for one that runs", async () => {
  await using fixture = await updaterFixture();
  const { store } = fixture;
  const { user, cache, backups } = store.paths;
  store.close();
  const stray = [
    `${user}/coachiq.db.shadow-11111111-2222-3333-4444-555555555555`,
    `${user}/coachiq.db.new-journal`,
    `${user}/.start.json.0123456789ab.part`,
    `${cache}/trial-11111111-2222-3333-4444-555555555555.db`,
    `${cache}/dry-run-11111111-2222-3333-4444-555555555555.db-wal`,
    `${backups}/20260101T000000Z-daily-0000.db`,
  ];
  for (const path of stray) await Deno.writeTextFile(path, "");
  await Deno.copyFile(store.paths.coachiq, `${store.paths.coachiq}.before`);
  const lock = new FileLock(jobLockPath(store.paths));
  await lock.take("{}");
  assert.equal((await planOf(fixture)).kind, "busy");
  lock.release();
  const cleaned: string[] = [];
  assert.equal((await planOf(fixture, { cleaned })).kind, "ok");
  assert.equal(cleaned.length, 7);
  for (const path of stray) await assert.rejects(Deno.stat(path));
  await Deno.rename(store.paths.coachiq, `${store.paths.coachiq}.before`);
  assert.equal((await planOf(fixture)).kind, "ok");
  assert.ok((await Deno.stat(store.paths.coachiq)).isFile);
});

Deno.test("removeColdJournal() removes a journal in which nothing is, and leaves one that may be played back", async () => {
  const folder = await Deno.makeTempDir();
  const database = `${folder}/coachiq.db`;
  assert.equal(await removeColdJournal(database), false);
  await Deno.writeFile(`${database}-journal`, new Uint8Array());
  assert.equal(await removeColdJournal(database), true);
  await Deno.writeFile(`${database}-journal`, new Uint8Array(512));
  assert.equal(await removeColdJournal(database), true);
  await Deno.writeFile(`${database}-journal`, Uint8Array.of(0xd9, 0xd5, 0x05, 0xf9));
  assert.equal(await removeColdJournal(database), false);
  assert.equal((await Deno.stat(`${database}-journal`)).size, 4);
  await Deno.remove(folder, { recursive: true });
});
