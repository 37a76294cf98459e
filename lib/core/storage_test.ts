import assert from "node:assert/strict";
import { coachiqMigrations } from "../../migrations/coachiq/mod.ts";
import { historyMigrations } from "../../migrations/history/mod.ts";
import { ManualClock, silentLogger } from "../base/mod.ts";
import { InProcessWork } from "../update/mod.ts";
import { Storage, StorageInUse } from "./storage.ts";

const safety = { mayMigrate: () => ({ safe: true, reasons: [] }) };

function storageIn(dataDir: string): Storage {
  return new Storage({
    dataDir,
    profile: "custom",
    migrations: { coachiq: coachiqMigrations, history: historyMigrations },
    programVersion: "1.2.3",
    clock: new ManualClock(),
    logger: silentLogger,
    work: new InProcessWork(coachiqMigrations),
    safety,
    timeSigns: { synchronized: () => undefined, hasClock: () => true },
  });
}

async function withFolder(test: (dataDir: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(`${folder}/data`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("Storage fills an empty data directory at the newest schema, and finds its states again", () =>
  withFolder(async (dataDir) => {
    const first = storageIn(dataDir);
    assert.deepEqual(await first.plan(), { kind: "ok" });
    await first.start();
    await first.running();
    assert.equal(first.store.schema.version, first.targetVersion);
    first.store.states.mark({ id: "sofa", state: { on: { value: true } }, updatedAtMs: 5 });
    await first.stop();
    const second = storageIn(dataDir);
    assert.deepEqual(await second.plan(), { kind: "ok" });
    await second.start();
    assert.deepEqual(second.store.states.restore(), [
      { id: "sofa", state: { on: { value: true } }, updatedAtMs: 5 },
    ]);
    assert.deepEqual(second.problems(), []);
    await second.stop();
  }));

Deno.test("Storage refuses a data directory that another server has", () =>
  withFolder(async (dataDir) => {
    const first = storageIn(dataDir);
    await first.plan();
    await assert.rejects(storageIn(dataDir).plan(), (error) => {
      assert.ok(error instanceof StorageInUse);
      assert.match(error.message, /another CoachIQ server or command is using it/);
      return true;
    });
    await first.release();
    const second = storageIn(dataDir);
    assert.equal((await second.plan()).kind, "ok");
    await second.release();
  }));

Deno.test("Storage calls for recovery when the database is damaged, and for a restart when it was forgiven", () =>
  withFolder(async (dataDir) => {
    const first = storageIn(dataDir);
    await first.plan();
    await first.start();
    await first.running();
    await (await first.updater.backup("manual")).done;
    await first.stop();
    await Deno.writeTextFile(`${dataDir}/user/coachiq.db`, "this is no database, whatever its name says");
    const damaged = storageIn(dataDir);
    assert.equal((await damaged.plan()).kind, "damaged");
    const [backup] = await damaged.backups.list();
    const restored = await damaged.updater.restore(backup?.id ?? "", { actor: "test", confirm: true, parked: true });
    assert.equal((await restored.done).state, "done");
    await damaged.forgive();
    await damaged.release();
    const again = storageIn(dataDir);
    assert.equal((await again.plan()).kind, "ok");
    await again.release();
  }));

Deno.test("Storage.release() leaves nothing open of what a restore or a reset in recovery opened", () =>
  withFolder(async (dataDir) => {
    const first = storageIn(dataDir);
    await first.plan();
    await first.start();
    await (await first.updater.backup("manual")).done;
    await first.stop();
    for (const mended of ["restore", "reset"] as const) {
      await Deno.writeTextFile(`${dataDir}/user/coachiq.db`, "this is no database, whatever its name says");
      const storage = storageIn(dataDir);
      assert.equal((await storage.plan()).kind, "damaged");
      const [backup] = await storage.backups.list();
      const request = { actor: "test", confirm: true, parked: true };
      const job = mended === "restore"
        ? await storage.updater.restore(backup?.id ?? "", request)
        : await storage.updater.reset("all", request);
      assert.equal((await job.done).state, "done");
      assert.equal(storage.store.database.isOpen, true);
      await storage.release();
      assert.deepEqual([storage.store.database.isOpen, storage.store.history.database.isOpen], [false, false]);
      assert.equal((await storage.plan()).kind, "ok");
      await storage.start();
      assert.equal(storage.store.history.isOn, true);
      await storage.stop();
    }
  }));

Deno.test("Storage says where it cannot keep data", async () => {
  const file = await Deno.makeTempFile();
  await assert.rejects(storageIn(`${file}/data`).plan(), /Cannot keep data in ".*\/data\/user": Not a directory/);
  await Deno.remove(file);
});

Deno.test("Storage carries what the owner made from one data directory to another", () =>
  withFolder(async (dataDir) => {
    const one = storageIn(`${dataDir}1`);
    await one.plan();
    await one.start();
    one.store.userSettings.set({ "names.sofa": "Couch" });
    const archive = await one.exportUserData();
    await one.stop();
    const other = storageIn(`${dataDir}2`);
    await other.plan();
    await other.start();
    await other.importUserData(archive, "test");
    assert.equal(other.store.userSettings.get("names.sofa"), "Couch");
    await assert.rejects(other.importUserData(new Uint8Array([1, 2, 3]), "test"), /Cannot take the archive in/);
    await other.stop();
  }));

Deno.test("Storage takes an archive in with backups of the database and the files, or changes nothing", () =>
  withFolder(async (dataDir) => {
    const overrides = (storage: Storage) => `${storage.dataDir}/user/config-overrides.toml`;
    const archives: Uint8Array[] = [];
    for (const [name, text] of [["right", "[server]\nport = 8081\n"], ["broken", "port = = 1\n"]] as const) {
      const from = storageIn(`${dataDir}-${name}`);
      await from.plan();
      await from.start();
      from.store.userSettings.set({ name });
      await Deno.writeTextFile(overrides(from), text);
      archives.push(await from.exportUserData());
      await from.stop();
    }
    const [right = new Uint8Array(), broken = new Uint8Array()] = archives;
    const to = storageIn(`${dataDir}-to`);
    await to.plan();
    await to.start();
    to.store.userSettings.set({ name: "own" });
    await Deno.writeTextFile(overrides(to), "[server]\nport = 9000\n");
    let told = 0;
    to.subscribeReplaced(() => void told++);
    const isUntouched = async () => {
      assert.equal(to.store.userSettings.get("name"), "own");
      assert.match(await Deno.readTextFile(overrides(to)), /9000/);
      assert.deepEqual([told, (await to.backups.list()).length], [0, 0]);
    };
    await assert.rejects(to.importUserData(broken, "test"), /Cannot take the archive in: .*config-overrides.toml/);
    await isUntouched();
    const running = await to.updater.dryRun();
    await assert.rejects(to.importUserData(right, "test"), /Cannot take the archive in: Another job is working/);
    await running.done;
    await isUntouched();
    assert.deepEqual((await to.importUserData(right, "test")).files, ["config-overrides.toml"]);
    assert.equal(to.store.userSettings.get("name"), "right");
    assert.match(await Deno.readTextFile(overrides(to)), /8081/);
    assert.deepEqual((await to.backups.list()).map(({ reason }) => reason), ["preImport"]);
    const kept = [...Deno.readDirSync(`${to.dataDir}/backups/configuration/overrides`)].map(({ name }) => name);
    assert.equal(kept.length, 1);
    assert.match(await Deno.readTextFile(`${to.dataDir}/backups/configuration/overrides/${kept[0]}`), /9000/);
    assert.equal(told, 1);
    await to.stop();
  }));
