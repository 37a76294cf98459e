import assert from "node:assert/strict";
import { storeFixture } from "../../tests/suites/store_fixture.ts";

Deno.test("Settings keeps JSON values, removes with undefined, and clears", async () => {
  await using fixture = await storeFixture();
  const { store } = fixture;
  await store.start();
  store.systemSettings.set({ model: "aspire", base: { hash: "x" } });
  store.systemSettings.set({ model: "hurricane", base: undefined });
  assert.deepEqual([...store.systemSettings.all()], [["model", "hurricane"]]);
  assert.equal(store.userSettings.get("model"), undefined);
  store.systemSettings.clear();
  assert.equal(store.systemSettings.all().size, 0);
});

Deno.test("Records keeps runs and backups, newest first, and when a backup was removed", async () => {
  await using fixture = await storeFixture();
  const { store } = fixture;
  await store.start();
  const backup = { reason: "daily", createdAtMs: 1, sizeBytes: 2, sha256: "x", schemaVersion: null };
  store.records.addBackup({ id: "a", ...backup });
  store.records.addBackup({ id: "b", ...backup, createdAtMs: 5 });
  store.records.backupRemoved("a", 9);
  assert.deepEqual(store.records.backups().map(({ id, removedAtMs }) => [id, removedAtMs]), [["b", undefined], [
    "a",
    9,
  ]]);
});
