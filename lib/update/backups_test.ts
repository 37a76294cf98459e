import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { failureOf, migrations, newestStep } from "../../tests/suites/store_fixture.ts";
import { updaterFixture } from "../../tests/suites/store_updater_fixture.ts";
import { parseManifest } from "./backup_manifest.ts";
import { InProcessWork } from "./heavy_work.ts";
import { checkSuspectFile } from "./suspect_file.ts";

const dayMs = 86_400_000;
const streamOf = (bytes: Uint8Array<ArrayBuffer>) => new Blob([bytes]).stream();

Deno.test("Backups.create() makes a proven backup with its manifest while the database is written", async () => {
  await using fixture = await updaterFixture();
  const { store, backups } = fixture;
  store.userSettings.set({ a: 1 });
  const made = await backups.create("manual");
  assert.equal(made.schemaVersion, newestStep);
  assert.equal(made.rowCounts["user_settings"], 1);
  assert.deepEqual(made.problems, []);
  assert.equal(made.sizeBytes, (await Deno.stat(backups.fileOf(made.id))).size);
  assert.deepEqual(await backups.list(), [made]);
  assert.deepEqual([...Deno.readDirSync(store.paths.cache)], []);
  assert.deepEqual(await backups.verify(made.id), { ...made, provenAtMs: fixture.clock.wallMs() });
});

Deno.test("Backups.create() leaves nothing behind when the proof fails", async () => {
  await using fixture = await updaterFixture();
  const { store, backups } = fixture;
  store.database.connection.exec("PRAGMA foreign_keys = OFF");
  store.database.connection.exec("INSERT INTO coach_import_status VALUES ('m', 1, 'no such hash', 1, 'x')");
  const failed = await failureOf(() => backups.create("manual"));
  assert.match(failed.message, /Cannot call the backup good: row .* of "coach_import_status" refers to nothing/);
  assert.deepEqual([...Deno.readDirSync(store.paths.backups)], []);
});

Deno.test("Backups.verify() finds a changed byte, a short file and a missing one", async () => {
  await using fixture = await updaterFixture();
  const { backups } = fixture;
  const { id } = await backups.create("manual");
  const bytes = await Deno.readFile(backups.fileOf(id));
  const changed = bytes.slice();
  changed[70] = 1;
  await Deno.writeFile(backups.fileOf(id), changed);
  assert.match((await backups.verify(id)).problems.join(), /check sum is not the one/);
  await Deno.writeFile(backups.fileOf(id), bytes.slice(0, 5000));
  assert.match((await backups.list())[0]?.problems.join() ?? "", /its file has 5000 bytes, expected/);
  await Deno.remove(backups.fileOf(id));
  assert.match((await backups.list())[0]?.problems.join() ?? "", /its file is missing/);
  assert.match((await backups.verify(id)).problems.join(), /read the backup|missing/);
  assert.equal(await backups.newestGood(), undefined);
  await failureOf(() => backups.get("20260101T000000Z-manual-ffff"));
});

Deno.test("Backups.retain() keeps daily ones 30 days, pre-migration ones 7, manual ones, and always the newest good", async () => {
  await using fixture = await updaterFixture();
  const { backups, clock } = fixture;
  fixture.store.history.stop();
  const daily = await backups.create("daily");
  clock.advance(1000);
  const before = await backups.create("preMigration");
  clock.advance(1000);
  const manual = await backups.create("manual");
  clock.advance(8 * dayMs);
  assert.deepEqual(await backups.retain(), [before.id]);
  clock.advance(30 * dayMs);
  assert.deepEqual(await backups.retain(), [daily.id]);
  clock.advance(1000 * dayMs);
  assert.deepEqual(await backups.retain(), []);
  assert.deepEqual((await backups.list()).map(({ id }) => id), [manual.id]);
  assert.match((await failureOf(() => backups.remove(manual.id))).message, /it is the newest good one/);
  const newer = await backups.create("daily");
  clock.advance(31 * dayMs);
  assert.deepEqual(await backups.retain(), []);
  await backups.remove(manual.id);
  assert.deepEqual((await backups.list()).map(({ id }) => id), [newer.id]);
});

Deno.test("Backups.clean() removes files without a manifest and leaves everything else", async () => {
  await using fixture = await updaterFixture();
  const { store, backups } = fixture;
  const { id } = await backups.create("manual");
  const stray = ["20260101T000000Z-manual-0000.db", "20260101T000000Z-upload-0000.upload", `${id}.db-journal`];
  for (const name of [...stray, "my own file.db", "notes.json"]) {
    await Deno.writeTextFile(`${store.paths.backups}/${name}`, "{}");
  }
  assert.deepEqual([...await backups.clean()].sort(), stray.sort());
  assert.equal((await backups.list()).length, 1);
  assert.equal(parseManifest("{"), undefined);
  assert.equal(parseManifest("{}"), undefined);
});

Deno.test("Backups.receive() takes in a download of our own, of any schema we know", async () => {
  for (const at of ["0002_entity_states", newestStep]) {
    await using fixture = await updaterFixture({ at });
    const { backups } = fixture;
    fixture.store.tidy();
    const made = await backups.create("manual");
    const bytes = await Deno.readFile(backups.fileOf(made.id));
    const taken = await backups.receive(streamOf(bytes), { maxBytes: 1e7 });
    assert.equal(taken.reason, "upload");
    assert.equal(taken.schemaVersion, at);
    assert.deepEqual(taken.rowCounts, made.rowCounts);
  }
});

Deno.test("Backups.receive() refuses everything that is not exactly one of our databases", async () => {
  await using fixture = await updaterFixture();
  const { backups, store } = fixture;
  const made = await backups.create("manual");
  const good = await Deno.readFile(backups.fileOf(made.id));
  const path = `${fixture.dataDir}/crafted.db`;
  const crafted = async (sql: string) => {
    await Deno.writeFile(path, good);
    const connection = new DatabaseSync(path);
    connection.exec(`PRAGMA writable_schema = ON; ${sql}`);
    connection.close();
    return await Deno.readFile(path);
  };
  /** Another text of the same length in the schema, which no statement could put there. */
  const patched = (from: string, to: string) => {
    const bytes = good.slice();
    const text = new TextDecoder("latin1").decode(bytes);
    assert.ok(text.includes(from) && from.length === to.length);
    for (let at = text.indexOf(from); at >= 0; at = text.indexOf(from, at + 1)) {
      bytes.set(new TextEncoder().encode(to), at);
    }
    return bytes;
  };
  const cases: readonly (readonly [string, Uint8Array<ArrayBuffer>, RegExp])[] = [
    ["too large", good, /more than 1000 bytes/],
    ["empty", new Uint8Array(), /it is empty/],
    ["a letter", new TextEncoder().encode("Dear CoachIQ, please take this in"), /not those of an SQLite file/],
    ["damaged", good.slice().fill(0x99, 8192, 16_384), /Cannot accept the uploaded file/],
    ["cut off", good.slice(0, good.length - 4096), /Cannot accept the uploaded file/],
    [
      "a trigger",
      await crafted("CREATE TRIGGER t AFTER INSERT ON user_settings BEGIN DELETE FROM entity_states; END"),
      /something CoachIQ never writes: trigger t/,
    ],
    ["a view", await crafted("CREATE VIEW v AS SELECT * FROM user_settings"), /never writes: view v/],
    ["another table", await crafted("CREATE TABLE evil (x)"), /never writes: table evil/],
    ["a missing table", await crafted("DROP TABLE backups"), /never writes: no table backups/],
    [
      "a changed table",
      patched("json_valid(value)", "json_valid('[1]')"),
      /never writes: table/,
    ],
    [
      "a newer schema",
      await crafted("INSERT INTO schema_info VALUES ('0099_future', '')"),
      /newer schema "0099_future"/,
    ],
    ["another program", await crafted("DELETE FROM schema_info"), /it is no CoachIQ database/],
    [
      "orphans",
      await crafted("PRAGMA foreign_keys = OFF; INSERT INTO coach_import_status VALUES ('m', 1, 'h', 1, 'x')"),
      /it is damaged: row/,
    ],
  ];
  for (const [name, bytes, says] of cases) {
    const maxBytes = name === "too large" ? 1000 : 1e7;
    await assert.rejects(backups.receive(streamOf(bytes), { maxBytes }), says, name);
  }
  assert.deepEqual((await backups.list()).map(({ id }) => id), [made.id]);
  assert.equal([...Deno.readDirSync(store.paths.backups)].length, 2);
  await Deno.writeFile(path, good);
  assert.equal(await checkSuspectFile(path, migrations.coachiq), newestStep);
});

Deno.test("InProcessWork.prove() says what is wrong with a file that cannot be opened", async () => {
  await using fixture = await updaterFixture();
  const path = `${fixture.dataDir}/x.db`;
  await Deno.writeTextFile(path, "x".repeat(5000));
  const proof = await new InProcessWork(migrations.coachiq).prove({ path, scratch: `${fixture.dataDir}/y.db` });
  assert.match(proof.problems.join(), /file is not a database/);
});
