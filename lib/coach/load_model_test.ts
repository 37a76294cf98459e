import assert from "node:assert/strict";
import { loadModel } from "./load_model.ts";

const head = `id: coach
name: A coach
version: 1
origin: { source: here }
areas: { living: Living room }
entities:
`;

function errorsOf(text: string): readonly string[] {
  const loaded = loadModel(text, { file: "models/coach.yml" });
  return loaded.kind === "errors" ? loaded.errors : [];
}

const lamp = "  - { id: lamp, kind: light, name: Lamp, area: living, load: { instances: [1] } }\n";

Deno.test("loadModel() reads a model and fills in what may be left out", () => {
  const loaded = loadModel(head + lamp, { file: "models/coach.yml" });
  assert.ok(loaded.kind === "model");
  assert.deepEqual(loaded.model.entities[0], {
    id: "lamp",
    kind: "light",
    name: "Lamp",
    area: "living",
    hidden: false,
    dimmable: true,
    load: { via: "dc_dimmer", instances: [1], on: "on_delay" },
    provenance: { source: "factory", verified: false },
  });
});

const wrong: readonly (readonly [what: string, text: string, errors: readonly string[]])[] = [
  [
    "a missing field, at its entity",
    `${head}  - id: tank\n    kind: tank\n    name: Tank\n    area: living\n    contents: fresh\n`,
    ["models/coach.yml:7:5: entities[0].instance: is missing, expected a number"],
  ],
  [
    "a wrong value, with what is allowed",
    `${head}  - { id: tank, kind: tank, name: Tank, area: living, instance: 1, contents: beer }\n`,
    ['models/coach.yml:7:78: entities[0].contents: is "beer", expected one of fresh, gray, black, lpg'],
  ],
  [
    "a number out of range",
    `${head}  - { id: tank, kind: tank, name: Tank, area: living, instance: 251, contents: fresh }\n`,
    ["models/coach.yml:7:65: entities[0].instance: is 251, expected at most 250"],
  ],
  [
    "an unknown key, with the nearest known one",
    `${head}  - { id: lamp, kind: light, name: Lamp, area: living, load: { instnces: [1] } }\n`,
    [
      "models/coach.yml:7:62: entities[0].load.instances: is missing, expected a list",
      'models/coach.yml:7:64: entities[0].load.instnces: "instnces" is no known key, did you mean "instances"?',
    ],
  ],
  [
    "an unknown key inside of one of two shapes",
    `${head}  - { id: awn, kind: awning, name: Awning, area: living, motor: { pair: { forward: 1, revers: 2 } } }\n`,
    [
      "models/coach.yml:7:73: entities[0].motor.pair.reverse: is missing, expected a number",
      'models/coach.yml:7:87: entities[0].motor.pair.revers: "revers" is no known key, did you mean "reverse"?',
    ],
  ],
  [
    "a key given twice, with both lines",
    `${head}  - id: lamp\n    kind: light\n    id: lamp2\n    name: Lamp\n    area: living\n    load: { instances: [1] }\n`,
    ['models/coach.yml:9:5: entities[0].id: key "id" is given twice, on lines 7 and 9, expected once'],
  ],
  [
    "an unknown kind, with all kinds",
    `${head}  - { id: lamp, kind: lamp, name: Lamp, area: living }\n`,
    [
      'models/coach.yml:7:23: entities[0].kind: is "lamp", expected one of the known kinds: light, switch, lock, tank, ' +
      "thermostat, air_conditioner, furnace, fan, water_heater, water_pump, battery, inverter, charger, " +
      "solar_controller, ac_source, transfer_switch, generator, shade, awning, slide, leveling, temperature, sensor, " +
      "chassis, engine, clock",
    ],
  ],
  [
    "an id used twice",
    head + lamp + lamp.replace("[1]", "[2]"),
    ['models/coach.yml:8:11: entities[1].id: is "lamp", which the entity on line 7 has already, expected another'],
  ],
  [
    "an area that the model does not have",
    head + lamp.replace("area: living", "area: attic"),
    ['models/coach.yml:7:48: entities[0].area: is "attic", which is no area of the model, expected one of living'],
  ],
  [
    "two owners of one output",
    head + lamp + lamp.replace("id: lamp", "id: other"),
    [
      'models/coach.yml:8:77: entities[1].load.instances[0]: dc_dimmer 1 is driven by "lamp" on line 7 too, expected ' +
      'one owner (a named set of lights says "group: true")',
    ],
  ],
  [
    "a light on the output of a slide",
    `${head}  - { id: slide, kind: slide, name: S, area: living, motor: { pair: { forward: 1, reverse: 2 } } }\n${lamp}`,
    [
      'models/coach.yml:8:76: entities[1].load.instances[0]: dc_dimmer 1 is driven by "slide" on line 7 too, expected ' +
      'one owner (a named set of lights says "group: true")',
    ],
  ],
  [
    "a group that would move a slide",
    `${head}  - { id: slide, kind: slide, name: S, area: living, motor: { pair: { forward: 1, reverse: 2 } } }\n` +
    lamp.replace("name: Lamp", "group: true, name: Lamp"),
    [
      'models/coach.yml:8:89: entities[1].load.instances[0]: dc_dimmer 1 is driven by "slide" on line 7 too, expected ' +
      'one owner (a named set of lights says "group: true")',
    ],
  ],
  [
    "a pair of one instance",
    `${head}  - { id: awn, kind: awning, name: A, area: living, motor: { pair: { forward: 3, reverse: 3 } } }\n`,
    [
      "models/coach.yml:7:91: entities[0].motor.pair.reverse: is 3, like forward, expected another instance",
      "models/coach.yml:7:91: entities[0].motor.pair.reverse: dc_dimmer 3 is driven twice by this entity, expected one " +
      'owner (a named set of lights says "group: true")',
    ],
  ],
  [
    "outputs that are all of them at once",
    `${head}${lamp.replace("[1]", "[1, 0]")}` +
    "  - { id: awn, kind: awning, name: A, area: living, motor: { pair: { forward: 0, reverse: 3 } } }\n" +
    "  - { id: door, kind: lock, name: D, area: living, motor: { instance: 0 } }\n" +
    "  - { id: vent, kind: fan, name: V, area: living, driver: { instance: 0 } }\n" +
    "  - { id: zone, kind: thermostat, name: Z, area: living, instance: 0 }\n" +
    "  - { id: tank, kind: tank, name: T, area: living, instance: 0, contents: fresh }\n",
    [
      "models/coach.yml:7:79: entities[0].load.instances[1]: dc_dimmer 0 means all of them at once, expected an instance " +
      "from 1 on",
      'models/coach.yml:8:79: entities[1].motor.pair.forward: dc_dimmer 0 is driven by "lamp" on line 7 too, expected ' +
      'one owner (a named set of lights says "group: true")',
      "models/coach.yml:8:79: entities[1].motor.pair.forward: dc_dimmer 0 means all of them at once, expected an instance " +
      "from 1 on",
      "models/coach.yml:9:71: entities[2].motor.instance: lock 0 means all of them at once, expected an instance " +
      "from 1 on",
      "models/coach.yml:10:71: entities[3].driver.instance: roof fan 0 means all of them at once, expected an instance " +
      "from 1 on",
    ],
  ],
  [
    "a starter that stays on, and one that is pulsed for too long",
    `${head}  - { id: gen, kind: generator, name: G, area: living, driver: { ` +
    "start: { instances: [34], on: on_delay }, stop: { instances: [35], on: on_duration, seconds: 31 } } }\n",
    [
      'models/coach.yml:7:96: entities[0].driver.start.on: is "on_delay", which would leave the output of a starter on ' +
      "without end, expected on_duration",
      "models/coach.yml:7:159: entities[0].driver.stop.seconds: is 31, too long for the output of a starter, expected " +
      "at most 30",
    ],
  ],
  [
    "a set of lamps that has a switch among them",
    `${head}  - { id: outlet, kind: switch, name: O, area: living, load: { instances: [1] } }\n` +
    lamp.replace("name: Lamp", "group: true, name: Lamp"),
    [
      'models/coach.yml:8:89: entities[1].load.instances[0]: dc_dimmer 1 is that of the switch "outlet" on line 7 too ' +
      "and left alone while driving, expected the kind switch for the set",
    ],
  ],
  [
    "an id that is not the file's name",
    head.replace("id: coach", "id: other") + lamp,
    ['models/coach.yml:1:5: id: is "other", expected the file\'s own name "coach"'],
  ],
  ["broken YAML", "id: [1\nname: x", ["models/coach.yml:2:1: "]],
  ["an empty file", "", ["models/coach.yml:1:1: is null, expected a mapping"]],
  ["a text", "hello", ['models/coach.yml:1:1: is "hello", expected a mapping']],
  ["a nest without end", "[".repeat(30) + "]".repeat(30), [
    "models/coach.yml:1:22: " + "[0]".repeat(21) + ": is nested 21 deep, expected at most 20",
  ]],
];

for (const [what, text, errors] of wrong) {
  Deno.test(`loadModel() reports ${what}`, () => {
    const found = errorsOf(text);
    if (errors.some((error) => error.endsWith(": "))) {
      assert.ok(found.length > 0 && found.every((error) => error.startsWith(errors[0] ?? "?")), found.join("\n"));
    } else assert.deepEqual(found, errors);
  });
}

const older = `${head}${lamp.replace("[1]", "[0]")}` +
  "  - { id: gen, kind: generator, name: G, area: living, driver: { " +
  "start: { instances: [34], on: on_delay }, stop: { instances: [35] } } }\n" +
  "  - { id: outlet, kind: switch, name: O, area: living, load: { instances: [9] } }\n" +
  "  - { id: set, kind: light, name: S, area: living, group: true, load: { instances: [9] } }\n";

Deno.test("loadModel() reads what older models have and no new one may, for who runs with it already", () => {
  const loaded = loadModel(older, { file: "models/coach.yml", isLenient: true });
  assert.ok(loaded.kind === "model");
  assert.deepEqual(loaded.model.entities.map(({ id }) => id), ["lamp", "gen", "outlet", "set"]);
  assert.equal(errorsOf(older).length, 3);
  const wrong = loadModel(older.replace("kind: switch", "kind: swich"), { file: "models/coach.yml", isLenient: true });
  assert.equal(wrong.kind, "errors");
});

Deno.test("loadModel() reads a starter of which nothing else is said as one that is pulsed", () => {
  const loaded = loadModel(older, { file: "models/coach.yml", isLenient: true });
  const generator = loaded.kind === "model" ? loaded.model.entities[1] : undefined;
  assert.ok(generator?.kind === "generator" && "stop" in generator.driver);
  assert.deepEqual(generator.driver.stop, { via: "dc_dimmer", instances: [35], on: "on_duration" });
});

Deno.test("loadModel() lets a group share lights", () => {
  const group = lamp.replace("id: lamp", "id: all").replace("name: Lamp", "group: true, name: All");
  assert.deepEqual(errorsOf(head + group + lamp), []);
});

Deno.test("loadModel() stops at aliases that unfold without end", () => {
  const bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" +
    Array.from({ length: 9 }, (_, i) => {
      const before = String.fromCharCode(97 + i);
      return `${String.fromCharCode(98 + i)}: &${String.fromCharCode(98 + i)} [${
        Array(10).fill(`*${before}`).join(", ")
      }]`;
    }).join("\n");
  const found = errorsOf(bomb);
  assert.equal(found.length, 1);
  assert.match(found[0] ?? "", /alias/i);
});

Deno.test("loadModel() stops at a text that is too long", () => {
  assert.match(errorsOf("#".repeat(2_000_001))[0] ?? "", /2000001 characters, expected at most 2000000/);
});
