import type { DefinitionOf } from "../coach/mod.ts";
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
import { errorReading, notAvailable, says } from "./readings.ts";
import { derivePairMotion, motorStartMs, pairBindings, planPairMove, planPairStop, stopped } from "./reversing_pair.ts";
import type { CommandPlan, DerivedState, EntityKind, Heard, OutgoingMessage, Reading, SignalSpec } from "./types.ts";

const words = { forward: "opening", reverse: "closing" } as const;
const from = "status";

const motion: SignalSpec = { name: "motion", label: "Movement", help: "opening, closing or stopped." };
const fields: readonly FieldSignal[] = [
  numberSignal({ name: "motorDutyPct", label: "Motor", unit: "%", from, field: "motor_duty" }, { plausible: [0, 100] }),
  flagSignal({ name: "locked", label: "Locked", from, field: "lock_status" }, "locked"),
  flagSignal({ name: "overcurrent", label: "Overcurrent", from, field: "overcurrent_status" }, "overcurrent"),
  flagSignal({ name: "overridden", label: "Overridden", from, field: "override_status" }, "active"),
  choiceSignal({ name: "lastCommand", label: "Last command", from, field: "last_command" }),
];
/** Which way the motor is driven; read for `motion`, not shown. */
const drive: readonly FieldSignal[] = [
  flagSignal({ name: "running", label: "", from, field: "motor_status" }, "running"),
  flagSignal({ name: "forward", label: "", from, field: "forward_status" }, "on"),
  flagSignal({ name: "reverse", label: "", from, field: "reverse_status" }, "on"),
];

const open = { ...simpleCommand("open", { label: "Open", help: "Raises it while held." }), held: true };
const close = { ...simpleCommand("close", { label: "Close", help: "Lowers it while held." }), held: true };
const stop = simpleCommand("stop", { label: "Stop", help: "Stops the movement." });

/** A window shade: shade controller messages, or a pair of dimmer instances. */
export const shade: EntityKind<DefinitionOf<"shade">> = {
  kind: "shade",
  signals: [motion, ...specsOf(fields)],
  bindings: ({ motor }) =>
    "pair" in motor
      ? pairBindings(motor.pair)
      : [bind(from, { message: "WINDOW_SHADE_CONTROL_STATUS", instance: motor.instance })],
  derive: ({ motor }, heard) =>
    "pair" in motor
      ? mergeStates({ motion: derivePairMotion(motor.pair, { heard, words }) })
      : mergeStates(motionOf(heard), deriveFields(fields, heard)),
  commands: () => [open, close, stop],
  plan({ motor }, _state, command) {
    switch (command.command) {
      case "open":
      case "close": {
        const direction = command.command === "open" ? "forward" : "reverse";
        return "pair" in motor
          ? planPairMove(motor.pair, { direction, words, motion: "motion" })
          : planMove(motor.instance, direction);
      }
      case "stop":
        return "pair" in motor ? planPairStop(motor.pair, { motion: "motion" }) : planMove(motor.instance, "stop");
      default:
        return unknownCommand(command);
    }
  },
};

function motionOf(heard: Heard): DerivedState {
  const { running, forward, reverse } = deriveFields(drive, heard);
  if (!running && !forward && !reverse) return {};
  const isForward = says(forward?.reading, true);
  const isReverse = says(reverse?.reading, true);
  const standing = says(running?.reading, false) || (says(forward?.reading, false) && says(reverse?.reading, false));
  const motionReading: Reading = isForward && isReverse
    ? errorReading
    : says(running?.reading, false)
    ? { value: stopped }
    : isForward
    ? { value: words.forward }
    : isReverse
    ? { value: words.reverse }
    : standing
    ? { value: stopped }
    : notAvailable;
  return { motion: { reading: motionReading, from } };
}

/** Codes 0x81 forward, 0x41 reverse, 0x04 stop; momentary, so that silence stops the motor too (6.25). */
function planMove(instance: number, word: "forward" | "reverse" | "stop"): CommandPlan {
  const send = (command: string): OutgoingMessage => ({
    message: "WINDOW_SHADE_CONTROL_COMMAND",
    values: command === "stop" ? { instance, command } : { instance, motor_duty: 100, command, duration: "momentary" },
  });
  return planOf({
    messages: [send(word)],
    ...(word === "stop" ? {} : { holdUntil: [send("stop")] }),
    confirmedBy: [from],
    isConfirmed: (state) => says(state["motion"], word === "stop" ? stopped : words[word]),
    rampMs: motorStartMs,
  });
}
