import assert from "node:assert/strict";
import {
  changedRows,
  documentFrom,
  documentOf,
  editRows,
  type Json,
  loadModel,
  type MappingDocument,
  type MappingEdit,
  type MappingRow,
  type MergeChoice,
  mergeModel,
  orderedNames,
  rowsOf,
} from "./mod.ts";

const text = `id: coach
name: A coach
version: 1
origin: { source: here }
areas: { living: Living room, bedroom: Bedroom }
entities:
  - { id: ceiling, kind: light, name: Ceiling, area: living, load: { instances: [1] } }
  - { id: reading, kind: light, name: Reading, area: bedroom, load: { instances: [2] } }
  - { id: door, kind: lock, name: Door, area: living, motor: { instance: 1 } }
`;

function documentIn(yaml: string): MappingDocument {
  const loaded = loadModel(yaml, { file: "coach.yml" });
  assert.ok(loaded.kind === "model", loaded.kind === "errors" ? loaded.errors.join("\n") : "");
  return documentOf(loaded.model);
}

const before = documentIn(text);
const put = (path: string, value: Json): MappingEdit => ({ put: { path, value } });

function edited(edits: readonly MappingEdit[]): readonly MappingRow[] {
  return edits.reduce<readonly MappingRow[]>(
    (rows, edit) => changedRows(rows, editRows(rows, edit, { source: "user", shipped: before })),
    rowsOf(before, "factory"),
  );
}

/** What a merge tells, as `path outcome: sentence`, and the document afterwards. */
function merge(edits: readonly MappingEdit[], yaml: string, choices: Record<string, MergeChoice> = {}) {
  const shipped = documentIn(yaml);
  const { changes, rows } = mergeModel({ before, shipped, rows: edited(edits), choices });
  return {
    told: changes.map(({ path, outcome, sentence }) => `${path} ${outcome}: ${sentence}`),
    after: documentFrom(rows),
    rows,
    shipped,
  };
}

const rewired = text.replace("instances: [1]", "instances: [1, 7]");

Deno.test("mergeModel() names a conflict of one field, and leaves it to the owner", () => {
  const edits = [put("/entities/ceiling/name", "Big lamp")];
  const yaml = text.replace("name: Ceiling", "name: Ceiling lights");
  const { told, after } = merge(edits, yaml);
  assert.deepEqual(told, [
    '/entities/ceiling/name conflict: Big lamp: name. You: "Big lamp", the model: "Ceiling lights"',
  ]);
  assert.equal(after.entities["ceiling"]?.["name"], "Big lamp");
  const chosen = merge(edits, yaml, { "/entities/ceiling/name": "theirs" });
  assert.deepEqual(chosen.after, chosen.shipped);
  assert.ok(chosen.rows.every(({ source }) => source === "factory"));
});

Deno.test("mergeModel() keeps, takes and removes where one side alone changed", () => {
  const yaml = text.replace("name: Reading", "name: Reading lamp").replace(/^.*id: door.*\n/m, "") +
    "  - { id: porch, kind: light, name: Porch, area: living, load: { instances: [9] } }\n";
  const { told, after } = merge([put("/entities/reading/area", "living"), put("/areas/living", "Salon")], yaml);
  assert.deepEqual(told, [
    '/areas/living kept: Area living. You: "Salon", the model as before: "Living room"',
    "/entities/door removed: Door: the model has it no more",
    "/entities/porch taken: Porch: new in the model",
    '/entities/reading/area kept: Reading: area. You: "living", the model as before: "bedroom"',
    '/entities/reading/name taken: Reading: name. The model: "Reading lamp", before: "Reading"',
  ]);
  assert.deepEqual(Object.keys(after.entities), ["ceiling", "porch", "reading"]);
});

Deno.test("mergeModel() gives what both made the same of back to the factory", () => {
  const { told, rows } = merge(
    [put("/entities/ceiling/name", "Lamp"), { remove: "/entities/door" }],
    text.replace("name: Ceiling", "name: Lamp").replace(/^.*id: door.*\n/m, ""),
  );
  assert.deepEqual(told, [
    '/entities/ceiling/name kept: Lamp: name. You and the model: "Lamp"',
    "/entities/door kept: Door: you removed it, and the model has it no more",
  ]);
  assert.ok(rows.every(({ source, path }) => source === "factory" || path === "/order/entities"));
  assert.ok(rows.every(({ source }) => source === "factory"));
});

Deno.test("mergeModel() takes an entity for a unit where a side removed it, added it or made another kind of it", () => {
  const door = { remove: "/entities/door" };
  assert.deepEqual(merge([door], text.replace("motor: { instance: 1 }", "motor: { instance: 3 }")).told, [
    "/entities/door conflict: Door: you removed it, the model has it, and changed it",
  ]);
  const gone = merge([put("/entities/door/name", "Front door")], text.replace(/^.*id: door.*\n/m, ""));
  assert.deepEqual(gone.told, ["/entities/door conflict: Front door: you changed it, the model has it no more"]);
  assert.deepEqual(gone.after.entities["door"], { ...before.entities["door"], name: "Front door" });
  assert.ok(gone.rows.every(({ path, source }) => !path.startsWith("/entities/door/") || source === "user"));
  const porch = { kind: "light", name: "My porch", area: "living", load: { instances: [8] } };
  const both = text + "  - { id: porch, kind: light, name: Porch, area: living, load: { instances: [9] } }\n";
  const added = merge([put("/entities/porch", porch)], both);
  assert.deepEqual(added.told, [
    "/entities/porch conflict: My porch: you and the model both added it, in different ways",
  ]);
  assert.equal(added.after.entities["porch"]?.["name"], "My porch");
  const kind = merge([put("/entities/ceiling/name", "Lamp")], text.replace("kind: light", "kind: switch"));
  assert.deepEqual(kind.told, [
    "/entities/ceiling conflict: Lamp: you and the model both changed it. You: kind light, the model: kind switch",
  ]);
  assert.deepEqual(kind.after.entities["ceiling"], { ...before.entities["ceiling"], name: "Lamp" });
  assert.deepEqual(merge([], text.replace("kind: light", "kind: switch")).told, [
    "/entities/ceiling taken: Ceiling: in the model its kind is switch now, before it was light",
  ]);
});

Deno.test("mergeModel() asks before it wires anew what the owner verified", () => {
  const verified = [
    put("/entities/ceiling/provenance/verified", true),
    put("/entities/ceiling/provenance/evidence", "I saw it"),
  ];
  const { told, after } = merge(verified, rewired);
  assert.deepEqual(told, [
    "/entities/ceiling/load conflict: Ceiling: load. You verified: via dc_dimmer; instances 1; on on_delay, the model " +
    "now: via dc_dimmer; instances 1, 7; on on_delay. Yours stays verified",
    '/entities/ceiling/provenance/evidence kept: Ceiling: evidence. You: "I saw it", the model as before: nothing',
    "/entities/ceiling/provenance/verified kept: Ceiling: verified. You: yes, the model as before: no",
  ]);
  assert.deepEqual(after.entities["ceiling"]?.["load"], before.entities["ceiling"]?.["load"]);
  const chosen = merge(verified, rewired, { "/entities/ceiling/load": "theirs" });
  assert.deepEqual(chosen.after, chosen.shipped);
  assert.match(chosen.told.join("\n"), /With the model's it is no more verified by you/);
});

Deno.test("mergeModel() keeps the owner's word that an entity is verified while the model changes other things", () => {
  const { told, after } = merge(
    [put("/entities/ceiling/provenance/verified", true)],
    text.replace("name: Ceiling, area: living", "name: Lamp, area: bedroom, hidden: true"),
  );
  assert.equal(told.filter((line) => line.includes("conflict")).length, 0);
  assert.deepEqual(after.entities["ceiling"], {
    ...before.entities["ceiling"],
    name: "Lamp",
    area: "bedroom",
    hidden: true,
    provenance: { source: "factory", verified: true },
  });
});

Deno.test("mergeModel() does not take the model's word on its own wiring for the owner's", () => {
  const { told, after } = merge(
    [put("/entities/ceiling/load", { instances: [5] })],
    text.replace("instances: [1] }", 'instances: [1] }, provenance: { verified: true, evidence: "capture" }'),
  );
  assert.deepEqual(after.entities["ceiling"]?.["provenance"], { source: "factory", verified: false });
  assert.match(
    told.join("\n"),
    /verified kept: Ceiling: verified. The model's yes is said of its own wiring, yours is another/,
  );
});

Deno.test("mergeModel() keeps an area that an entity of the owner is in, and brings one back that a new entity needs", () => {
  const without = text.replace(", bedroom: Bedroom", "").replace("area: bedroom", "area: living");
  const stays = merge([put("/entities/ceiling/area", "bedroom")], without);
  assert.match(stays.told.join("\n"), /\/areas\/bedroom kept: Area bedroom. It stays, "Ceiling" needs it/);
  assert.equal(stays.after.areas["bedroom"], "Bedroom");
  const back = merge(
    [put("/entities/reading/area", "living"), { remove: "/areas/bedroom" }],
    text + "  - { id: new_lamp, kind: light, name: New lamp, area: bedroom, load: { instances: [9] } }\n",
  );
  assert.match(back.told.join("\n"), /\/areas\/bedroom taken: Area bedroom. It comes back, "New lamp" needs it/);
  assert.equal(back.after.areas["bedroom"], "Bedroom");
});

/** The entities in their order, those that it does not list last. */
const namesIn = ({ order, entities }: MappingDocument) => orderedNames(order.entities, Object.keys(entities));

const first = (yaml: string, id: string) => {
  const line = new RegExp(`^.*id: ${id},.*\n`, "m").exec(yaml)?.[0] ?? "";
  return yaml.replace(line, "").replace("entities:\n", `entities:\n${line}`);
};

Deno.test("mergeModel() merges the order: the owner's where they moved things, else the model's with theirs in between", () => {
  const added = text + "  - { id: porch, kind: light, name: Porch, area: living, load: { instances: [9] } }\n";
  const moved = merge([put("/order/entities", ["door", "reading", "ceiling"])], added);
  assert.deepEqual(namesIn(moved.after), ["door", "reading", "ceiling", "porch"]);
  assert.deepEqual(moved.told.filter((line) => line.startsWith("/order")), [
    "/order/entities kept: Order of the entities. Yours stays, what is new in the model comes last",
  ]);
  const mine = { kind: "light", name: "Mine", area: "living", load: { instances: [8] } };
  const own = [put("/entities/mine", mine), put("/order/entities", ["ceiling", "mine", "reading", "door"])];
  assert.deepEqual(merge(own, first(added, "door")).after.order.entities, [
    "door",
    "ceiling",
    "mine",
    "reading",
    "porch",
  ]);
  const unlisted = merge([put("/entities/mine", mine)], added);
  assert.deepEqual(namesIn(unlisted.after), ["ceiling", "reading", "door", "porch", "mine"]);
  const order = [put("/order/entities", ["door", "reading", "ceiling"])];
  const conflict = merge(order, first(text, "reading"));
  assert.deepEqual(conflict.told, [
    "/order/entities conflict: Order of the entities. You moved some of them, and the model did",
  ]);
  assert.deepEqual(conflict.after.order.entities, ["door", "reading", "ceiling"]);
  const theirs = merge(order, first(text, "reading"), { "/order/entities": "theirs" });
  assert.deepEqual(theirs.after.order.entities, ["reading", "ceiling", "door"]);
});

Deno.test("mergeModel() of a first import takes everything, and of rows without a known model keeps the owner's", () => {
  const shipped = before;
  const none = mergeModel({ before: undefined, shipped, rows: [], choices: {} });
  assert.deepEqual(documentFrom(none.rows), shipped);
  assert.ok(none.changes.every(({ outcome }) => outcome === "taken"));
  assert.deepEqual(mergeModel({ before, shipped, rows: [], choices: {} }).rows, none.rows);
  const rows = edited([put("/entities/ceiling/name", "Lamp"), { remove: "/entities/door" }]);
  const merged = mergeModel({ before: undefined, shipped, rows, choices: {} });
  assert.deepEqual(merged.rows, rows);
  assert.deepEqual(merged.changes.map(({ path, outcome }) => `${path} ${outcome}`), [
    "/entities/ceiling/name conflict",
    "/entities/door conflict",
  ]);
});

Deno.test("mergeModel(): 30 entities edited, 40 changed by the model, 10 of them the same: 10 conflicts, nothing lost", () => {
  const line = (i: number, name: string) =>
    `  - { id: lamp_${i}, kind: light, name: ${name}, area: living, load: { instances: [${i + 10}] } }\n`;
  const many = (name: (i: number) => string) => text + Array.from({ length: 70 }, (_, i) => line(i, name(i))).join("");
  const old = documentIn(many((i) => `Lamp ${i}`));
  const shipped = documentIn(
    many((i) => i >= 20 && i < 60 ? `Light ${i}` : `Lamp ${i}`).replace("version: 1", "version: 2"),
  );
  const rows = Array.from({ length: 30 }, (_, i) => put(`/entities/lamp_${i}/name`, `Mine ${i}`))
    .reduce<readonly MappingRow[]>(
      (now, edit) => changedRows(now, editRows(now, edit, { source: "user", shipped: old })),
      rowsOf(old, "factory"),
    );
  const { changes, rows: merged } = mergeModel({ before: old, shipped, rows, choices: {} });
  const counts = Map.groupBy(changes, ({ outcome }) => outcome);
  assert.deepEqual([...counts].map(([outcome, list]) => [outcome, list.length]).sort(), [
    ["conflict", 10],
    ["kept", 20],
    ["taken", 30],
  ]);
  const after = documentFrom(merged);
  for (let i = 0; i < 30; i++) assert.equal(after.entities[`lamp_${i}`]?.["name"], `Mine ${i}`);
  for (let i = 30; i < 60; i++) assert.equal(after.entities[`lamp_${i}`]?.["name"], `Light ${i}`);
  assert.equal(after.model["version"], 2);
});
