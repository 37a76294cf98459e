import assert from "node:assert/strict";
import fc from "fast-check";
import { randomTriples } from "../../tests/fixtures/random_coaches.ts";
import { shippedModels } from "../../tests/fixtures/shipped_models.ts";
import {
  changedRows,
  documentFrom,
  documentOf,
  editedFields,
  editRows,
  type Json,
  type MappingDocument,
  type MappingEdit,
  type MappingRow,
  removedEntities,
  resetRows,
  rowChanges,
  rowsOf,
  rowsTowards,
  withoutStaleVerification,
} from "./mod.ts";

const shipped = documentOf(shippedModels().find(({ id }) => id === "simulated_coach") ?? assert.fail());
const factory = rowsOf(shipped, "factory");
const put = (path: string, value: Json): MappingEdit => ({ put: { path, value } });
const edit = (rows: readonly MappingRow[], ...edits: readonly MappingEdit[]) =>
  edits.reduce((now, each) => changedRows(now, editRows(now, each, { source: "user", shipped })), rows);

Deno.test("editRows() changes one row for one field, and none for what is there already", () => {
  assert.deepEqual(editRows(factory, put("/entities/dinette/name", "Table"), { source: "user", shipped }), [
    { path: "/entities/dinette/name", set: { value: "Table", source: "user" } },
  ]);
  assert.deepEqual(editRows(factory, put("/entities/dinette/name", "Dinette"), { source: "user", shipped }), []);
  assert.deepEqual(editRows(factory, put("/areas/attic", "Attic"), { source: "learned", shipped }), [
    { path: "/areas/attic", set: { value: "Attic", source: "learned" } },
  ]);
});

Deno.test("editRows() gives a value that is put back to the factory, and drops what only the owner had", () => {
  const rows = edit(factory, put("/entities/dinette/name", "Table"), put("/areas/attic", "Attic"));
  assert.deepEqual(edit(rows, put("/entities/dinette/name", "Dinette"), { remove: "/areas/attic" }), factory);
});

Deno.test("editRows() removes an entity of the model by one row without a value, and brings it back", () => {
  const changes = editRows(factory, { remove: "/entities/dinette" }, { source: "user", shipped });
  assert.deepEqual(changes[0], { path: "/entities/dinette", set: { value: undefined, source: "user" } });
  assert.ok(changes.slice(1).every(({ path, set }) => path.startsWith("/entities/dinette/") && set === undefined));
  const rows = changedRows(factory, changes);
  assert.equal(documentFrom(rows).entities["dinette"], undefined);
  assert.deepEqual(removedEntities(rows), ["dinette"]);
  assert.deepEqual(editRows(rows, { remove: "/entities/dinette" }, { source: "user", shipped }), []);
  assert.throws(() => editRows(rows, put("/entities/dinette/name", "x"), { source: "user", shipped }), {
    name: "MappingPathError",
    message:
      'Cannot edit "/entities/dinette/name": there is no entity "dinette", expected a whole one at "/entities/dinette"',
  });
  // A row below that a careless hand left in the database is not there either.
  const stray: MappingRow = { path: "/entities/dinette/area", value: "bath", source: "user" };
  assert.throws(() => edit([...rows, stray], put("/entities/dinette/name", "x")), /there is no entity "dinette"/);
  const whole = shipped.entities["dinette"] ?? assert.fail();
  assert.deepEqual(edit(rows, put("/entities/dinette", whole)), factory);
});

Deno.test("editRows() adds an entity with its defaults and its source, and takes it away without a trace", () => {
  const lamp = { kind: "light", name: "Lamp", area: "living", load: { instances: [99] } };
  const changes = editRows(factory, put("/entities/lamp", lamp), { source: "learned", shipped });
  const rows = changedRows(factory, changes);
  assert.deepEqual(documentFrom(rows).entities["lamp"], {
    ...lamp,
    dimmable: true,
    hidden: false,
    load: { via: "dc_dimmer", instances: [99], on: "on_delay" },
    provenance: { source: "learned", verified: false },
  });
  assert.ok(changes.every(({ set }) => set?.source === "learned"));
  assert.deepEqual(edit(rows, { remove: "/entities/lamp" }), factory);
  assert.throws(
    () => edit(factory, put("/entities/lamp", { ...lamp, id: "other" })),
    /its id is "other", expected "lamp"/,
  );
});

Deno.test("editRows() takes the word verified back with another wiring, and not with another name", () => {
  const verified = (rows: readonly MappingRow[]) => {
    const { provenance } = documentFrom(rows).entities["dinette"] as {
      readonly provenance: { readonly verified: Json };
    };
    return provenance.verified;
  };
  assert.equal(verified(edit(factory, put("/entities/dinette/name", "Table"))), true);
  const rewired = edit(factory, put("/entities/dinette/load", { instances: [77] }));
  assert.equal(verified(rewired), false);
  assert.equal(verified(edit(rewired, put("/entities/dinette/provenance/verified", true))), true);
  const whole = { kind: "light", name: "Table", area: "living", load: { instances: [77] } };
  assert.equal(verified(edit(factory, put("/entities/dinette", whole))), false);
  const stated = { ...whole, provenance: { source: "user", verified: true, evidence: "seen" } };
  assert.equal(verified(edit(factory, put("/entities/dinette", stated))), true);
  const unchanged = { ...whole, provenance: shipped.entities["dinette"]?.["provenance"] ?? null };
  assert.equal(verified(edit(factory, put("/entities/dinette", unchanged))), false);
});

const refused: readonly (readonly [edit: MappingEdit, says: RegExp])[] = [
  [put("/model/version", 9), /it comes with the model/],
  [{ remove: "/model/id" }, /it comes with the model/],
  [put("/order/entities", "dinette"), /expected a list of names/],
  [put("/order/areas", [1]), /expected a list of names/],
  [put("/entities/dinette", "x"), /expected a definition with its kind, name and area/],
  [put("/entities/dinette/load/instances", [1]), /is no path of a mapping/],
  [put("/entities/none/name", "x"), /there is no entity "none"/],
  [put("/areas/__proto__", "x"), /reserved word/],
  [put("/entities/dinette/load", JSON.parse('{"__proto__": {}}')), /reserved word "__proto__" as a key/],
  [put("/model/notes", JSON.parse("[".repeat(30_000) + "]".repeat(30_000))), /nested more than 20 deep/],
];
for (const [wrong, says] of refused) {
  const path = "put" in wrong ? wrong.put.path : wrong.remove;
  Deno.test(`editRows() refuses ${"put" in wrong ? "a value at" : "to remove"} ${path}: ${says.source}`, () => {
    assert.throws(() => edit(factory, wrong), (error) => {
      assert.equal((error as Error).name, "MappingPathError");
      assert.match((error as Error).message, says);
      return true;
    });
  });
}

Deno.test("an order that is removed is the model's again", () => {
  const rows = edit(factory, put("/order/areas", ["bath"]));
  assert.equal(rows.length, factory.length);
  assert.deepEqual(edit(rows, { remove: "/order/areas" }), factory);
});

Deno.test("resetRows() gives the factory's values back: of a path, of an entity, of all", () => {
  const rows = edit(
    factory,
    put("/entities/dinette/name", "Table"),
    put("/entities/dinette/area", "bath"),
    { remove: "/entities/sofa_reading" },
    put("/areas/attic", "Attic"),
  );
  assert.deepEqual(resetRows(rows, shipped, { under: "/entities/dinette/name" }), [
    { path: "/entities/dinette/name", set: { value: "Dinette", source: "factory" } },
  ]);
  const one = changedRows(rows, resetRows(rows, shipped, { under: "/entities/sofa_reading" }));
  assert.deepEqual(documentFrom(one).entities["sofa_reading"], shipped.entities["sofa_reading"]);
  assert.deepEqual([...editedFields(one)], [["dinette", ["area", "name"]]]);
  assert.deepEqual(changedRows(rows, resetRows(rows, shipped)), factory);
  assert.throws(() => resetRows(rows, shipped, { under: "/entities" }), /is no path of a mapping/);
});

Deno.test("rows after random edits give back the factory by resetRows(), and themselves by rowsTowards()", () => {
  fc.assert(fc.property(randomTriples, ({ before, rows }) => {
    assert.deepEqual(changedRows(rows, resetRows(rows, before)), rowsOf(before, "factory"));
    const again = rowsTowards(documentFrom(rows), { shipped: before, rows, source: "user" });
    assert.deepEqual(documentFrom(again), documentFrom(rows));
    assert.deepEqual(changedRows(rows, rowChanges(rows, again)), again);
    const sources = new Map(rows.map(({ path, source }) => [path, source]));
    for (const { path, source } of again) assert.equal(source, sources.get(path), path);
  }));
});

Deno.test("editRows() makes the fewest changes: a second time there is nothing to do", () => {
  fc.assert(fc.property(randomTriples, ({ before, shipped: other, rows }) => {
    for (const [id, entity] of Object.entries(other.entities)) {
      const path = `/entities/${id.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      const options = { source: "user", shipped: before } as const;
      const after = changedRows(rows, editRows(rows, put(path, entity), options));
      const wanted =
        withoutStaleVerification({ ...other, entities: { [id]: entity } }, documentFrom(rows)).entities[id];
      assert.deepEqual(documentFrom(after).entities[id], wanted);
      assert.deepEqual(editRows(after, put(path, wanted ?? null), options), []);
    }
  }));
});

Deno.test("withoutStaleVerification() takes the word verified back where a patch wired an entity otherwise", () => {
  const dinette = shipped.entities["dinette"] ?? assert.fail();
  const withDinette = (fields: MappingDocument["entities"][string]) => ({
    ...shipped,
    entities: { ...shipped.entities, dinette: { ...dinette, ...fields } },
  });
  const seen = { source: "user", verified: true, evidence: "seen" };
  assert.equal(withoutStaleVerification(shipped, shipped), shipped);
  const renamed = withDinette({ name: "Table" });
  assert.equal(withoutStaleVerification(renamed, shipped), renamed);
  const stated = withDinette({ load: { instances: [77] }, provenance: seen });
  assert.equal(withoutStaleVerification(stated, shipped), stated);
  const rewired = withoutStaleVerification(withDinette({ load: { instances: [77] } }), shipped);
  assert.deepEqual(rewired.entities["dinette"]?.["provenance"], {
    ...dinette["provenance"] as { readonly [key: string]: Json },
    verified: false,
  });
  assert.deepEqual({ ...rewired.entities, dinette: 0 }, { ...shipped.entities, dinette: 0 });
});
