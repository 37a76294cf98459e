import assert from "node:assert/strict";
import fc from "fast-check";
import { standardMessages } from "../../tests/fixtures/shipped_models.ts";
import {
  coachModelSchema,
  documentFrom,
  documentOf,
  type MappingDocument,
  type MergeChoice,
  mergeModel,
  modelFrom,
  rowsTowards,
} from "./mod.ts";

const messages = standardMessages();
const ids = ["a", "b", "c", "d", "e", "f", "g"] as const;

/** A coach of lights, tanks and awnings, each on instances of its own. */
const coaches = fc.record({
  there: fc.subarray([...ids]),
  instances: fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8], { minLength: 8 }),
  names: fc.array(fc.constantFrom("One", "Two"), { minLength: ids.length, maxLength: ids.length }),
}).map(({ there, instances, names }): MappingDocument =>
  documentOf(coachModelSchema.parse({
    id: "coach",
    name: "Coach",
    version: 1,
    origin: { source: "made up" },
    areas: { living: "Living" },
    entities: there.map((id) => {
      const i = ids.indexOf(id);
      const common = { id, name: names[i], area: "living" };
      if (id === "f") return { ...common, kind: "tank", instance: instances[i], contents: "fresh" };
      if (id === "g") return { ...common, kind: "tank", instance: instances[(i + 1) % 8], contents: "gray" };
      if (id === "e") {
        return { ...common, kind: "awning", motor: { pair: { forward: instances[i], reverse: instances[7] } } };
      }
      return { ...common, kind: "light", load: { instances: [instances[i]] } };
    }),
  }))
);

function merge(
  sides: { readonly before: MappingDocument; readonly shipped: MappingDocument; readonly mine: MappingDocument },
  choice: MergeChoice = "mine",
) {
  const { before, shipped, mine } = sides;
  const rows = rowsTowards(mine, { shipped: before, rows: [], source: "learned" });
  const choices = Object.fromEntries(
    ids.flatMap((id) =>
      ["", "/load", "/motor", "/instance", "/name"].map((leaf) => [`/entities/${id}${leaf}`, choice] as const)
    ),
  );
  return { ...mergeModel({ before, shipped, rows, choices }), choices };
}

Deno.test("mergeModel() of good coaches is a good coach, whoever wins", () => {
  let clashes = 0;
  fc.assert(
    fc.property(coaches, coaches, coaches, fc.constantFrom("mine", "theirs"), (before, shipped, mine, choice) => {
      const { rows, changes, choices } = merge({ before, shipped, mine }, choice);
      const checked = modelFrom(documentFrom(rows), { messages });
      assert.ok(checked.kind === "model", checked.kind === "problems" ? JSON.stringify(checked.problems) : "");
      clashes += changes.filter(({ sentence }) => sentence.includes("which you gave to")).length;
      assert.deepEqual(mergeModel({ before: shipped, shipped, rows, choices }).rows, rows);
      assert.deepEqual(mergeModel({ before: shipped, shipped, rows, choices: {} }).rows, rows);
    }),
    { numRuns: 500 },
  );
  assert.ok(clashes > 50, `${clashes}`);
});

const lamp = (name: string, instance: number) => ({
  kind: "light",
  name,
  area: "living",
  dimmable: true,
  hidden: false,
  load: { via: "dc_dimmer", instances: [instance], on: "on_delay" },
  provenance: { source: "factory", verified: false },
});

function coachOf(entities: MappingDocument["entities"]): MappingDocument {
  return {
    model: { id: "coach", name: "Coach", version: 1, notes: [], origin: { source: "made up" } },
    areas: { living: "Living" },
    entities,
    protocol: {},
    order: { areas: ["living"], entities: Object.keys(entities) },
  };
}

Deno.test("mergeModel() asks before the model takes an output that the owner gave to a lamp of theirs", () => {
  const before = coachOf({ ceiling: lamp("Ceiling", 1) });
  const mine = coachOf({ ceiling: lamp("Ceiling", 1), my_lamp: lamp("My lamp", 5) });
  const shipped = coachOf({ bath: lamp("Bath", 5), ceiling: lamp("Ceiling", 1) });
  const rows = rowsTowards(mine, { shipped: before, rows: [], source: "learned" });
  const kept = mergeModel({ before, shipped, rows, choices: {} });
  assert.deepEqual(kept.changes.map(({ path, outcome, sentence }) => `${path} ${outcome}: ${sentence}`), [
    '/entities/bath conflict: Bath: in the model it has dc_dimmer 5, which you gave to "My lamp"',
    "/entities/my_lamp kept: My lamp: you added it, the model does not have it",
  ]);
  assert.deepEqual(Object.keys(documentFrom(kept.rows).entities), ["ceiling", "my_lamp"]);
  const taken = mergeModel({ before, shipped, rows, choices: { "/entities/bath": "theirs" } });
  assert.deepEqual(taken.changes.map(({ path, outcome, sentence }) => `${path} ${outcome}: ${sentence}`), [
    '/entities/bath conflict: Bath: in the model it has dc_dimmer 5, which you gave to "My lamp"',
    '/entities/my_lamp removed: My lamp: it goes, you chose the model\'s "Bath"',
  ]);
  assert.deepEqual(Object.keys(documentFrom(taken.rows).entities), ["bath", "ceiling"]);
});
