import type { PairDefinition } from "../coach/mod.ts";
import { bind } from "./binding.ts";
import { planOf } from "./command_plan.ts";
import { deriveLoad } from "./load_outputs.ts";
import { errorReading, says } from "./readings.ts";
import type { Binding, CommandPlan, DerivedSignal, Heard, OutgoingMessage } from "./types.ts";

/** The words of a motor's two directions, e.g. `extending` and `retracting`. */
export interface Directions {
  readonly forward: string;
  readonly reverse: string;
}

/** Word of a motor that stands. */
export const stopped = "stopped";

/** A motor that takes longer than the response window to report its start, ms. */
export const motorStartMs = 750;

/** Status streams of the two dimmer instances of a pair. */
export function pairBindings(pair: PairDefinition, prefix = "pair"): readonly Binding[] {
  return [
    bind(`${prefix}:forward`, { message: "DC_DIMMER_STATUS_3", instance: pair.forward }),
    bind(`${prefix}:reverse`, { message: "DC_DIMMER_STATUS_3", instance: pair.reverse }),
  ];
}

/**
 * What the motor does: one of its outputs is on, or both were heard off. Both on at once is an error of the coach.
 * A pair says nothing of the position.
 */
export function derivePairMotion(
  pair: PairDefinition,
  options: { readonly heard: Heard; readonly words: Directions; readonly prefix?: string },
): DerivedSignal | undefined {
  const { heard, words } = options;
  const prefix = options.prefix ?? "pair";
  const output = (direction: "forward" | "reverse") => {
    const from = `${prefix}:${direction}`;
    const message = heard.get(from);
    if (!message) return undefined;
    const instance = pair[direction];
    const { on } = deriveLoad(
      { via: "dc_dimmer", instances: [instance], on: "on_duration" },
      { heard: new Map([[`dimmer:${instance}`, message]]) },
    );
    return on && { reading: on.reading, from };
  };
  const forward = output("forward");
  const reverse = output("reverse");
  const isForward = says(forward?.reading, true);
  const isReverse = says(reverse?.reading, true);
  if (forward && isForward && isReverse) return { reading: errorReading, from: forward.from };
  if (forward && isForward) return { reading: { value: words.forward }, from: forward.from };
  if (reverse && isReverse) return { reading: { value: words.reverse }, from: reverse.from };
  if (!forward || !reverse) return undefined;
  const vague = [forward, reverse].find((signal) => !says(signal.reading, false));
  return vague ?? { reading: { value: stopped }, from: forward.from };
}

function order(instance: number, values: OutgoingMessage["values"]): OutgoingMessage {
  return { message: "DC_DIMMER_COMMAND_2", values: { instance, ...values } };
}

function off(instance: number): OutgoingMessage {
  return order(instance, { desired_level: 0, command: "off_delay" });
}

/**
 * Drives one direction while held: first OFF (03) to the opposite output, then ON for a duration (01) to the wanted
 * one, so that both are never on; the duration is the pair's own `seconds`, which ends the movement should this
 * program die. Released: OFF to the wanted one, then to the opposite (owners of Firefly coaches drive awnings and
 * shades so).
 */
export function planPairMove(
  pair: PairDefinition,
  options: {
    readonly direction: "forward" | "reverse";
    readonly words: Directions;
    /** Signal that carries the motion. */
    readonly motion: string;
    readonly prefix?: string;
  },
): CommandPlan {
  const { direction, words } = options;
  const wanted = pair[direction];
  const opposite = pair[direction === "forward" ? "reverse" : "forward"];
  return planOf({
    messages: [
      off(opposite),
      order(wanted, { desired_level: 100, command: "on_duration", delay_duration: pair.seconds }),
    ],
    holdUntil: [off(wanted), off(opposite)],
    confirmedBy: [`${options.prefix ?? "pair"}:${direction}`],
    isConfirmed: (state) => says(state[options.motion], words[direction]),
    rampMs: motorStartMs,
  });
}

/** One press for the pair's `seconds`, not held: locks and their like. */
export function planPairPress(
  pair: PairDefinition,
  options: Parameters<typeof planPairMove>[1],
): CommandPlan {
  const { hold: _, ...plan } = planPairMove(pair, options);
  return plan;
}

/** OFF to both outputs; confirmed when both were heard off. */
export function planPairStop(
  pair: PairDefinition,
  options: { readonly motion: string; readonly prefix?: string },
): CommandPlan {
  const prefix = options.prefix ?? "pair";
  return planOf({
    messages: [off(pair.forward), off(pair.reverse)],
    confirmedBy: [`${prefix}:forward`, `${prefix}:reverse`],
    isConfirmed: (state) => says(state[options.motion], stopped),
    rampMs: motorStartMs,
  });
}
