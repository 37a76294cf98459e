import assert from "node:assert/strict";
import { entityDefinitionSchema, entityKinds } from "../coach/mod.ts";
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
        const verdict = mayCommand({ definition, entities: [], command: name, coach: states[state], armed: true });
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
    const verdict = mayCommand({ definition, entities: [], command: "move", coach: states.parked, armed: true });
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
  const verdict = mayCommand({ definition, entities: [], command: "start", coach, armed: false });
  assert.deepEqual(verdict, { allow: false, reasons: [`${definition.name} must be armed before "Start".`] });
  assert.deepEqual(mayCommand({ definition, entities: [], command: "stop", coach, armed: false }), { allow: true });
});

Deno.test("mayCommand() takes the owner's word for parked only where the chassis is not heard", () => {
  const definition = sample("awning");
  const ask = (coach: CoachState) =>
    mayCommand({ definition, entities: [], command: "extend", coach, armed: false, ownerSaysParked: true }).allow;
  assert.equal(ask(states.unknown), true);
  assert.equal(ask(states.driving), false);
});

Deno.test("mayCommand() says what is wrong and by what evidence", () => {
  const verdict = mayCommand({
    definition: sample("awning"),
    entities: [],
    command: "extend",
    coach: states.driving,
    armed: false,
  });
  assert.deepEqual(verdict, {
    allow: false,
    reasons: ["Awnings move only when the coach is parked.", "The speed is 80 km/h."],
  });
});

const defined = (fields: Readonly<Record<string, unknown>>): EntityDefinition =>
  entityDefinitionSchema.parse({ name: "Thing", area: "living", ...fields });

/** What is refused of a command while driving, of a coach of these definitions. */
function refusedOf(definition: EntityDefinition, options: {
  readonly others: readonly EntityDefinition[];
  readonly command?: string;
  readonly coach?: CoachState;
}): readonly string[] {
  const { others, command = "turnOn", coach = states.driving } = options;
  const entities = [definition, ...others].map((each) => ({ definition: each }));
  const verdict = mayCommand({ definition, entities, command, coach, armed: true });
  return verdict.allow ? [] : verdict.reasons;
}

const outlet = defined({ id: "outlet", kind: "switch", name: "Outlet", load: { instances: [9] } });
const dinette = defined({ id: "dinette", kind: "light", load: { instances: [8] } });
const set = defined({ id: "set", kind: "light", group: true, load: { instances: [8, 9] } });

Deno.test("mayCommand() lets a group do no more than what shares its outputs, and names it", () => {
  for (const command of ["turnOn", "turnOff", "toggle", "setBrightness"]) {
    assert.deepEqual(refusedOf(set, { others: [dinette, outlet], command }), [
      'It shares dc_dimmer 9 with "Outlet". A switched output may be anything, so it is left alone while driving.',
      "The speed is 80 km/h.",
    ]);
  }
  assert.deepEqual(refusedOf(set, { others: [dinette, outlet], coach: states.parked }), []);
  assert.deepEqual(refusedOf(set, { others: [dinette] }), []);
  const awning = defined({ id: "awning", kind: "awning", motor: { pair: { forward: 8, reverse: 30 } } });
  const slide = defined({ id: "slide", kind: "slide", motor: { pair: { forward: 31, reverse: 9 } } });
  assert.match(refusedOf(set, { others: [awning], coach: states.unknown })[0] ?? "", /^It shares dc_dimmer 8 with/);
  assert.match(refusedOf(set, { others: [slide], coach: states.parked })[0] ?? "", /Slides are shown, never moved/);
});

Deno.test("mayCommand() binds any second entity of an output, and a lamp not by the set that it is in", () => {
  const second = defined({ id: "second", kind: "light", load: { instances: [9] } });
  assert.match(refusedOf(second, { others: [outlet] })[0] ?? "", /^It shares dc_dimmer 9 with "Outlet"/);
  const all = defined({ id: "all", kind: "switch", group: true, load: { instances: [8] } });
  assert.deepEqual(refusedOf(dinette, { others: [all] }), []);
  const other = defined({ id: "other", kind: "light", group: true, load: { instances: [8] } });
  assert.match(refusedOf(other, { others: [all] })[0] ?? "", /^It shares dc_dimmer 8 with/);
});

const allOfThem: readonly (readonly [fields: Readonly<Record<string, unknown>>, command: string])[] = [
  [{ kind: "light", load: { via: "dc_load", instances: [0] } }, "turnOn"],
  [{ kind: "light", load: { instances: [4, 0] } }, "turnOff"],
  [{ kind: "switch", load: { via: "ac_load", instances: [0] } }, "turnOn"],
  [{ kind: "awning", motor: { pair: { forward: 0, reverse: 5 } } }, "extend"],
  [{ kind: "awning", motor: { instance: 0 } }, "retract"],
  [{ kind: "shade", motor: { pair: { forward: 4, reverse: 0 } } }, "open"],
  [{ kind: "lock", motor: { instance: 0 } }, "lock"],
  [{ kind: "fan", driver: { instance: 0 } }, "turnOn"],
  [{ kind: "fan", driver: { instance: 1 }, lid: { forward: 0, reverse: 5 } }, "openLid"],
  [{ kind: "water_pump", driver: { load: { instances: [0] } } }, "turnOff"],
  [{ kind: "water_heater", burner: { instances: [0] } }, "setBurner"],
  [{ kind: "generator", driver: { start: { instances: [0] }, stop: { instances: [5] } } }, "start"],
];

Deno.test("mayCommand() commands nothing whose output is all of them at once, whatever the coach does", () => {
  for (const [fields, command] of allOfThem) {
    const definition = defined({ id: "thing", ...fields });
    const reasons = refusedOf(definition, { others: [], command, coach: states.parked });
    assert.equal(reasons.length, 1, JSON.stringify(fields));
    assert.match(reasons[0] ?? "", /^Its output is mapped as [a-z_ ]+ 0, and on the bus 0 means all of them at once/);
  }
  const zone = defined({ id: "zone", kind: "thermostat", instance: 0 });
  assert.deepEqual(refusedOf(zone, { others: [], command: "setMode" }), []);
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
  ["the chassis says brake released, the engine that it runs", [
    chassis({ parkBrakeSet: false }),
    chassis({ engineRpm: 700 }, { kind: "engine" }),
  ], "driving"],
  ["the chassis says brake released, the transmission that a gear is in", [
    chassis({ parkBrakeSet: false }),
    chassis({ gear: "reverse 1" }, { kind: "engine" }),
  ], "driving"],
  ["the chassis says brake set, the engine that it runs", [
    chassis({ parkBrakeSet: true }),
    chassis({ engineRpm: 700 }, { kind: "engine" }),
  ], "parked"],
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
