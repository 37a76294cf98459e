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
import { choiceSignal, deriveFields, type FieldSignal, numberSignal, specsOf } from "./field_signal.ts";
import { says } from "./readings.ts";
import type { EntityKind, EntityState, OutgoingMessage } from "./types.ts";
import { isStep } from "./wire_grid.ts";

const percent = { plausible: [0, 100] } as const;
const from = "status";
const fields: readonly FieldSignal[] = [
  choiceSignal({ name: "operatingMode", label: "Mode", from, field: "operating_mode" }),
  numberSignal({ name: "fanSpeedPct", label: "Fan speed", unit: "%", from, field: "fan_speed" }, percent),
  numberSignal(
    { name: "outputPct", label: "Cooling output", unit: "%", from, field: "air_conditioning_output_level" },
    percent,
  ),
  numberSignal({ name: "maxFanSpeedPct", label: "Fan limit", unit: "%", from, field: "max_fan_speed" }, percent),
  numberSignal(
    { name: "maxOutputPct", label: "Output limit", unit: "%", from, field: "max_air_conditioning_output_level" },
    percent,
  ),
  numberSignal({ name: "deadBandC", label: "Dead band", unit: "degC", from, field: "dead_band" }),
];

const setMode = commandWith(
  choiceParameter("mode", { choices: ["automatic", "manual"], help: "automatic: as its thermostat wants." }),
  { name: "setMode", label: "Mode", help: "Lets the thermostat drive it, or nobody." },
);
const setFanSpeed = commandWith(
  percentParameter("fanSpeedPct", "A device of few speeds takes the nearest that is not slower."),
  { name: "setFanSpeed", label: "Fan speed", help: "Sets the speed of its fan, in manual mode." },
);
const setOutput = commandWith(
  percentParameter("outputPct", "0 stops the compressor."),
  { name: "setOutput", label: "Output", help: "Sets the cooling output, in manual mode." },
);

/** A roof air conditioner. */
export const airConditioner: EntityKind<DefinitionOf<"air_conditioner">> = {
  kind: "air_conditioner",
  signals: specsOf(fields),
  bindings: ({ instance, sourceAddress }) => [
    bind(from, {
      message: "AIR_CONDITIONER_STATUS",
      instance,
      sourceAddress: sourceAddress === undefined ? undefined : parseInt(sourceAddress, 16),
    }),
  ],
  derive: (_definition, heard) => deriveFields(fields, heard),
  commands: () => [setMode, setFanSpeed, setOutput],
  plan({ instance }, _state, command) {
    const send = (values: OutgoingMessage["values"], isConfirmed: (state: EntityState) => boolean) =>
      planOf({
        messages: [{ message: "AIR_CONDITIONER_COMMAND", values: { instance, ...values } }],
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
        return send({ fan_speed: speed }, (now) => isStep(now["fanSpeedPct"], speed));
      }
      case "setOutput": {
        const output = numberParameter(command, "outputPct");
        return send({ air_conditioning_output_level: output }, (now) => isStep(now["outputPct"], output));
      }
      default:
        return unknownCommand(command);
    }
  },
};
