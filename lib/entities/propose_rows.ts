import { reading } from "../protocol/mod.ts";
import type { Draft, SeenInstance } from "./proposal.ts";
import { fieldWords } from "./reading_words.ts";

type Drafting = (seen: SeenInstance) => Draft | undefined;

/** The standard's own word for this instance, e.g. `second_gray_waste`. */
function instanceLabel({ message }: SeenInstance): string | undefined {
  const { instanceField } = message.row;
  const found = instanceField === undefined ? undefined : reading(message, instanceField);
  return found && "value" in found ? found.label : undefined;
}

function capitalized(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A kind that is known by its instance alone. */
function instanced(kind: string, options: { readonly name: string; readonly labels?: boolean }): Drafting {
  return (seen) => {
    const { instance, isShared, message } = seen;
    if (instance === undefined) return undefined;
    const label = options.labels ? instanceLabel(seen) : undefined;
    // Two nodes may count their units alike; an air conditioner can be told apart by who sends it.
    const from = isShared && kind === "air_conditioner" ? { sourceAddress: hex(message.sourceAddress) } : {};
    return {
      kind,
      name: label === undefined ? `${options.name} ${instance}` : capitalized(fieldWords(label)),
      fields: { instance, ...from },
    };
  };
}

function motorized(kind: string, options: { readonly name: string; readonly labels?: boolean }): Drafting {
  const draft = instanced(kind, options);
  return (seen) => {
    const found = draft(seen);
    return found && { ...found, fields: { motor: { instance: seen.instance } } };
  };
}

/** There is one of it in a coach. */
function single(kind: string, options: { readonly name: string; readonly fields?: Draft["fields"] }): Drafting {
  return () => ({ kind, ...options });
}

/** An output: a lamp when it dims, on a dimmer in any case; what a load switches is not known. */
function load(via: "dc_dimmer" | "dc_load" | "ac_load", name: string): Drafting {
  return ({ instance, dims }) => {
    if (instance === undefined) return undefined;
    const isLight = via === "dc_dimmer" || dims;
    return {
      kind: isLight ? "light" : "switch",
      name: isLight && via === "dc_dimmer" ? `Light ${instance}` : `${name} ${instance}`,
      fields: { load: { via, instances: [instance] }, ...(isLight ? { dimmable: dims } : {}) },
    };
  };
}

/** Instances 0 to 3 are fresh, black, gray and LPG, 16 to 19 the second ones; of others nothing says what is in them. */
const tank: Drafting = (seen) => {
  const label = instanceLabel(seen) ?? "";
  const contents = /fresh|gray|black|lpg/.exec(label)?.[0];
  if (contents === undefined) return sensorOf("relative_level")(seen);
  const name = fieldWords(label).replace("lpg", "LPG");
  return { kind: "tank", name: `${capitalized(name)} tank`, fields: { instance: seen.instance, contents } };
};

const gasSensor: Drafting = (seen) => {
  const type = reading(seen.message, "type");
  const word = type && "value" in type ? type.label : undefined;
  const meaning = word === "smoke" ? "smoke" : word === "co" || word === "lp_gas" ? "leak" : undefined;
  const names: Readonly<Record<string, string>> = { co: "CO", lp_gas: "LP gas", smoke: "Smoke" };
  const draft = sensorOf("alarm")(seen);
  if (!draft) return undefined;
  const name = word === undefined ? undefined : names[word];
  return {
    ...draft,
    ...(name === undefined ? {} : { name: `${name} alarm${numbered(seen)}` }),
    fields: { ...draft.fields, ...(meaning === undefined ? {} : { meaning }) },
  };
};

/** Shows one field as it is. */
export function sensorOf(field: string): Drafting {
  return (seen) => {
    const { message, instance, isShared } = seen;
    const { row } = message;
    // Only a whole byte tells instances apart; parts of one would mix lines and legs.
    const instanceRow = row.signals.find(({ name }) => name === row.instanceField);
    if (instanceRow && (instance === undefined || instanceRow.bitLength !== 8)) return undefined;
    return {
      kind: "sensor",
      name: `${capitalized(words(row.name))}${numbered(seen)}: ${fieldWords(field)}`.slice(0, 80),
      fields: {
        message: row.name,
        field,
        ...(instance === undefined ? {} : { instance }),
        ...(isShared ? { sourceAddress: hex(message.sourceAddress) } : {}),
      },
    };
  };
}

function words(rowName: string): string {
  return rowName.replace(/_STATUS(_\d+)?$/, "").replaceAll("_", " ").toLowerCase();
}

function numbered({ instance }: SeenInstance): string {
  return instance === undefined ? "" : ` ${instance}`;
}

function hex(sourceAddress: number): string {
  return sourceAddress.toString(16).toUpperCase().padStart(2, "0");
}

function acSource(point: string, name: string): Drafting {
  return ({ instance }) =>
    instance === undefined
      ? undefined
      : { kind: "ac_source", name: `${name} ${instance}`, fields: { point, instance } };
}

const fan: Drafting = ({ instance }) =>
  instance === undefined ? undefined : { kind: "fan", name: `Roof fan ${instance}`, fields: { driver: { instance } } };
const battery = instanced("battery", { name: "Battery", labels: true });
const charger = instanced("charger", { name: "Charger" });
const inverter = instanced("inverter", { name: "Inverter" });
const solar = instanced("solar_controller", { name: "Solar controller" });
const heater = instanced("water_heater", { name: "Water heater" });
const generator = single("generator", { name: "Generator", fields: { driver: { dgn: "generator" } } });
const leveling = single("leveling", { name: "Leveling" });
const chassis = single("chassis", { name: "Chassis" });
const engine = single("engine", { name: "Engine" });
const dcLoad = load("dc_load", "DC load");
const acLoad = load("ac_load", "AC load");

/** Message → what it suggests. Every message that a kind listens to is here, which a test counts. */
export const draftings: ReadonlyMap<string, Drafting> = new Map<string, Drafting>([
  ["DC_DIMMER_STATUS_3", load("dc_dimmer", "Output")],
  ["DC_LOAD_STATUS", dcLoad],
  ["DC_LOAD_STATUS_2", dcLoad],
  ["AC_LOAD_STATUS", acLoad],
  ["AC_LOAD_STATUS_2", acLoad],
  ["TANK_STATUS", tank],
  ["THERMOSTAT_STATUS_1", instanced("thermostat", { name: "Thermostat" })],
  ["THERMOSTAT_AMBIENT_STATUS", instanced("temperature", { name: "Temperature" })],
  ["AIR_CONDITIONER_STATUS", instanced("air_conditioner", { name: "Air conditioner" })],
  ["FURNACE_STATUS", instanced("furnace", { name: "Furnace" })],
  ["ROOF_FAN_STATUS_1", fan],
  ["ROOF_FAN_STATUS_2", fan],
  ["WATERHEATER_STATUS", heater],
  ["WATERHEATER_STATUS_2", heater],
  ["WATER_PUMP_STATUS", single("water_pump", { name: "Water pump", fields: { driver: { dgn: "water_pump" } } })],
  ["DC_SOURCE_STATUS_1", battery],
  ["DC_SOURCE_STATUS_2", battery],
  ["DC_SOURCE_STATUS_3", battery],
  ["DC_SOURCE_STATUS_4", battery],
  ["DC_SOURCE_STATUS_11", battery],
  ["INVERTER_STATUS", inverter],
  ["INVERTER_DC_STATUS", inverter],
  ["CHARGER_STATUS", charger],
  ["CHARGER_STATUS_2", charger],
  ["SOLAR_CONTROLLER_STATUS_1", solar],
  ["SOLAR_CONTROLLER_STATUS_5", solar],
  ["SOLAR_CONTROLLER_BATTERY_STATUS", solar],
  ["SOLAR_CONTROLLER_SOLAR_ARRAY_STATUS", solar],
  ["GENERATOR_AC_STATUS_1", acSource("generator", "Generator power")],
  ["INVERTER_AC_STATUS_1", acSource("inverter", "Inverter power")],
  ["CHARGER_AC_STATUS_1", acSource("charger", "Charger power")],
  ["ATS_AC_STATUS_1", acSource("transfer_switch", "Transfer switch power")],
  ["ATS_STATUS", instanced("transfer_switch", { name: "Transfer switch" })],
  ["GENERATOR_STATUS_1", generator],
  ["GENERATOR_STATUS_2", generator],
  ["GENERATOR_DEMAND_STATUS", generator],
  ["WINDOW_SHADE_CONTROL_STATUS", motorized("shade", { name: "Shade" })],
  ["AWNING_STATUS", motorized("awning", { name: "Awning", labels: true })],
  ["SLIDE_STATUS", motorized("slide", { name: "Slide" })],
  ["LOCK_STATUS", motorized("lock", { name: "Lock" })],
  ["LEVELING_CONTROL_STATUS", leveling],
  ["LEVELING_JACK_STATUS", leveling],
  ["LEVELING_SENSOR_STATUS", leveling],
  ["CHASSIS_MOBILITY_STATUS", chassis],
  ["CHASSIS_MOBILITY_STATUS_2", chassis],
  ["DATE_TIME_STATUS", single("clock", { name: "Clock" })],
  ["DIGITAL_INPUT_STATUS", sensorOf("position")],
  ["GAS_SENSOR_STATUS", gasSensor],
  ["WEATHER_STATUS_1", sensorOf("exterior_air_temperature")],
  ["EEC1", engine],
  ["CCVS1", engine],
  ["ETC2", engine],
  ["ET1", engine],
  ["EFL/P1", engine],
  ["LFE1", engine],
  ["DD1", engine],
  ["AT1T1I", engine],
  ["HOURS", engine],
  ["VD", engine],
  ["VEP1", engine],
  ["AMB", engine],
]);
