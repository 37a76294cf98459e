import { type EntityDefinition, entityDefinitionSchema } from "../coach/mod.ts";

const pair = { forward: 24, reverse: 25, seconds: 2 };
const load = (instances: readonly number[], via = "dc_dimmer", on = "on_delay") => ({ via, instances, on });

/** Every form of every kind, without the fields that all kinds share. */
const forms: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ["light", { load: load([25, 26]) }],
  ["light", { load: load([27]), dimmable: false }],
  ["light", { load: load([28], "dc_dimmer", "set_level") }],
  ["switch", { load: load([30]) }],
  ["switch", { load: load([31, 36], "dc_load") }],
  ["switch", { load: load([212], "ac_load") }],
  ["switch", { load: { ...load([32], "dc_dimmer", "on_duration"), seconds: 3 } }],
  ["lock", { motor: { instance: 1 } }],
  ["lock", { motor: { pair } }],
  ["tank", { instance: 0, contents: "fresh" }],
  ["tank", { instance: 19, contents: "lpg" }],
  ["thermostat", {
    instance: 2,
    ambientInstance: 1,
    heatSources: [
      { name: "Aqua-Hot loop", zone: 4 },
      { name: "Electric", load: load([212], "ac_load") },
      { name: "Both", load: load([213, 214], "ac_load") },
    ],
  }],
  ["thermostat", { instance: 6, ambientInstance: 4, canCool: false }],
  ["air_conditioner", { instance: 1, sourceAddress: "98" }],
  ["furnace", { instance: 1 }],
  ["fan", { driver: { instance: 1 } }],
  ["fan", { driver: { load: load([16, 17]) }, lid: pair }],
  ["water_heater", { instance: 1 }],
  ["water_heater", { burner: load([210, 211], "ac_load"), electric: load([212, 215], "ac_load") }],
  ["water_pump", { driver: { dgn: "water_pump" } }],
  ["water_pump", { driver: { load: load([56, 57], "dc_load") } }],
  ["battery", { instance: 1 }],
  ["inverter", { instance: 1 }],
  ["charger", { instance: 1 }],
  ["solar_controller", { instance: 1 }],
  ["ac_source", { point: "generator", instance: 1 }],
  ["ac_source", { point: "inverter", instance: 1 }],
  ["ac_source", { point: "charger", instance: 1 }],
  ["ac_source", { point: "transfer_switch", instance: 1 }],
  ["transfer_switch", { instance: 1 }],
  ["generator", { driver: { dgn: "generator" } }],
  ["generator", {
    driver: { start: load([34], "dc_dimmer", "on_duration"), stop: load([35], "dc_dimmer", "on_duration") },
  }],
  ["shade", { motor: { instance: 5 } }],
  ["shade", { motor: { pair } }],
  ["awning", { motor: { instance: 1 } }],
  ["awning", { motor: { pair } }],
  ["slide", { motor: { instance: 1 } }],
  ["slide", { motor: { pair } }],
  ["leveling", {}],
  ["temperature", { instance: 3 }],
  ["sensor", { message: "DIGITAL_INPUT_STATUS", field: "position", instance: 1, meaning: "door" }],
  ["sensor", { message: "GAS_SENSOR_STATUS", field: "alarm", instance: 1, meaning: "leak", sourceAddress: "9C" }],
  ["sensor", { message: "WEATHER_STATUS_1", field: "exterior_air_temperature" }],
  ["chassis", {}],
  ["engine", {}],
  ["clock", {}],
];

/** One definition of every form of every kind, for tests and benches that look at all of them. */
export function sampleDefinitions(): readonly EntityDefinition[] {
  return forms.map(([kind, rest], i) =>
    entityDefinitionSchema.parse({ id: `${kind}_${i}`, name: `${kind} ${i}`, area: "everywhere", kind, ...rest })
  );
}
