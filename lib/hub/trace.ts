import type { CanFrame } from "../can/mod.ts";

/** A frame with its place in the order of all frames since the start. */
export interface TracedFrame {
  readonly sequence: number;
  readonly frame: CanFrame;
}

/** The newest frames, ours included, in a ring of fixed size. */
export class Trace {
  readonly #ring: (CanFrame | undefined)[];
  #next = 0;

  /** @param capacity how many frames are kept, ≥ 1. */
  constructor(capacity = 4096) {
    this.#ring = new Array(capacity);
  }

  /** Sequence number of the next frame: also how many there were. */
  get next(): number {
    return this.#next;
  }

  add(frame: CanFrame): void {
    this.#ring[this.#next++ % this.#ring.length] = frame;
  }

  /**
   * The newest frames that pass, oldest first.
   *
   * @param options.after only frames with a larger sequence number.
   */
  newest(limit: number, options: {
    readonly after?: number;
    readonly accept?: (frame: CanFrame) => boolean;
  } = {}): TracedFrame[] {
    const found: TracedFrame[] = [];
    const oldest = Math.max(0, this.#next - this.#ring.length, (options.after ?? -1) + 1);
    for (let sequence = this.#next - 1; sequence >= oldest && found.length < limit; sequence--) {
      const frame = this.#ring[sequence % this.#ring.length];
      if (frame && (options.accept?.(frame) ?? true)) found.push({ sequence, frame });
    }
    return found.reverse();
  }
}
