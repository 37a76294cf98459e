import type { Message } from "../protocol/mod.ts";
import { deriveLoad } from "./load_outputs.ts";
import { originWords, type Proposal, type ProposalContext, proposalOf } from "./proposal.ts";

/** One time that an output was on, monotonic ms; without an end it still is. */
export interface OnTime {
  readonly fromMs: number;
  readonly toMs: number | undefined;
}

/** An output of a dimmer, and when it was on, oldest first. */
export interface SeenOutput {
  readonly message: Message;
  readonly instance: number;
  readonly sender?: string;
  readonly onTimes: readonly OnTime[];
}

/** Turns that two outputs must have taken: two lamps that are tried one after the other take fewer. */
const fewestTurns = 3;
/** No awning, shade or lock runs for longer at a time, ms. */
const longestRunMs = 180_000;

/** Whether a dimmer says that its output is on; undefined when it says neither. */
export function isOutputOn(message: Message): boolean | undefined {
  const { on } = deriveLoad(
    { via: "dc_dimmer", instances: [0], on: "on_delay" },
    { heard: new Map([["dimmer:0", message]]) },
  );
  return on && "value" in on.reading ? on.reading.value === true : undefined;
}

/**
 * Whether two outputs took turns as the two directions of a motor do: never on together, one after the other at least
 * three times, and never for long.
 */
export function takesTurns(a: readonly OnTime[], b: readonly OnTime[]): boolean {
  const runs = [...a.map((time) => ({ ...time, of: "a" })), ...b.map((time) => ({ ...time, of: "b" }))]
    .sort((one, other) => one.fromMs - other.fromMs);
  if (runs.length < fewestTurns) return false;
  return runs.every(({ fromMs, toMs = Infinity, of }, i) => {
    const next = runs[i + 1];
    const isLast = next === undefined;
    if (!isLast && (next.fromMs < toMs || next.of === of)) return false;
    return isLast && toMs === Infinity ? true : toMs - fromMs <= longestRunMs;
  });
}

/**
 * The motor that two outputs may be. It is proposed as an awning, the kind with the strictest rule of those that move;
 * which output extends nobody has seen, so the lower one is, as on the coaches that are known.
 */
export function proposePair(
  outputs: readonly [SeenOutput, SeenOutput],
  context: ProposalContext,
): Proposal | undefined {
  const [forward, reverse] = outputs[0].instance < outputs[1].instance ? outputs : [outputs[1], outputs[0]];
  const evidence = `${originWords(forward)}, and instance ${reverse.instance}: they took turns and were never on ` +
    `together, like the two directions of a motor. Whether it is an awning, a shade, a vent or a slide, and which of ` +
    `the two extends, was not seen.`;
  return proposalOf({
    kind: "awning",
    name: `Motor ${forward.instance} and ${reverse.instance}`,
    fields: { motor: { pair: { forward: forward.instance, reverse: reverse.instance } } },
  }, { ...context, evidence });
}
