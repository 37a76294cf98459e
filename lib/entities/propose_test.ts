import fc from "fast-check";
import assert from "node:assert/strict";
import { entityDefinitionSchema } from "../coach/mod.ts";
import { createProtocol, instanceOf, type Message, type MessageRow, type SignalValues } from "../protocol/mod.ts";
import type { SeenInstance } from "./proposal.ts";
import { hasKind, propose } from "./propose.ts";
import { isOutputOn, type OnTime, proposePair, takesTurns } from "./propose_pair.ts";
import { kindOf } from "./registry.ts";
import { sampleDefinitions } from "./sample_definitions.ts";
import type { EntityDefinition } from "./types.ts";

const { codec, tables } = createProtocol();
const context = { takenIds: new Set<string>(), area: "unsorted" };

function messageOf(message: string, values: SignalValues = {}): Message {
  const { id, data } = codec.encode({ message, values }, 0x9c);
  const decoded = codec.decode(id, data);
  assert.equal(decoded.kind, "message");
  return decoded as Message;
}

function rawMessage(row: MessageRow, data: Uint8Array): Message | undefined {
  const decoded = codec.decode(row.dgn * 256 + 0x18000042, data);
  return decoded.kind === "message" ? decoded : undefined;
}

function seen(message: Message, more: Partial<SeenInstance> = {}): SeenInstance {
  return { message, instance: instanceOf(message), dims: false, isShared: false, ...more };
}

/** The parts of a definition that say what it is, without name, area and where it comes from. */
function core(definition: EntityDefinition | undefined): unknown {
  if (!definition) return undefined;
  const { name: _name, area: _area, hidden: _hidden, provenance: _provenance, ...rest } = definition;
  return rest;
}

function hears(definition: EntityDefinition, message: Message): boolean {
  const instance = instanceOf(message);
  return kindOf(definition).bindings(definition).some((binding) =>
    binding.message === message.row.name && (binding.instance === undefined || binding.instance === instance)
  );
}

Deno.test("propose() proposes, for every message that a kind listens to, an entity of a kind that listens to it", () => {
  const listening = new Map<string, Set<string>>();
  for (const definition of sampleDefinitions()) {
    for (const { message } of kindOf(definition).bindings(definition)) {
      listening.set(message, (listening.get(message) ?? new Set()).add(definition.kind));
    }
  }
  for (const [name, kinds] of listening) {
    const row = codec.rowNamed(name);
    assert.ok(row, name);
    assert.ok(hasKind(name), `nothing is proposed for ${name}`);
    const message = rawMessage(row, new Uint8Array(8).fill(1));
    assert.ok(message, name);
    const proposal = propose(seen(message), context);
    assert.ok(proposal, `${name} has no proposal`);
    const { definition } = proposal;
    assert.ok(kinds.has(definition.kind), `${name}: ${definition.kind} does not listen to it`);
    assert.ok(hears(definition, message), `${name}: ${definition.id} would not hear it`);
    assert.deepEqual(entityDefinitionSchema.parse(definition), definition);
    assert.equal(definition.area, "unsorted");
    assert.deepEqual(definition.provenance, {
      source: "learned",
      evidence: proposal.evidence,
      verified: false,
    });
  }
  assert.equal(listening.size, 61);
});

const cases: readonly (readonly [what: string, message: Message, more: Partial<SeenInstance>, definition: unknown])[] =
  [
    [
      "a dimmer output that was only off or full",
      messageOf("DC_DIMMER_STATUS_3", { instance: 25, operating_status_brightness: 100 }),
      {},
      {
        id: "light_25",
        kind: "light",
        load: { via: "dc_dimmer", instances: [25], on: "on_delay" },
        dimmable: false,
      },
    ],
    [
      "a dimmer output that was half on",
      messageOf("DC_DIMMER_STATUS_3", { instance: 25, operating_status_brightness: 50 }),
      { dims: true },
      { id: "light_25", kind: "light", load: { via: "dc_dimmer", instances: [25], on: "on_delay" }, dimmable: true },
    ],
    [
      "a DC load",
      messageOf("DC_LOAD_STATUS", { instance: 31, operating_status: 100 }),
      {},
      { id: "dc_load_31", kind: "switch", load: { via: "dc_load", instances: [31], on: "on_delay" } },
    ],
    [
      "an AC load that was half on",
      messageOf("AC_LOAD_STATUS", { instance: 212, operating_status: 40 }),
      { dims: true },
      {
        id: "ac_load_212",
        kind: "light",
        load: { via: "ac_load", instances: [212], on: "on_delay" },
        dimmable: true,
      },
    ],
    [
      "the first tank",
      messageOf("TANK_STATUS", { instance: 0, relative_level: 1, resolution: 4 }),
      {},
      { id: "fresh_water_tank", kind: "tank", instance: 0, contents: "fresh" },
    ],
    [
      "the second gray tank",
      messageOf("TANK_STATUS", { instance: 18, relative_level: 1, resolution: 4 }),
      {},
      { id: "second_gray_waste_tank", kind: "tank", instance: 18, contents: "gray" },
    ],
    [
      "a tank of which the standard does not say what is in it",
      messageOf("TANK_STATUS", { instance: 7, relative_level: 1, resolution: 4 }),
      {},
      {
        id: "tank_7_relative_level",
        kind: "sensor",
        message: "TANK_STATUS",
        field: "relative_level",
        instance: 7,
        meaning: "generic",
      },
    ],
    [
      "the house battery",
      messageOf("DC_SOURCE_STATUS_1", { dc_instance: 1, dc_voltage: 13 }),
      {},
      { id: "main_house_battery_bank", kind: "battery", instance: 1 },
    ],
    [
      "an air conditioner that counts like another one",
      messageOf("AIR_CONDITIONER_STATUS", { instance: 1 }),
      { isShared: true },
      { id: "air_conditioner_1", kind: "air_conditioner", instance: 1, sourceAddress: "9C" },
    ],
    [
      "a gas sensor",
      messageOf("GAS_SENSOR_STATUS", { instance: 2, type: "lp_gas", alarm: "no_alarm" }),
      {},
      {
        id: "lp_gas_alarm_2",
        kind: "sensor",
        message: "GAS_SENSOR_STATUS",
        field: "alarm",
        instance: 2,
        meaning: "leak",
      },
    ],
    [
      "the main awning",
      messageOf("AWNING_STATUS", { instance: 1, motion: "no_motion" }),
      {},
      { id: "main_patio_awning", kind: "awning", motor: { instance: 1 } },
    ],
    [
      "one line of an inverter",
      messageOf("INVERTER_AC_STATUS_1", { inverter_ac_instance: 2, line: "line_2", input_output: "output" }),
      {},
      { id: "inverter_power_2", kind: "ac_source", point: "inverter", instance: 2 },
    ],
    [
      "a message that no kind listens to, by what moved",
      messageOf("STEP_STATUS", { instance: 1, motion: 1, position: 50 }),
      { moved: { field: "position", change: "position 0 % → 50 %" } },
      {
        id: "step_1_position",
        kind: "sensor",
        message: "STEP_STATUS",
        field: "position",
        instance: 1,
        meaning: "generic",
      },
    ],
    [
      "a message that no kind listens to, by what it says of the device",
      messageOf("VALVE_STATUS", { instance: 3, pressure: 1000, position: 50 }),
      {},
      {
        id: "valve_3_position",
        kind: "sensor",
        message: "VALVE_STATUS",
        field: "position",
        instance: 3,
        meaning: "generic",
      },
    ],
    ["an instance that the standard calls invalid", messageOf("DC_DIMMER_STATUS_3", { instance: 0 }), {}, undefined],
    ["an instance to all", messageOf("WATERHEATER_STATUS", { instance: 0 }), {}, undefined],
    ["a motor that is all of them at once", messageOf("SLIDE_STATUS", { instance: 0, motion: 1 }), {}, undefined],
    ["a lock that is all of them at once", messageOf("LOCK_STATUS", { instance: 0, lock_status: 1 }), {}, undefined],
    ["a message that says nothing", messageOf("VALVE_STATUS", { instance: 3 }), {}, undefined],
  ];

for (const [what, message, more, definition] of cases) {
  Deno.test(`propose() has for ${what} ${definition === undefined ? "nothing" : "the right definition"}`, () => {
    assert.deepEqual(core(propose(seen(message, more), context)?.definition), definition);
  });
}

Deno.test("propose() says where it was seen, from whom, and what", () => {
  const message = messageOf("DC_DIMMER_STATUS_3", { instance: 25, operating_status_brightness: 50, load_status: 1 });
  assert.equal(
    propose(seen(message, { sender: "Firefly G6" }), context)?.evidence,
    "DC_DIMMER_STATUS_3, instance 25, from 9C (Firefly G6): brightness 50 %, load on.",
  );
  const moved = { field: "operating_status_brightness", change: "brightness 0 % → 50 %" };
  assert.equal(
    propose(seen(message, { moved }), context)?.evidence,
    "DC_DIMMER_STATUS_3, instance 25, from 9C: brightness 0 % → 50 %.",
  );
});

Deno.test("propose() gives an id that nobody has", () => {
  const message = messageOf("DC_DIMMER_STATUS_3", { instance: 25 });
  const takenIds = new Set(["light_25", "light_25_2"]);
  assert.equal(propose(seen(message), { ...context, takenIds })?.definition.id, "light_25_3");
});

Deno.test("propose() makes of any bytes of any status a definition that is valid and would hear them, or none", () => {
  const rows = tables.rvc.messages.filter((row) => /STATUS/.test(row.name) && row.lowByte === "group");
  assert.equal(rows.length, 211);
  const proposed = new Set<string>();
  for (const row of rows) {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), fc.boolean(), (data, dims) => {
        const message = rawMessage(row, data);
        const proposal = message && propose(seen(message, { dims }), context);
        if (!message || !proposal) return;
        assert.deepEqual(entityDefinitionSchema.parse(proposal.definition), proposal.definition);
        assert.ok(hears(proposal.definition, message), `${row.name} ${data.toHex()}`);
        proposed.add(row.name);
      }),
      { numRuns: 40 },
    );
  }
  assert.ok(proposed.size > 80, `${proposed.size} messages have a proposal`);
});

const on = (fromMs: number, toMs?: number): OnTime => ({ fromMs, toMs });

Deno.test("takesTurns() knows two directions of a motor from two lamps", () => {
  assert.ok(takesTurns([on(0, 10), on(40, 50)], [on(20, 30)]));
  assert.ok(takesTurns([on(0, 10)], [on(20, 30), on(-20, -10)]));
  assert.ok(takesTurns([on(0, 10), on(40)], [on(20, 30)]), "the last one still runs");
  assert.ok(!takesTurns([on(0, 10)], [on(20, 30)]), "two lamps tried one after the other");
  assert.ok(!takesTurns([on(0, 10), on(12, 14)], [on(20, 30)]), "twice the same");
  assert.ok(!takesTurns([on(0, 25), on(40, 50)], [on(20, 30)]), "both on");
  assert.ok(!takesTurns([on(0, 400_000), on(410_000, 410_001)], [on(400_001, 400_002)]), "on for minutes");
});

Deno.test("proposePair() proposes a motor that moves only when the coach is parked, the lower instance first", () => {
  const output = (instance: number) => ({
    message: messageOf("DC_DIMMER_STATUS_3", { instance }),
    instance,
    onTimes: [],
  });
  const proposal = proposePair([output(7), output(6)], context);
  assert.deepEqual(core(proposal?.definition), {
    id: "motor_6_and_7",
    kind: "awning",
    motor: { pair: { forward: 6, reverse: 7, seconds: 1 } },
  });
  assert.match(proposal?.evidence ?? "", /^DC_DIMMER_STATUS_3, instance 6, from 9C, and instance 7: they took turns/);
});

Deno.test("isOutputOn() is undefined where the dimmer says neither", () => {
  assert.equal(isOutputOn(messageOf("DC_DIMMER_STATUS_3", { instance: 1, load_status: 1 })), true);
  assert.equal(isOutputOn(messageOf("DC_DIMMER_STATUS_3", { instance: 1, operating_status_brightness: 0 })), false);
  assert.equal(isOutputOn(messageOf("DC_DIMMER_STATUS_3", { instance: 1 })), undefined);
});
