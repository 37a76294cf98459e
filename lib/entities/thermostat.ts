import type { DefinitionOf } from "../coach/mod.ts";
import { ambientBinding, ambientSignal, deriveAmbient } from "./ambient.ts";
import { bind } from "./binding.ts";
import {
  choiceParameter,
  commandWith,
  numberParameter,
  percentParameter,
  planOf,
  textParameter,
  unknownCommand,
} from "./command_plan.ts";
import {
  choiceSignal,
  deriveFields,
  type FieldSignal,
  flagSignal,
  mergeStates,
  numberSignal,
  specsOf,
} from "./field_signal.ts";
import {
  deriveHeatSources,
  heatSourceBindings,
  heatSourceCommand,
  heatSourceSignals,
  heatSourceSignalsOf,
  planHeatSource,
} from "./heat_source.ts";
import { says } from "./readings.ts";
import type { CommandPlan, CommandSpec, EntityKind, EntityState, OutgoingMessage, ParameterSpec } from "./types.ts";
import { isStep, isTemperature } from "./wire_grid.ts";

/** A set point that a room can have, °C. A zero-filled field reads −273 °C and is none. */
const setpointC: readonly [number, number] = [-40, 80];

const fields: readonly FieldSignal[] = [
  choiceSignal({ name: "operatingMode", label: "Mode", from: "zone", field: "operating_mode" }),
  numberSignal(
    { name: "heatSetpointC", label: "Heat to", unit: "degC", from: "zone", field: "setpoint_temp_heat" },
    { plausible: setpointC },
  ),
  numberSignal(
    { name: "coolSetpointC", label: "Cool to", unit: "degC", from: "zone", field: "setpoint_temp_cool" },
    { plausible: setpointC },
  ),
  choiceSignal({ name: "fanMode", label: "Fan", from: "zone", field: "fan_mode" }),
  numberSignal({
    name: "fanSpeedPct",
    label: "Fan speed",
    unit: "%",
    help: "0 is automatic on some coaches.",
    from: "zone",
    field: "fan_speed",
  }, { plausible: [0, 100] }),
  flagSignal({ name: "scheduleEnabled", label: "Schedule", from: "zone", field: "schedule_mode" }, "enabled"),
];

const setpointParameter: ParameterSpec = {
  name: "setpointC",
  type: "number",
  min: 4,
  max: 38,
  step: 0.5,
  unit: "degC",
  required: true,
  help: "Set point; goes out as the nearest 1/32 °C.",
};
const setHeat = commandWith(setpointParameter, {
  name: "setHeatSetpoint",
  label: "Heat to",
  help: "Sets the temperature to heat to.",
});
const setCool = commandWith(setpointParameter, {
  name: "setCoolSetpoint",
  label: "Cool to",
  help: "Sets the temperature to cool to.",
});
const setFanMode = commandWith(
  choiceParameter("mode", { choices: ["auto", "on"], help: "auto: with heating or cooling; on: all the time." }),
  { name: "setFanMode", label: "Fan", help: "Lets the fan run by itself or all the time." },
);
const setFanSpeed = commandWith(
  percentParameter("fanSpeedPct", "A device of few speeds takes the nearest that is not slower."),
  { name: "setFanSpeed", label: "Fan speed", help: "Sets the speed of the fan." },
);

/** A room with a thermostat: one zone, its own ambient sensor, and other sources of heat for the same room. */
export const thermostat: EntityKind<DefinitionOf<"thermostat">> = {
  kind: "thermostat",
  signals: [ambientSignal, ...specsOf(fields), ...heatSourceSignals],
  signalsOf: ({ ambientInstance, heatSources }) => [
    ...(ambientInstance === undefined ? [] : [ambientSignal]),
    ...specsOf(fields),
    ...heatSourceSignalsOf(heatSources),
  ],
  bindings: ({ instance, ambientInstance, heatSources }) => [
    bind("zone", { message: "THERMOSTAT_STATUS_1", instance }),
    ...(ambientInstance === undefined ? [] : [ambientBinding("ambient", ambientInstance)]),
    ...heatSourceBindings(heatSources),
  ],
  derive: ({ heatSources }, heard) =>
    mergeStates(
      { ambientC: deriveAmbient(heard, "ambient") },
      deriveFields(fields, heard),
      deriveHeatSources(heatSources, heard),
    ),
  commands(definition) {
    const { canCool, canHeat, heatSources } = definition;
    const commands: CommandSpec[] = [setModeCommand(definition)];
    if (canHeat) commands.push(setHeat);
    if (canCool) commands.push(setCool, setFanMode, setFanSpeed);
    if (heatSources.length > 0) commands.push(heatSourceCommand(heatSources));
    return commands;
  },
  plan({ instance, heatSources }, _state, command) {
    const toZone = (values: OutgoingMessage["values"], isConfirmed: (state: EntityState) => boolean) =>
      planZone(instance, { values, isConfirmed });
    switch (command.command) {
      case "setMode": {
        const mode = textParameter(command, "mode");
        return toZone({ operating_mode: mode }, (now) => says(now["operatingMode"], mode));
      }
      case "setHeatSetpoint": {
        const celsius = numberParameter(command, "setpointC");
        return toZone({ setpoint_temp_heat: celsius }, (now) => isTemperature(now["heatSetpointC"], celsius));
      }
      case "setCoolSetpoint": {
        const celsius = numberParameter(command, "setpointC");
        return toZone({ setpoint_temp_cool: celsius }, (now) => isTemperature(now["coolSetpointC"], celsius));
      }
      case "setFanMode": {
        const mode = textParameter(command, "mode");
        return toZone({ fan_mode: mode }, (now) => says(now["fanMode"], mode));
      }
      case "setFanSpeed": {
        const percent = numberParameter(command, "fanSpeedPct");
        return toZone({ fan_speed: percent }, (now) => isStep(now["fanSpeedPct"], percent));
      }
      case "setHeatSource":
        return planHeatSource(heatSources, command);
      default:
        return unknownCommand(command);
    }
  },
};

/** THERMOSTAT_COMMAND_1 has the layout of the status; fields not named are all ones, "leave unchanged" (6.16). */
function planZone(
  instance: number,
  options: { readonly values: OutgoingMessage["values"]; readonly isConfirmed: (state: EntityState) => boolean },
): CommandPlan {
  return planOf({
    messages: [{ message: "THERMOSTAT_COMMAND_1", values: { instance, ...options.values } }],
    confirmedBy: ["zone"],
    isConfirmed: options.isConfirmed,
  });
}

function setModeCommand({ canCool, canHeat }: DefinitionOf<"thermostat">): CommandSpec {
  const choices = [
    "off",
    ...(canCool ? ["cool"] : []),
    ...(canHeat ? ["heat"] : []),
    ...(canCool && canHeat ? ["auto_heat_cool"] : []),
    ...(canCool ? ["fan_only"] : []),
    ...(canHeat ? ["aux_heat"] : []),
  ];
  return commandWith(
    choiceParameter("mode", { choices, help: "Operating mode of the zone, in the standard's words." }),
    { name: "setMode", label: "Mode", help: "Switches between heating, cooling and off." },
  );
}
