import type { Clock } from "../base/mod.ts";

const dayMs = 86_400_000;

/**
 * Whether the wall clock can be believed. A Pi has no clock of its own: it boots in the past, until a network or the
 * coach's own clock tells the time. Whoever learns that it is right says so here.
 */
export class WallTrust {
  readonly #clock: Clock;
  #trusted: boolean;
  /** What the wall clock was ahead of the monotonic one when it was last looked at, ms. */
  #aheadMs: number | undefined;
  /** Until this monotonic time nothing is deleted for its age. */
  #doubtfulUntilMs = -Infinity;

  /** `trusted`: the machine has a clock of its own, or its time service says that it is synchronized. */
  constructor(clock: Clock, options: { readonly trusted: boolean }) {
    this.#clock = clock;
    this.#trusted = options.trusted;
  }

  get isTrusted(): boolean {
    return this.#trusted;
  }

  /** The wall clock is right from now on; its jump, if it needs one, has been made. */
  trust(): void {
    this.#trusted = true;
  }

  /** Wall-clock ms, or undefined while it is not believed. */
  nowMs(): number | undefined {
    if (!this.#trusted) return undefined;
    const wallMs = this.#clock.wallMs();
    const monotonicMs = this.#clock.monotonicMs();
    const aheadMs = wallMs - monotonicMs;
    if (this.#aheadMs !== undefined && aheadMs - this.#aheadMs > dayMs) this.#doubtfulUntilMs = monotonicMs + dayMs;
    this.#aheadMs = aheadMs;
    return wallMs;
  }

  /**
   * Wall-clock ms by which what is too old may be deleted; undefined: it is not believed. A clock that was believed and
   * then jumped ahead by more than a day may be wrong, and what is deleted does not come back: a day of uptime is left
   * to put it right.
   */
  agingMs(): number | undefined {
    const wallMs = this.nowMs();
    return this.#clock.monotonicMs() < this.#doubtfulUntilMs ? undefined : wallMs;
  }
}
