import type { DefinitionOf } from "../coach/mod.ts";
import { bind } from "./binding.ts";
import { chargeCurrentA, forceChargeCommand, forcedWord, isEnabled } from "./charging.ts";
import { planOf, textParameter, turnOffCommand, turnOnCommand, unknownCommand } from "./command_plan.ts";
import { choiceSignal, deriveFields, type FieldSignal, flagSignal, numberSignal, specsOf } from "./field_signal.ts";
import { says } from "./readings.ts";
import type { EntityKind } from "./types.ts";

const from = "status";
const fields: readonly FieldSignal[] = [
  choiceSignal({ name: "operatingState", label: "State", from, field: "operating_state" }),
  numberSignal({ name: "controlVoltageV", label: "Wanted voltage", unit: "V", from, field: "charge_voltage" }),
  numberSignal(
    { name: "controlCurrentA", label: "Wanted current", unit: "A", from, field: "charge_current" },
    { plausible: chargeCurrentA },
  ),
  numberSignal({
    name: "currentPct",
    label: "Of its maximum",
    unit: "%",
    from,
    field: "charge_current_percent_of_maximum",
  }),
  numberSignal({ name: "chargingVoltageV", label: "Voltage", unit: "V", from: "status2", field: "charging_voltage" }),
  numberSignal({
    name: "chargingCurrentA",
    label: "Current",
    unit: "A",
    help: "Positive: into the battery.",
    from: "status2",
    field: "charging_current",
  }, { plausible: chargeCurrentA }),
  numberSignal({
    name: "temperatureC",
    label: "Temperature",
    unit: "degC",
    from: "status2",
    field: "charger_temperature",
  }),
  flagSignal({ name: "autoRecharge", label: "Recharges by itself", from, field: "auto_recharge_enable" }, "enabled"),
  flagSignal(
    { name: "onAtPowerUp", label: "On at power-up", from, field: "default_state_on_power_up" },
    "charger_enabled",
  ),
  choiceSignal({ name: "forced", label: "Forced", from, field: "force_charge" }),
];

/** A battery charger. Equalization is shown, never started: it harms batteries that are not made for it. */
export const charger: EntityKind<DefinitionOf<"charger">> = {
  kind: "charger",
  signals: specsOf(fields),
  bindings: ({ instance }) => [
    bind(from, { message: "CHARGER_STATUS", instance }),
    bind("status2", { message: "CHARGER_STATUS_2", instance }),
  ],
  derive: (_definition, heard) => deriveFields(fields, heard),
  commands: () => [turnOnCommand, turnOffCommand, forceChargeCommand],
  plan({ instance }, _state, command) {
    switch (command.command) {
      case "turnOn":
      case "turnOff": {
        const to = command.command === "turnOn";
        return planOf({
          messages: [{ message: "CHARGER_COMMAND", values: { instance, status: to ? "enable" : "disable" } }],
          confirmedBy: [from],
          isConfirmed: (state) => isEnabled(state, to),
          rampMs: 1000,
        });
      }
      case "forceCharge": {
        const word = forcedWord(textParameter(command, "state"));
        return planOf({
          messages: [{
            message: "CHARGER_COMMAND",
            values: { instance, force_charge: word === "charging_not_forced" ? "cancel_forcing" : word },
          }],
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
