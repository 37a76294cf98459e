import type { CoachState } from "./coach_state.ts";

/** How long signs of driving count after the last of them, ms: a sensor fails for a moment, two nodes contradict. */
export const drivingHoldMs = 5000;

/** Remembers that the coach drove a moment ago. It has to be asked whenever what it judges may have changed. */
export class DrivingHold {
  #lastMs: number | undefined;

  /** What the coach does `nowMs`, monotonic: driving for a little longer than the chassis shows it. */
  judge(shown: CoachState, nowMs: number): CoachState {
    if (shown.driving === "driving") {
      this.#lastMs = nowMs;
      return shown;
    }
    if (this.#lastMs === undefined || nowMs - this.#lastMs >= drivingHoldMs) return shown;
    const moment = `The coach drove less than ${drivingHoldMs / 1000} s ago.`;
    return { driving: "driving", evidence: [moment, ...shown.evidence] };
  }
}
