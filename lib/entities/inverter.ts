import type { DefinitionOf } from "../coach/mod.ts";
import { bind } from "./binding.ts";
import {
  booleanParameter,
  commandWith,
  onParameter,
  planOf,
  turnOffCommand,
  turnOnCommand,
  unknownCommand,
} from "./command_plan.ts";
import { choiceSignal, deriveFields, type FieldSignal, flagSignal, numberSignal, specsOf } from "./field_signal.ts";
import { says } from "./readings.ts";
import type { CommandPlan, EntityKind } from "./types.ts";

const from = "status";
const fields: readonly FieldSignal[] = [
  flagSignal({
    name: "on",
    label: "On",
    help: "The inverter is enabled; what it does is its state.",
    from,
    field: "inverter_enabled",
  }, "enabled"),
  choiceSignal({ name: "operatingState", label: "State", from, field: "status" }),
  flagSignal({ name: "loadSense", label: "Load sense", from, field: "load_sense_enabled" }, "enabled"),
  flagSignal({ name: "passThrough", label: "Pass-through", from, field: "pass_through_enable" }, "enabled"),
  flagSignal(
    { name: "generatorSupport", label: "Generator support", from, field: "generator_support_enabled" },
    "enabled",
  ),
  numberSignal({ name: "dcVoltageV", label: "DC voltage", unit: "V", from: "dc", field: "dc_voltage" }),
  numberSignal(
    { name: "dcCurrentA", label: "DC current", unit: "A", from: "dc", field: "dc_amperage" },
    { plausible: [-1500, 1500] },
  ),
];

const setLoadSense = commandWith(onParameter("True: sleeps while nothing draws power."), {
  name: "setLoadSense",
  label: "Load sense",
  help: "Lets it sleep while nothing draws power.",
});
const setPassThrough = commandWith(onParameter("True: shore or generator power passes through."), {
  name: "setPassThrough",
  label: "Pass-through",
  help: "Lets shore or generator power through.",
});

/** An inverter. */
export const inverter: EntityKind<DefinitionOf<"inverter">> = {
  kind: "inverter",
  signals: specsOf(fields),
  bindings: ({ instance }) => [
    bind(from, { message: "INVERTER_STATUS", instance }),
    bind("dc", { message: "INVERTER_DC_STATUS", instance }),
  ],
  derive: (_definition, heard) => deriveFields(fields, heard),
  commands: () => [turnOnCommand, turnOffCommand, setLoadSense, setPassThrough],
  plan({ instance }, _state, command) {
    const enable = (field: string, options: { readonly signal: string; readonly to: boolean }): CommandPlan =>
      planOf({
        messages: [{
          message: "INVERTER_COMMAND",
          values: { instance, [field]: options.to ? "enable" : "disable" },
        }],
        confirmedBy: [from],
        isConfirmed: (state) => says(state[options.signal], options.to),
        rampMs: 1000,
      });
    switch (command.command) {
      case "turnOn":
        return enable("inverter_enable", { signal: "on", to: true });
      case "turnOff":
        return enable("inverter_enable", { signal: "on", to: false });
      case "setLoadSense":
        return enable("load_sense_enable", { signal: "loadSense", to: booleanParameter(command, "on") });
      case "setPassThrough":
        return enable("pass_through_enable", { signal: "passThrough", to: booleanParameter(command, "on") });
      default:
        return unknownCommand(command);
    }
  },
};
