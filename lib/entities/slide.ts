import type { DefinitionOf } from "../coach/mod.ts";
import { motionReading } from "./awning.ts";
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
import { derivePairMotion, pairBindings } from "./reversing_pair.ts";
import type { EntityKind } from "./types.ts";

const words = { forward: "extending", reverse: "retracting" } as const;
const from = "status";
const lockout = (name: string, options: { readonly label: string; readonly field: string }) =>
  flagSignal({ name, from, ...options }, "locked_out");
const fields: readonly FieldSignal[] = [
  {
    ...choiceSignal({
      name: "motion",
      label: "Movement",
      help: "extending, retracting or stopped.",
      from,
      field: "motion",
    }),
    read: motionReading,
  },
  numberSignal(
    { name: "positionPct", label: "Position", unit: "%", help: "100 is fully out.", from, field: "position" },
    { plausible: [0, 100] },
  ),
  flagSignal({ name: "secured", label: "Secured", from, field: "lock_status" }, "secured"),
  flagSignal({ name: "userLocked", label: "Locked by user", from, field: "user_lock_status" }, "active"),
  lockout("parkBrakeLockout", { label: "Locked out: park brake", field: "park_brake" }),
  lockout("jacksLockout", { label: "Locked out: jacks", field: "leveling_jacks" }),
  lockout("ignitionLockout", { label: "Locked out: ignition", field: "ignition_key" }),
  lockout("airSealLockout", { label: "Locked out: air seal", field: "air_seal" }),
  lockout("lowVoltageLockout", { label: "Locked out: low voltage", field: "low_voltage" }),
];

/** A slide room: shown, never moved. */
export const slide: EntityKind<DefinitionOf<"slide">> = {
  kind: "slide",
  signals: specsOf(fields),
  bindings: ({ motor }) =>
    "pair" in motor ? pairBindings(motor.pair) : [bind(from, { message: "SLIDE_STATUS", instance: motor.instance })],
  derive: ({ motor }, heard) =>
    "pair" in motor
      ? mergeStates({ motion: derivePairMotion(motor.pair, { heard, words }) })
      : deriveFields(fields, heard),
  commands: () => [],
  plan: (_definition, _state, command) => unknownCommand(command),
};
