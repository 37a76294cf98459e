import type { DefinitionOf } from "../coach/mod.ts";
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
import { choiceSignal, deriveFields, type FieldSignal, flagSignal, numberSignal, specsOf } from "./field_signal.ts";
import { says } from "./readings.ts";
import type { EntityKind, EntityState, OutgoingMessage } from "./types.ts";
import { isStep } from "./wire_grid.ts";

const percent = { plausible: [0, 100] } as const;
const from = "status";
const fields: readonly FieldSignal[] = [
  choiceSignal({ name: "operatingMode", label: "Mode", from, field: "operating_mode" }),
  choiceSignal({ name: "heatSource", label: "Heat source", from, field: "heat_source" }),
  numberSignal({ name: "outputPct", label: "Heat output", unit: "%", from, field: "heat_output_level" }, percent),
  numberSignal({ name: "fanSpeedPct", label: "Fan speed", unit: "%", from, field: "circulation_fan_speed" }, percent),
  flagSignal({ name: "overcurrent", label: "Overcurrent", from, field: "zone_overcurrent_status" }, "detected"),
  flagSignal(
    { name: "temperatureWarning", label: "Temperature warning", from, field: "zone_temperature_status" },
    "warning",
  ),
  numberSignal({ name: "deadBandC", label: "Dead band", unit: "degC", from, field: "dead_band" }),
];

const setMode = commandWith(
  choiceParameter("mode", { choices: ["automatic", "manual"], help: "automatic: as its thermostat wants." }),
  { name: "setMode", label: "Mode", help: "Lets the thermostat drive it, or nobody." },
);
const setFanSpeed = commandWith(
  percentParameter("fanSpeedPct", "A device of few speeds takes the nearest that is not slower."),
  { name: "setFanSpeed", label: "Fan speed", help: "Sets the speed of the circulation fan, in manual mode." },
);
const setOutput = commandWith(
  percentParameter("outputPct", "0 stops the heat."),
  { name: "setOutput", label: "Output", help: "Sets the heat output, in manual mode." },
);
const setHeatSource = commandWith(
  choiceParameter("source", {
    choices: ["combustion", "ac_power_primary", "ac_power_secondary", "engine_heat"],
    help: "In the standard's words.",
  }),
  { name: "setHeatSource", label: "Heat source", help: "Chooses what makes the heat." },
);

/** A furnace or hydronic zone. */
export const furnace: EntityKind<DefinitionOf<"furnace">> = {
  kind: "furnace",
  signals: specsOf(fields),
  bindings: ({ instance }) => [bind(from, { message: "FURNACE_STATUS", instance })],
  derive: (_definition, heard) => deriveFields(fields, heard),
  commands: () => [setMode, setFanSpeed, setOutput, setHeatSource],
  plan({ instance }, _state, command) {
    const send = (values: OutgoingMessage["values"], isConfirmed: (state: EntityState) => boolean) =>
      planOf({
        messages: [{ message: "FURNACE_COMMAND", values: { instance, ...values } }],
        confirmedBy: [from],
        isConfirmed,
      });
    switch (command.command) {
      case "setMode": {
        const mode = textParameter(command, "mode");
        return send({ operating_mode: mode }, (now) => says(now["operatingMode"], mode));
      }
      case "setFanSpeed": {
        const speed = numberParameter(command, "fanSpeedPct");
        return send({ circulation_fan_speed: speed }, (now) => isStep(now["fanSpeedPct"], speed));
      }
      case "setOutput": {
        const output = numberParameter(command, "outputPct");
        return send({ heat_output_level: output }, (now) => isStep(now["outputPct"], output));
      }
      case "setHeatSource": {
        const source = textParameter(command, "source");
        return send({ heat_source: source }, (now) => says(now["heatSource"], source));
      }
      default:
        return unknownCommand(command);
    }
  },
};
