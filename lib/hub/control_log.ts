import type { Clock } from "../base/mod.ts";

/** Phones of which the last use of a control is known. */
const maxControllers = 100;

/** Who used a control, and when last. */
export class ControlLog {
  readonly #clock: Clock;
  /** Who → monotonic ms; the last one to have used a control is the last in the map. */
  readonly #times = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  note(actor: string): void {
    this.#times.delete(actor);
    this.#times.set(actor, this.#clock.monotonicMs());
    // A flood of names must not fill the memory.
    const [oldest] = this.#times.keys();
    if (this.#times.size > maxControllers && oldest !== undefined) this.#times.delete(oldest);
  }

  /** Since anybody but `except` used a control, ms; undefined: nobody has. */
  ageMs(except?: string): number | undefined {
    const times = [...this.#times].flatMap(([actor, atMs]) => actor === except ? [] : atMs);
    return times.length === 0 ? undefined : this.#clock.monotonicMs() - Math.max(...times);
  }
}
