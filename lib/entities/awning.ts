import type { DefinitionOf } from "../coach/mod.ts";
import { bind } from "./binding.ts";
import { planOf, refuse, simpleCommand, unknownCommand } from "./command_plan.ts";
import {
  choiceSignal,
  deriveFields,
  type FieldSignal,
  flagSignal,
  mergeStates,
  numberSignal,
  specsOf,
} from "./field_signal.ts";
import { choiceReading, says } from "./readings.ts";
import { derivePairMotion, motorStartMs, pairBindings, planPairMove, planPairStop, stopped } from "./reversing_pair.ts";
import type { Command, CommandPlan, EntityKind, EntityState, OutgoingMessage, Reading } from "./types.ts";

const words = { forward: "extending", reverse: "retracting" } as const;
const from = "status";

/** `no_motion` of the standard and a pair of which both outputs are off read the same: `stopped`. */
export function motionReading(found: Reading): Reading {
  const word = choiceReading(found);
  return says(word, "no_motion") ? { value: stopped } : word;
}

const motion: FieldSignal = {
  ...choiceSignal({
    name: "motion",
    label: "Movement",
    help: "extending, retracting or stopped.",
    from,
    field: "motion",
  }),
  read: motionReading,
};
const lockout = (name: string, options: { readonly label: string; readonly field: string }) =>
  flagSignal({ name, from, ...options }, "locked_out");
const fields: readonly FieldSignal[] = [
  motion,
  numberSignal(
    { name: "positionPct", label: "Position", unit: "%", help: "100 is fully out.", from, field: "position" },
    { plausible: [0, 100] },
  ),
  flagSignal({ name: "userLocked", label: "Locked by user", from, field: "user_lock_status" }, "active"),
  lockout("parkedLockout", { label: "Locked out: not parked", field: "parked_status" }),
  lockout("ignitionLockout", { label: "Locked out: ignition", field: "ignition_key" }),
  lockout("lowVoltageLockout", { label: "Locked out: low voltage", field: "low_voltage" }),
  lockout("otherLockout", { label: "Locked out", field: "generic_lock" }),
  flagSignal({ name: "lightOn", label: "Awning light", from, field: "awning_light" }, "on"),
];
/** Signal → why the awning cannot move. */
const lockouts: readonly (readonly [string, string])[] = [
  ["userLocked", "The awning is locked by its user lock."],
  ["parkedLockout", "The awning says that the coach is not parked."],
  ["ignitionLockout", "The awning says that the ignition is on."],
  ["lowVoltageLockout", "The awning says that the voltage is too low."],
  ["otherLockout", "The awning says that it is locked out."],
];

const extend = { ...simpleCommand("extend", { label: "Extend", help: "Moves out while held." }), held: true };
const retract = { ...simpleCommand("retract", { label: "Retract", help: "Moves in while held." }), held: true };
const stop = simpleCommand("stop", { label: "Stop", help: "Stops the movement." });

/** An awning: AWNING messages, or a pair of dimmer instances. */
export const awning: EntityKind<DefinitionOf<"awning">> = {
  kind: "awning",
  signals: specsOf(fields),
  bindings: ({ motor }) =>
    "pair" in motor ? pairBindings(motor.pair) : [bind(from, { message: "AWNING_STATUS", instance: motor.instance })],
  derive: ({ motor }, heard) =>
    "pair" in motor
      ? mergeStates({ motion: derivePairMotion(motor.pair, { heard, words }) })
      : deriveFields(fields, heard),
  commands: () => [extend, retract, stop],
  plan({ motor }, state, command) {
    switch (command.command) {
      case "extend":
      case "retract": {
        const direction = command.command === "extend" ? "forward" : "reverse";
        const reasons = lockouts.filter(([name]) => says(state[name], true)).map(([, reason]) => reason);
        if (reasons.length > 0) return refuse(...reasons);
        return "pair" in motor
          ? planPairMove(motor.pair, { direction, words, motion: "motion" })
          : planMove(motor.instance, { word: command.command, motion: words[direction] });
      }
      case "stop":
        return "pair" in motor
          ? planPairStop(motor.pair, { motion: "motion" })
          : planMove(motor.instance, { word: "stop", motion: stopped });
      default:
        return unknownCommand(command);
    }
  },
};

function planMove(
  instance: number,
  options: { readonly word: Command["command"]; readonly motion: string },
): CommandPlan {
  const send = (word: string): OutgoingMessage => ({
    message: "AWNING_COMMAND",
    values: { instance, direction_of_movement: word },
  });
  return planOf({
    messages: [send(options.word)],
    ...(options.word === "stop" ? {} : { holdUntil: [send("stop")] }),
    confirmedBy: [from],
    isConfirmed: (state: EntityState) => says(state["motion"], options.motion),
    rampMs: motorStartMs,
  });
}
