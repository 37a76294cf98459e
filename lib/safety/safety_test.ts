import assert from "node:assert/strict";
import { entityKinds } from "../coach/mod.ts";
import { type EntityDefinition, type EntityState, kindOf } from "../entities/mod.ts";
import { sampleDefinitions } from "../entities/sample_definitions.ts";
import { type CoachState, coachState, type DrivingState, type ObservedEntity } from "./coach_state.ts";
import { interlocks } from "./interlocks.ts";
import { mayCommand } from "./may_command.ts";

const states: Readonly<Record<DrivingState, CoachState>> = {
  parked: { driving: "parked", evidence: ["The park brake is set and the coach stands."] },
  driving: { driving: "driving", evidence: ["The speed is 80 km/h."] },
  unknown: { driving: "unknown", evidence: ["The chassis is not heard on the bus."] },
};

/** Kind and command → allowed when parked, unknown, driving: `+` or `-`; armed where it must be. */
const answers: Readonly<Record<string, string>> = {
  "light turnOn": "+++",
  "light turnOff": "+++",
  "light toggle": "+++",
  "light setBrightness": "+++",
  "switch turnOn": "++-",
  "switch turnOff": "++-",
  "switch toggle": "++-",
  "lock lock": "+++",
  "lock unlock": "++-",
  "thermostat setMode": "+++",
  "thermostat setHeatSetpoint": "+++",
  "thermostat setCoolSetpoint": "+++",
  "thermostat setFanMode": "+++",
  "thermostat setFanSpeed": "+++",
  "thermostat setHeatSource": "+++",
  "air_conditioner setMode": "+++",
  "air_conditioner setFanSpeed": "+++",
  "air_conditioner setOutput": "+++",
  "furnace setMode": "+++",
  "furnace setFanSpeed": "+++",
  "furnace setOutput": "+++",
  "furnace setHeatSource": "+++",
  "fan turnOn": "+++",
  "fan turnOff": "+++",
  "fan setFanSpeed": "+++",
  "fan openLid": "++-",
  "fan closeLid": "+++",
  "fan stopLid": "+++",
  "water_heater setMode": "++-",
  "water_heater setSetpoint": "++-",
  "water_heater setBurner": "++-",
  "water_heater setElectric": "++-",
  "water_pump turnOn": "++-",
  "water_pump turnOff": "+++",
  "inverter turnOn": "++-",
  "inverter turnOff": "++-",
  "inverter setLoadSense": "++-",
  "inverter setPassThrough": "++-",
  "charger turnOn": "++-",
  "charger turnOff": "++-",
  "charger forceCharge": "++-",
  "solar_controller turnOn": "++-",
  "solar_controller turnOff": "++-",
  "solar_controller forceCharge": "++-",
  "generator start": "++-",
  "generator stop": "+++",
  "shade open": "+++",
  "shade close": "+++",
  "shade stop": "+++",
  "awning extend": "+--",
  "awning retract": "+--",
  "awning stop": "+++",
};

Deno.test("mayCommand() has an explicit answer for each kind, command and state of the coach", () => {
  const looked = new Set<string>();
  let asked = 0;
  for (const definition of sampleDefinitions()) {
    for (const { name } of kindOf(definition).commands(definition)) {
      const key = `${definition.kind} ${name}`;
      looked.add(key);
      const answer = (["parked", "unknown", "driving"] as const).map((state) => {
        asked++;
        const verdict = mayCommand({ definition, command: name, coach: states[state], armed: true });
        if (!verdict.allow) {
          assert.ok(verdict.reasons.length > 0 && verdict.reasons.every((reason) => /^[A-Z].*\.$/.test(reason)), key);
        }
        return verdict.allow ? "+" : "-";
      }).join("");
      assert.equal(answer, answers[key], key);
    }
  }
  assert.deepEqual([...looked].sort(), Object.keys(answers).sort());
  assert.equal(asked, 258);
});

Deno.test("every kind has interlocks, and what has no commands is never commanded", () => {
  assert.deepEqual(Object.keys(interlocks).sort(), [...entityKinds].sort());
  for (const definition of sampleDefinitions()) {
    if (kindOf(definition).commands(definition).length > 0) continue;
    const verdict = mayCommand({ definition, command: "move", coach: states.parked, armed: true });
    assert.equal(verdict.allow, false, definition.kind);
  }
});

function sample(kind: EntityDefinition["kind"]): EntityDefinition {
  const found = sampleDefinitions().find((definition) => definition.kind === kind);
  assert.ok(found);
  return found;
}

Deno.test("mayCommand() starts no generator that is not armed, and stops it unarmed", () => {
  const definition = sample("generator");
  const coach = states.parked;
  const verdict = mayCommand({ definition, command: "start", coach, armed: false });
  assert.deepEqual(verdict, { allow: false, reasons: [`${definition.name} must be armed before "Start".`] });
  assert.deepEqual(mayCommand({ definition, command: "stop", coach, armed: false }), { allow: true });
});

Deno.test("mayCommand() takes the owner's word for parked only where the chassis is not heard", () => {
  const definition = sample("awning");
  const ask = (coach: CoachState) =>
    mayCommand({ definition, command: "extend", coach, armed: false, ownerSaysParked: true }).allow;
  assert.equal(ask(states.unknown), true);
  assert.equal(ask(states.driving), false);
});

Deno.test("mayCommand() says what is wrong and by what evidence", () => {
  const verdict = mayCommand({ definition: sample("awning"), command: "extend", coach: states.driving, armed: false });
  assert.deepEqual(verdict, {
    allow: false,
    reasons: ["Awnings move only when the coach is parked.", "The speed is 80 km/h."],
  });
});

const chassis = (
  state: Readonly<Record<string, string | number | boolean>>,
  options: { readonly kind?: "chassis" | "engine" | "light"; readonly freshness?: ObservedEntity["freshness"] } = {},
): ObservedEntity => ({
  definition: { kind: options.kind ?? "chassis" },
  state: Object.fromEntries(Object.entries(state).map(([name, value]) => [name, { value }])) as EntityState,
  freshness: options.freshness ?? "live",
});

const stateCases: readonly (readonly [what: string, entities: readonly ObservedEntity[], wanted: DrivingState])[] = [
  ["no chassis on the bus", [], "unknown"],
  ["other kinds are passed over", [chassis({ speedKmh: 80 }, { kind: "light" })], "unknown"],
  ["brake set and standing", [chassis({ parkBrakeSet: true, speedKmh: 0 })], "parked"],
  ["brake set, speed never heard", [chassis({ parkBrakeSet: true })], "parked"],
  ["brake set with the engine at idle", [chassis({ parkBrakeSet: true, speedKmh: 0, engineRpm: 700 })], "parked"],
  ["brake set and yet it rolls", [chassis({ parkBrakeSet: true, speedKmh: 12 })], "driving"],
  ["80 km/h", [chassis({ parkBrakeSet: false, speedKmh: 80 })], "driving"],
  ["brake released, in gear, standing at a light", [
    chassis({ parkBrakeSet: false, speedKmh: 0, gear: "forward 1" }),
  ], "driving"],
  ["brake released, neutral, engine runs", [
    chassis({ parkBrakeSet: false, speedKmh: 0, gear: "neutral", engineRpm: 700 }),
  ], "driving"],
  ["brake released, ignition on", [chassis({ parkBrakeSet: false, ignitionOn: true })], "driving"],
  ["brake released, all else off", [chassis({ parkBrakeSet: false, speedKmh: 0, ignitionOn: false })], "unknown"],
  ["standing, brake never heard", [chassis({ speedKmh: 0 })], "unknown"],
  ["restored from before a restart", [chassis({ parkBrakeSet: true }, { freshness: "restored" })], "unknown"],
  ["parked and gone silent", [chassis({ parkBrakeSet: true, speedKmh: 0 }, { freshness: "stale" })], "unknown"],
  ["driving and gone silent", [chassis({ speedKmh: 80 }, { freshness: "stale" })], "driving"],
  ["house says parked, engine bus says rolling", [
    chassis({ parkBrakeSet: true, speedKmh: 0 }),
    chassis({ parkBrakeSet: true, speedKmh: 30 }, { kind: "engine" }),
  ], "driving"],
  ["house says brake set, engine bus says released", [
    chassis({ parkBrakeSet: true, speedKmh: 0 }),
    chassis({ parkBrakeSet: false, speedKmh: 0 }, { kind: "engine" }),
  ], "unknown"],
];

for (const [what, entities, wanted] of stateCases) {
  Deno.test(`coachState(): ${what}: ${wanted}`, () => {
    const { driving, evidence } = coachState(entities);
    assert.equal(driving, wanted);
    assert.ok(evidence.length > 0 && evidence.every((text) => /^[A-Z].*\.$/.test(text)));
  });
}

Deno.test("coachState() takes a speed that is not available for no speed", () => {
  const state: EntityState = { parkBrakeSet: { value: true }, speedKmh: { status: "notAvailable" } };
  const entity: ObservedEntity = { definition: { kind: "chassis" }, state, freshness: "live" };
  assert.equal(coachState([entity]).driving, "parked");
});
