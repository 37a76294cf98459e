import type { Clock, Timer } from "./clock.ts";

interface Pending {
  dueMs: number;
  readonly order: number;
  readonly periodMs: number | undefined;
  readonly callback: () => void;
}

/**
 * A clock that moves only when told to; timers fire in the order of their due times, then of their creation.
 * Used by tests and by accelerated simulations.
 */
export class ManualClock implements Clock {
  #nowMs: number;
  #wallOffsetMs: number;
  #order = 0;
  readonly #pending = new Set<Pending>();

  constructor(options: { readonly monotonicMs?: number; readonly wallMs?: number } = {}) {
    this.#nowMs = options.monotonicMs ?? 0;
    this.#wallOffsetMs = (options.wallMs ?? Date.UTC(2026, 0, 1)) - this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#nowMs + this.#wallOffsetMs;
  }

  /** Makes the wall clock jump, as it does when a network or the coach's clock arrives. */
  setWallMs(wallMs: number): void {
    this.#wallOffsetMs = wallMs - this.#nowMs;
  }

  after(delayMs: number, callback: () => void): Timer {
    return this.#add({
      dueMs: this.#nowMs + Math.max(0, delayMs),
      order: this.#order++,
      periodMs: undefined,
      callback,
    });
  }

  every(periodMs: number, callback: () => void): Timer {
    if (!(periodMs > 0)) throw new RangeError(`Cannot start timer: period is ${periodMs} ms, expected more than 0`);
    return this.#add({ dueMs: this.#nowMs + periodMs, order: this.#order++, periodMs, callback });
  }

  /** Number of timers waiting. */
  get pending(): number {
    return this.#pending.size;
  }

  /** Moves time forward by `byMs`, firing every timer that comes due on the way at its own instant. */
  advance(byMs: number): void {
    const endMs = this.#nowMs + byMs;
    for (;;) {
      let next: Pending | undefined;
      for (const timer of this.#pending) {
        if (timer.dueMs > endMs) continue;
        if (!next || timer.dueMs < next.dueMs || (timer.dueMs === next.dueMs && timer.order < next.order)) next = timer;
      }
      if (!next) break;
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      if (next.periodMs === undefined) this.#pending.delete(next);
      else next.dueMs += next.periodMs;
      next.callback();
    }
    this.#nowMs = endMs;
  }

  #add(timer: Pending): Timer {
    this.#pending.add(timer);
    return { cancel: () => void this.#pending.delete(timer) };
  }
}
