import type { Clock, Timer } from "../base/mod.ts";

/** How long an armed command stays allowed unless the owner chose another time, ms. */
export const armedForMs = 30_000;

/** Which entities are armed; each arming ends by use, by time, or by {@link Arming.stop}. */
export class Arming {
  readonly #clock: Clock;
  readonly #forMs: () => number;
  readonly #armed = new Map<string, Timer>();

  constructor(clock: Clock, forMs: () => number = () => armedForMs) {
    this.#clock = clock;
    this.#forMs = forMs;
  }

  /** Arms an entity, from now on for the time that was chosen. */
  arm(entityId: string): void {
    this.#armed.get(entityId)?.cancel();
    this.#armed.set(entityId, this.#clock.after(this.#forMs(), () => void this.#armed.delete(entityId)));
  }

  isArmed(entityId: string): boolean {
    return this.#armed.has(entityId);
  }

  /** Ends the arming: the command was sent. */
  use(entityId: string): void {
    this.#armed.get(entityId)?.cancel();
    this.#armed.delete(entityId);
  }

  stop(): void {
    for (const timer of this.#armed.values()) timer.cancel();
    this.#armed.clear();
  }
}
