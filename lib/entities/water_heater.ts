import type { DefinitionOf, LoadDefinition } from "../coach/mod.ts";
import { bind } from "./binding.ts";
import {
  booleanParameter,
  choiceParameter,
  commandWith,
  numberParameter,
  onParameter,
  planOf,
  refuse,
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
import { planSwitch } from "./load_commands.ts";
import { deriveLoad, loadBindings } from "./load_outputs.ts";
import { says } from "./readings.ts";
import type { Command, CommandPlan, DerivedSignal, EntityKind, Heard, Refusal, SignalSpec } from "./types.ts";
import { isTemperature } from "./wire_grid.ts";

const waterC = { plausible: [-40, 150] } as const;
const fields: readonly FieldSignal[] = [
  choiceSignal({ name: "operatingMode", label: "Mode", from: "status", field: "operating_modes" }),
  numberSignal({ name: "waterC", label: "Water", unit: "degC", from: "status", field: "water_temperature" }, waterC),
  numberSignal(
    { name: "setpointC", label: "Heat to", unit: "degC", from: "status", field: "set_point_temperature" },
    waterC,
  ),
  flagSignal(
    { name: "demand", label: "Calls for heat", from: "status", field: "thermostat_status" },
    "set_point_not_met",
  ),
  flagSignal({ name: "burnerLit", label: "Burner lit", from: "status", field: "burner_status" }, "lit"),
  flagSignal(
    { name: "elementActive", label: "Electric element", from: "status", field: "ac_element_status" },
    "active",
  ),
  flagSignal(
    { name: "highLimitTripped", label: "High limit", from: "status", field: "high_temperature_limit_switch_status" },
    "tripped",
  ),
  flagSignal(
    { name: "ignitionFailed", label: "Failed to ignite", from: "status", field: "failure_to_ignite_status" },
    "failed_to_ignite",
  ),
  flagSignal(
    { name: "acPowerMissing", label: "No AC power", from: "status", field: "ac_power_failure_status" },
    "not_present",
  ),
  flagSignal(
    { name: "dcPowerMissing", label: "No DC power", from: "status", field: "dc_power_failure_status" },
    "not_present",
  ),
  choiceSignal({ name: "enginePreheat", label: "Engine preheat", from: "status2", field: "engine_preheat" }),
  flagSignal({ name: "coolantLow", label: "Coolant low", from: "status2", field: "coolant_level_warning" }, "low"),
  choiceSignal({ name: "hotWaterPriority", label: "Priority", from: "status2", field: "hot_water_priority" }),
  flagSignal({ name: "burnerOutputOn", label: "Burner output", from: "status2", field: "output_status_burner" }, "on"),
  flagSignal(
    { name: "electricLowOn", label: "Electric low", from: "status2", field: "output_status_electric_low" },
    "on",
  ),
  flagSignal(
    { name: "electricHighOn", label: "Electric high", from: "status2", field: "output_status_electric_high" },
    "on",
  ),
];
const loadSpecs: readonly SignalSpec[] = [
  { name: "burnerOn", label: "Burner", help: "Its load is switched on; whether it burns, the heater itself says." },
  { name: "burnerOutputsOn", label: "Burner outputs on" },
  { name: "burnerWaiting", label: "Burner waiting", help: "A delay or restart lock-out is running." },
  { name: "electricOn", label: "Electric", help: "Its load is switched on." },
  { name: "electricOutputsOn", label: "Electric outputs on" },
  { name: "electricWaiting", label: "Electric waiting", help: "A delay or restart lock-out is running." },
];

const setMode = commandWith(
  choiceParameter("mode", {
    choices: ["off", "combustion", "electric", "gas_electric", "automatic"],
    help: "What may heat the water, in the standard's words.",
  }),
  { name: "setMode", label: "Mode", help: "Chooses what heats the water." },
);
const setSetpoint = commandWith({
  name: "setpointC",
  type: "number",
  min: 20,
  max: 70,
  step: 0.5,
  unit: "degC",
  required: true,
  help: "Set point; goes out as the nearest 1/32 °C.",
}, { name: "setSetpoint", label: "Heat to", help: "Sets the temperature of the water." });
const setBurner = commandWith(onParameter("True: may burn."), {
  name: "setBurner",
  label: "Burner",
  help: "Switches the burner.",
});
const setElectric = commandWith(onParameter("True: may heat."), {
  name: "setElectric",
  label: "Electric",
  help: "Switches the electric element.",
});

/** A water heater: WATERHEATER messages, loads (Aqua-Hot on Firefly coaches obeys AC loads alone), or both. */
export const waterHeater: EntityKind<DefinitionOf<"water_heater">> = {
  kind: "water_heater",
  signals: [...loadSpecs, ...specsOf(fields)],
  bindings: ({ instance, burner, electric }) => [
    ...(instance === undefined ? [] : [
      bind("status", { message: "WATERHEATER_STATUS", instance }),
      bind("status2", { message: "WATERHEATER_STATUS_2", instance }),
    ]),
    ...(burner ? loadBindings(burner, "burner:") : []),
    ...(electric ? loadBindings(electric, "electric:") : []),
  ],
  derive: ({ burner, electric }, heard) =>
    mergeStates(
      deriveFields(fields, heard),
      burner ? loadState(burner, { heard, name: "burner" }) : {},
      electric ? loadState(electric, { heard, name: "electric" }) : {},
    ),
  commands: ({ instance, burner, electric }) => [
    ...(instance === undefined || burner || electric ? [] : [setMode, setSetpoint]),
    ...(burner ? [setBurner] : []),
    ...(electric ? [setElectric] : []),
  ],
  plan({ instance, burner, electric }, _state, command) {
    switch (command.command) {
      case "setMode":
      case "setSetpoint":
        return instance === undefined
          ? refuse("This heater is mapped by its loads; it takes no modes.")
          : planHeater(instance, command);
      case "setBurner":
        return burner ? planLoad(burner, { command, name: "burner" }) : refuse("This heater has no mapped burner.");
      case "setElectric":
        return electric
          ? planLoad(electric, { command, name: "electric" })
          : refuse("This heater has no mapped electric element.");
      default:
        return unknownCommand(command);
    }
  },
};

function loadState(
  load: LoadDefinition,
  options: { readonly heard: Heard; readonly name: string },
): Readonly<Record<string, DerivedSignal | undefined>> {
  const { name } = options;
  const { on, outputsOn, delayActive } = deriveLoad(load, { heard: options.heard, prefix: `${name}:` });
  return { [`${name}On`]: on, [`${name}OutputsOn`]: outputsOn, [`${name}Waiting`]: delayActive };
}

function planLoad(load: LoadDefinition, options: { readonly command: Command; readonly name: string }): CommandPlan {
  const { name } = options;
  return planSwitch(load, {
    on: `${name}On`,
    outputsOn: `${name}OutputsOn`,
    prefix: `${name}:`,
    to: booleanParameter(options.command, "on"),
  });
}

/** WATERHEATER_COMMAND is not laid out as the status: set point in bytes 2-3, no switches (RV-C 2023-11, 6.9). */
function planHeater(instance: number, command: Command): CommandPlan | Refusal {
  if (command.command === "setMode") {
    const mode = textParameter(command, "mode");
    return planOf({
      messages: [{ message: "WATERHEATER_COMMAND", values: { instance, operating_modes: mode } }],
      confirmedBy: ["status"],
      isConfirmed: (state) => says(state["operatingMode"], mode),
    });
  }
  const celsius = numberParameter(command, "setpointC");
  return planOf({
    messages: [{ message: "WATERHEATER_COMMAND", values: { instance, set_point_temperature: celsius } }],
    confirmedBy: ["status"],
    isConfirmed: (state) => isTemperature(state["setpointC"], celsius),
  });
}
