import type { Clock } from "../../base/mod.ts";

/** How patient a {@link BackOff} is. */
export interface BackOffOptions {
  readonly clock: Clock;
  /** Wrong tries before the first wait. */
  readonly freeTries: number;
  /** The first wait; each further wrong try doubles it, ms. */
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** Keys kept; the longest unused gives way. */
  readonly maxKeys?: number;
}

interface Entry {
  wrong: number;
  untilMs: number;
  lastMs: number;
}

/** Quiet time after which wrong tries are forgotten, ms. */
const forgetMs = 60 * 60_000;

/** Counts wrong tries by key, and says how long to wait before the next one. In memory, and bounded. */
export class BackOff {
  readonly #options: BackOffOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: BackOffOptions) {
    this.#options = options;
  }

  /** Keys in memory. */
  get size(): number {
    return this.#entries.size;
  }

  /** How long to wait, ms; 0: not at all. */
  waitMs(key: string): number {
    const entry = this.#fresh(key);
    return entry === undefined ? 0 : Math.max(0, entry.untilMs - this.#options.clock.monotonicMs());
  }

  /**
   * Counts a try as wrong before it is known, so that many at once are counted too. Answers what takes it back, for a
   * try that was not made.
   */
  count(key: string): () => void {
    const { clock, freeTries, firstWaitMs, longestWaitMs, maxKeys = 2000 } = this.#options;
    const nowMs = clock.monotonicMs();
    const entry = this.#fresh(key) ?? { wrong: 0, untilMs: 0, lastMs: nowMs };
    const before = entry.untilMs;
    entry.wrong++;
    entry.lastMs = nowMs;
    if (entry.wrong >= freeTries) {
      entry.untilMs = nowMs + Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(30, entry.wrong - freeTries));
    }
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (this.#entries.size > maxKeys) {
      const oldest = this.#entries.keys().next().value;
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    return () => {
      entry.wrong--;
      entry.untilMs = before;
    };
  }

  /** It was right: earlier wrong tries no longer count. */
  clear(key: string): void {
    this.#entries.delete(key);
  }

  #fresh(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const nowMs = this.#options.clock.monotonicMs();
    if (nowMs < Math.max(entry.untilMs, entry.lastMs + forgetMs)) return entry;
    this.#entries.delete(key);
    return undefined;
  }
}
