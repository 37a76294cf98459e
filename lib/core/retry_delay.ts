import type { Clock, Timer } from "../base/mod.ts";

/** First and longest pause between two attempts, ms. */
const firstMs = 1000;
const longestMs = 60_000;
/** What ran this long has recovered: the next failure begins with the first pause again, ms. */
const recoveredMs = 300_000;

/** Pauses that double: 1 s, 2 s, 4 s … 60 s. */
export class RetryDelay {
  readonly #clock: Clock;
  #nextMs = firstMs;
  #lastMs = -Infinity;
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls back after the next pause; answers how long that is, ms. */
  again(attempt: () => void): number {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#lastMs > recoveredMs) this.#nextMs = firstMs;
    const delayMs = this.#nextMs;
    this.#nextMs = Math.min(longestMs, delayMs * 2);
    this.#lastMs = nowMs + delayMs;
    this.#timer?.cancel();
    this.#timer = this.#clock.after(delayMs, attempt);
    return delayMs;
  }

  cancel(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
