import assert from "node:assert/strict";
import fc from "fast-check";
import { randomTriples } from "../../tests/fixtures/random_coaches.ts";
import {
  documentFrom,
  entityPath,
  type Json,
  leavesOf,
  type MappingDocument,
  type MappingRow,
  type MergeChange,
  type MergeChoice,
  mergeModel,
  orderedNames,
  rowsOf,
  sameJson,
} from "./mod.ts";

const runs = { numRuns: 500 };
const allTheirs = (paths: readonly string[]): Record<string, MergeChoice> =>
  Object.fromEntries(paths.map((path) => [path, "theirs"]));

/** Areas and messages that an entity of a document names: those stay whoever removed them. */
function needed(document: MappingDocument): ReadonlySet<string> {
  return new Set(
    Object.values(document.entities).flatMap((entity) => [
      `/areas/${entity["area"]}`,
      ...(entity["kind"] === "sensor" ? [`/protocol/${entity["message"]}`] : []),
    ]),
  );
}

function valueAt(document: MappingDocument, path: string): Json | undefined {
  const [, section, id = ""] = path.split("/");
  const whole = section === "entities" && path.split("/").length === 3;
  return whole ? document.entities[id.replace("~1", "/").replace("~0", "~")] : leavesOf(document).get(path);
}

Deno.test("mergeModel(): what the owner edited always survives", () => {
  let edits = 0;
  fc.assert(
    fc.property(randomTriples, ({ before, shipped, rows }) => {
      const after = documentFrom(mergeModel({ before, shipped, rows, choices: {} }).rows);
      const used = needed(after);
      for (const { path, value, source } of rows) {
        if (source === "factory" || path.startsWith("/order/")) continue;
        if (value === undefined && used.has(path)) continue;
        edits++;
        assert.deepEqual(valueAt(after, path), value, path);
      }
    }),
    runs,
  );
  assert.ok(edits > 1000, `${edits}`);
});

Deno.test("mergeModel(): what the owner put in an order stays in that order", () => {
  let lists = 0;
  fc.assert(
    fc.property(randomTriples, ({ before, shipped, rows }) => {
      const after = documentFrom(mergeModel({ before, shipped, rows, choices: {} }).rows);
      for (const key of ["areas", "entities"] as const) {
        const row = rows.find(({ path, source }) => path === `/order/${key}` && source !== "factory");
        if (!row) continue;
        const old = orderedNames(before.order[key], Object.keys(before[key]));
        const own = documentFrom(rows);
        const mine = orderedNames(own.order[key], Object.keys(own[key]));
        const names = orderedNames(after.order[key], Object.keys(after[key]));
        // Names that the owner and the model before had, and that are still there.
        const common = mine.filter((name) => old.includes(name) && names.includes(name));
        const moved = !sameJson(common, old.filter((name) => common.includes(name)));
        if (!moved) continue;
        lists++;
        assert.deepEqual(names.filter((name) => common.includes(name)), common);
      }
    }),
    runs,
  );
  assert.ok(lists > 30, `${lists}`);
});

Deno.test("mergeModel(): merging twice changes nothing, whatever was chosen", () => {
  fc.assert(
    fc.property(randomTriples, fc.double({ min: 0, max: 1, noNaN: true }), (triple, share) => {
      const { shipped, before, rows } = triple;
      const conflicts = mergeModel({ ...triple, choices: {} }).changes.filter(({ outcome }) => outcome === "conflict");
      const choices = allTheirs(conflicts.filter((_, i) => i < conflicts.length * share).map(({ path }) => path));
      const once = mergeModel({ before, shipped, rows, choices }).rows;
      for (const known of [shipped, before, undefined]) {
        const again = mergeModel({ before: known, shipped, rows: once, choices: known === shipped ? {} : choices });
        // What was shipped before is no longer what the rows were made of: only the owner's word counts then.
        if (known === undefined && Object.keys(choices).length > 0) continue;
        assert.deepEqual(again.rows, once);
        if (known !== shipped) continue;
        const others = again.changes.filter(({ outcome }) => outcome !== "kept");
        assert.deepEqual(others, []);
      }
    }),
    runs,
  );
});

Deno.test("mergeModel(): a coach that nobody edited becomes what is shipped", () => {
  fc.assert(
    fc.property(randomTriples, ({ before, shipped }) => {
      const merged = mergeModel({ before, shipped, rows: rowsOf(before, "factory"), choices: {} });
      const areas = needed(shipped);
      // Areas that an entity names are there even where the model forgot them; no good model does.
      const own = merged.rows.filter(({ path, source }) => source !== "factory" && !areas.has(path));
      const order = own.every(({ path }) => path === "/order/areas");
      assert.ok(order, JSON.stringify(own));
      for (const { outcome } of merged.changes) assert.notEqual(outcome, "conflict");
    }),
    runs,
  );
});

Deno.test("mergeModel(): where the model did not change nothing changes", () => {
  fc.assert(
    fc.property(randomTriples, ({ before, rows }) => {
      const merged = mergeModel({ before, shipped: before, rows, choices: {} });
      const own = documentFrom(rows);
      const after = documentFrom(merged.rows);
      assert.deepEqual(after.entities, own.entities);
      const used = needed(after);
      for (const { path, outcome } of merged.changes) if (!used.has(path)) assert.equal(outcome, "kept", path);
    }),
    runs,
  );
});

Deno.test("mergeModel(): every outcome is what its change says, and no row hangs in the air", () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(randomTriples, fc.boolean(), (triple, theirs) => {
      const first = mergeModel({ ...triple, choices: {} }).changes;
      const choices = theirs ? allTheirs(first.map(({ path }) => path)) : {};
      const { changes, rows } = mergeModel({ ...triple, choices });
      const after = documentFrom(rows);
      checkRows(rows, triple.shipped);
      const asked = (list: readonly MergeChange[]) =>
        list.flatMap(({ path, choice }) => choice && !path.startsWith("/order/") ? [path] : []);
      assert.deepEqual(asked(changes), asked(first), "what is asked depends on what was chosen");
      const used = needed(after);
      for (const change of changes) {
        const { path, outcome, owner, shipped, choice, sentence } = change;
        seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
        assert.ok(sentence.length > 5 && !sentence.includes("undefined"), sentence);
        assert.equal(choice !== undefined, outcome === "conflict");
        if (path.startsWith("/order/") || used.has(path) || /verified$/.test(path)) continue;
        const wanted = outcome === "kept" || choice === "mine" ? owner : outcome === "removed" ? undefined : shipped;
        assert.deepEqual(valueAt(after, path), wanted, `${path} ${sentence}`);
      }
      assert.deepEqual(changes.map(({ path }) => path), changes.map(({ path }) => path).toSorted());
    }),
    runs,
  );
  for (const outcome of ["kept", "taken", "removed", "conflict"]) assert.ok((seen.get(outcome) ?? 0) > 150, outcome);
});

/** Factory rows say what is shipped; no path twice; nothing below a removed entity. */
function checkRows(rows: readonly MappingRow[], shipped: MappingDocument): void {
  const leaves = leavesOf(shipped);
  const paths = new Set(rows.map(({ path }) => path));
  assert.equal(paths.size, rows.length);
  const gone = rows.filter(({ value }) => value === undefined).map(({ path }) => path);
  for (const { path, value, source } of rows) {
    if (source === "factory") assert.deepEqual(value, leaves.get(path), path);
    else if (value !== undefined) assert.ok(!sameJson(leaves.get(path), value), `${path} is as shipped`);
    assert.ok(!gone.some((above) => path.startsWith(`${above}/`)), path);
  }
  for (const path of gone) {
    const id = Object.keys(shipped.entities).find((each) => entityPath(each) === path);
    assert.ok(leaves.has(path) || id !== undefined, `${path} is no removal of anything`);
  }
}

Deno.test("mergeModel(): what nobody verified with its wiring is not verified afterwards", () => {
  let looked = 0;
  fc.assert(
    fc.property(randomTriples, fc.boolean(), (triple, theirs) => {
      const first = mergeModel({ ...triple, choices: {} }).changes;
      const choices = theirs ? allTheirs(first.map(({ path }) => path)) : {};
      const after = documentFrom(mergeModel({ ...triple, choices }).rows);
      const mine = documentFrom(triple.rows);
      for (const [id, entity] of Object.entries(after.entities)) {
        if (!isVerified(entity)) continue;
        looked++;
        const sides = [triple.shipped.entities[id], mine.entities[id]];
        assert.ok(sides.some((side) => side && isVerified(side) && sameJson(wiringOf(side), wiringOf(entity))), id);
      }
    }),
    runs,
  );
  assert.ok(looked > 150, `${looked}`);
});

type Entity = MappingDocument["entities"][string];

function isVerified(entity: Entity): boolean {
  return (entity["provenance"] as { readonly verified?: boolean } | undefined)?.verified === true;
}

function wiringOf(entity: Entity): Json {
  return Object.fromEntries(
    Object.entries(entity).filter(([key]) => !["name", "area", "hidden", "provenance"].includes(key)),
  );
}
