import type { DefinitionOf } from "../coach/mod.ts";
import { bind } from "./binding.ts";
import { unknownCommand } from "./command_plan.ts";
import { choiceSignal, deriveFields, type FieldSignal, flagSignal, numberSignal, specsOf } from "./field_signal.ts";
import type { EntityKind } from "./types.ts";

const corners = [
  ["LeftFront", "Left front", "left_front"],
  ["RightFront", "Right front", "right_front"],
  ["LeftRear", "Left rear", "left_rear"],
  ["RightRear", "Right rear", "right_rear"],
] as const;

const fields: readonly FieldSignal[] = [
  choiceSignal({ name: "operatingMode", label: "Mode", from: "control", field: "operating_mode" }),
  flagSignal(
    { name: "warning", label: "Warning", from: "control", field: "leveling_system_master_warning" },
    "warning",
  ),
  flagSignal(
    { name: "excessiveSlope", label: "Slope too steep", from: "control", field: "excessive_slope_final_warning" },
    "warning_no_retry",
  ),
  flagSignal(
    { name: "parkBrakeLockout", label: "Locked out: park brake", from: "control", field: "park_brake" },
    "locked_out",
  ),
  flagSignal(
    { name: "ignitionLockout", label: "Locked out: ignition", from: "control", field: "ignition_key" },
    "locked_out",
  ),
  flagSignal(
    { name: "lowVoltageLockout", label: "Locked out: low voltage", from: "control", field: "low_voltage" },
    "locked_out",
  ),
  flagSignal({ name: "otherLockout", label: "Locked out", from: "control", field: "other_lockout" }, "locked_out"),
  ...corners.map(([name, label, field]) =>
    flagSignal(
      { name: `jack${name}Extended`, label: `${label} jack`, from: "jacks", field: `extension_${field}` },
      "jack_extended",
    )
  ),
  numberSignal({ name: "pitchDeg", label: "Pitch", unit: "deg", from: "sensor", field: "pitch" }, {
    plausible: [-90, 90],
  }),
  numberSignal({ name: "rollDeg", label: "Roll", unit: "deg", from: "sensor", field: "roll" }, {
    plausible: [-90, 90],
  }),
];

/** The leveling system: shown, never moved. */
export const leveling: EntityKind<DefinitionOf<"leveling">> = {
  kind: "leveling",
  signals: specsOf(fields),
  bindings: () => [
    bind("control", { message: "LEVELING_CONTROL_STATUS" }),
    bind("jacks", { message: "LEVELING_JACK_STATUS" }),
    bind("sensor", { message: "LEVELING_SENSOR_STATUS" }),
  ],
  derive: (_definition, heard) => deriveFields(fields, heard),
  commands: () => [],
  plan: (_definition, _state, command) => unknownCommand(command),
};
