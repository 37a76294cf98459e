import type { DefinitionOf } from "../coach/mod.ts";
import { bind } from "./binding.ts";
import { unknownCommand } from "./command_plan.ts";
import { deriveFields, type FieldSignal, flagSignal, numberSignal, specsOf } from "./field_signal.ts";
import type { Binding, EntityKind } from "./types.ts";

type Point = DefinitionOf<"ac_source">["point"];

/** A current on an AC line, A. A zero-filled field reads −1600 A and is none. */
const lineCurrentA = { plausible: [-400, 400] } as const;

/** One line of a message: its number, what goes out of the device or comes in, and of a transfer switch, from where. */
interface Place {
  readonly key: string;
  readonly label: string;
  readonly line: 1 | 2;
  readonly direction: "output" | "input" | "primary" | "secondary";
}

const places: readonly Place[] = ([
  ["line", "Line", "output"],
  ["inputLine", "Input line", "input"],
  ["primaryLine", "Primary line", "primary"],
  ["secondaryLine", "Secondary line", "secondary"],
] as const).flatMap(([key, label, direction]) =>
  ([1, 2] as const).map((line) => ({ key: `${key}${line}`, label: `${label} ${line}`, line, direction }))
);

/**
 * What each device has. Both inputs of a transfer switch speak in turn: with shore on one and a generator that stands on
 * the other, 120 V and 0 V.
 */
const directions: Readonly<Record<Point, readonly Place["direction"][]>> = {
  generator: ["output"],
  inverter: ["output", "input"],
  charger: ["output", "input"],
  transfer_switch: ["output", "primary", "secondary"],
};

const placesOf = (point: Point) => places.filter(({ direction }) => directions[point].includes(direction));

const fieldsOf = ({ key, label }: Place): readonly FieldSignal[] => [
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
];

const fields = places.flatMap(fieldsOf);

/** AC power at one point of the coach, per line and direction. */
export const acSource: EntityKind<DefinitionOf<"ac_source">> = {
  kind: "ac_source",
  signals: specsOf(fields),
  signalsOf: ({ point }) => specsOf(placesOf(point).flatMap(fieldsOf)),
  bindings: ({ point, instance }) => lineBindings(point, instance),
  derive: (_definition, heard) => deriveFields(fields, heard),
  commands: () => [],
  plan: (_definition, _state, command) => unknownCommand(command),
};

/**
 * Byte 0 of each family packs its instance with other things (RV-C 2023-11, 6.12, 6.18, 6.19, 6.21, 6.32): generators
 * count lines from 1 and have outputs only, inverters and chargers count from 0, transfer switches have legs, and inputs
 * of two sources.
 */
function lineBindings(point: Point, instance: number): readonly Binding[] {
  return placesOf(point).map((place) => bind(place.key, { ...lineOf(point, place), instance }));
}

function lineOf(point: Point, { line, direction }: Place): Pick<Binding, "message"> & Required<Pick<Binding, "where">> {
  const input_output = direction === "output" ? 1 : 0;
  switch (point) {
    case "generator":
      return { message: "GENERATOR_AC_STATUS_1", where: { line } };
    case "inverter":
      return { message: "INVERTER_AC_STATUS_1", where: { line: line - 1, input_output } };
    case "charger":
      return { message: "CHARGER_AC_STATUS_1", where: { line: line - 1, input_output } };
    case "transfer_switch": {
      const source = direction === "output" ? {} : { source: direction === "primary" ? 0 : 1 };
      return { message: "ATS_AC_STATUS_1", where: { leg: line - 1, input_output, ...source } };
    }
    default:
      return point satisfies never;
  }
}
