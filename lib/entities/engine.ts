import type { DefinitionOf } from "../coach/mod.ts";
import { bind } from "./binding.ts";
import { unknownCommand } from "./command_plan.ts";
import { deriveFields, type FieldSignal, flagSignal, numberSignal, specsOf } from "./field_signal.ts";
import { gearReading } from "./gear.ts";
import type { EntityKind } from "./types.ts";

const fields: readonly FieldSignal[] = [
  numberSignal({ name: "engineRpm", label: "Engine", unit: "rpm", from: "EEC1", field: "engine_speed" }),
  numberSignal({ name: "speedKmh", label: "Speed", unit: "km/h", from: "CCVS1", field: "wheel_based_vehicle_speed" }),
  flagSignal({ name: "parkBrakeSet", label: "Park brake", from: "CCVS1", field: "parking_brake_switch" }, "set"),
  flagSignal({ name: "brakePressed", label: "Brake", from: "CCVS1", field: "brake_switch" }, "depressed"),
  { name: "gear", label: "Gear", from: "ETC2", field: "current_gear", read: gearReading },
  { name: "gearSelected", label: "Selected gear", from: "ETC2", field: "selected_gear", read: gearReading },
  numberSignal({ name: "coolantC", label: "Coolant", unit: "degC", from: "ET1", field: "coolant_temperature" }),
  numberSignal({ name: "oilC", label: "Oil", unit: "degC", from: "ET1", field: "oil_temperature" }),
  numberSignal({ name: "oilPressureKPa", label: "Oil pressure", unit: "kPa", from: "EFL/P1", field: "oil_pressure" }),
  numberSignal({ name: "coolantLevelPct", label: "Coolant level", unit: "%", from: "EFL/P1", field: "coolant_level" }),
  numberSignal({ name: "fuelRateLPerH", label: "Fuel use", unit: "L/h", from: "LFE1", field: "fuel_rate" }),
  numberSignal({ name: "fuelPct", label: "Fuel", unit: "%", from: "DD1", field: "fuel_level_1" }),
  numberSignal({ name: "defPct", label: "DEF", unit: "%", from: "AT1T1I", field: "def_level" }),
  numberSignal({ name: "engineHoursH", label: "Engine hours", unit: "h", from: "HOURS", field: "engine_hours" }),
  numberSignal({ name: "odometerKm", label: "Odometer", unit: "km", from: "VD", field: "total_distance" }),
  numberSignal({ name: "batteryV", label: "Battery", unit: "V", from: "VEP1", field: "battery_voltage" }),
  numberSignal({ name: "outsideC", label: "Outside", unit: "degC", from: "AMB", field: "ambient_air_temperature" }),
];

/** Each stream goes by the acronym of its J1939 message, which is what a mechanic calls it. */
const messages = ["EEC1", "CCVS1", "ETC2", "ET1", "EFL/P1", "LFE1", "DD1", "AT1T1I", "HOURS", "VD", "VEP1", "AMB"];

/** The chassis engine and transmission on J1939. Engine, brakes, dash and cruise control send the same messages. */
export const engine: EntityKind<DefinitionOf<"engine">> = {
  kind: "engine",
  signals: specsOf(fields),
  bindings: () => messages.map((message) => bind(message, { message, perSender: true })),
  derive: (_definition, heard) => deriveFields(fields, heard),
  commands: () => [],
  plan: (_definition, _state, command) => unknownCommand(command),
};
