import assert from "node:assert/strict";
import { failureOf, storeFixture } from "../../tests/suites/store_fixture.ts";

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

Deno.test("CoachMappings.apply() keeps one active value per path and the history of all", async () => {
  await using fixture = await storeFixture();
  const { store } = fixture;
  await store.start();
  const { mappings } = store;
  const set = (path: string, value: unknown) => ({ path, set: { value, source: "user" as const } });
  const change = (changes: readonly { path: string }[], reason = "edit") =>
    mappings.apply({ modelId: "m", reason, actor: "owner", changes });
  change([set("/a", 1), set("/b", { x: [1] }), set("/c", undefined)]);
  const second = change([set("/a", 2), set("/b", { x: [1] }), { path: "/c" }, { path: "/none" }], "second");
  assert.deepEqual(mappings.active("m").map(({ path, value }) => [path, value]), [["/a", 2], ["/b", { x: [1] }]]);
  assert.deepEqual(mappings.active("other"), []);
  const [last, first] = mappings.history("m");
  assert.equal(last?.id, second);
  assert.deepEqual(last?.changes, [
    { path: "/a", before: { value: 1, source: "user" }, after: { value: 2, source: "user" } },
    { path: "/c", before: { value: undefined, source: "user" }, after: undefined },
  ]);
  assert.equal(first?.changes.length, 3);
  assert.equal(mappings.history("m", { limit: 1 }).length, 1);
  assert.deepEqual(mappings.history("nobody"), []);
});

Deno.test("CoachMappings.undo() takes a batch back once, and not over a later change", async () => {
  await using fixture = await storeFixture();
  const { store } = fixture;
  await store.start();
  const { mappings } = store;
  const apply = (path: string, value: number) =>
    mappings.apply({
      modelId: "m",
      reason: "edit",
      actor: "owner",
      changes: [{ path, set: { value, source: "user" } }],
    });
  apply("/a", 1);
  const second = apply("/a", 2);
  const third = apply("/b", 3);
  mappings.undo(second, "owner");
  assert.deepEqual(mappings.active("m").map(({ path, value }) => [path, value]), [["/a", 1], ["/b", 3]]);
  assert.match((await failureOf(() => mappings.undo(second, "owner"))).message, /it was undone already/);
  assert.match((await failureOf(() => mappings.undo(99, "owner"))).message, /there is no such change/);
  apply("/b", 4);
  assert.match((await failureOf(() => mappings.undo(third, "owner"))).message, /"\/b" was changed again since/);
  assert.equal(mappings.history("m").find(({ id }) => id === second)?.undoneAtMs, fixture.clock.wallMs());
});

Deno.test("CoachImports keeps each shipped version once and which one is in use", async () => {
  await using fixture = await storeFixture();
  const { store } = fixture;
  await store.start();
  const model = { modelId: "m", version: 1, hash: "h1", content: { entities: [] } };
  assert.equal(store.imports.status("m"), undefined);
  assert.equal(store.imports.shipped("m", "h1"), undefined);
  assert.equal(store.imports.imported(model, { actor: "owner", also: () => "done" }), "done");
  store.imports.imported({ ...model, version: 2, hash: "h2" }, { actor: "owner", also: () => {} });
  store.imports.imported(model, { actor: "owner", also: () => {} });
  assert.equal(store.imports.status("m")?.hash, "h1");
  assert.deepEqual(store.imports.shipped("m", "h2"), { ...model, version: 2, hash: "h2" });
  assert.throws(() => {
    store.imports.imported({ ...model, hash: "h3" }, {
      actor: "owner",
      also: () => {
        throw new Error("no");
      },
    });
  });
  assert.equal(store.imports.shipped("m", "h3"), undefined);
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
