import type { Diagnosis, Fault } from "./diagnostics.ts";

/** A fault is over when it was not repeated for this long and its node said something else since, ms (3.2.5). */
export const faultOverAfterMs = 1000;

/** A fault that a node reports. */
export interface ActiveFault extends Fault {
  readonly layout: Diagnosis["layout"];
  readonly sourceAddress: number;
  /** Device type (DSA) that reports; DM_RV alone. */
  readonly deviceType?: number;
  /** Monotonic ms. */
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
}

export type FaultEvent =
  | { readonly kind: "active"; readonly fault: ActiveFault }
  | { readonly kind: "cleared"; readonly fault: ActiveFault };

interface Reporter {
  /** Last time any diagnostic message came, ms. */
  heardMs: number;
  readonly faults: Map<string, ActiveFault>;
}

/**
 * Faults that are active now, by source address and device type (RV-C 2023-11, 3.2.5). A node that falls silent keeps
 * its faults: nothing said that they are over.
 */
export class FaultBook {
  readonly #maxFaults: number;
  readonly #reporters = new Map<number, Reporter>();
  #size = 0;
  #ignored = 0;

  /** `maxFaults` (default 1024) bounds the memory; further faults are counted as ignored. */
  constructor(maxFaults = 1024) {
    this.#maxFaults = maxFaults;
  }

  /** Number of active faults. */
  get size(): number {
    return this.#size;
  }

  /** Faults that found no room. */
  get ignored(): number {
    return this.#ignored;
  }

  active(): readonly ActiveFault[] {
    return [...this.#reporters.values()].flatMap((reporter) => [...reporter.faults.values()]);
  }

  /** Takes the diagnosis that `sourceAddress` [0, 253] sent. */
  apply(sourceAddress: number, diagnosis: Diagnosis, nowMs: number): readonly FaultEvent[] {
    const { deviceType } = diagnosis;
    // At most 256 × 257 reporters, of which each that has no fault is forgotten.
    const key = sourceAddress * 512 + (deviceType ?? 256);
    const known = this.#reporters.get(key);
    if (!known && diagnosis.faults.length === 0) return [];
    const reporter = known ?? { heardMs: nowMs, faults: new Map<string, ActiveFault>() };
    reporter.heardMs = nowMs;
    const events: FaultEvent[] = [];
    for (const fault of diagnosis.faults) {
      const faultKey = `${fault.spn}/${fault.fmi}`;
      const before = reporter.faults.get(faultKey);
      if (!before && this.#size >= this.#maxFaults) {
        this.#ignored++;
        continue;
      }
      const now: ActiveFault = {
        ...fault,
        layout: diagnosis.layout,
        sourceAddress,
        ...(deviceType === undefined ? {} : { deviceType }),
        firstSeenMs: before?.firstSeenMs ?? nowMs,
        lastSeenMs: nowMs,
      };
      reporter.faults.set(faultKey, now);
      if (before) continue;
      this.#size++;
      events.push({ kind: "active", fault: now });
    }
    if (reporter.faults.size > 0) this.#reporters.set(key, reporter);
    this.#clear(key, reporter, { nowMs, events });
    return events;
  }

  /** Finds the faults that are over. */
  tick(nowMs: number): readonly FaultEvent[] {
    const events: FaultEvent[] = [];
    for (const [key, reporter] of this.#reporters) this.#clear(key, reporter, { nowMs, events });
    return events;
  }

  #clear(key: number, reporter: Reporter, at: { readonly nowMs: number; readonly events: FaultEvent[] }): void {
    for (const [faultKey, fault] of reporter.faults) {
      if (reporter.heardMs <= fault.lastSeenMs || at.nowMs - fault.lastSeenMs <= faultOverAfterMs) continue;
      reporter.faults.delete(faultKey);
      this.#size--;
      at.events.push({ kind: "cleared", fault });
    }
    if (reporter.faults.size === 0) this.#reporters.delete(key);
  }
}
