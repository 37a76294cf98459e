import type { DefinitionOf } from "../coach/mod.ts";
import { bind } from "./binding.ts";
import { unknownCommand } from "./command_plan.ts";
import { deriveFields, type FieldSignal, flagSignal, numberSignal, specsOf } from "./field_signal.ts";
import { gearReading } from "./gear.ts";
import type { EntityKind } from "./types.ts";

const from = "mobility";
const fields: readonly FieldSignal[] = [
  flagSignal({ name: "parkBrakeSet", label: "Park brake", from, field: "park_brake_status" }, "engaged"),
  numberSignal({ name: "speedKmh", label: "Speed", unit: "km/h", from, field: "vehicle_speed" }, {
    plausible: [0, 250],
  }),
  flagSignal({ name: "ignitionOn", label: "Ignition", from, field: "ignition_switch_status" }, "on"),
  flagSignal({ name: "accessoryOn", label: "Accessory", from, field: "accessory_switch_status" }, "on"),
  { name: "gear", label: "Gear", from, field: "transmission_current_gear", read: gearReading },
  { name: "gearSelected", label: "Selected gear", from, field: "transmission_gear_selected", read: gearReading },
  numberSignal({ name: "engineRpm", label: "Engine", unit: "rpm", from, field: "engine_rpm" }),
  flagSignal(
    { name: "transmissionLocked", label: "Transmission locked", from, field: "transmission_lock_status" },
    "locked",
  ),
  flagSignal({ name: "engineLocked", label: "Engine locked", from, field: "engine_lock_status" }, "locked"),
  numberSignal(
    { name: "fuelPct", label: "Fuel", unit: "%", from: "mobility2", field: "fuel_level_percent" },
    { plausible: [0, 100] },
  ),
  numberSignal(
    { name: "odometerKm", label: "Odometer", unit: "km", from: "mobility2", field: "odometer" },
    { convert: (metres) => metres / 1000 },
  ),
  flagSignal({ name: "headlightsOn", label: "Headlights", from: "mobility2", field: "headlight_switch" }, "on"),
];

/** The chassis as its RV-C bridge shows it: park brake, ignition, gear, speed. What may move depends on it. */
export const chassis: EntityKind<DefinitionOf<"chassis">> = {
  kind: "chassis",
  signals: specsOf(fields),
  bindings: () => [
    bind(from, { message: "CHASSIS_MOBILITY_STATUS", perSender: true }),
    bind("mobility2", { message: "CHASSIS_MOBILITY_STATUS_2", perSender: true }),
  ],
  derive: (_definition, heard) => deriveFields(fields, heard),
  commands: () => [],
  plan: (_definition, _state, command) => unknownCommand(command),
};
