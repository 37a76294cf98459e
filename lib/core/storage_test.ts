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
