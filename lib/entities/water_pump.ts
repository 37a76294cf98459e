import type { DefinitionOf } from "../coach/mod.ts";
import { bind } from "./binding.ts";
import { planOf, turnOffCommand, turnOnCommand, unknownCommand } from "./command_plan.ts";
import { deriveFields, type FieldSignal, flagSignal, mergeStates, numberSignal, specsOf } from "./field_signal.ts";
import { planSwitch } from "./load_commands.ts";
import { deriveLoad, loadBindings } from "./load_outputs.ts";
import { says } from "./readings.ts";
import type { EntityKind, SignalSpec } from "./types.ts";

const names = { on: "on", outputsOn: "outputsOn" } as const;
const from = "status";
const kilo = { convert: (pascal: number) => pascal / 1000 } as const;
const fields: readonly FieldSignal[] = [
  flagSignal({ name: "on", label: "On", help: "The pump may run.", from, field: "operating_status" }, "enabled"),
  flagSignal({ name: "running", label: "Running", from, field: "pump_status" }, "running"),
  flagSignal({ name: "hookedUp", label: "City water", from, field: "water_hookup_detected" }, "hooked_up"),
  numberSignal({ name: "pressureKPa", label: "Pressure", unit: "kPa", from, field: "current_system_pressure" }, kilo),
  numberSignal(
    { name: "pumpSettingKPa", label: "Pump setting", unit: "kPa", from, field: "pump_pressure_setting" },
    kilo,
  ),
  numberSignal({
    name: "regulatorSettingKPa",
    label: "Regulator setting",
    unit: "kPa",
    from,
    field: "regulator_pressure_setting",
  }, kilo),
];
const current = numberSignal({ name: "currentA", label: "Current", unit: "A", from, field: "operating_current" });
const outputsOn: SignalSpec = { name: "outputsOn", label: "Outputs on" };

/** The fresh water pump: WATER_PUMP messages, or a load. */
export const waterPump: EntityKind<DefinitionOf<"water_pump">> = {
  kind: "water_pump",
  signals: [...specsOf([...fields, current]), outputsOn],
  bindings: ({ driver }) =>
    "load" in driver ? loadBindings(driver.load) : [bind(from, { message: "WATER_PUMP_STATUS" })],
  derive({ driver }, heard) {
    if (!("load" in driver)) return deriveFields([...fields, current], heard);
    const load = deriveLoad(driver.load, { heard });
    return mergeStates({ on: load.on, currentA: load.currentA, outputsOn: load.outputsOn });
  },
  commands: () => [turnOnCommand, turnOffCommand],
  plan({ driver }, _state, command) {
    switch (command.command) {
      case "turnOn":
      case "turnOff": {
        const to = command.command === "turnOn";
        if ("load" in driver) return planSwitch(driver.load, { ...names, to });
        return planOf({
          messages: [{ message: "WATER_PUMP_COMMAND", values: { command: to ? "enable" : "disable" } }],
          confirmedBy: [from],
          isConfirmed: (now) => says(now["on"], to),
        });
      }
      default:
        return unknownCommand(command);
    }
  },
};
