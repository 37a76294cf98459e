import type { DefinitionOf, EntityDefinition, LoadDefinition, PairDefinition } from "./definition.ts";

/** One output of a controller that an entity drives, or that nobody may drive. */
export interface DrivenOutput {
  /** What is driven, in words that are unique on a coach: `dc_dimmer 25`, `thermostat zone 2`. */
  readonly output: string;
  /** Where in the definition it is named. */
  readonly path: readonly PropertyKey[];
  /** Its instance is 0: a command to it goes to all outputs of its kind (RV-C 2023-11, 3.2.4.1). */
  readonly isAll?: boolean;
}

/** Whether an entity says that others drive its outputs too. */
export function isGroup(definition: EntityDefinition): boolean {
  return "group" in definition && definition.group === true;
}

/**
 * The outputs of an entity. Slides drive nothing, but theirs are listed: a light mapped by mistake on the output of a
 * slide would move it.
 */
export function outputsOf(definition: EntityDefinition): readonly DrivenOutput[] {
  switch (definition.kind) {
    case "light":
    case "switch":
      return loadOutputs(definition.load, ["load"]);
    case "lock":
      return motorOutputs(definition.motor, "lock");
    case "shade":
      return motorOutputs(definition.motor, "shade");
    case "awning":
      return motorOutputs(definition.motor, "awning");
    case "slide":
      return motorOutputs(definition.motor, "slide");
    case "thermostat":
      return thermostatOutputs(definition);
    case "fan":
      return [
        ...("load" in definition.driver
          ? loadOutputs(definition.driver.load, ["driver", "load"])
          : [numbered({ name: "roof fan", instance: definition.driver.instance }, ["driver", "instance"])]),
        ...(definition.lid ? pairOutputs(definition.lid, ["lid"]) : []),
      ];
    case "water_heater":
      return heaterOutputs(definition);
    case "water_pump":
      return "load" in definition.driver
        ? loadOutputs(definition.driver.load, ["driver", "load"])
        : [{ output: "water pump", path: ["driver"] }];
    case "generator":
      return "start" in definition.driver
        ? [
          ...loadOutputs(definition.driver.start, ["driver", "start"]),
          ...loadOutputs(definition.driver.stop, ["driver", "stop"]),
        ]
        : [{ output: "generator", path: ["driver"] }];
    case "air_conditioner":
    case "furnace":
    case "inverter":
    case "charger":
    case "solar_controller":
      return [{ output: `${definition.kind.replaceAll("_", " ")} ${definition.instance}`, path: ["instance"] }];
    case "tank":
    case "battery":
    case "ac_source":
    case "transfer_switch":
    case "leveling":
    case "temperature":
    case "sensor":
    case "chassis":
    case "engine":
    case "clock":
      return [];
    default:
      return definition satisfies never;
  }
}

/** What an entity alone shows of the coach, though it drives nothing there: a second one would be a mistake. */
export function sourcesOf(definition: EntityDefinition): readonly DrivenOutput[] {
  switch (definition.kind) {
    case "tank":
    case "battery":
    case "transfer_switch":
    case "temperature":
      return [{ output: `${definition.kind.replaceAll("_", " ")} ${definition.instance}`, path: ["instance"] }];
    case "ac_source":
      return [{ output: `AC point ${definition.point} ${definition.instance}`, path: ["instance"] }];
    default:
      return [];
  }
}

function thermostatOutputs({ instance, heatSources }: DefinitionOf<"thermostat">): readonly DrivenOutput[] {
  return [
    { output: `thermostat zone ${instance}`, path: ["instance"] },
    ...heatSources.flatMap(({ zone, load }, i) => [
      ...(zone === undefined ? [] : [{ output: `thermostat zone ${zone}`, path: ["heatSources", i, "zone"] }]),
      ...(load ? loadOutputs(load, ["heatSources", i, "load"]) : []),
    ]),
  ];
}

function heaterOutputs({ instance, burner, electric }: DefinitionOf<"water_heater">): readonly DrivenOutput[] {
  return [
    ...(instance === undefined ? [] : [{ output: `water heater ${instance}`, path: ["instance"] }]),
    ...(burner ? loadOutputs(burner, ["burner"]) : []),
    ...(electric ? loadOutputs(electric, ["electric"]) : []),
  ];
}

/** The reversing pairs of an entity, and where they are named. */
export function pairsOf(
  definition: EntityDefinition,
): readonly { readonly pair: PairDefinition; readonly path: readonly PropertyKey[] }[] {
  switch (definition.kind) {
    case "lock":
    case "shade":
    case "awning":
    case "slide":
      return "pair" in definition.motor ? [{ pair: definition.motor.pair, path: ["motor", "pair"] }] : [];
    case "fan":
      return definition.lid ? [{ pair: definition.lid, path: ["lid"] }] : [];
    default:
      return [];
  }
}

function loadOutputs(load: LoadDefinition, path: readonly PropertyKey[]): readonly DrivenOutput[] {
  return load.instances.map((instance, i) => numbered({ name: load.via, instance }, [...path, "instances", i]));
}

function pairOutputs(pair: PairDefinition, path: readonly PropertyKey[]): readonly DrivenOutput[] {
  return [
    numbered({ name: "dc_dimmer", instance: pair.forward }, [...path, "forward"]),
    numbered({ name: "dc_dimmer", instance: pair.reverse }, [...path, "reverse"]),
  ];
}

function motorOutputs(
  motor: { readonly instance: number } | { readonly pair: PairDefinition },
  name: string,
): readonly DrivenOutput[] {
  return "pair" in motor
    ? pairOutputs(motor.pair, ["motor", "pair"])
    : [numbered({ name, instance: motor.instance }, ["motor", "instance"])];
}

function numbered(
  of: { readonly name: string; readonly instance: number },
  path: readonly PropertyKey[],
): DrivenOutput {
  const { name, instance } = of;
  return { output: `${name} ${instance}`, path, ...(instance === 0 ? { isAll: true } : {}) };
}
