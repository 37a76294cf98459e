import type { DefinitionOf } from "../coach/mod.ts";
import { motionReading } from "./awning.ts";
import { bind } from "./binding.ts";
import { planOf, simpleCommand, unknownCommand } from "./command_plan.ts";
import {
  choiceSignal,
  deriveFields,
  type FieldSignal,
  flagSignal,
  mergeStates,
  numberSignal,
  specsOf,
} from "./field_signal.ts";
import { says } from "./readings.ts";
import { derivePairMotion, pairBindings, planPairPress } from "./reversing_pair.ts";
import type { EntityKind } from "./types.ts";

const words = { forward: "locking", reverse: "unlocking" } as const;
const from = "status";
const fields: readonly FieldSignal[] = [
  flagSignal({
    name: "locked",
    label: "Locked",
    help: "Never known of a lock that is a pair of outputs: it has no sensor.",
    from,
    field: "lock_status",
  }, "locked"),
  {
    ...choiceSignal({ name: "motion", label: "Movement", from, field: "motion" }),
    read: motionReading,
  },
  numberSignal(
    { name: "positionPct", label: "Position", unit: "%", from, field: "position" },
    { plausible: [0, 100] },
  ),
  numberSignal({ name: "supplyV", label: "Supply", unit: "V", from, field: "voltage" }),
];

const lockCommand = simpleCommand("lock", { label: "Lock", help: "Locks the door." });
const unlockCommand = simpleCommand("unlock", { label: "Unlock", help: "Unlocks the door." });

/** A door lock: LOCK messages, or a pair of dimmer instances that each get one press. */
export const lock: EntityKind<DefinitionOf<"lock">> = {
  kind: "lock",
  signals: specsOf(fields),
  bindings: ({ motor }) =>
    "pair" in motor ? pairBindings(motor.pair) : [bind(from, { message: "LOCK_STATUS", instance: motor.instance })],
  derive: ({ motor }, heard) =>
    "pair" in motor
      ? mergeStates({ motion: derivePairMotion(motor.pair, { heard, words }) })
      : deriveFields(fields, heard),
  commands: () => [lockCommand, unlockCommand],
  plan({ motor }, _state, command) {
    switch (command.command) {
      case "lock":
      case "unlock": {
        const locks = command.command === "lock";
        if ("pair" in motor) {
          return planPairPress(motor.pair, { direction: locks ? "forward" : "reverse", words, motion: "motion" });
        }
        return planOf({
          messages: [{
            message: "LOCK_COMMAND",
            values: { instance: motor.instance, lock_command: command.command },
          }],
          confirmedBy: [from],
          isConfirmed: (state) => says(state["locked"], locks),
          rampMs: 2000,
        });
      }
      default:
        return unknownCommand(command);
    }
  },
};
