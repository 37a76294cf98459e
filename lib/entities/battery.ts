import type { DefinitionOf } from "../coach/mod.ts";
import { bind } from "./binding.ts";
import { unknownCommand } from "./command_plan.ts";
import {
  choiceSignal,
  deriveFields,
  type FieldSignal,
  flagSignal,
  mergeStates,
  numberSignal,
  specsOf,
} from "./field_signal.ts";
import { numberOf } from "./readings.ts";
import type { EntityKind, SignalSpec } from "./types.ts";

/**
 * Current of a coach's battery bank, A. The 32-bit field reaches millions; a voltmeter that fills it with zeroes
 * would read 2,000,000 A (captures of voltmeters that do).
 */
const packCurrentA: readonly [number, number] = [-2000, 2000];
const percent: readonly [number, number] = [0, 100];

const fields: readonly FieldSignal[] = [
  numberSignal({ name: "packVoltageV", label: "Voltage", unit: "V", from: "source1", field: "dc_voltage" }),
  numberSignal({
    name: "currentA",
    label: "Current",
    unit: "A",
    help: "Positive: into the battery (charging). On the wire RV-C counts the other way.",
    from: "source1",
    field: "dc_current",
  }, { plausible: packCurrentA, convert: (value) => -value }),
  numberSignal(
    { name: "stateOfChargePct", label: "Charge", unit: "%", from: "source2", field: "state_of_charge" },
    { plausible: percent },
  ),
  numberSignal({ name: "timeRemainingMin", label: "Time left", unit: "min", from: "source2", field: "time_remaining" }),
  choiceSignal({
    name: "timeRemainingTo",
    label: "Time left until",
    help: "to_empty or to_full.",
    from: "source2",
    field: "time_remaining_interpretation",
  }),
  numberSignal(
    { name: "temperatureC", label: "Temperature", unit: "degC", from: "source2", field: "source_temperature" },
    { plausible: [-60, 150] },
  ),
  numberSignal(
    { name: "stateOfHealthPct", label: "Health", unit: "%", from: "source3", field: "state_of_health" },
    { plausible: percent },
  ),
  numberSignal({
    name: "capacityRemainingAh",
    label: "Capacity left",
    unit: "Ah",
    from: "source3",
    field: "capacity_remaining",
  }),
  numberSignal({
    name: "relativeCapacityPct",
    label: "Relative capacity",
    unit: "%",
    from: "source3",
    field: "relative_capacity",
  }),
  numberSignal({ name: "rippleMv", label: "Ripple", unit: "mV", from: "source3", field: "ac_rms_ripple" }),
  choiceSignal({
    name: "desiredChargeState",
    label: "Wanted charge state",
    from: "source4",
    field: "desired_charge_state",
  }),
  numberSignal({
    name: "desiredVoltageV",
    label: "Wanted voltage",
    unit: "V",
    from: "source4",
    field: "desired_dc_voltage",
  }),
  numberSignal(
    { name: "desiredCurrentA", label: "Wanted current", unit: "A", from: "source4", field: "desired_dc_current" },
    { plausible: packCurrentA },
  ),
  choiceSignal({ name: "batteryType", label: "Type", from: "source4", field: "battery_type" }),
  flagSignal({
    name: "dischargeConnected",
    label: "Discharge path",
    from: "source11",
    field: "discharge_on_off_status",
  }, "connected"),
  flagSignal(
    { name: "chargeConnected", label: "Charge path", from: "source11", field: "charge_on_off_status" },
    "connected",
  ),
  numberSignal({ name: "fullCapacityAh", label: "Capacity", unit: "Ah", from: "source11", field: "full_capacity" }),
  choiceSignal({
    name: "reportedBy",
    label: "Reported by",
    help: "What kind of device measures it.",
    from: "source1",
    field: "device_priority",
  }),
];

const power: SignalSpec = {
  name: "powerW",
  label: "Power",
  unit: "W",
  help: "Voltage times current of one message. Positive: into the battery.",
};

/** A battery bank (RV-C DC source). */
export const battery: EntityKind<DefinitionOf<"battery">> = {
  kind: "battery",
  signals: [...specsOf(fields.slice(0, 2)), power, ...specsOf(fields.slice(2))],
  bindings: ({ instance }) => [
    bind("source1", { message: "DC_SOURCE_STATUS_1", instance }),
    bind("source2", { message: "DC_SOURCE_STATUS_2", instance }),
    bind("source3", { message: "DC_SOURCE_STATUS_3", instance }),
    bind("source4", { message: "DC_SOURCE_STATUS_4", instance }),
    bind("source11", { message: "DC_SOURCE_STATUS_11", instance }),
  ],
  derive(_definition, heard) {
    const state = deriveFields(fields, heard);
    const volts = numberOf(state["packVoltageV"]?.reading);
    const amps = numberOf(state["currentA"]?.reading);
    const watts = volts === undefined || amps === undefined ? undefined : Math.round(volts * amps) + 0;
    return mergeStates(state, {
      powerW: watts === undefined ? undefined : { reading: { value: watts, unit: "W" }, from: "source1" },
    });
  },
  commands: () => [],
  plan: (_definition, _state, command) => unknownCommand(command),
};
