import assert from "node:assert/strict";
import { createProtocol } from "../protocol/mod.ts";
import { operatingSignals } from "./operating_signals.ts";
import { fieldWords, messageWords, readingWords } from "./reading_words.ts";
import { kindOf } from "./registry.ts";
import { sampleDefinitions } from "./sample_definitions.ts";
import type { Message } from "./types.ts";

const { codec, tables } = createProtocol();

/** Fields by weight, heaviest first: `4:motion,position 1:low_voltage`. */
function summary(message: string): string {
  const row = codec.rowNamed(message);
  assert.ok(row, message);
  const signals = operatingSignals(row);
  return ([4, 3, 2, 1] as const).flatMap((weight) => {
    const names = signals.filter((signal) => signal.weight === weight).map(({ name }) => name);
    return names.length === 0 ? [] : [`${weight}:${names.join(",")}`];
  }).join(" ");
}

Deno.test("operatingSignals() weighs what somebody moves over what moves by itself, and leaves out what is measured", () => {
  const cases: Readonly<Record<string, string>> = {
    DC_DIMMER_STATUS_3:
      "4:operating_status_brightness,load_status 1:lock_status,overcurrent_status,override_status,enable_status,interlock_status,undercurrent",
    AC_LOAD_STATUS: "4:operating_status 3:operating_mode",
    DIGITAL_INPUT_STATUS: "3:position",
    LOCK_STATUS: "4:lock_status,motion,position",
    WATER_PUMP_STATUS: "4:operating_status 2:pump_status,water_hookup_detected",
    THERMOSTAT_STATUS_1: "3:operating_mode,fan_mode,schedule_mode,fan_speed,setpoint_temp_heat,setpoint_temp_cool",
    AIR_CONDITIONER_STATUS: "3:operating_mode 2:fan_speed,air_conditioning_output_level",
    THERMOSTAT_AMBIENT_STATUS: "",
    TANK_STATUS: "",
    DC_SOURCE_STATUS_1: "",
    DC_SOURCE_STATUS_2: "",
    DATE_TIME_STATUS: "",
    GENERATOR_STATUS_1: "2:status",
    INVERTER_AC_STATUS_1: "",
    CHARGER_STATUS: "3:force_charge 2:operating_state",
    ROOF_FAN_STATUS_1:
      "4:system_status,light,fan_speed_setting,dome_position 3:fan_mode,speed_mode,wind_direction_switch,set_point",
  };
  for (const [message, wanted] of Object.entries(cases)) assert.equal(summary(message), wanted, message);
});

Deno.test("operatingSignals() has no instance, no measured unit and no index out of the row, in any row", () => {
  let looked = 0;
  for (const row of tables.rvc.messages) {
    for (const { index, name } of operatingSignals(row)) {
      looked++;
      const signal = row.signals[index];
      assert.equal(signal?.name, name);
      assert.notEqual(name, row.instanceField);
      assert.ok(
        signal.unit === undefined || signal.unit === "%" || /set_?(point|temp)/.test(name),
        `${row.name}.${name}`,
      );
    }
  }
  assert.ok(looked > 500, `looked at ${looked}`);
});

Deno.test("every message that confirms a command has a signal that shows that something was operated", () => {
  let looked = 0;
  for (const definition of sampleDefinitions()) {
    const kind = kindOf(definition);
    const bindings = new Map(kind.bindings(definition).map((binding) => [binding.key, binding.message]));
    for (const { name, parameters } of kind.commands(definition)) {
      if (parameters.some(({ required }) => required)) continue;
      const plan = kind.plan(definition, {}, { command: name, parameters: {} });
      if (plan.kind === "refusal") continue;
      for (const key of plan.confirmedBy) {
        looked++;
        const row = codec.rowNamed(bindings.get(key) ?? "");
        assert.ok(row && operatingSignals(row).some(({ weight }) => weight >= 2), `${definition.id} ${key}`);
      }
    }
  }
  assert.ok(looked >= 60, `looked at ${looked}`);
});

function messageOf(message: string, values: Parameters<typeof codec.encode>[0]["values"]): Message {
  const { id, data } = codec.encode({ message, values }, 1);
  return codec.decode(id, data) as Message;
}

Deno.test("messageWords() says what the device does first, and leaves out what has no value", () => {
  assert.equal(
    messageWords(messageOf("DC_DIMMER_STATUS_3", { instance: 1, operating_status_brightness: 50, load_status: 1 })),
    "brightness 50 %, load on",
  );
  assert.equal(
    messageWords(messageOf("AWNING_STATUS", { instance: 1, motion: "extending", position: 12.5, low_voltage: 0 })),
    "motion extending, position 12.5 %",
  );
  assert.equal(
    messageWords(messageOf("THERMOSTAT_AMBIENT_STATUS", { instance: 1, ambient_temp: 21 })),
    "ambient temp 21 °C",
  );
  assert.equal(messageWords(messageOf("THERMOSTAT_AMBIENT_STATUS", { instance: 1 })), "");
  assert.equal(
    messageWords(messageOf("TANK_STATUS", { instance: 0, relative_level: 1, resolution: 4 })),
    "relative level 1, resolution 4",
  );
  assert.equal(messageWords(messageOf("AC_LOAD_STATUS_2", { instance: 1, lock_status: "locked" })), "lock locked");
});

Deno.test("readingWords() has words for numbers, labels and what has no value", () => {
  assert.equal(readingWords({ value: 12.345, unit: "V" }), "12.3 V");
  assert.equal(readingWords({ value: true }), "on");
  assert.equal(readingWords({ value: 251, label: "value_is_changing" }), "changing");
  assert.equal(readingWords({ status: "error" }), "sensor error");
  assert.equal(fieldWords("fuel_source"), "fuel source");
});
