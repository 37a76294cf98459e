import assert from "node:assert/strict";
import jsonPatch, { type Operation } from "fast-json-patch";
import fc from "fast-check";
import { coachModels, randomTriples, wildDocuments } from "../../tests/fixtures/random_coaches.ts";
import { shippedModels } from "../../tests/fixtures/shipped_models.ts";
import {
  applyPatch,
  changedRows,
  documentFrom,
  documentOf,
  editRows,
  type MappingDocument,
  patchOf,
  rowsOf,
  rowsTowards,
} from "./mod.ts";

function patched(document: MappingDocument, operations: unknown): MappingDocument {
  const outcome = applyPatch(document, operations);
  assert.ok(outcome.kind === "document", outcome.kind === "problems" ? JSON.stringify(outcome.problems) : "");
  return outcome.document;
}

function refusal(document: MappingDocument, operations: unknown): string {
  const outcome = applyPatch(document, operations);
  assert.ok(outcome.kind === "problems", "the patch was applied");
  return outcome.problems.map(({ path, text }) => `${path}: ${text}`).join("\n");
}

const simulated = documentOf(shippedModels().find(({ id }) => id === "simulated_coach") ?? assert.fail());

Deno.test("rows of all shipped models become a patch and rows again, edited in every entity", () => {
  let models = 0;
  let operations = 0;
  for (const model of shippedModels()) {
    models++;
    const shipped = documentOf(model);
    let rows = rowsOf(shipped, "factory");
    model.entities.forEach(({ id }, i) => {
      const edit = i % 3 === 0
        ? { remove: `/entities/${id}` }
        : { put: { path: `/entities/${id}/${i % 3 === 1 ? "name" : "provenance/evidence"}`, value: `Mine ${i}` } };
      rows = changedRows(rows, editRows(rows, edit, { source: "user", shipped }));
    });
    const patch = patchOf(shipped, documentFrom(rows));
    operations += patch.length;
    const document = patched(shipped, JSON.parse(JSON.stringify(patch)));
    assert.deepEqual(rowsTowards(document, { shipped, rows, source: "user" }), rows);
    assert.deepEqual(rowsTowards(document, { shipped, rows: [], source: "user" }), rows);
  }
  assert.ok(models >= 6 && operations > 200, `${models} models, ${operations} operations`);
});

Deno.test("patchOf() and applyPatch() lead from any document to any other, as fast-json-patch does", () => {
  fc.assert(fc.property(wildDocuments, wildDocuments, (shipped, other) => {
    // Another version would be another model.
    const version = shipped.model["version"] ?? 1;
    const now = { ...other, model: { ...other.model, version } };
    const operations = JSON.parse(JSON.stringify(patchOf(shipped, now)));
    assert.deepEqual(patched(shipped, operations), now);
    const theirs = jsonPatch.applyPatch(structuredClone(shipped), operations as Operation[], true).newDocument;
    assert.deepEqual(documentFrom(rowsOf(theirs, "user")), now);
    assert.deepEqual(patched(shipped, jsonPatch.compare(shipped, now)), now);
    assert.deepEqual(patchOf(now, now), []);
  }));
});

Deno.test("rows of owners become a patch and the same rows again", () => {
  fc.assert(fc.property(randomTriples, ({ before, rows }) => {
    const document = patched(before, JSON.parse(JSON.stringify(patchOf(before, documentFrom(rows)))));
    assert.deepEqual(rowsTowards(document, { shipped: before, rows, source: "import" }), rows);
  }));
  fc.assert(
    fc.property(coachModels, coachModels, (one, other) => {
      const now = { ...documentOf(other), model: documentOf(one).model };
      assert.deepEqual(patched(documentOf(one), patchOf(documentOf(one), now)), now);
    }),
    { numRuns: 30 },
  );
});

Deno.test("applyPatch() makes every operation of RFC 6902, and leaves the document given alone", () => {
  const frozen = JSON.stringify(simulated);
  const document = patched(simulated, [
    { op: "test", path: "/entities/dinette/name", value: "Dinette" },
    { op: "replace", path: "/entities/dinette/name", value: "Table", comment: "members it does not know are ignored" },
    { op: "copy", from: "/entities/dinette", path: "/entities/table" },
    { op: "move", from: "/entities/table/load", path: "/entities/table/burner" },
    { op: "add", path: "/entities/dinette/load/instances/0", value: 98 },
    { op: "add", path: "/entities/dinette/load/instances/-", value: 99 },
    { op: "remove", path: "/areas/bay" },
    { op: "add", path: "/entities/lamp", value: { id: "lamp", kind: "light", name: "Lamp" } },
  ]);
  assert.deepEqual(document.entities["dinette"]?.["load"], {
    via: "dc_dimmer",
    instances: [98, 5, 99],
    on: "on_delay",
  });
  assert.deepEqual(document.entities["table"]?.["burner"], simulated.entities["dinette"]?.["load"]);
  assert.deepEqual(document.entities["lamp"], { kind: "light", name: "Lamp" });
  assert.ok(!("bay" in document.areas) && !("load" in (document.entities["table"] ?? {})));
  assert.equal(JSON.stringify(simulated), frozen);
});

const good = { op: "replace", path: "/entities/dinette/name", value: "Table" };
const bomb = [
  { op: "add", path: "/model/notes", value: ["x".repeat(1000)] },
  ...Array.from({ length: 60 }, () => ({ op: "copy", from: "/model/notes", path: "/model/notes/-" })),
];
const refused: readonly (readonly [what: string, operations: unknown, says: RegExp])[] = [
  ["what is no list", { op: "add" }, /is no list, expected a JSON Patch/],
  ["an operation without value", [{ op: "add", path: "/areas/a" }], /operation 1: is no operation of RFC 6902/],
  ["an unknown operation", [{ op: "swap", path: "/areas/a", value: 1 }], /operation 1: is no operation/],
  ["more than 5,000 operations", Array(5001).fill(good), /has 5001 operations, expected at most 5000/],
  ["more than 1 MB", [{ ...good, value: "x".repeat(1_000_001) }], /characters, expected at most 1000000/],
  [
    "a test that fails",
    [good, { op: "test", path: "/areas/bath", value: "Salon" }],
    /operation 2 \(test\): the value is another/,
  ],
  ["a test of nothing", [{ op: "test", path: "/areas/none", value: "x" }], /there is nothing at this path/],
  ["a path into the prototype", [{ op: "add", path: "/areas/__proto__/x", value: 1 }], /reserved word/],
  ["a path into the constructor", [{ op: "add", path: "/areas/constructor/prototype/x", value: 1 }], /reserved word/],
  ["a copy out of the prototype", [{ op: "copy", from: "/areas/__proto__", path: "/areas/x" }], /reserved word/],
  ["an inherited property", [{ op: "remove", path: "/areas/toString" }], /there is nothing at this path/],
  ["a path below an inherited one", [{ op: "add", path: "/areas/toString/x", value: 1 }], /nothing to hold it/],
  ["a copy of an inherited one", [{ op: "copy", from: "/areas/valueOf", path: "/areas/x" }], /there is nothing at/],
  [
    "a value with a reserved key",
    JSON.parse('[{"op":"add","path":"/areas/x","value":{"__proto__":1}}]'),
    /reserved word/,
  ],
  ["a replacement of nothing", [{ op: "replace", path: "/areas/none", value: 1 }], /there is nothing at this path/],
  ["a removal of nothing", [{ op: "remove", path: "/entities/none" }], /there is nothing at this path/],
  ["a place beyond a list", [{ op: "add", path: "/order/areas/99", value: "x" }], /"99" is no place in a list of/],
  ["a place that is no number", [{ op: "add", path: "/order/areas/01", value: "x" }], /"01" is no place in a list/],
  [
    "the length of a list",
    [{ op: "replace", path: "/order/areas/length", value: 0 }],
    /"length" is no place in a list/,
  ],
  ["a move into itself", [{ op: "move", from: "/entities/dinette", path: "/entities/dinette/x" }], /into itself/],
  ["the whole document", [{ op: "replace", path: "", value: {} }], /is about the whole/],
  ["another version", [{ op: "replace", path: "/model/version", value: 9 }], /comes with the model/],
  ["a section that is gone", [{ op: "remove", path: "/order" }], /\/order: is missing or no object/],
  ["a section of its own", [{ op: "add", path: "/other", value: {} }], /\/other: is no part of a mapping/],
  ["an entity that is none", [{ op: "add", path: "/entities/x", value: "lamp" }], /\/entities\/x: is no object/],
  ["an entity without fields", [{ op: "add", path: "/entities/x", value: {} }], /\/entities\/x: has no fields/],
  [
    "an entity of another id",
    [{ op: "add", path: "/entities/x", value: { id: "y", kind: "light" } }],
    /is "y", expected "x"/,
  ],
  ["an order that is none", [{ op: "replace", path: "/order/areas", value: "bath" }], /is no list of names/],
  ["copies without end", bomb, /copies more than 1000000 characters/],
  [
    "nesting without end",
    [{ ...good, value: JSON.parse("[".repeat(50_000) + "]".repeat(50_000)) }],
    /nested more than 20/,
  ],
  ["a tilde alone", [{ op: "add", path: "/areas/a~", value: "x" }], /"~" alone/],
];
for (const [what, operations, says] of refused) {
  Deno.test(`applyPatch() refuses ${what}, and changes nothing`, () => {
    const frozen = JSON.stringify(simulated);
    assert.match(refusal(simulated, operations), says);
    assert.equal(JSON.stringify(simulated), frozen);
    assert.equal(Object.hasOwn(Object.prototype, "x"), false);
  });
}

Deno.test("applyPatch() answers any JSON with a document or sentences", () => {
  const pointer = fc.constantFrom(
    "/areas/bath",
    "/areas/x",
    "/entities/dinette",
    "/entities/dinette/load/instances/0",
    "/order",
  );
  const operation = fc.record({
    op: fc.constantFrom("add", "remove", "replace", "move", "copy", "test"),
    path: fc.oneof(pointer, fc.string()),
    from: pointer,
    value: fc.jsonValue({ maxDepth: 3 }),
  });
  const outcomes = { document: 0, problems: 0 };
  fc.assert(fc.property(fc.array(operation, { maxLength: 4 }), (operations) => {
    outcomes[applyPatch(simulated, JSON.parse(JSON.stringify(operations))).kind]++;
  }));
  assert.ok(outcomes.document > 5 && outcomes.problems > 30, JSON.stringify(outcomes));
});
