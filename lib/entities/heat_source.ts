import type { DefinitionOf } from "../coach/mod.ts";
import { reading } from "../protocol/mod.ts";
import { bind } from "./binding.ts";
import { booleanParameter, choiceParameter, onParameter, planOf, refuse, textParameter } from "./command_plan.ts";
import { planSwitch } from "./load_commands.ts";
import { deriveLoad, loadBindings } from "./load_outputs.ts";
import { booleanReading, choiceReading, notAvailable, numberReading, says, textOf } from "./readings.ts";
import type { Binding, Command, CommandPlan, CommandSpec, DerivedSignal, Heard, Refusal, SignalSpec } from "./types.ts";
import { isTemperature } from "./wire_grid.ts";

/** Other things that heat the room of a thermostat: zones of their own (a floor, an Aqua-Hot loop) or loads. */
export type HeatSources = DefinitionOf<"thermostat">["heatSources"];

/** The definition allows no more. */
const most = 8;
const numbers = Array.from({ length: most }, (_, i) => i + 1);

/** Signals of up to eight heat sources, numbered as the definition lists them. */
export const heatSourceSignals: readonly SignalSpec[] = numbers.flatMap((n): SignalSpec[] => [
  { name: onName(n), label: `Heat source ${n}` },
  { name: setpointName(n), label: `Heat source ${n} to`, unit: "degC" },
  { name: outputsName(n), label: `Heat source ${n} outputs on` },
]);

/** Signals of the heat sources that a thermostat has, under their own names. */
export function heatSourceSignalsOf(sources: HeatSources): readonly SignalSpec[] {
  return sources.flatMap(({ name, zone, load }, i): SignalSpec[] => [
    { name: onName(i + 1), label: name },
    ...(zone === undefined ? [] : [{ name: setpointName(i + 1), label: `${name} to`, unit: "degC" }]),
    ...(load && load.instances.length > 1 ? [{ name: outputsName(i + 1), label: `${name} outputs on` }] : []),
  ]);
}

/** Status streams: `source1` for a zone, `source1:…` for a load. */
export function heatSourceBindings(sources: HeatSources): readonly Binding[] {
  return sources.flatMap(({ zone, load }, i) => [
    ...(zone === undefined ? [] : [bind(zoneKey(i), { message: "THERMOSTAT_STATUS_1", instance: zone })]),
    ...(load ? loadBindings(load, loadPrefix(i)) : []),
  ]);
}

/** On or off of each source, and the set point of those that are zones. */
export function deriveHeatSources(
  sources: HeatSources,
  heard: Heard,
): Readonly<Record<string, DerivedSignal | undefined>> {
  const state: Record<string, DerivedSignal | undefined> = {};
  for (const [i, { zone, load }] of sources.entries()) {
    const from = zoneKey(i);
    const message = zone === undefined ? undefined : heard.get(from);
    const mode = message && reading(message, "operating_mode");
    const setpoint = message && reading(message, "setpoint_temp_heat");
    if (mode) {
      const word = textOf(choiceReading(mode));
      const on = word === undefined ? ("status" in mode ? mode : notAvailable) : booleanReading(word !== "off");
      state[onName(i + 1)] = { reading: on, from };
    }
    if (setpoint) {
      state[setpointName(i + 1)] = { reading: numberReading(setpoint, { plausible: [-40, 80] }), from };
    }
    if (load && !mode) {
      const { on, outputsOn } = deriveLoad(load, { heard, prefix: loadPrefix(i) });
      state[onName(i + 1)] = on;
      state[outputsName(i + 1)] = outputsOn;
    }
  }
  return state;
}

/** Switches one source, and sets the temperature of one that is a zone. */
export function heatSourceCommand(sources: HeatSources): CommandSpec {
  return {
    name: "setHeatSource",
    label: "Heat source",
    help: "Switches one of the other heat sources of the room.",
    parameters: [
      choiceParameter("source", { choices: sources.map(({ name }) => name), help: "Which one." }),
      onParameter("True heats, false does not."),
      {
        name: "setpointC",
        type: "number",
        min: 4,
        max: 38,
        step: 0.5,
        unit: "degC",
        required: false,
        help: "Set point, for sources that are zones of their own.",
      },
    ],
  };
}

/** Plans `setHeatSource`. */
export function planHeatSource(sources: HeatSources, command: Command): CommandPlan | Refusal {
  const name = textParameter(command, "source");
  const index = sources.findIndex((source) => source.name === name);
  const source = sources[index];
  if (!source) return refuse(`There is no heat source "${name}" here.`);
  const to = booleanParameter(command, "on");
  const celsius = command.parameters["setpointC"];
  const { zone, load } = source;
  if (zone !== undefined) {
    return planOf({
      messages: [{
        message: "THERMOSTAT_COMMAND_1",
        values: {
          instance: zone,
          operating_mode: to ? "heat" : "off",
          ...(typeof celsius === "number" ? { setpoint_temp_heat: celsius } : {}),
        },
      }],
      confirmedBy: [zoneKey(index)],
      isConfirmed: (state) =>
        says(state[onName(index + 1)], to) &&
        (typeof celsius !== "number" || isTemperature(state[setpointName(index + 1)], celsius)),
    });
  }
  if (!load) return refuse(`Heat source "${name}" is mapped to nothing that can be switched.`);
  if (celsius !== undefined) return refuse(`Heat source "${name}" is switched on and off; it has no set point.`);
  return planSwitch(load, {
    on: onName(index + 1),
    outputsOn: outputsName(index + 1),
    prefix: loadPrefix(index),
    to,
  });
}

function onName(number: number): string {
  return `heatSource${number}On`;
}

function setpointName(number: number): string {
  return `heatSource${number}SetpointC`;
}

function outputsName(number: number): string {
  return `heatSource${number}OutputsOn`;
}

function zoneKey(index: number): string {
  return `source${index + 1}`;
}

function loadPrefix(index: number): string {
  return `source${index + 1}:`;
}
