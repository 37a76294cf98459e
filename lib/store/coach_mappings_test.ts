import assert from "node:assert/strict";
import fc from "fast-check";
import { failureOf, storeFixture } from "../../tests/suites/store_fixture.ts";
import type { MappingChange } from "./coach_mappings.ts";
import type { Store } from "./store.ts";

const set = (path: string, value: unknown): MappingChange => ({ path, set: { value, source: "user" } });
const gone = (path: string): MappingChange => ({ path });

function change(store: Store, changes: readonly MappingChange[], reason = "edit"): number {
  return store.mappings.apply({ modelId: "m", reason, actor: "owner", changes });
}

function valid(store: Store): readonly (readonly [string, unknown])[] {
  return store.mappings.active("m").map(({ path, value }) => [path, value]);
}

/** The valid rows as they are in the file. */
function rowsOf(store: Store): string {
  return JSON.stringify(
    store.database.connection.prepare(
      "SELECT path, value, source, created_at, created_by FROM coach_mappings WHERE is_active = 1 ORDER BY path",
    ).all(),
  );
}

Deno.test("CoachMappings.apply() keeps one active value per path and the history of all", async () => {
  await using fixture = await storeFixture();
  const { store } = fixture;
  await store.start();
  change(store, [set("/a", 1), set("/b", { x: [1] }), set("/c", undefined)]);
  const second = change(store, [set("/a", 2), set("/b", { x: [1] }), gone("/c"), gone("/none")], "second");
  assert.deepEqual(valid(store), [["/a", 2], ["/b", { x: [1] }]]);
  assert.deepEqual(store.mappings.active("other"), []);
  const [last, first] = store.mappings.history("m");
  assert.equal(last?.id, second);
  assert.deepEqual(last?.changes, [
    { path: "/a", before: { value: 1, source: "user" }, after: { value: 2, source: "user" } },
    { path: "/c", before: { value: undefined, source: "user" }, after: undefined },
  ]);
  assert.equal(first?.changes.length, 3);
  assert.equal(store.mappings.history("m", { limit: 1 }).length, 1);
  assert.deepEqual(store.mappings.history("nobody"), []);
});

Deno.test("CoachMappings.apply() takes the last of several changes of one path", async () => {
  await using fixture = await storeFixture();
  const { store } = fixture;
  await store.start();
  const both = change(store, [set("/a", 1), set("/a", 2)]);
  assert.deepEqual(valid(store), [["/a", 2]]);
  store.mappings.undo(both, { actor: "owner" });
  assert.deepEqual(valid(store), []);
});

Deno.test("CoachMappings.undo() takes a batch back once, and not over a later change", async () => {
  await using fixture = await storeFixture();
  const { store, clock } = fixture;
  await store.start();
  const { mappings } = store;
  change(store, [set("/a", 1)]);
  const second = change(store, [set("/a", 2)]);
  const third = change(store, [set("/b", 3)]);
  mappings.undo(second, { actor: "owner" });
  assert.deepEqual(valid(store), [["/a", 1], ["/b", 3]]);
  const refusal = async (id: number) => (await failureOf(() => mappings.undo(id, { actor: "owner" }))).message;
  assert.match(await refusal(second), /it was undone already/);
  assert.match(await refusal(99), /there is no such change/);
  const fourth = change(store, [set("/b", 4)]);
  assert.match(await refusal(third), /"\/b" was changed again since/);
  assert.equal(mappings.batch(third)?.obstacle, '"/b" was changed again since');
  assert.equal(mappings.history("m").find(({ id }) => id === second)?.undoneAtMs, clock.wallMs());
  mappings.undo(fourth, { actor: "owner", reason: "not so" });
  assert.equal(mappings.batch(third)?.obstacle, undefined, "what was in the way is taken back");
  assert.equal(mappings.history("m")[0]?.reason, "not so");
  assert.equal(mappings.batch(99), undefined);
});

Deno.test("CoachMappings.undo() gives back the very rows, with who made them and when, also of an undo", async () => {
  await using fixture = await storeFixture();
  const { store, clock } = fixture;
  await store.start();
  store.mappings.apply({ modelId: "m", reason: "one", actor: "factory", changes: [set("/a", 1), set("/b", 1)] });
  const states = [rowsOf(store)];
  const ids: number[] = [];
  for (const changes of [[set("/a", 2)], [set("/a", 1), gone("/b")], [set("/b", 1)]]) {
    clock.advance(1000);
    ids.push(change(store, changes));
    states.push(rowsOf(store));
  }
  const undos = ids.toReversed().map((id, i) => {
    clock.advance(1000);
    const undo = store.mappings.undo(id, { actor: "someone" });
    assert.equal(rowsOf(store), states.at(-2 - i), `undo of change ${id}`);
    return undo;
  });
  for (const [i, undo] of undos.toReversed().entries()) {
    store.mappings.undo(undo, { actor: "someone" });
    assert.equal(rowsOf(store), states[i + 1], `undo of undo ${undo}`);
  }
  assert.deepEqual(ids.map((id) => store.mappings.batch(id)?.undoneAtMs), [undefined, undefined, undefined]);
});

Deno.test("CoachMappings.undo() gives back the rows for any course of changes and undos", async () => {
  const paths = fc.constantFrom("/a", "/b", "/c");
  const anyChange = fc.oneof(
    fc.tuple(paths, fc.integer({ min: 0, max: 2 })).map(([path, value]) => set(path, value)),
    paths.map(gone),
  );
  const step = fc.oneof(
    { weight: 2, arbitrary: fc.array(anyChange, { minLength: 1, maxLength: 4 }) },
    { weight: 1, arbitrary: fc.nat(20) },
  );
  await using fixture = await storeFixture();
  const { store, clock } = fixture;
  await store.start();
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      store.database.connection.exec(
        "DELETE FROM coach_mapping_history; DELETE FROM coach_mapping_batches; DELETE FROM coach_mappings",
      );
      /** Rows before each change, by its number. */
      const before = new Map<number, string>();
      for (const one of steps) {
        clock.advance(1000);
        const rows = rowsOf(store);
        if (typeof one !== "number") {
          before.set(change(store, one), rows);
          continue;
        }
        const able = store.mappings.history("m").filter(({ obstacle }) => obstacle === undefined);
        const chosen = able[one % Math.max(1, able.length)];
        if (chosen) before.set(store.mappings.undo(chosen.id, { actor: "owner" }), rows);
      }
      const [newest] = store.mappings.history("m");
      if (!newest) return;
      assert.equal(newest.obstacle, undefined);
      store.mappings.undo(newest.id, { actor: "owner" });
      assert.equal(rowsOf(store), before.get(newest.id));
    }),
    { numRuns: 60 },
  );
});

const shipped = (version: number) => ({ modelId: "m", version, hash: `h${version}`, content: { version } });

Deno.test("CoachMappings.undo() of an import gives back the version of the model, too", async () => {
  await using fixture = await storeFixture();
  const { store, clock } = fixture;
  await store.start();
  const { mappings, imports } = store;
  const bring = (version: number, changes: readonly MappingChange[]) =>
    mappings.apply({
      modelId: "m",
      reason: `version ${version}`,
      actor: "owner",
      changes,
      imports: shipped(version),
    });
  const first = bring(1, [set("/a", 1)]);
  const before = [imports.status("m"), rowsOf(store)];
  const edit = change(store, [set("/b", 1)]);
  clock.advance(5000);
  const second = bring(2, [set("/a", 2)]);
  assert.equal(imports.status("m")?.hash, "h2");
  assert.equal(mappings.batch(edit)?.obstacle, "another version of the model has come since");
  assert.equal(mappings.batch(first)?.obstacle, "it is the first import of this model, before it there was nothing");
  const undone = mappings.undo(second, { actor: "owner" });
  mappings.undo(edit, { actor: "owner" });
  assert.deepEqual([imports.status("m"), rowsOf(store)], before);
  assert.equal(mappings.batch(undone)?.obstacle, undefined);
  mappings.undo(undone, { actor: "owner" });
  assert.equal(imports.status("m")?.version, 2);
  assert.deepEqual(imports.shipped("m", "h1"), shipped(1));
  assert.equal(imports.shipped("m", "h9"), undefined);
  assert.deepEqual(imports.all().map(({ modelId }) => modelId), ["m"]);
});

Deno.test("CoachMappings.apply() brings the version and its rows together or not at all", async () => {
  await using fixture = await storeFixture();
  const { store } = fixture;
  await store.start();
  const cyclic: Record<string, unknown> = {};
  cyclic["self"] = cyclic;
  assert.throws(() =>
    store.mappings.apply({
      modelId: "m",
      reason: "r",
      actor: "a",
      changes: [set("/a", 1), set("/b", cyclic)],
      imports: shipped(1),
    })
  );
  assert.deepEqual([store.imports.status("m"), store.imports.shipped("m", "h1"), valid(store)], [
    undefined,
    undefined,
    [],
  ]);
});

Deno.test("CoachImports.keep() keeps a version once, and use(undefined) forgets which one is in use", async () => {
  await using fixture = await storeFixture();
  const { store } = fixture;
  await store.start();
  store.imports.keep(shipped(1), 5);
  store.imports.keep({ ...shipped(1), version: 9 }, 6);
  assert.deepEqual(store.imports.shipped("m", "h1"), shipped(1));
  store.imports.use("m", { version: 1, hash: "h1", importedAtMs: 7, importedBy: "owner" });
  assert.equal(store.imports.status("m")?.importedBy, "owner");
  store.imports.use("m", undefined);
  assert.equal(store.imports.status("m"), undefined);
});

Deno.test("CoachMappings.prune() forgets by age and number, never the newest, and never a valid row", async () => {
  await using fixture = await storeFixture();
  const { store, clock } = fixture;
  await store.start();
  const { mappings } = store;
  const startMs = clock.wallMs();
  for (let i = 0; i < 20; i++) {
    change(store, [set("/a", i), set("/b", i), set(`/c${i}`, i)]);
    clock.advance(1000);
  }
  const rows = rowsOf(store);
  assert.equal(mappings.prune({ beforeMs: startMs, maxChanges: 1000, keepBatches: 5 }), 0);
  assert.equal(mappings.prune({ beforeMs: undefined, maxChanges: 1000, keepBatches: 5 }), 0);
  assert.equal(mappings.prune({ beforeMs: startMs + 3000, maxChanges: 1000, keepBatches: 5 }), 3);
  assert.equal(mappings.prune({ beforeMs: undefined, maxChanges: 30, keepBatches: 5 }), 7);
  assert.equal(mappings.prune({ beforeMs: Infinity, maxChanges: 0, keepBatches: 5 }), 5);
  assert.equal(mappings.history("m").length, 5);
  assert.equal(rowsOf(store), rows);
  assert.equal(mappings.batch(20)?.obstacle, undefined);
  const inactive = store.database.connection.prepare("SELECT count(*) AS n FROM coach_mappings WHERE is_active = 0");
  assert.equal(inactive.get()?.["n"], 10, "the rows that the five changes replaced");
});
