import assert from "node:assert/strict";
import { type CardFolder, cardFolder, cardStorage } from "../../tests/suites/card_fixture.ts";
import { migrations } from "../../tests/suites/store_fixture.ts";
import { systemClock } from "../base/mod.ts";
import type { Storage } from "../core/mod.ts";
import { AccountRecords, Database, dataPaths, Settings } from "../store/mod.ts";
import { cardIdentity, markUnsynced, saveUnsynced } from "../update/mod.ts";
import { runAccountCommand } from "./account_run.ts";
import { runDb } from "./db_run.ts";
import { runSync } from "./sync_run.ts";

/** The commands over a data directory, as `coachiq` runs them. */
function commandsOver(dataDir: string) {
  const printed = { out: "", err: "" };
  const parts = {
    output: { out: (text: string) => void (printed.out += text), err: (text: string) => void (printed.err += text) },
    terminal: false,
    defaultDataDir: () => Promise.resolve("/nowhere"),
    migrations,
    programVersion: "1.2.3",
    clock: systemClock,
    timeSigns: { synchronized: () => true, hasClock: () => true },
    readInput: () => Promise.resolve("typed by a person"),
  };
  const run = async (work: () => Promise<number>) => {
    Object.assign(printed, { out: "", err: "" });
    const code = await work();
    return { code, ...printed };
  };
  const where = { dataDir, json: false } as const;
  return {
    sync: (json = false) => run(() => runSync({ dataDir, json }, parts)),
    createOwner: (username: string) =>
      run(() => runAccountCommand({ ...where, command: "create-owner", username, passwordFromInput: true }, parts)),
    verify: () => run(() => runDb({ ...where, command: "verify" }, parts)),
    status: () => run(() => runDb({ dataDir, json: true, command: "status" }, parts)),
    exportTo: (file: string) => run(() => runDb({ ...where, command: "export", file }, parts)),
  };
}

/** A server of the profile `sdcard` over a data directory. */
async function server({ dataDir }: CardFolder): Promise<Storage & AsyncDisposable> {
  const storage = cardStorage(dataDir, { clock: systemClock });
  assert.equal((await storage.plan()).kind, "ok");
  await storage.start();
  await storage.running();
  return Object.assign(storage, { [Symbol.asyncDispose]: () => storage.stop() });
}

/** Looks into a database on the card. */
function onCard<T>({ dataDir }: CardFolder, look: (database: Database) => T): T {
  const database = new Database({ path: dataPaths(dataDir).coachiq, profile: "ssd", readOnly: true });
  try {
    database.open();
    return look(database);
  } finally {
    database.close();
  }
}

const usernames = (database: Database) => new AccountRecords(database).list().map(({ username }) => username);
const nameIn = (database: Database) =>
  new Settings(database, { table: "user_settings", clock: systemClock }).get("name");

Deno.test("sync has a running server copy what is in memory to the card", async () => {
  await using folder = await cardFolder();
  const { sync } = commandsOver(folder.dataDir);
  await using storage = await server(folder);
  storage.store.userSettings.set({ name: "Otter" });
  const first = await sync();
  assert.equal(first.code, 0, first.err);
  assert.match(first.out, /^Everything is on the card: \d+ kB were written to it\.\n$/);
  assert.equal(onCard(folder, nameIn), "Otter");
  const { lossWindow, copied } = JSON.parse((await sync(true)).out);
  assert.equal(lossWindow.states.ageS, 0);
  assert.deepEqual(copied.filter(({ database }: { database: string }) => database === "coachiq"), []);
});

Deno.test("account, db status, db verify and db export work on what a running server has in memory", async () => {
  await using folder = await cardFolder();
  const { createOwner, verify, status, exportTo } = commandsOver(folder.dataDir);
  await using storage = await server(folder);
  const made = await createOwner("otter");
  assert.equal(made.code, 0, made.err);
  assert.deepEqual(usernames(storage.store.database), ["otter"]);
  assert.deepEqual(onCard(folder, usernames), ["otter"], "it is on the card when the command ends");
  const live = `${folder.dataDir}/live/coachiq.db`;
  assert.equal(storage.store.database.connection.prepare("PRAGMA journal_mode").get()?.["journal_mode"], "memory");
  assert.match((await verify()).out, /The live database is good/);
  const { sizes, currentVersion } = JSON.parse((await status()).out);
  assert.deepEqual([sizes.database, currentVersion], [(await Deno.stat(live)).size, storage.targetVersion]);
  storage.store.userSettings.set({ name: "Otter" });
  assert.equal((await exportTo(`${folder.dataDir}/mine.gz`)).code, 0);
  const packed = new Blob([await Deno.readFile(`${folder.dataDir}/mine.gz`)]).stream();
  const archive = await new Response(packed.pipeThrough(new DecompressionStream("gzip"))).json();
  assert.equal(archive.userSettings.name, "Otter");
});

Deno.test("without a server, sync and the other commands first save what the last one could not copy", async () => {
  await using folder = await cardFolder();
  const { sync, createOwner } = commandsOver(folder.dataDir);
  {
    await using storage = await server(folder);
    storage.store.userSettings.set({ name: "then" });
  }
  assert.match((await sync()).out, /nothing in memory/);
  const paths = dataPaths(folder.dataDir, "sdcard");
  const leaveInMemory = async (name: string) => {
    await Deno.copyFile(paths.kept.coachiq, paths.coachiq);
    const database = new Database({ path: paths.coachiq, profile: "sdcard" });
    database.open();
    new Settings(database, { table: "user_settings", clock: systemClock }).set({ name });
    database.close();
    await markUnsynced(paths, await cardIdentity(paths));
  };
  await leaveInMemory("now");
  assert.match((await sync()).out, /Everything is on the card/);
  assert.equal(onCard(folder, nameIn), "now");
  assert.deepEqual([...Deno.readDirSync(folder.live)], []);
  await leaveInMemory("later");
  assert.equal((await createOwner("otter")).code, 0);
  assert.deepEqual([onCard(folder, nameIn), onCard(folder, usernames)], ["later", ["otter"]]);
  // The card has gone on since: what is in memory is old then.
  await leaveInMemory("old");
  assert.equal((await createOwner("badger")).code, 0);
  await leaveInMemory("older");
  await Deno.utime(paths.kept.coachiq, 1, 1);
  assert.deepEqual(await saveUnsynced(paths), []);
});
