import { TooManyRequests } from "../services.ts";

/** How many pieces of work may wait in each lane. */
const longestQueue = 16;
/** When it is worth asking again with both lanes full, ms. */
const retryAfterMs = 5_000;

/**
 * Lets expensive work through one at a time: hashing a password takes 16 MB and a tenth of a second on purpose, and a
 * flood of them must take neither the memory nor the processor from the coach. Known devices have a lane of their own,
 * which goes first.
 */
export class WorkGate {
  readonly #known: (() => void)[] = [];
  readonly #strangers: (() => void)[] = [];
  #busy = false;

  /** @throws {TooManyRequests} when too many wait already. */
  async run<T>(work: () => Promise<T>, options: { readonly known: boolean }): Promise<T> {
    await this.#enter(options.known ? this.#known : this.#strangers);
    try {
      return await work();
    } finally {
      const next = this.#known.shift() ?? this.#strangers.shift();
      if (next) next();
      else this.#busy = false;
    }
  }

  #enter(lane: (() => void)[]): Promise<void> {
    if (!this.#busy) {
      this.#busy = true;
      return Promise.resolve();
    }
    if (lane.length >= longestQueue) {
      throw new TooManyRequests("Cannot sign in now: too many are trying at once, try again in a moment.", {
        retryAfterMs,
      });
    }
    return new Promise((resolve) => lane.push(resolve));
  }
}
