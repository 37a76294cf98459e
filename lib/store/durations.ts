/** The last durations of something, for percentiles. Bounded. */
export class Durations {
  readonly #last: Float64Array;
  #count = 0;

  constructor(size = 512) {
    this.#last = new Float64Array(size);
  }

  add(durationMs: number): void {
    this.#last[this.#count++ % this.#last.length] = durationMs;
  }

  /** How many were added since the start. */
  get count(): number {
    return this.#count;
  }

  /** The duration, ms, that `fraction` [0, 1] of those kept are not above; 0 when there are none. */
  percentileMs(fraction: number): number {
    const kept = this.#last.slice(0, Math.min(this.#count, this.#last.length)).sort();
    return kept[Math.min(kept.length - 1, Math.floor(kept.length * fraction))] ?? 0;
  }
}
