import assert from "node:assert/strict";
import { entityKinds } from "../coach/mod.ts";
import { createProtocol, type MessageRow, reading } from "../protocol/mod.ts";
import { kindOf, kinds } from "./registry.ts";
import { sampleDefinitions } from "./sample_definitions.ts";
import { staleAfterMs } from "./stale_after.ts";
import type { Command, CommandSpec, Message, ParameterSpec } from "./types.ts";

const { codec } = createProtocol();
const samples = sampleDefinitions();

function rowOf(message: string): MessageRow {
  const row = codec.rowNamed(message);
  assert.ok(row, `message ${message} is in no protocol table`);
  return row;
}

function valuesOf(parameter: ParameterSpec): readonly (number | string | boolean | undefined)[] {
  const optional = parameter.required ? [] : [undefined];
  switch (parameter.type) {
    case "number":
      return [parameter.min, parameter.max, (parameter.min + parameter.max) / 2, ...optional];
    case "choice":
      return [...parameter.choices, ...optional];
    case "boolean":
      return [true, false, ...optional];
    default:
      return parameter satisfies never;
  }
}

/** Every combination of the least, greatest and default values of a command's parameters. */
function commandsOf(spec: CommandSpec): readonly Command[] {
  let all: Record<string, number | string | boolean>[] = [{}];
  for (const parameter of spec.parameters) {
    all = all.flatMap((parameters) =>
      valuesOf(parameter).map((value) => value === undefined ? parameters : { ...parameters, [parameter.name]: value })
    );
  }
  return all.map((parameters) => ({ command: spec.name, parameters }));
}

Deno.test("the samples have every kind", () => {
  assert.deepEqual([...new Set(samples.map(({ kind }) => kind))].sort(), [...entityKinds].sort());
  assert.equal(Object.keys(kinds).length, 26);
});

Deno.test("kindOf() finds the kind of that name for every definition", () => {
  for (const definition of samples) assert.equal(kindOf(definition).kind, definition.kind);
});

Deno.test("every command of every kind plans messages that the codec encodes and reads back", () => {
  let planned = 0;
  let refused = 0;
  for (const definition of samples) {
    const kind = kindOf(definition);
    const keys = new Set(kind.bindings(definition).map(({ key }) => key));
    for (const spec of kind.commands(definition)) {
      for (const command of commandsOf(spec)) {
        const plan = kind.plan(definition, {}, command);
        const where = `${definition.id} ${JSON.stringify(command)}`;
        if (plan.kind === "refusal") {
          refused++;
          assert.ok(plan.reasons.length > 0 && plan.reasons.every((reason) => /^[A-Z].*\.$/.test(reason)), where);
          continue;
        }
        planned++;
        assert.ok(plan.messages.length > 0, where);
        assert.ok(plan.confirmedBy.length > 0, where);
        for (const key of plan.confirmedBy) assert.ok(keys.has(key), `${where}: no binding ${key}`);
        assert.ok(plan.ackTimeoutMs >= 1250, where);
        assert.equal(plan.isConfirmed({}), false, `${where}: confirmed by nothing heard`);
        assert.equal(plan.hold !== undefined, spec.held === true, `${where}: held`);
        for (const planned of [...plan.messages, ...plan.hold?.stop ?? []]) {
          const { id, data } = codec.encode(planned, 0x44);
          assert.equal(data.length, 8, where);
          const back = codec.decode(id, data);
          assert.equal(back.kind, "message", where);
          for (const [field, value] of Object.entries(planned.values)) {
            const found = reading(back as Message, field);
            assert.ok(found && "value" in found, `${where}: ${planned.message}.${field}`);
            if (typeof value === "string") assert.equal(found.label, value, `${where}: ${planned.message}.${field}`);
          }
        }
        const times = plan.messages.map(({ afterMs }) => afterMs);
        times.forEach((afterMs, i) => i > 0 && assert.ok(afterMs - (times[i - 1] ?? 0) >= 50, where));
      }
    }
  }
  // A wrong loop would look at fewer: the numbers are those of the samples.
  assert.deepEqual({ planned, refused }, { planned: 150, refused: 14 });
});

Deno.test("every binding names a message, an instance field and fields that the tables have, and is a status", () => {
  let looked = 0;
  for (const definition of samples) {
    const kind = kindOf(definition);
    const keys = new Set<string>();
    for (const binding of kind.bindings(definition)) {
      looked++;
      const row = rowOf(binding.message);
      assert.doesNotMatch(row.name, /COMMAND/, `${definition.id}: state comes from status messages alone`);
      if (binding.instance !== undefined) assert.ok(row.instanceField, `${binding.message} has no instance field`);
      for (const [field, raw] of Object.entries(binding.where ?? {})) {
        const signal = row.signals.find(({ name }) => name === field);
        assert.ok(signal, `${binding.message} has no field ${field}`);
        assert.ok(raw < 2 ** signal.bitLength);
      }
      assert.ok(!keys.has(binding.key), `${definition.id}: key ${binding.key} is there twice`);
      keys.add(binding.key);
    }
    assert.ok(keys.size > 0);
  }
  assert.equal(looked, 120);
});

Deno.test("staleAfterMs() is three times the longest gap, at least 3 s, and absent for what comes on change alone", () => {
  const cases: Readonly<Record<string, number | undefined>> = {
    DC_SOURCE_STATUS_1: 3000,
    INVERTER_STATUS: 3000,
    EEC1: 3000,
    GENERATOR_STATUS_1: 15_000,
    THERMOSTAT_STATUS_1: 15_000,
    TANK_STATUS: 15_000,
    GENERATOR_AC_STATUS_1: 3000,
    DC_DIMMER_STATUS_3: undefined,
    AC_LOAD_STATUS: undefined,
    AWNING_STATUS: undefined,
    SLIDE_STATUS: undefined,
    LEVELING_CONTROL_STATUS: undefined,
    HOURS: undefined,
  };
  for (const [message, wanted] of Object.entries(cases)) assert.equal(staleAfterMs(message), wanted, message);
});

/** A message of all zeroes, all ones, or of any one raw value in each field. */
function messageOf(row: MessageRow, byte: number): Message {
  const decoded = codec.decode(row.dgn * 256 + 0x18000042, new Uint8Array(8).fill(byte));
  assert.equal(decoded.kind, "message", row.name);
  return decoded as Message;
}

Deno.test("derive() shows only documented signals with their unit, and never a number for all ones", () => {
  let looked = 0;
  for (const definition of samples) {
    const kind = kindOf(definition);
    const specs = new Map(kind.signals.map((spec) => [spec.name, spec]));
    assert.equal(specs.size, kind.signals.length, `${kind.kind} documents a signal twice`);
    assert.deepEqual(kind.derive(definition, new Map()), {}, `${definition.id}: nothing heard, nothing shown`);
    for (const byte of [0x00, 0x01, 0x11, 0x55, 0x7d, 0x99, 0xc8, 0xfb, 0xfe, 0xff]) {
      const heard = new Map(
        kind.bindings(definition).map((binding) => [binding.key, messageOf(rowOf(binding.message), byte)]),
      );
      for (const [name, { reading: shown, from }] of Object.entries(kind.derive(definition, heard))) {
        looked++;
        const spec = specs.get(name);
        assert.ok(spec, `${kind.kind} shows ${name}, which it does not document`);
        assert.ok(heard.has(from), `${kind.kind}.${name} rests on ${from}, which was not heard`);
        if ("status" in shown) continue;
        assert.equal(shown.label, undefined, `${kind.kind}.${name}: words are values`);
        // A generic sensor shows any field in that field's own unit.
        if (typeof shown.value === "number" && !(kind.kind === "sensor" && name === "value")) {
          assert.equal(shown.unit, spec.unit, `${kind.kind}.${name} unit`);
          if (byte === 0xff) assert.fail(`${definition.id}.${name} is ${shown.value} for all ones`);
        }
        if (spec.unit === "%") {
          assert.ok(Number(shown.value) >= 0 && Number(shown.value) <= 127, `${kind.kind}.${name}`);
        }
      }
    }
  }
  assert.equal(looked, 4303);
});

Deno.test("signalsOf() names exactly the signals of `signals` that its definition can have", () => {
  let looked = 0;
  for (const definition of samples) {
    const kind = kindOf(definition);
    const own = kind.signalsOf?.(definition);
    if (!own) continue;
    const all = new Map(kind.signals.map((spec) => [spec.name, spec]));
    for (const { name, unit } of own) {
      looked++;
      assert.equal(all.get(name)?.unit, unit, `${definition.id}.${name}`);
    }
    const heard = new Map(kind.bindings(definition).map(({ key, message }) => [key, messageOf(rowOf(message), 1)]));
    const shown = Object.keys(kind.derive(definition, heard));
    assert.deepEqual(shown.toSorted(), own.map(({ name }) => name).toSorted(), definition.id);
  }
  assert.equal(looked, 131);
});

Deno.test("every documented signal shows when every message is heard", () => {
  // A misspelt field would make a signal that is never there.
  const shown = new Map<string, Set<string>>();
  for (const definition of samples) {
    const kind = kindOf(definition);
    const names = shown.get(kind.kind) ?? new Set();
    shown.set(kind.kind, names);
    for (const byte of [0x00, 0x01, 0x13]) {
      const heard = new Map(
        kind.bindings(definition).map((binding) => [binding.key, messageOf(rowOf(binding.message), byte)]),
      );
      for (const name of Object.keys(kind.derive(definition, heard))) names.add(name);
    }
  }
  let looked = 0;
  for (const kind of Object.values(kinds)) {
    for (const { name } of kind.signals) {
      looked++;
      // The samples have three heat sources, the kind documents eight; only one of the three is a zone.
      if (/^heatSource([4-8]|[23]Setpoint|[12]Outputs)/.test(name)) continue;
      // No byte repeated makes a clock that is set, or a current that can be; tables test these.
      if (name === "utcTime" || name === "powerW") continue;
      // Dimmers have no restart delay and measure no current; a light is on a dimmer in these samples.
      if (kind.kind === "light" && /^(delayActive|currentA)$/.test(name)) continue;
      assert.ok(shown.get(kind.kind)?.has(name), `${kind.kind} documents ${name}, which nothing shows`);
    }
  }
  assert.equal(looked, 319);
});
