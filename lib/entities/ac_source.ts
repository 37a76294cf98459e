import type { DefinitionOf } from "../coach/mod.ts";
import { bind } from "./binding.ts";
import { unknownCommand } from "./command_plan.ts";
import { deriveFields, type FieldSignal, flagSignal, numberSignal, specsOf } from "./field_signal.ts";
import type { Binding, EntityKind } from "./types.ts";

type Point = DefinitionOf<"ac_source">["point"];

/** A current on an AC line, A. A zero-filled field reads −1600 A and is none. */
const lineCurrentA = { plausible: [-400, 400] } as const;

/** Where on the coach a line of a message is: what goes out of a device, or what comes in. */
const places = [
  { key: "line1", label: "Line 1", output: true, line: 1 },
  { key: "line2", label: "Line 2", output: true, line: 2 },
  { key: "inputLine1", label: "Input line 1", output: false, line: 1 },
  { key: "inputLine2", label: "Input line 2", output: false, line: 2 },
] as const;

const fields: readonly FieldSignal[] = places.flatMap(({ key, label }) => [
  numberSignal({ name: `${key}VoltageV`, label, unit: "V", from: key, field: "rms_voltage" }),
  numberSignal(
    { name: `${key}CurrentA`, label: `${label} current`, unit: "A", from: key, field: "rms_current" },
    lineCurrentA,
  ),
  numberSignal({ name: `${key}FrequencyHz`, label: `${label} frequency`, unit: "Hz", from: key, field: "frequency" }),
  flagSignal(
    { name: `${key}OpenGround`, label: `${label} open ground`, from: key, field: "fault_open_ground" },
    "open_detected",
  ),
  flagSignal(
    { name: `${key}OpenNeutral`, label: `${label} open neutral`, from: key, field: "fault_open_neutral" },
    "open_detected",
  ),
  flagSignal(
    { name: `${key}ReversePolarity`, label: `${label} reverse polarity`, from: key, field: "fault_reverse_polarity" },
    "detected",
  ),
  flagSignal(
    { name: `${key}GroundCurrent`, label: `${label} ground current`, from: key, field: "fault_ground_current" },
    "detected",
  ),
]);

/** AC power at one point of the coach, per line and direction. */
export const acSource: EntityKind<DefinitionOf<"ac_source">> = {
  kind: "ac_source",
  signals: specsOf(fields),
  bindings: ({ point, instance }) => lineBindings(point, instance),
  derive: (_definition, heard) => deriveFields(fields, heard),
  commands: () => [],
  plan: (_definition, _state, command) => unknownCommand(command),
};

/**
 * Byte 0 of each family packs its instance with other things (RV-C 2023-11, 6.12, 6.18, 6.19, 6.21): generators count
 * lines from 1 and have outputs only, inverters and chargers count from 0, transfer switches have legs.
 */
function lineBindings(point: Point, instance: number): readonly Binding[] {
  switch (point) {
    case "generator":
      return places.filter(({ output }) => output).map(({ key, line }) =>
        bind(key, { message: "GENERATOR_AC_STATUS_1", instance, where: { line } })
      );
    case "inverter":
    case "charger":
      return places.map(({ key, line, output }) =>
        bind(key, {
          message: point === "inverter" ? "INVERTER_AC_STATUS_1" : "CHARGER_AC_STATUS_1",
          instance,
          where: { line: line - 1, input_output: output ? 1 : 0 },
        })
      );
    case "transfer_switch":
      return places.map(({ key, line, output }) =>
        bind(key, {
          message: "ATS_AC_STATUS_1",
          instance,
          where: { leg: line - 1, input_output: output ? 1 : 0 },
        })
      );
    default:
      return point satisfies never;
  }
}
