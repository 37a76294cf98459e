import assert from "node:assert/strict";
import { createProtocol } from "../protocol/mod.ts";
import { standardMessages } from "../../tests/fixtures/shipped_models.ts";
import {
  changedRows,
  documentFrom,
  documentOf,
  editRows,
  extensionRows,
  type Json,
  loadModel,
  type MappingDocument,
  modelFrom,
  rowsOf,
} from "./mod.ts";

const messages = standardMessages();
const text = `id: coach
name: A coach
version: 1
origin: { source: here }
areas: { living: Living room, bedroom: Bedroom }
protocol:
  FLAP_STATUS:
    dgn: 1FACE
    instanceField: instance
    signals:
      - { name: instance, startByte: 0, bitLength: 8, sentinels: none }
      - { name: position, startByte: 1, bitLength: 8, scale: 0.5, unit: "%" }
      - { name: state, startByte: 2, startBit: 2, bitLength: 2, labels: { "0": closed, "1": open } }
entities:
  - { id: lamp, kind: light, name: Lamp, area: living, load: { instances: [1] } }
  - { id: fresh, kind: tank, name: Fresh, area: living, instance: 0, contents: fresh }
  - { id: valve, kind: sensor, name: Valve, area: bedroom, message: FLAP_STATUS, field: position, instance: 2 }
`;

function model() {
  const loaded = loadModel(text, { file: "coach.yml", messages });
  assert.ok(loaded.kind === "model", loaded.kind === "errors" ? loaded.errors.join("\n") : "");
  return loaded.model;
}

const document = documentOf(model());

/** Problems of the document with other values, as `path: text`. */
function problemsOf(values: Readonly<Record<string, Json>>): readonly string[] {
  const rows = Object.entries(values).reduce(
    (now, [path, value]) =>
      changedRows(now, editRows(now, { put: { path, value } }, { source: "user", shipped: document })),
    rowsOf(document, "factory"),
  );
  const checked = modelFrom(documentFrom(rows), { messages });
  return checked.problems.map(({ path, text }) => `${path}: ${text}`);
}

const valve = document.protocol["FLAP_STATUS"] as { readonly [key: string]: Json };
const signal = { name: "position", startByte: 1, bitLength: 8 };
const lamp = { kind: "light", name: "Other", area: "living", load: { instances: [2] } };

const wrong: readonly (readonly [what: string, values: Readonly<Record<string, Json>>, problems: readonly string[]])[] =
  [
    ["a missing field", { "/entities/tv": { kind: "tank", name: "T", area: "living", contents: "gray" } }, [
      "/entities/tv/instance: is missing, expected a number",
    ]],
    ["an unknown field, with the nearest", { "/entities/lamp/dimable": true }, [
      '/entities/lamp/dimable: "dimable" is no known key, did you mean "dimmable"?',
    ]],
    ["a wrong value deep inside", { "/entities/lamp/load": { instances: [1, 251] } }, [
      "/entities/lamp/load/instances/1: is 251, expected at most 250",
    ]],
    ["an id that is none", { "/entities/Big Lamp": lamp }, [
      '/entities/Big Lamp/id: is "Big Lamp", expected lower snake case such as bedroom_ceiling',
    ]],
    ["an area that is none, with the nearest", { "/entities/lamp/area": "livng" }, [
      '/entities/lamp/area: is "livng", which is no area of the model, did you mean "living"?',
    ]],
    ["an area without a name", { "/areas/bath": "" }, ['/areas/bath: is "", expected at least 1 characters']],
    ["an area's key that is none", { "/areas/Bath Room": "Bath" }, [
      '/areas/Bath Room: "Bath Room" is no name for it, expected lower snake case such as living_room',
    ]],
    ["two entities on one output, with both", { "/entities/other": { ...lamp, load: { instances: [1] } } }, [
      '/entities/other/load/instances/0: dc_dimmer 1 is driven by "lamp" too, expected one owner (a named set of lights ' +
      'says "group: true")',
    ]],
    ["two tanks of one instance, with both", {
      "/entities/spare": { kind: "tank", name: "Spare", area: "living", instance: 0, contents: "gray" },
    }, ['/entities/spare/instance: tank 0 is shown by "fresh" too, expected another instance']],
    ["a sensor of an unknown message, with the nearest", { "/entities/valve/message": "FLP_STATUS" }, [
      '/entities/valve/message: is "FLP_STATUS", which is no known message, did you mean "FLAP_STATUS"?',
    ]],
    ["a sensor of a misspelt message of the standard", { "/entities/valve/message": "DC_DIMER_STATUS_3" }, [
      '/entities/valve/message: is "DC_DIMER_STATUS_3", which is no known message, did you mean "DC_DIMMER_STATUS_3"?',
    ]],
    ["a sensor of an unknown field, with the nearest", { "/entities/valve/field": "positon" }, [
      '/entities/valve/field: is "positon", which is no field of FLAP_STATUS, did you mean "position"?',
    ]],
    ["a sensor of a command", { "/entities/valve/message": "DC_DIMMER_COMMAND_2" }, [
      '/entities/valve/message: is "DC_DIMMER_COMMAND_2", which asks for something, expected a message that says what is',
    ]],
    ["a sensor of a declared command", { "/protocol/FLAP_STATUS": { ...valve, direction: "command" } }, [
      '/entities/valve/message: is "FLAP_STATUS", which asks for something, expected a message that says what is',
    ]],
    ["an instance of a message without", {
      "/entities/valve/message": "DATE_TIME_STATUS",
      "/entities/valve/field": "month",
    }, ["/entities/valve/instance: is 2, but DATE_TIME_STATUS has no instances, expected none"]],
    ["a number that has a message", { "/protocol/FLAP_STATUS": { ...valve, dgn: "1FEDA" } }, [
      '/protocol/FLAP_STATUS/dgn: is "1FEDA", which is DC_DIMMER_STATUS_3, expected a number that has no message yet',
    ]],
    ["a number with an address in it", { "/protocol/OTHER": { ...valve, dgn: "0D712" } }, [
      '/protocol/OTHER/dgn: is "0D712", of which the last two digits are an address, expected "0D700"',
    ]],
    ["a number declared twice", { "/protocol/OTHER": valve }, [
      '/protocol/OTHER/dgn: is "1FACE", which "FLAP_STATUS" has already, expected another',
    ]],
    ["a name that is taken", { "/protocol/TANK_STATUS": { ...valve, dgn: "1FACF" } }, [
      '/protocol/TANK_STATUS: "TANK_STATUS" is the name of 1FFB7 already, expected another name',
    ]],
    ["a number that is none", { "/protocol/OTHER": { ...valve, dgn: "1face" } }, [
      '/protocol/OTHER/dgn: is "1face", expected five hexadecimal digits such as 1FACE, at most 1FFFF',
    ]],
    ["a name that is none", { "/protocol/valve status": { ...valve, dgn: "1FACF" } }, [
      '/protocol/valve status: "valve status" is no name for it, expected upper snake case such as SLIDE_ROOM_STATUS',
    ]],
    ["fields that overlap", {
      "/protocol/FLAP_STATUS": {
        dgn: "1FACE",
        signals: [signal, { name: "more", startByte: 1, startBit: 7, bitLength: 4 }],
      },
      "/entities/valve": { kind: "sensor", name: "V", area: "living", message: "FLAP_STATUS", field: "position" },
    }, ['/protocol/FLAP_STATUS/signals/1: "more" shares bits with "position", expected bits of its own']],
    ["fields of one name, outside of the frame, of no shape", {
      "/protocol/OTHER": {
        dgn: "1FACF",
        instanceField: "zone",
        signals: [
          signal,
          { ...signal, startByte: 2 },
          { name: "late", startByte: 7, startBit: 4, bitLength: 8 },
          { name: "wide", startByte: 3, bitLength: 33 },
          { name: "word", startByte: 3, bitLength: 12, type: "ascii" },
          { name: "odd", startByte: 3, startBit: 1, bitLength: 8, type: "bytes" },
          { name: "two", startByte: 3, bitLength: 2, labels: { "4": "four" } },
        ],
      },
    }, [
      '/protocol/OTHER/signals/1/name: is "position", which another field has, expected another',
      "/protocol/OTHER/signals/2/bitLength: is 8 from bit 60 on, beyond byte 7, expected at most 4",
      "/protocol/OTHER/signals/3/bitLength: is 33, expected at most 32 for a number",
      "/protocol/OTHER/signals/4/bitLength: is 12, expected whole bytes for a text",
      "/protocol/OTHER/signals/5/bitLength: begins at bit 1, expected a text to begin with a byte",
      "/protocol/OTHER/signals/6/labels/4: is the label of 4, expected raw numbers of at most 3",
      '/protocol/OTHER/instanceField: is "zone", which is no field of the message, expected one of position, late, wide, ' +
      "word, odd, two",
    ]],
    ["a unit that nothing knows", { "/protocol/OTHER": { dgn: "1FACF", signals: [{ ...signal, unit: "furlong" }] } }, [
      /^\/protocol\/OTHER\/signals\/0\/unit: is "furlong", expected one of %/.source,
    ]],
  ];
for (const [what, values, problems] of wrong) {
  Deno.test(`modelFrom() reports ${what}`, () => {
    const found = problemsOf(values);
    const [first = ""] = problems;
    if (first.startsWith("^")) assert.match(found.join("\n"), new RegExp(first));
    else assert.deepEqual(found, problems);
  });
}

Deno.test("modelFrom() reports what would be left out in silence", () => {
  const stray: MappingDocument = {
    ...document,
    model: { ...document.model, entities: [] },
    entities: { ...document.entities, lamp: { ...document.entities["lamp"], id: "other" } },
  };
  const checked = modelFrom(stray, { messages });
  assert.deepEqual(checked.kind === "problems" && checked.problems.map(({ path }) => path), [
    "/model/entities",
    "/entities/lamp/id",
  ]);
  const few = modelFrom({ ...document, model: {} }, { messages });
  assert.deepEqual(few.kind === "problems" && few.problems.map(({ path }) => path), [
    "/model/id",
    "/model/name",
    "/model/version",
    "/model/origin",
  ]);
});

Deno.test("modelFrom() makes the model of what older documents have, and names what is wrong with it", () => {
  const rows = rowsOf(document, "factory").map((row) =>
    row.path === "/entities/lamp/load" ? { ...row, value: { via: "dc_load", instances: [0], on: "on_delay" } } : row
  );
  const checked = modelFrom(documentFrom(rows), { messages });
  assert.ok(checked.kind === "model");
  assert.deepEqual(checked.model.entities.map(({ id }) => id), ["lamp", "fresh", "valve"]);
  assert.deepEqual(checked.problems, [{
    path: "/entities/lamp/load/instances/0",
    text: "dc_load 0 means all of them at once, expected an instance from 1 on",
    isKept: true,
  }]);
});

Deno.test("modelFrom() puts entities that the order does not list last", () => {
  const checked = modelFrom({ ...document, order: { areas: ["bedroom"], entities: ["valve", "gone"] } }, { messages });
  assert.ok(checked.kind === "model");
  assert.deepEqual(checked.model.entities.map(({ id }) => id), ["valve", "fresh", "lamp"]);
  assert.deepEqual(Object.keys(checked.model.areas), ["bedroom", "living"]);
});

Deno.test("loadModel() reports what is wrong with a declared message, with line and column", () => {
  const loaded = loadModel(text.replace("1FACE", "1FEDA"), { file: "coach.yml", messages });
  assert.deepEqual(loaded.kind === "errors" && loaded.errors, [
    'coach.yml:8:10: protocol.FLAP_STATUS.dgn: is "1FEDA", which is DC_DIMMER_STATUS_3, expected a number that has no ' +
    "message yet",
  ]);
});

Deno.test("extensionRows() are rows that a codec decodes and encodes by", () => {
  const { codec } = createProtocol({
    ...createProtocol().tables,
    rvc: {
      ...createProtocol().tables.rvc,
      messages: [...createProtocol().tables.rvc.messages, ...extensionRows(model())],
    },
  });
  const values = { instance: 2, position: 37.5, state: "open" };
  const { id, data } = codec.encode({ message: "FLAP_STATUS", values }, 0x42);
  assert.equal(id.toString(16), "19face42");
  assert.deepEqual([...data], [2, 75, 0xf7, 0xff, 0xff, 0xff, 0xff, 0xff]);
  const decoded = codec.decode(id, data);
  assert.ok(decoded.kind === "message");
  assert.deepEqual(decoded.readings, [{ value: 2 }, { value: 37.5, unit: "%" }, { value: 1, label: "open" }]);
  assert.equal(codec.rowNamed("FLAP_STATUS")?.instanceField, "instance");
});
