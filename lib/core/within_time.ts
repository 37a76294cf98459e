import type { Clock } from "../base/mod.ts";

/**
 * Waits for work, for so long at most.
 *
 * @throws the error of the work; `Cannot <what>: it took more than …` when time runs out. The work itself goes on: who
 * can end it, does.
 */
export async function withinTime<T>(work: Promise<T>, options: {
  readonly clock: Clock;
  /** Longest wait, ms. */
  readonly limitMs: number;
  /** Completes `Cannot …`. */
  readonly what: string;
}): Promise<T> {
  const { clock, limitMs, what } = options;
  const timeUp = Promise.withResolvers<never>();
  const timer = clock.after(
    limitMs,
    () => timeUp.reject(new Error(`Cannot ${what}: it took more than ${limitMs} ms`)),
  );
  try {
    return await Promise.race([work, timeUp.promise]);
  } finally {
    timer.cancel();
  }
}
