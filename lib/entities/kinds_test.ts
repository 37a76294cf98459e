import assert from "node:assert/strict";
import { type EntityDefinition, entityDefinitionSchema } from "../coach/mod.ts";
import { createProtocol, type Message } from "../protocol/mod.ts";
import { kindOf } from "./registry.ts";
import type { Command, EntityState, PlannedMessage, Reading } from "./types.ts";

const { codec } = createProtocol();

function define(kind: string, rest: Readonly<Record<string, unknown>>): EntityDefinition {
  return entityDefinitionSchema.parse({ id: "thing", name: "Thing", area: "here", kind, ...rest });
}

/** Frames as candump prints them: `19FEDA8E#197C0CFCFF0504FF`. */
function messageOf(frame: string): Message {
  const [id = "", hex = ""] = frame.split("#");
  const data = Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));
  const decoded = codec.decode(parseInt(id, 16), data);
  assert.equal(decoded.kind, "message", frame);
  return decoded as Message;
}

function stateOf(definition: EntityDefinition, frames: Readonly<Record<string, string>>): EntityState {
  const heard = new Map(Object.entries(frames).map(([key, frame]) => [key, messageOf(frame)]));
  const keys = kindOf(definition).bindings(definition).map(({ key }) => key);
  for (const key of heard.keys()) assert.ok(keys.includes(key), `${key} is no binding, expected one of ${keys}`);
  const derived = kindOf(definition).derive(definition, heard);
  return Object.fromEntries(Object.entries(derived).map(([name, { reading }]) => [name, reading]));
}

const notAvailable: Reading = { status: "notAvailable" };
const outOfRange: Reading = { status: "outOfRange" };
const on = { value: true };
const off = { value: false };
const dimmer = (instances: readonly number[]) => ({ load: { via: "dc_dimmer", instances } });
const pair = { pair: { forward: 24, reverse: 25, seconds: 2 } };

interface StateCase {
  readonly what: string;
  readonly definition: EntityDefinition;
  /** Binding key → frame. */
  readonly heard: Readonly<Record<string, string>>;
  /** Signals that must read so; `undefined`: must be absent. */
  readonly shows: Readonly<Record<string, Reading | undefined>>;
}

const stateCases: readonly StateCase[] = [
  {
    what: "light at 6 % (capture, 2021 Entegra Aspire)",
    definition: define("light", dimmer([25])),
    heard: { "dimmer:25": "19FEDA8E#197C0CFCFF0504FF" },
    shows: {
      on,
      brightnessPct: { value: 6, unit: "%" },
      changing: off,
      flashing: off,
      lastCommand: { value: "toggle" },
      locked: off,
      overcurrent: notAvailable,
      outputsOn: undefined,
      mixed: undefined,
    },
  },
  {
    what: "light off (capture, 2021 Entegra Aspire)",
    definition: define("light", dimmer([38])),
    heard: { "dimmer:38": "19FEDA8E#267C00FCFF0500FF" },
    shows: { on: off, brightnessPct: { value: 0, unit: "%" } },
  },
  {
    what: "light that is never heard is not seeded off",
    definition: define("light", dimmer([38])),
    heard: {},
    shows: { on: undefined, brightnessPct: undefined },
  },
  {
    what: "light without a level is not off",
    definition: define("light", dimmer([25])),
    heard: { "dimmer:25": "19FEDA8E#197CFFFFFFFFFFFF" },
    shows: { on: notAvailable, brightnessPct: notAvailable },
  },
  {
    what: "light that ramps states no number (251 is not 125.5 %), and its load bit says on",
    definition: define("light", dimmer([5])),
    heard: { "dimmer:5": "19FEDA8E#05FFFBFCFF1104FF" },
    shows: { on, brightnessPct: notAvailable, changing: on },
  },
  {
    what: "light that ramps to zero is off by its load bit",
    definition: define("light", dimmer([5])),
    heard: { "dimmer:5": "19FEDA8E#05FFFBFCFF1100FF" },
    shows: { on: off, changing: on },
  },
  {
    what: "light with a level that no status has",
    definition: define("light", dimmer([5])),
    heard: { "dimmer:5": "19FEDA8E#05FFE6FCFF11FFFF" },
    shows: { brightnessPct: outOfRange },
  },
  {
    what: "two outputs, one on, one never heard: on",
    definition: define("light", dimmer([25, 26])),
    heard: { "dimmer:25": "19FEDA8E#197C64FCFF0504FF" },
    shows: { on, brightnessPct: { value: 50, unit: "%" }, outputsOn: undefined, mixed: undefined },
  },
  {
    what: "two outputs, one off, one never heard: nobody knows",
    definition: define("light", dimmer([25, 26])),
    heard: { "dimmer:25": "19FEDA8E#197C00FCFF0500FF" },
    shows: { on: undefined, brightnessPct: undefined },
  },
  {
    what: "two outputs off",
    definition: define("light", dimmer([25, 26])),
    heard: { "dimmer:25": "19FEDA8E#197C00FCFF0500FF", "dimmer:26": "19FEDA8E#1A7C00FCFF0500FF" },
    shows: { on: off, brightnessPct: { value: 0, unit: "%" }, outputsOn: { value: 0 }, mixed: off },
  },
  {
    what: "two outputs that differ: the brightest, and that they differ",
    definition: define("light", dimmer([25, 26])),
    heard: { "dimmer:25": "19FEDA8E#197C64FCFF0504FF", "dimmer:26": "19FEDA8E#1A7C00FCFF0500FF" },
    shows: { on, brightnessPct: { value: 50, unit: "%" }, outputsOn: { value: 1 }, mixed: on },
  },
  {
    what: "AC load off (capture, 2018)",
    definition: define("switch", { load: { via: "ac_load", instances: [219] } }),
    heard: { "acLoad:219": "19FFBF93#DBFF0060000BFFFF" },
    shows: { on: off, delayActive: off, currentA: notAvailable },
  },
  {
    what: "AC load in its restart lock-out (0xFC)",
    definition: define("switch", { load: { via: "ac_load", instances: [213] } }),
    heard: { "acLoad:213": "19FFBF9C#D5FFFC60000BFFFF" },
    shows: { on: notAvailable, delayActive: on },
  },
  {
    what: "DC load with 5 A",
    definition: define("switch", { load: { via: "dc_load", instances: [3] } }),
    heard: { "dcLoad:3": "19FFBD92#03FFC8010005647D" },
    shows: { on, currentA: { value: 5, unit: "A" } },
  },
  {
    what: "DC load with a zero-filled current has none (capture)",
    definition: define("switch", { load: { via: "dc_load", instances: [34] } }),
    heard: { "dcLoad:34": "19FFBD80#2200C80000000000" },
    shows: { on, currentA: outOfRange },
  },
  {
    what: "black tank 0/3 (capture)",
    definition: define("tank", { instance: 1, contents: "black" }),
    heard: { tank: "19FFB780#010003FFFFFFFFFF" },
    shows: { levelPct: { value: 0, unit: "%" }, volumeL: notAvailable, capacityL: notAvailable },
  },
  {
    what: "full tank 3/3 (capture)",
    definition: define("tank", { instance: 20, contents: "gray" }),
    heard: { tank: "19FFB780#140303FFFFFFFFFF" },
    shows: { levelPct: { value: 100, unit: "%" } },
  },
  {
    what: "tank with 1/3 and litres",
    definition: define("tank", { instance: 0, contents: "fresh" }),
    heard: { tank: "19FFB7AF#00010364002C01FF" },
    shows: {
      levelPct: { value: 33.3, unit: "%" },
      volumeL: { value: 100, unit: "L" },
      capacityL: { value: 300, unit: "L" },
    },
  },
  {
    what: "tank of resolution 0 has no level",
    definition: define("tank", { instance: 0, contents: "fresh" }),
    heard: { tank: "19FFB7AF#000300FFFFFFFFFF" },
    shows: { levelPct: notAvailable },
  },
  {
    what: "tank of resolution 255 has no level",
    definition: define("tank", { instance: 0, contents: "fresh" }),
    heard: { tank: "19FFB7AF#0003FFFFFFFFFFFF" },
    shows: { levelPct: notAvailable },
  },
  {
    what: "tank that counts more than it has is out of range",
    definition: define("tank", { instance: 0, contents: "fresh" }),
    heard: { tank: "19FFB7AF#000403FFFFFFFFFF" },
    shows: { levelPct: outOfRange },
  },
  {
    what: "thermostat cooling (capture, 2021 Entegra Aspire), ambient numbered apart",
    definition: define("thermostat", { instance: 0, ambientInstance: 5 }),
    heard: { zone: "19FFE28E#001164BA24BA2400", ambient: "19FF9C8E#055F25FFFFFFFFFF" },
    shows: {
      ambientC: { value: 25.96875, unit: "degC" },
      operatingMode: { value: "cool" },
      fanMode: { value: "on" },
      fanSpeedPct: { value: 50, unit: "%" },
      heatSetpointC: { value: 20.8125, unit: "degC" },
      coolSetpointC: { value: 20.8125, unit: "degC" },
      scheduleEnabled: off,
    },
  },
  {
    what: "heat sources: a zone and an AC load",
    definition: define("thermostat", {
      instance: 0,
      heatSources: [{ name: "Loop", zone: 3 }, { name: "Electric", load: { via: "ac_load", instances: [212] } }],
    }),
    heard: { source1: "19FFE29C#03020060246024FF", "source2:acLoad:212": "19FFBF9C#D4FFC860000BFFFF" },
    shows: {
      operatingMode: undefined,
      heatSource1On: on,
      heatSource1SetpointC: { value: 18, unit: "degC" },
      heatSource2On: on,
    },
  },
  {
    what: "ambient sensor that is not plugged in (capture, raw 0x1705)",
    definition: define("temperature", { instance: 0 }),
    heard: { ambient: "19FF9C8E#000517FFFFFFFFFF" },
    shows: { ambientC: notAvailable },
  },
  {
    what: "ambient sensor that cannot be right",
    definition: define("temperature", { instance: 0 }),
    heard: { ambient: "19FF9C8E#000010FFFFFFFFFF" },
    shows: { ambientC: outOfRange },
  },
  {
    what: "ambient sensor in error",
    definition: define("temperature", { instance: 2 }),
    heard: { ambient: "19FF9C58#02FEFFFFFFFFFFFF" },
    shows: { ambientC: { status: "error" } },
  },
  {
    what: "battery at rest (capture, 2018)",
    definition: define("battery", { instance: 1 }),
    heard: { source1: "19FFFD42#0164020100943577" },
    shows: {
      packVoltageV: { value: 12.9, unit: "V" },
      currentA: { value: 0, unit: "A" },
      powerW: { value: 0, unit: "W" },
      reportedBy: { value: "inverter_charger" },
    },
  },
  {
    what: "battery that gives 10 A reads −10 A: positive is charging",
    definition: define("battery", { instance: 1 }),
    heard: { source1: "19FFFD42#0178000110BB3577" },
    shows: { currentA: { value: -10, unit: "A" }, powerW: { value: -128, unit: "W" } },
  },
  {
    what: "voltmeter with a zero-filled current has none (capture)",
    definition: define("battery", { instance: 1 }),
    heard: { source1: "19FFFD80#0114060100000000" },
    shows: { packVoltageV: { value: 13.1, unit: "V" }, currentA: outOfRange, powerW: undefined },
  },
  {
    what: "battery charge and time",
    definition: define("battery", { instance: 1 }),
    heard: { source2: "19FFFC45#01786024502C01FE" },
    shows: {
      stateOfChargePct: { value: 40, unit: "%" },
      timeRemainingMin: { value: 300, unit: "min" },
      timeRemainingTo: { status: "error" },
      temperatureC: { value: 18, unit: "degC" },
    },
  },
  {
    what: "state of charge above 100 % is out of range",
    definition: define("battery", { instance: 1 }),
    heard: { source2: "19FFFC45#01786024FAFFFF01" },
    shows: { stateOfChargePct: outOfRange, timeRemainingMin: notAvailable, timeRemainingTo: { value: "to_full" } },
  },
  {
    what: "generator stopped (capture, 2018)",
    definition: define("generator", { driver: { dgn: "generator" } }),
    heard: { status: "19FFDC93#005E010000FFFFFF" },
    shows: {
      status: { value: "stopped" },
      running: off,
      runTimeH: { value: 5.8, unit: "h" },
      loadPct: notAvailable,
      startBatteryV: notAvailable,
    },
  },
  {
    what: "generator running",
    definition: define("generator", { driver: { dgn: "generator" } }),
    heard: { status: "19FFDC40#0310270000641801" },
    shows: { running: on, loadPct: { value: 50, unit: "%" }, startBatteryV: { value: 14, unit: "V" } },
  },
  {
    what: "water heater that is zero-filled has no temperatures (public test)",
    definition: define("water_heater", { instance: 1 }),
    heard: { status: "19FFF780#0100000000000000" },
    shows: { operatingMode: { value: "off" }, setpointC: outOfRange, waterC: outOfRange, burnerLit: off },
  },
  {
    what: "water heater on gas and electric",
    definition: define("water_heater", { instance: 1 }),
    heard: { status: "19FFF765#0103402780271500" },
    shows: { operatingMode: { value: "gas_electric" }, waterC: { value: 43, unit: "degC" }, demand: on, burnerLit: on },
  },
  {
    what: "Aqua-Hot by its AC loads",
    definition: define("water_heater", {
      burner: { via: "ac_load", instances: [210] },
      electric: { via: "ac_load", instances: [212] },
    }),
    heard: { "burner:acLoad:210": "19FFBF9C#D2FF0060000BFFFF", "electric:acLoad:212": "19FFBF9C#D4FFC860000BFFFF" },
    shows: { burnerOn: off, electricOn: on, burnerOutputsOn: undefined },
  },
  {
    what: "inverter",
    definition: define("inverter", { instance: 1 }),
    heard: { status: "19FFD442#010114FDFFFFFFFF" },
    shows: { on, operatingState: { value: "invert" }, loadSense: on, passThrough: off, generatorSupport: on },
  },
  {
    what: "charger in bulk",
    definition: define("charger", { instance: 1 }),
    heard: { status: "19FFC742#012001207D640215" },
    shows: {
      operatingState: { value: "bulk" },
      controlVoltageV: { value: 14.4, unit: "V" },
      controlCurrentA: { value: 1.6, unit: "A" },
      forced: { value: "force_charge_to_bulk" },
    },
  },
  {
    what: "AC line of a transfer switch",
    definition: define("ac_source", { point: "transfer_switch", instance: 1 }),
    heard: { secondaryLine1: "0DFFAD4F#1160093A7D001E00" },
    shows: {
      secondaryLine1VoltageV: { value: 120, unit: "V" },
      secondaryLine1CurrentA: { value: 2.9, unit: "A" },
      secondaryLine1FrequencyHz: { value: 60, unit: "Hz" },
      secondaryLine1OpenGround: off,
      primaryLine1VoltageV: undefined,
      line1VoltageV: undefined,
    },
  },
  {
    what: "shade that opens",
    definition: define("shade", { motor: { instance: 5 } }),
    heard: { status: "19FEDE86#05FFC8141E81F4FF" },
    shows: { motion: { value: "opening" }, overridden: on, locked: off, lastCommand: { value: "forward" } },
  },
  {
    what: "awning that retracts",
    definition: define("awning", { motor: { instance: 1 } }),
    heard: { status: "19FEF382#0102C80000016400" },
    shows: { motion: { value: "retracting" }, positionPct: { value: 100, unit: "%" }, lightOn: on, parkedLockout: off },
  },
  {
    what: "awning pair that extends",
    definition: define("awning", { motor: pair }),
    heard: { "pair:forward": "19FEDA8E#18FFC8FCFF0104FF" },
    shows: { motion: { value: "extending" }, positionPct: undefined },
  },
  {
    what: "awning pair of which one direction was never heard stands or not, nobody knows",
    definition: define("awning", { motor: pair }),
    heard: { "pair:forward": "19FEDA8E#18FF00FCFF0300FF" },
    shows: { motion: undefined },
  },
  {
    what: "awning pair that stands",
    definition: define("awning", { motor: pair }),
    heard: { "pair:forward": "19FEDA8E#18FF00FCFF0300FF", "pair:reverse": "19FEDA8E#19FF00FCFF0300FF" },
    shows: { motion: { value: "stopped" } },
  },
  {
    what: "pair with both directions on is an error of the coach",
    definition: define("slide", { motor: pair }),
    heard: { "pair:forward": "19FEDA8E#18FFC8FCFF0104FF", "pair:reverse": "19FEDA8E#19FFC8FCFF0104FF" },
    shows: { motion: { status: "error" } },
  },
  {
    what: "slide locked out by the park brake",
    definition: define("slide", { motor: { instance: 2 } }),
    heard: { status: "19FFE854#0201640401FFFFFF" },
    shows: {
      motion: { value: "extending" },
      positionPct: { value: 50, unit: "%" },
      secured: on,
      parkBrakeLockout: on,
      jacksLockout: off,
    },
  },
  {
    what: "door lock",
    definition: define("lock", { motor: { instance: 1 } }),
    heard: { status: "19FEE587#01FD00C81801FFFF" },
    shows: { locked: on, motion: { value: "stopped" }, supplyV: { value: 14, unit: "V" } },
  },
  {
    what: "roof fan",
    definition: define("fan", { driver: { instance: 1 } }),
    heard: { status: "19FEA78E#0115C80560248025" },
    shows: {
      on,
      fanSpeedPct: { value: 100, unit: "%" },
      direction: { value: "air_in" },
      lid: { value: "quarter_open" },
    },
  },
  {
    what: "chassis parked with the engine at idle",
    definition: define("chassis", {}),
    heard: { mobility: "19FFF49C#C012000001017D7D" },
    shows: {
      parkBrakeSet: on,
      speedKmh: { value: 0, unit: "km/h" },
      gear: { value: "neutral" },
      engineRpm: { value: 600, unit: "rpm" },
      ignitionOn: on,
    },
  },
  {
    what: "chassis at 80 km/h",
    definition: define("chassis", {}),
    heard: { mobility: "19FFF49C#C012005000047E7F" },
    shows: {
      parkBrakeSet: off,
      speedKmh: { value: 80, unit: "km/h" },
      gear: { value: "forward 1" },
      gearSelected: { value: "forward 2" },
    },
  },
  {
    what: "chassis that knows nothing but its gear",
    definition: define("chassis", {}),
    heard: { mobility: "19FFF49C#FFFFFFFFFFFFFB7C" },
    shows: { speedKmh: notAvailable, gear: { value: "park" }, gearSelected: { value: "reverse 1" } },
  },
  {
    what: "clock set, five hours west",
    definition: define("clock", {}),
    heard: { clock: "19FFFF75#190A030610200405" },
    shows: {
      isSet: on,
      localTime: { value: "2025-10-03T16:32:04" },
      utcTime: { value: "2025-10-03T21:32:04Z" },
      hoursWestOfUtc: { value: 5, unit: "h_west_of_utc" },
    },
  },
  {
    what: "clock in the year 2000 gives no time (capture)",
    definition: define("clock", {}),
    heard: { clock: "19FFFF9C#0001020202370AFF" },
    shows: { isSet: off, localTime: outOfRange, utcTime: undefined, hoursWestOfUtc: notAvailable },
  },
  {
    what: "clock on 31 February",
    definition: define("clock", {}),
    heard: { clock: "19FFFF75#19021F0610200405" },
    shows: { localTime: outOfRange, isSet: outOfRange },
  },
  {
    what: "door by a digital input",
    definition: define("sensor", { message: "DIGITAL_INPUT_STATUS", field: "position", instance: 4, meaning: "door" }),
    heard: { sensor: "19FFB89C#0401FFFFFFFFFFFF" },
    shows: { open: on },
  },
];

for (const { what, definition, heard, shows } of stateCases) {
  Deno.test(`derive(): ${definition.kind}: ${what}`, () => {
    const state = stateOf(definition, heard);
    for (const [name, reading] of Object.entries(shows)) assert.deepEqual(state[name], reading, name);
  });
}

interface CommandCase {
  readonly what: string;
  readonly definition: EntityDefinition;
  readonly command: string;
  readonly parameters?: Command["parameters"];
  readonly state?: EntityState;
  /** Frames from source address F9, `@` and the ms before them when not at once. */
  readonly sends: readonly string[];
  readonly stops?: readonly string[];
  /** Answers that settle it as confirmed, and near misses that must not. */
  readonly confirmed: Readonly<Record<string, string>>;
  readonly notConfirmed?: readonly Readonly<Record<string, string>>[];
}

const commandCases: readonly CommandCase[] = [
  {
    what: "on, as the panels send it",
    definition: define("light", dimmer([25])),
    command: "turnOn",
    sends: ["19FEDBF9#19FFC802FF00FFFF"],
    confirmed: { "dimmer:25": "19FEDA8E#197CC8FCFF0204FF" },
    notConfirmed: [{ "dimmer:25": "19FEDA8E#197C00FCFF0200FF" }, { "dimmer:25": "19FEDA8E#197CFFFFFFFFFFFF" }],
  },
  {
    what: "off, as the panels send it",
    definition: define("light", dimmer([25])),
    command: "turnOff",
    sends: ["19FEDBF9#19FF0003FF00FFFF"],
    confirmed: { "dimmer:25": "19FEDA8E#197C00FCFF0300FF" },
    notConfirmed: [{ "dimmer:25": "19FEDA8E#197C02FCFF0304FF" }],
  },
  {
    what: "half (proven on a 2021 Entegra Aspire), both outputs, 50 ms apart",
    definition: define("light", dimmer([25, 26])),
    command: "setBrightness",
    parameters: { brightnessPct: 50 },
    sends: ["19FEDBF9#19FF6400FF00FFFF", "50@19FEDBF9#1AFF6400FF00FFFF"],
    confirmed: { "dimmer:25": "19FEDA8E#197C64FCFF0004FF", "dimmer:26": "19FEDA8E#1A7C64FCFF0004FF" },
    notConfirmed: [
      { "dimmer:25": "19FEDA8E#197C64FCFF0004FF", "dimmer:26": "19FEDA8E#1A7C00FCFF0000FF" },
      { "dimmer:25": "19FEDA8E#197C66FCFF0004FF", "dimmer:26": "19FEDA8E#1A7C66FCFF0004FF" },
      { "dimmer:25": "19FEDA8E#197C64FCFF0004FF", "dimmer:26": "19FEDA8E#1A7CFBFCFF0004FF" },
    ],
  },
  {
    what: "both outputs on; one alone does not confirm",
    definition: define("light", dimmer([25, 26])),
    command: "turnOn",
    sends: ["19FEDBF9#19FFC802FF00FFFF", "50@19FEDBF9#1AFFC802FF00FFFF"],
    confirmed: { "dimmer:25": "19FEDA8E#197CC8FCFF0204FF", "dimmer:26": "19FEDA8E#1A7CC8FCFF0204FF" },
    notConfirmed: [{ "dimmer:25": "19FEDA8E#197CC8FCFF0204FF", "dimmer:26": "19FEDA8E#1A7C00FCFF0200FF" }],
  },
  {
    what: "on at a level",
    definition: define("light", dimmer([25])),
    command: "turnOn",
    parameters: { brightnessPct: 25 },
    sends: ["19FEDBF9#19FF3200FF00FFFF"],
    confirmed: { "dimmer:25": "19FEDA8E#197C32FCFF0004FF" },
  },
  {
    what: "toggle of a light that is on switches it off",
    definition: define("light", dimmer([25])),
    command: "toggle",
    state: { on },
    sends: ["19FEDBF9#19FF0003FF00FFFF"],
    confirmed: { "dimmer:25": "19FEDA8E#197C00FCFF0300FF" },
  },
  {
    what: "toggle of a light of which nothing is known",
    definition: define("light", dimmer([25])),
    command: "toggle",
    sends: ["19FEDBF9#19FFFF05FF00FFFF"],
    confirmed: { "dimmer:25": "19FEDA8E#197C0CFCFF0504FF" },
    notConfirmed: [{ "dimmer:25": "19FEDA8E#197C0CFCFF0204FF" }],
  },
  {
    what: "DC load on",
    definition: define("switch", { load: { via: "dc_load", instances: [3] } }),
    command: "turnOn",
    sends: ["19FFBCF9#03FFC8FF02FFFFFF"],
    confirmed: { "dcLoad:3": "19FFBD92#03FFC8010005647D" },
  },
  {
    what: "momentary output gets a pulse, never 'continuous'",
    definition: define("switch", { load: { via: "dc_dimmer", instances: [34], on: "on_duration" } }),
    command: "turnOn",
    sends: ["19FEDBF9#22FFC8010000FFFF"],
    confirmed: { "dimmer:34": "19FEDA8E#22FFC8FCFF0104FF" },
  },
  {
    what: "Aqua-Hot electric on, by its AC load",
    definition: define("water_heater", { electric: { via: "ac_load", instances: [212] } }),
    command: "setElectric",
    parameters: { on: true },
    sends: ["19FFBEF9#D4FFC8FF02FFFFFF"],
    confirmed: { "electric:acLoad:212": "19FFBF9C#D4FFC860000BFFFF" },
    notConfirmed: [{ "electric:acLoad:212": "19FFBF9C#D4FF0060000BFFFF" }],
  },
  {
    what: "water heater mode leaves the rest unchanged",
    definition: define("water_heater", { instance: 1 }),
    command: "setMode",
    parameters: { mode: "electric" },
    sends: ["19FFF6F9#0102FFFFFFFFFFFF"],
    confirmed: { status: "19FFF765#0102402780271500" },
  },
  {
    what: "water heater set point is in bytes 2 and 3",
    definition: define("water_heater", { instance: 1 }),
    command: "setSetpoint",
    parameters: { setpointC: 41 },
    sends: ["19FFF6F9#01FF4027FFFFFFFF"],
    confirmed: { status: "19FFF765#0102402780271500" },
  },
  {
    what: "thermostat mode, all else all ones",
    definition: define("thermostat", { instance: 2 }),
    command: "setMode",
    parameters: { mode: "cool" },
    sends: ["19FEF9F9#02F1FFFFFFFFFFFF"],
    confirmed: { zone: "19FFE29C#021164BA24BA2400" },
    notConfirmed: [{ zone: "19FFE29C#021264BA24BA2400" }],
  },
  {
    what: "68 °F to heat to, on the raw grid",
    definition: define("thermostat", { instance: 2 }),
    command: "setHeatSetpoint",
    parameters: { setpointC: 20 },
    sends: ["19FEF9F9#02FFFFA024FFFFFF"],
    confirmed: { zone: "19FFE29C#021264A024BA2400" },
    notConfirmed: [{ zone: "19FFE29C#021264A124BA2400" }],
  },
  {
    what: "72 °F, which is off the grid, goes to the nearest 1/32 °C and is confirmed there",
    definition: define("thermostat", { instance: 2 }),
    command: "setCoolSetpoint",
    parameters: { setpointC: (72 - 32) * 5 / 9 },
    sends: ["19FEF9F9#02FFFFFFFFE724FF"],
    confirmed: { zone: "19FFE29C#021264A024E72400" },
  },
  {
    what: "thermostat fan on",
    definition: define("thermostat", { instance: 2 }),
    command: "setFanMode",
    parameters: { mode: "on" },
    sends: ["19FEF9F9#02DFFFFFFFFFFFFF"],
    confirmed: { zone: "19FFE29C#021164BA24BA2400" },
  },
  {
    what: "fan speed of a device of three speeds reads the top of its interval",
    definition: define("thermostat", { instance: 2 }),
    command: "setFanSpeed",
    parameters: { fanSpeedPct: 50 },
    sends: ["19FEF9F9#02FF64FFFFFFFFFF"],
    confirmed: { zone: "19FFE29C#021185BA24BA2400" },
    notConfirmed: [{ zone: "19FFE29C#021142BA24BA2400" }],
  },
  {
    what: "heat source that is a zone",
    definition: define("thermostat", { instance: 0, heatSources: [{ name: "Loop", zone: 3 }] }),
    command: "setHeatSource",
    parameters: { source: "Loop", on: true, setpointC: 18 },
    sends: ["19FEF9F9#03F2FF6024FFFFFF"],
    confirmed: { source1: "19FFE29C#03020060246024FF" },
    notConfirmed: [{ source1: "19FFE29C#03000060246024FF" }],
  },
  {
    what: "lock",
    definition: define("lock", { motor: { instance: 1 } }),
    command: "lock",
    sends: ["19FEE4F9#01FDFFFFFFFFFFFF"],
    confirmed: { status: "19FEE587#01FD00C81801FFFF" },
    notConfirmed: [{ status: "19FEE587#01FC00C81801FFFF" }],
  },
  {
    what: "generator stop",
    definition: define("generator", { driver: { dgn: "generator" } }),
    command: "stop",
    sends: ["19FFDAF9#00FFFFFFFFFFFFFF"],
    confirmed: { status: "19FFDC93#005E010000FFFFFF" },
    notConfirmed: [{ status: "19FFDC40#0310270000641801" }],
  },
  {
    what: "generator start",
    definition: define("generator", { driver: { dgn: "generator" } }),
    command: "start",
    sends: ["19FFDAF9#01FFFFFFFFFFFFFF"],
    confirmed: { status: "19FFDC40#0210270000641801" },
    notConfirmed: [{ status: "19FFDC93#005E010000FFFFFF" }, { status: "19FFDC93#055E010000FFFFFF" }],
  },
  {
    what: "generator stop by momentary loads ends a start first",
    definition: define("generator", {
      driver: {
        start: { via: "dc_dimmer", instances: [34], on: "on_duration" },
        stop: { via: "dc_dimmer", instances: [35], on: "on_duration" },
      },
    }),
    command: "stop",
    sends: ["19FEDBF9#22FF0003FF00FFFF", "50@19FEDBF9#23FFC8010000FFFF"],
    confirmed: { status: "19FFDC93#005E010000FFFFFF" },
  },
  {
    what: "charger on",
    definition: define("charger", { instance: 1 }),
    command: "turnOn",
    sends: ["19FFC5F9#0101FFFFFFFFFFFF"],
    confirmed: { status: "19FFC742#012001207D640215" },
    notConfirmed: [{ status: "19FFC742#012001207D640015" }],
  },
  {
    what: "inverter off",
    definition: define("inverter", { instance: 1 }),
    command: "turnOff",
    sends: ["19FFD3F9#01FCFFFFFFFFFFFF"],
    confirmed: { status: "19FFD442#010004FDFFFFFFFF" },
    notConfirmed: [{ status: "19FFD442#010114FDFFFFFFFF" }],
  },
  {
    what: "water pump on",
    definition: define("water_pump", { driver: { dgn: "water_pump" } }),
    command: "turnOn",
    sends: ["19FFB2F9#FDFFFFFFFFFFFFFF"],
    confirmed: { status: "19FFB390#F5FFFFFFFFFFFFFF" },
  },
  {
    what: "awning messages, with an explicit stop",
    definition: define("awning", { motor: { instance: 1 } }),
    command: "retract",
    sends: ["0DFEF2F9#01FF02FFFFFFFFFF"],
    stops: ["0DFEF2F9#01FF00FFFFFFFFFF"],
    confirmed: { status: "19FEF382#0102C80000016400" },
    notConfirmed: [{ status: "19FEF382#0101C80000016400" }],
  },
  {
    what: "awning pair: OFF to the opposite, then ON for its seconds",
    definition: define("awning", { motor: pair }),
    command: "extend",
    sends: ["19FEDBF9#19FF0003FF00FFFF", "50@19FEDBF9#18FFC8010200FFFF"],
    stops: ["19FEDBF9#18FF0003FF00FFFF", "50@19FEDBF9#19FF0003FF00FFFF"],
    confirmed: { "pair:forward": "19FEDA8E#18FFC8FCFF0104FF" },
    notConfirmed: [{ "pair:forward": "19FEDA8E#18FF00FCFF0300FF" }],
  },
  {
    what: "pair stop",
    definition: define("shade", { motor: pair }),
    command: "stop",
    sends: ["19FEDBF9#18FF0003FF00FFFF", "50@19FEDBF9#19FF0003FF00FFFF"],
    confirmed: { "pair:forward": "19FEDA8E#18FF00FCFF0300FF", "pair:reverse": "19FEDA8E#19FF00FCFF0300FF" },
    notConfirmed: [{ "pair:forward": "19FEDA8E#18FF00FCFF0300FF", "pair:reverse": "19FEDA8E#19FFC8FCFF0104FF" }],
  },
  {
    what: "shade messages, momentary, with an explicit stop",
    definition: define("shade", { motor: { instance: 5 } }),
    command: "open",
    sends: ["19FEDFF9#05FFC8810000FFFF"],
    stops: ["19FEDFF9#05FFFF04FF00FFFF"],
    confirmed: { status: "19FEDE86#05FFC8141E81F4FF" },
  },
  {
    what: "roof fan at half speed",
    definition: define("fan", { driver: { instance: 1 } }),
    command: "setFanSpeed",
    parameters: { fanSpeedPct: 50 },
    sends: ["19FEA6F9#01DD64FFFFFFFFFF"],
    confirmed: { status: "19FEA78E#0115640560248025" },
    notConfirmed: [{ status: "19FEA78E#0114640560248025" }],
  },
];

function framesOf(messages: readonly PlannedMessage[]): readonly string[] {
  return messages.map((planned) => {
    const { id, data } = codec.encode(planned, 0xf9);
    const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, "0");
    const frame = `${hex(id, 8)}#${[...data].map((byte) => hex(byte, 2)).join("")}`;
    return planned.afterMs === 0 ? frame : `${planned.afterMs}@${frame}`;
  });
}

for (const { what, definition, command, ...rest } of commandCases) {
  Deno.test(`plan(): ${definition.kind} ${command}: ${what}`, () => {
    const plan = kindOf(definition).plan(definition, rest.state ?? {}, { command, parameters: rest.parameters ?? {} });
    assert.ok(plan.kind === "plan", JSON.stringify(plan));
    assert.deepEqual(framesOf(plan.messages), rest.sends);
    if (rest.stops) assert.deepEqual(framesOf(plan.hold?.stop ?? []), rest.stops);
    assert.deepEqual([...plan.confirmedBy].sort(), Object.keys(rest.confirmed).sort());
    assert.equal(plan.isConfirmed(stateOf(definition, rest.confirmed)), true, "the right answer confirms");
    for (const answer of rest.notConfirmed ?? []) {
      assert.equal(plan.isConfirmed(stateOf(definition, answer)), false, `${JSON.stringify(answer)} does not confirm`);
    }
  });
}

Deno.test("plan() refuses what would harm or means nothing, with a reason", () => {
  const generator = define("generator", { driver: { dgn: "generator" } });
  const awning = define("awning", { motor: { instance: 1 } });
  const lights = define("light", dimmer([25, 26]));
  const cases: readonly (readonly [EntityDefinition, string, EntityState])[] = [
    [generator, "start", { status: { value: "running" } }],
    [generator, "start", { status: { value: "fault" } }],
    [generator, "start", { startLocked: on }],
    [awning, "extend", { parkedLockout: on }],
    [lights, "toggle", {}],
    [lights, "explode", {}],
  ];
  for (const [definition, command, state] of cases) {
    const plan = kindOf(definition).plan(definition, state, { command, parameters: {} });
    assert.ok(plan.kind === "refusal" && plan.reasons.length > 0, command);
  }
});

const pulses = (start: object, stop: object) => ({ driver: { start, stop } });

Deno.test("plan() of a generator pulses what starts and stops it, by default and for its seconds", () => {
  const definition = define("generator", pulses({ instances: [34], seconds: 3 }, { instances: [35] }));
  const sent = (command: string) => {
    const plan = kindOf(definition).plan(definition, {}, { command, parameters: {} });
    return plan.kind === "plan" ? framesOf(plan.messages) : plan.reasons;
  };
  assert.deepEqual(sent("start"), ["19FEDBF9#22FFC8010300FFFF"]);
  assert.deepEqual(sent("stop"), ["19FEDBF9#22FF0003FF00FFFF", "50@19FEDBF9#23FFC8010000FFFF"]);
});

Deno.test("plan() of a generator refuses what would leave its starter, or what stops it, on", () => {
  const good = { instances: [34] };
  for (const on of ["on_delay", "set_level"]) {
    for (const bad of [{ instances: [35], on }, { instances: [35], seconds: 31 }, { instances: [35], seconds: 240 }]) {
      const cases = [["start", pulses(bad, good)], ["stop", pulses(good, bad)]] as const;
      for (const [command, fields] of cases) {
        const definition = define("generator", fields);
        const plan = kindOf(definition).plan(definition, {}, { command, parameters: {} });
        assert.ok(plan.kind === "refusal", `${command} by ${JSON.stringify(bad)}`);
        assert.match(plan.reasons.join(" "), new RegExp(`^The output that ${command}s the generator would stay on`));
        const other = command === "start" ? "stop" : "start";
        assert.equal(kindOf(definition).plan(definition, {}, { command: other, parameters: {} }).kind, "plan");
      }
    }
  }
});

Deno.test("slides and leveling have no commands", () => {
  for (const definition of [define("slide", { motor: pair }), define("leveling", {})]) {
    assert.deepEqual(kindOf(definition).commands(definition), []);
  }
});
