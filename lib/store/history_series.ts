import type { EntityState } from "../entities/types.ts";
import type { SignalPolicy } from "./history_policy.ts";
import type { Step } from "./history_rollup.ts";

export type Reading = EntityState[string];

/** A reading as history keeps it: a number, a text, or null (the signal said that it has no value). */
export type Kept = number | string | null;

/** A reading and when it was seen, monotonic ms. */
export interface Seen {
  readonly kept: Kept;
  readonly seenMs: number;
}

/** One signal of one entity. Changed by the recorder alone. */
export interface Series {
  readonly entityId: string;
  readonly signal: string;
  readonly unit: string | undefined;
  readonly policy: SignalPolicy;
  /** Number of the series in the file; undefined until it was written first. */
  id: number | undefined;
  /** The very reading seen last: the same object means that nothing changed. */
  reading: Reading | undefined;
  /** What was kept last. */
  last: Seen | undefined;
  /** Seen since and held back by the policy. */
  held: Seen | undefined;
  /** The running short step, and which it is. */
  step: Step | undefined;
  bucket: number;
}

/** A label says more than its number: an enumeration is kept as text. */
export function keptOf(reading: Reading): Kept {
  if (!("value" in reading)) return null;
  if (reading.label !== undefined) return reading.label;
  return typeof reading.value === "boolean" ? String(reading.value) : reading.value;
}

/** Whether a reading is so near to the last kept one that it is not worth keeping. */
export function isStill(last: Kept, next: { readonly kept: Kept; readonly deadBand: number }): boolean {
  if (last === next.kept) return true;
  return typeof last === "number" && typeof next.kept === "number" && Math.abs(last - next.kept) < next.deadBand;
}
