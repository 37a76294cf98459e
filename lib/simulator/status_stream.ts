import type { MessageRow, SignalRow, SignalValues } from "../protocol/mod.ts";
import type { StatusKey, StatusSource } from "./coach_system.ts";

/** No bus needs a status more often, whatever the standard allows, ms. */
const shortestPeriodMs = 100;
/** Of messages for which the standard states no period, ms: every node is heard every 5 s (RV-C 2023-11, 3.2.4). */
const longestPeriodMs = 5000;
/** Least time between two frames of one message (RV-C 2023-11, 3.2.4), ms. */
const floorMs = 50;

/** One status that a node sends: which, for which instance, how often, and what it says now. */
export class StatusStream {
  readonly row: MessageRow;
  readonly key: StatusKey;
  readonly periodMs: number;
  readonly minMs: number;
  readonly #source: StatusSource;
  #sentAtMs = -Infinity;
  #periodDueMs = 0;
  #wanted = false;
  /** Frozen by a fault: these bytes again and again. */
  stuck: { readonly id: number; readonly data: Uint8Array } | undefined;

  constructor(row: MessageRow, options: { readonly key: StatusKey; readonly source: StatusSource }) {
    this.row = row;
    this.key = options.key;
    this.#source = options.source;
    const { gap } = row;
    this.minMs = Math.max(floorMs, gap?.minMs ?? 0);
    // What is sent faster while something moves or runs is wanted by its system while it does.
    const atRestMs = gap?.when?.includes("on_change") ? longestPeriodMs : gap?.activeMs;
    const stated = gap?.normalMs ?? gap?.idleMs ?? gap?.maxMs ?? atRestMs ?? longestPeriodMs;
    this.periodMs = Math.min(longestPeriodMs, Math.max(shortestPeriodMs, this.minMs, stated));
  }

  /** Begins anew at a phase of its own within its period, so that not everything comes at once. */
  begin(nowMs: number, phase: number): void {
    this.#sentAtMs = -Infinity;
    this.#wanted = false;
    this.#periodDueMs = nowMs + phase * Math.min(1000, this.periodMs);
  }

  /** Worth sending before its time. */
  want(): void {
    this.#wanted = true;
  }

  isDue(nowMs: number): boolean {
    return nowMs - this.#sentAtMs >= this.minMs && (this.#wanted || nowMs >= this.#periodDueMs);
  }

  sent(nowMs: number): void {
    this.#sentAtMs = nowMs;
    this.#wanted = false;
    this.#periodDueMs = Math.max(this.#periodDueMs + this.periodMs, nowMs);
    if (this.#periodDueMs < nowMs + this.periodMs / 2) this.#periodDueMs = nowMs + this.periodMs;
  }

  values(): SignalValues {
    const { instance, where } = this.key;
    const field = this.row.instanceField;
    return { ...this.#source(this.key), ...(field === undefined ? {} : { [field]: instance ?? 1 }), ...where };
  }
}

/**
 * A plausible message for a row that no system of the coach knows: fields with names say their first one, numbers
 * the middle of a small range.
 */
export function plainSource(row: MessageRow): StatusSource {
  const values = Object.fromEntries(row.signals.flatMap((signal) => {
    const value = plainValue(signal);
    return value === undefined ? [] : [[signal.name, value]];
  }));
  return () => values;
}

function plainValue(signal: SignalRow): number | string | undefined {
  if (signal.type !== "uint" || signal.deprecated) return undefined;
  const label = signal.labels?.["0"];
  if (label !== undefined) return label;
  if (signal.labels || signal.special || signal.highBits || signal.bitLength < 8) return undefined;
  return (signal.offset ?? 0) + (signal.scale ?? 1) * (signal.bitLength === 8 ? 64 : 10_000);
}
