/** A running timer; `cancel()` after it fired, or twice, does nothing. */
export interface Timer {
  cancel(): void;
}

/**
 * Time, passed in wherever it is needed so that tests can advance it.
 *
 * The monotonic clock drives every timer and every age; the wall clock is for people and may jump by years
 * (a Pi has no clock of its own).
 */
export interface Clock {
  /** Milliseconds since an arbitrary start, never going back, fractional. */
  monotonicMs(): number;
  /** Milliseconds since 1970-01-01T00:00:00Z as the machine believes; may jump either way. */
  wallMs(): number;
  /** Calls `callback` once after `delayMs` (≥ 0) of monotonic time. */
  after(delayMs: number, callback: () => void): Timer;
  /** Calls `callback` every `periodMs` (> 0) of monotonic time until cancelled. */
  every(periodMs: number, callback: () => void): Timer;
}

/** The machine's own clocks. */
export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  after(delayMs, callback) {
    const id = setTimeout(callback, delayMs);
    return { cancel: () => clearTimeout(id) };
  },
  every(periodMs, callback) {
    const id = setInterval(callback, periodMs);
    return { cancel: () => clearInterval(id) };
  },
};
