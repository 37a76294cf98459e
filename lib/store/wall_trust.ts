import type { Clock } from "../base/mod.ts";

/**
 * Whether the wall clock can be believed. A Pi has no clock of its own: it boots in the past, until a network or the
 * coach's own clock tells the time. Whoever learns that it is right says so here.
 */
export class WallTrust {
  readonly #clock: Clock;
  #trusted: boolean;

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
    return this.#trusted ? this.#clock.wallMs() : undefined;
  }
}
