/** What the storage knows of databases that are in memory. */
import assert from "node:assert/strict";
import { cardFolder } from "../../tests/suites/card_fixture.ts";
import { migrations } from "../../tests/suites/store_fixture.ts";
import { ManualClock, silentLogger } from "../base/mod.ts";
import { Database } from "./database.ts";
import { createInPlace } from "./history_file.ts";
import { Settings } from "./settings.ts";
import { damageOf, standAlone } from "./sqlite_file.ts";
import { pragmasOf } from "./storage_profile.ts";
import { dataPaths, Store } from "./store.ts";

const clock = new ManualClock({ wallMs: 0 });

Deno.test("Store creates no database in memory while there is one on the card", async () => {
  await using folder = await cardFolder();
  const { dataDir } = folder;
  const store = new Store({
    dataDir,
    profile: "sdcard",
    migrations,
    programVersion: "1.2.3",
    clock,
    logger: silentLogger,
  });
  await Deno.mkdir(store.paths.user);
  await createInPlace(dataPaths(dataDir).coachiq, migrations.coachiq);
  await assert.rejects(store.start(), /Cannot create database ".*live\/coachiq\.db": there is one on the card/);
  await Deno.remove(dataPaths(dataDir).coachiq);
  await store.start();
  assert.equal(store.database.path, `${dataDir}/live/coachiq.db`);
  await store.stop();
});

Deno.test("Database tells what changed: its own commits, those of others, and what must not be lost", async () => {
  await using folder = await cardFolder();
  const path = `${folder.live}/coachiq.db`;
  await createInPlace(path, migrations.coachiq);
  const server = new Database({ path, profile: "sdcard" });
  const command = new Database({ path, profile: "sdcard", isShared: true });
  assert.equal(server.foreignVersion, undefined);
  server.open();
  command.open();
  const journal = (database: Database) => database.connection.prepare("PRAGMA journal_mode").get()?.["journal_mode"];
  assert.deepEqual([journal(server), journal(command)], ["memory", "delete"]);
  let told = 0;
  const unsubscribe = server.subscribeDurable(() => told++);
  const { commits, foreignVersion } = server;
  server.transaction({ cause: "entityStates" }, () => {});
  assert.deepEqual([server.commits, server.foreignVersion, told], [commits + 1, foreignVersion, 0]);
  server.transaction(
    { cause: "entityStates" },
    () => server.transaction({ cause: "settings", durable: true }, () => {}),
  );
  assert.deepEqual([server.commits, told], [commits + 2, 1], "a part of it is for good");
  new Settings(command, { table: "user_settings", clock }).set({ name: "Otter" });
  assert.deepEqual([server.commits, told], [commits + 2, 1]);
  assert.notEqual(server.foreignVersion, foreignVersion);
  assert.throws(() => server.transaction({ cause: "settings", durable: true }, () => assert.fail("no")));
  unsubscribe();
  server.transaction({ cause: "settings", durable: true }, () => {});
  assert.equal(told, 1);
  command.close();
  server.close();
});

Deno.test("damageOf() finds what is damaged, and what is no database; standAlone() leaves one file", async () => {
  await using folder = await cardFolder();
  const path = `${folder.live}/a.db`;
  await createInPlace(path, migrations.coachiq);
  for (const thorough of [true, false]) assert.equal(damageOf(path, { thorough }), undefined);
  const inUse = new Database({ path, profile: "ssd" });
  inUse.open();
  inUse.connection.exec("CREATE TABLE more (x)");
  inUse.close();
  standAlone(path);
  assert.deepEqual([...Deno.readDirSync(folder.live)].map(({ name }) => name), ["a.db"]);
  using file = await Deno.open(path, { write: true });
  await file.seek(4096, Deno.SeekMode.Start);
  await file.write(new Uint8Array(8192).fill(9));
  for (const thorough of [true, false]) assert.equal(typeof damageOf(path, { thorough }), "string");
  await Deno.writeTextFile(path, "no database, whatever its name says");
  assert.match(damageOf(path, { thorough: true }) ?? "", /file is not a database/);
  assert.match(damageOf(`${folder.live}/none/a.db`, { thorough: true }) ?? "", /unable to open/);
});

Deno.test("pragmasOf() keeps the journal of a card in memory, and everything else in a write-ahead log", () => {
  const settings = (profile: "ssd" | "sdcard") =>
    Object.fromEntries(pragmasOf(profile).map(({ name, set }) => [name, set]));
  const { journal_mode, synchronous, wal_autocheckpoint, mmap_size } = settings("sdcard");
  assert.deepEqual([journal_mode, synchronous, wal_autocheckpoint, mmap_size], ["MEMORY", "OFF", undefined, undefined]);
  assert.deepEqual([settings("ssd")["journal_mode"], settings("ssd")["mmap_size"]], ["WAL", "134217728"]);
});
