import { deepStrictEqual, ok } from "node:assert";
import fastJsonPatch from "fast-json-patch";
import fc from "fast-check";
import type { MappingJson } from "../wire/mod.ts";
import {
  type Draft,
  draftOf,
  editedPaths,
  editOperations,
  factoryValues,
  isOwnDevice,
  saysTheSame,
} from "./coach_edits.ts";

const lamp: Draft = {
  kind: "light",
  name: "Lamp",
  hidden: false,
  load: { via: "dc_dimmer", instances: [3] },
  provenance: { source: "factory", verified: false },
};

Deno.test("editOperations() names what was changed, and nothing that was left alone", () => {
  const after = {
    ...lamp,
    name: "Reading lamp",
    dimmable: true,
    load: { instances: [3], via: "dc_dimmer" },
    provenance: { source: "factory", verified: true, evidence: "Pressed" },
  };
  deepStrictEqual(editOperations("lamp", { before: lamp, after }), [
    { op: "replace", path: "/entities/lamp/name", value: "Reading lamp" },
    { op: "replace", path: "/entities/lamp/provenance/verified", value: true },
    { op: "add", path: "/entities/lamp/provenance/evidence", value: "Pressed" },
    { op: "add", path: "/entities/lamp/dimmable", value: true },
  ]);
  const { hidden: _, ...bare } = lamp;
  deepStrictEqual(editOperations("lamp", { before: lamp, after: bare }), [{
    op: "remove",
    path: "/entities/lamp/hidden",
  }]);
  deepStrictEqual(editOperations("lamp", { before: lamp, after: lamp }), []);
});

Deno.test("editOperations() makes of the one what the other is", () => {
  const field = fc.constantFrom("name", "area", "load", "dimmable", "group");
  const value = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<MappingJson>;
  const provenance = fc.dictionary(fc.constantFrom("source", "verified", "evidence"), value).map((words) =>
    words as Draft
  );
  const draft = fc.tuple(fc.dictionary(field, value), provenance).map(([fields, provenance]) => ({
    ...fields,
    provenance,
  }));
  fc.assert(fc.property(draft, draft, (before, after) => {
    const document = { entities: { lamp: structuredClone(before) } };
    const operations = editOperations("lamp", { before, after }) as fastJsonPatch.Operation[];
    const { newDocument } = fastJsonPatch.applyPatch(document, structuredClone(operations), true);
    ok(saysTheSame(newDocument.entities.lamp as Draft, after));
  }));
});

Deno.test("draftOf() is the definition without its id", () => {
  deepStrictEqual(draftOf({ id: "lamp", ...lamp }), lamp);
});

Deno.test("factoryValues() are the model's, for what the owner changed of this entity", () => {
  const change = (path: string, values: object) => ({ path, outcome: "kept" as const, sentence: "", ...values });
  const preview = {
    modelId: "a",
    fromVersion: 1,
    toVersion: 1,
    token: "",
    counts: { kept: 0, taken: 0, removed: 0, conflict: 0 },
    problems: [],
    changes: [
      change("/entities/lamp/name", { before: "Lamp", shipped: "Lamp", owner: "Mine" }),
      change("/entities/lamp/group", { owner: true }),
      change("/entities/lamp/load", { before: 1, shipped: 2, owner: 1 }),
      change("/entities/lamp_2/name", { before: "Other", owner: "Mine" }),
    ],
  };
  deepStrictEqual(factoryValues("lamp", preview), { name: "Lamp", group: null });
});

Deno.test("editedPaths() goes as deep as the model's values are known", () => {
  const edited = ["name", "provenance"];
  deepStrictEqual(
    editedPaths({ edited }, { name: "Lamp", "provenance/verified": false, "provenance/evidence": null }),
    [
      "name",
      "provenance/verified",
      "provenance/evidence",
    ],
  );
  deepStrictEqual(editedPaths({ edited }, {}), edited);
});

Deno.test("isOwnDevice() is a device that the model does not have", () => {
  ok(isOwnDevice({ edited: ["kind", "name"], removed: false }));
  ok(!isOwnDevice({ edited: ["name"], removed: false }));
  ok(!isOwnDevice({ edited: ["kind", "name"], removed: true }));
});
