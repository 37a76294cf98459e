/** One copy to the card. */
export interface CardCopy {
  readonly bytes: number;
  readonly ms: number;
}

/** A card that has become slow, bytes/s. `usual`: what it was before; undefined: it is slow by any measure. */
export interface SlowCard {
  readonly now: number;
  readonly usual: number | undefined;
}

/** A smaller copy tells how long the card takes to answer, and not how fast it is, bytes. */
const leastBytes = 32 * 1024;
const recentCopies = 3;
const leastEarlier = 8;
const keptCopies = 100;
/** Slower than this part of what was usual. */
const slowPart = 0.25;
/** Slower than this no healthy card is, bytes/s. */
const slowestHealthy = 64 * 1024;

/** Whether a card becomes slow, which it does before it dies: the last copies against those before them. */
export class CardSpeed {
  readonly #copies: number[] = [];

  add({ bytes, ms }: CardCopy): void {
    if (bytes < leastBytes || ms <= 0) return;
    this.#copies.push(bytes / ms * 1000);
    if (this.#copies.length > keptCopies) this.#copies.shift();
  }

  /** Undefined: it is as fast as ever, or too little is known. */
  slow(): SlowCard | undefined {
    if (this.#copies.length < recentCopies) return undefined;
    const now = median(this.#copies.slice(-recentCopies));
    const earlier = this.#copies.slice(0, -recentCopies);
    const usual = earlier.length < leastEarlier ? undefined : median(earlier);
    if (usual !== undefined && now < usual * slowPart) return { now, usual };
    return now < slowestHealthy ? { now, usual: undefined } : undefined;
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
