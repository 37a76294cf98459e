import assert from "node:assert/strict";
import fc from "fast-check";
import { coachModels, wildDocuments } from "../../tests/fixtures/random_coaches.ts";
import { shippedModels, standardMessages } from "../../tests/fixtures/shipped_models.ts";
import {
  documentFrom,
  documentOf,
  MappingPathError,
  mappingPlace,
  type MappingRow,
  modelFrom,
  orderedNames,
  parsePointer,
  pointerOf,
  rowsOf,
} from "./mod.ts";

const messages = standardMessages();

Deno.test("documents of all shipped models become rows, documents and models again", () => {
  const models = shippedModels();
  let rows = 0;
  for (const model of models) {
    const document = documentOf(model);
    const made = rowsOf(document, "factory");
    rows += made.length;
    assert.deepEqual(documentFrom(made), document);
    assert.deepEqual(documentFrom(made.toReversed()), document);
    assert.equal(JSON.stringify(documentFrom(made)), JSON.stringify(document));
    const checked = modelFrom(document, { messages });
    assert.ok(checked.kind === "model", checked.kind === "problems" ? JSON.stringify(checked.problems) : "");
    assert.deepEqual(checked.model, model);
  }
  assert.equal(models.length, [...Deno.readDirSync(new URL("../../reference/models/", import.meta.url))].length);
  assert.ok(models.length >= 6 && rows > 2000, `${models.length} models, ${rows} rows`);
});

Deno.test("documents of random models become rows, documents and models again", () => {
  fc.assert(fc.property(coachModels, (model) => {
    const document = documentOf(model);
    const rows: readonly MappingRow[] = JSON.parse(JSON.stringify(rowsOf(document, "factory")));
    assert.deepEqual(documentFrom(rows), document);
    const checked = modelFrom(documentFrom(rows), { messages });
    assert.ok(checked.kind === "model", checked.kind === "problems" ? JSON.stringify(checked.problems) : "");
    assert.deepEqual(checked.model, model);
    assert.deepEqual(Object.keys(checked.model.areas), Object.keys(model.areas));
  }));
});

Deno.test("rowsOf() and documentFrom() are each other's inverse on random documents", () => {
  fc.assert(fc.property(wildDocuments, fc.infiniteStream(fc.double({ noNaN: true })), (document, random) => {
    const rows = rowsOf(document, "user");
    assert.deepEqual(rows.map(({ path }) => path), rows.map(({ path }) => path).sort());
    const shuffled = rows.map((row) => ({ row, at: random.next().value })).sort((a, b) => a.at - b.at);
    assert.deepEqual(documentFrom(shuffled.map(({ row }) => row)), document);
    assert.deepEqual(rowsOf(documentFrom(rows), "user"), rows);
  }));
});

Deno.test("documentOf() writes defaults out, leaves the id to the key, and has no path for what is absent", () => {
  const [model] = shippedModels().filter(({ id }) => id === "simulated_coach");
  assert.ok(model);
  const rows = rowsOf(documentOf(model), "factory").filter(({ path }) => path.startsWith("/entities/dinette/"));
  assert.deepEqual(rows.map(({ path, value }) => [path, value]), [
    ["/entities/dinette/area", "living"],
    ["/entities/dinette/dimmable", true],
    ["/entities/dinette/hidden", false],
    ["/entities/dinette/kind", "light"],
    ["/entities/dinette/load", { via: "dc_dimmer", instances: [5], on: "on_delay" }],
    ["/entities/dinette/name", "Dinette"],
    ["/entities/dinette/provenance/coach", "The simulated coach"],
    ["/entities/dinette/provenance/evidence", "made for the simulator"],
    ["/entities/dinette/provenance/source", "factory"],
    ["/entities/dinette/provenance/verified", true],
  ]);
});

Deno.test("documentFrom() takes a row without a value for a removal, and ignores what lies below", () => {
  const row = (path: string, value?: string): MappingRow => ({ path, value, source: "user" });
  const document = documentFrom([
    row("/entities/a/name", "A"),
    row("/entities/a"),
    row("/entities/b/name", "B"),
    row("/entities/b/group"),
    row("/entities/b/provenance/source", "user"),
    row("/entities/b/provenance"),
    row("/entities/c/provenance/source", "user"),
    row("/areas/bath"),
    row("/areas/living", "Living"),
  ]);
  assert.deepEqual(document.entities, { b: { name: "B" }, c: { provenance: { source: "user" } } });
  assert.deepEqual(document.areas, { living: "Living" });
});

Deno.test("parsePointer() and pointerOf() are each other's inverse", () => {
  const part = fc.string({ unit: "grapheme" }).filter((text) =>
    !["__proto__", "constructor", "prototype"].includes(text)
  );
  fc.assert(fc.property(fc.array(part), (parts) => assert.deepEqual(parsePointer(pointerOf(parts)), parts)));
  // The examples of RFC 6901, 5.
  assert.deepEqual(parsePointer("/a~1b/m~0n/ /"), ["a/b", "m~n", " ", ""]);
  assert.equal(pointerOf(["~1"]), "/~01");
});

for (
  const path of ["a", "/a~", "/a~2", "/__proto__/x", "/areas/constructor", "/entities/prototype/name"]
) {
  Deno.test(`parsePointer() refuses "${path}"`, () => assert.throws(() => parsePointer(path), MappingPathError));
}

for (
  const path of ["", "/", "/model", "/areas", "/areas/a/b", "/order", "/order/x", "/entities", "/entities/a/load/via"]
    .concat("/entities/a/provenance/b/c", "/other/a")
) {
  Deno.test(`mappingPlace() refuses "${path}"`, () => {
    assert.throws(() => mappingPlace(path), /is no path of a mapping, expected one such as/);
    assert.throws(() => documentFrom([{ path, value: 1, source: "user" }]), MappingPathError);
  });
}

Deno.test("orderedNames() gives the listed ones first, each once, and the rest in alphabetical order", () => {
  assert.deepEqual(orderedNames(["c", "x", "a", "c"], ["a", "b", "c", "d"]), ["c", "a", "b", "d"]);
});
