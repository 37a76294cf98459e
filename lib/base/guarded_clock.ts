import type { Clock } from "./clock.ts";

/** A clock whose callbacks may throw: `onError` is told, the timer and everybody else go on. */
export function guardedClock(clock: Clock, onError: (error: unknown) => void): Clock {
  const guarded = (callback: () => void) => guardedCall(callback, onError);
  return {
    monotonicMs: () => clock.monotonicMs(),
    wallMs: () => clock.wallMs(),
    after: (delayMs, callback) => clock.after(delayMs, guarded(callback)),
    every: (periodMs, callback) => clock.every(periodMs, guarded(callback)),
  };
}

/** A callback that never throws: `onError` is told instead. */
export function guardedCall<Arguments extends readonly unknown[]>(
  callback: (...given: Arguments) => void,
  onError: (error: unknown) => void,
): (...given: Arguments) => void {
  return (...given) => {
    try {
      callback(...given);
    } catch (error) {
      onError(error);
    }
  };
}
