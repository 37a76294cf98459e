import type { DefinitionOf } from "../coach/mod.ts";
import { bind } from "./binding.ts";
import { chargeCurrentA, forceChargeCommand, forcedWord, isEnabled } from "./charging.ts";
import { planOf, textParameter, turnOffCommand, turnOnCommand, unknownCommand } from "./command_plan.ts";
import { choiceSignal, deriveFields, type FieldSignal, numberSignal, specsOf } from "./field_signal.ts";
import { says } from "./readings.ts";
import type { EntityKind } from "./types.ts";

const from = "status";
const fields: readonly FieldSignal[] = [
  choiceSignal({ name: "operatingState", label: "State", from, field: "operating_state" }),
  numberSignal({ name: "chargeVoltageV", label: "Wanted voltage", unit: "V", from, field: "charge_voltage" }),
  numberSignal(
    { name: "chargeCurrentA", label: "Wanted current", unit: "A", from, field: "charge_current" },
    { plausible: chargeCurrentA },
  ),
  numberSignal({
    name: "currentPct",
    label: "Of its maximum",
    unit: "%",
    from,
    field: "charge_current_percent_of_maximum",
  }),
  numberSignal({ name: "batteryVoltageV", label: "Battery", unit: "V", from: "battery", field: "measured_voltage" }),
  numberSignal({
    name: "batteryCurrentA",
    label: "Into the battery",
    unit: "A",
    help: "Positive: into the battery.",
    from: "battery",
    field: "measured_current",
  }, { plausible: chargeCurrentA }),
  numberSignal(
    {
      name: "batteryTemperatureC",
      label: "Battery temperature",
      unit: "degC",
      from: "battery",
      field: "measured_temperature",
    },
  ),
  numberSignal({
    name: "arrayVoltageV",
    label: "Panels",
    unit: "V",
    from: "array",
    field: "solar_array_measured_voltage",
  }),
  numberSignal(
    {
      name: "arrayCurrentA",
      label: "Panel current",
      unit: "A",
      from: "array",
      field: "solar_array_measured_input_current",
    },
    { plausible: chargeCurrentA },
  ),
  numberSignal(
    {
      name: "last7DaysAh",
      label: "Last 7 days",
      unit: "Ah",
      from: "totals",
      field: "last_7_days_amp_hours_to_battery",
    },
  ),
  numberSignal({ name: "totalKWh", label: "Total", unit: "kWh", from: "totals", field: "cumulative_power_generation" }),
  choiceSignal({ name: "forced", label: "Forced", from, field: "force_charge" }),
];

/** A solar charge controller. */
export const solarController: EntityKind<DefinitionOf<"solar_controller">> = {
  kind: "solar_controller",
  signals: specsOf(fields),
  bindings: ({ instance }) => [
    bind(from, { message: "SOLAR_CONTROLLER_STATUS_1", instance }),
    bind("battery", { message: "SOLAR_CONTROLLER_BATTERY_STATUS", instance }),
    bind("array", { message: "SOLAR_CONTROLLER_SOLAR_ARRAY_STATUS", instance }),
    bind("totals", { message: "SOLAR_CONTROLLER_STATUS_5", instance }),
  ],
  derive: (_definition, heard) => deriveFields(fields, heard),
  commands: () => [turnOnCommand, turnOffCommand, forceChargeCommand],
  plan({ instance }, _state, command) {
    const send = (values: Readonly<Record<string, string>>) => [{
      message: "SOLAR_CONTROLLER_COMMAND",
      values: { instance, ...values },
    }];
    switch (command.command) {
      case "turnOn":
      case "turnOff": {
        const to = command.command === "turnOn";
        return planOf({
          messages: send({ solar_charge_controller_status: to ? "enable" : "disable" }),
          confirmedBy: [from],
          isConfirmed: (state) => isEnabled(state, to),
          rampMs: 1000,
        });
      }
      case "forceCharge": {
        const word = forcedWord(textParameter(command, "state"));
        return planOf({
          messages: send({ force_charge: word }),
          confirmedBy: [from],
          isConfirmed: (state) => says(state["forced"], word),
          rampMs: 1000,
        });
      }
      default:
        return unknownCommand(command);
    }
  },
};
