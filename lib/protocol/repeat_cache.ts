import type { Decoded } from "./types.ts";

/** What turns a frame into a message; the codec. */
export interface FrameDecoder {
  decode(id: number, data: Uint8Array): Decoded;
}

/**
 * Remembers the last frame per identifier and first byte (the instance, in RV-C) together with what it decoded to, so
 * that a frame that repeats it costs a few comparisons and yields the very same object.
 *
 * A table of fixed size: another frame that falls on the same slot replaces the old one, so random identifiers cannot
 * grow the memory.
 */
export class RepeatCache {
  readonly #decoder: FrameDecoder;
  readonly #mask: number;
  readonly #ids: Int32Array;
  readonly #low: Int32Array;
  readonly #high: Int32Array;
  readonly #lengths: Int8Array;
  readonly #decoded: (Decoded | undefined)[];
  #hits = 0;

  /** `slots`: a power of two, default 4096. */
  constructor(decoder: FrameDecoder, slots = 4096) {
    if (!Number.isInteger(Math.log2(slots))) {
      throw new RangeError(`Cannot make repeat cache: ${slots} slots asked for, expected a power of two`);
    }
    this.#decoder = decoder;
    this.#mask = slots - 1;
    this.#ids = new Int32Array(slots);
    this.#low = new Int32Array(slots);
    this.#high = new Int32Array(slots);
    this.#lengths = new Int8Array(slots).fill(-1);
    this.#decoded = new Array(slots).fill(undefined);
  }

  /** Number of frames that were repetitions. */
  get hits(): number {
    return this.#hits;
  }

  /** Size of the table; it never changes. */
  get slots(): number {
    return this.#decoded.length;
  }

  /** The decoded frame; the same object as last time when nothing changed. */
  decode(id: number, data: Uint8Array): Decoded {
    const length = data.length;
    if (length > 8) return this.#decoder.decode(id, data);
    const low = length === 8
      ? data[0]! | (data[1]! << 8) | (data[2]! << 16) | (data[3]! << 24)
      : (data[0] ?? 0) | ((data[1] ?? 0) << 8) | ((data[2] ?? 0) << 16) | ((data[3] ?? 0) << 24);
    const high = length === 8
      ? data[4]! | (data[5]! << 8) | (data[6]! << 16) | (data[7]! << 24)
      : (data[4] ?? 0) | ((data[5] ?? 0) << 8) | ((data[6] ?? 0) << 16) | ((data[7] ?? 0) << 24);
    const slot = (Math.imul(id ^ Math.imul(low & 0xff, 0x9e3779b1), 0x85ebca6b) >>> 15) & this.#mask;
    const kept = this.#decoded[slot];
    if (
      kept !== undefined && this.#ids[slot] === (id | 0) && this.#low[slot] === low && this.#high[slot] === high &&
      this.#lengths[slot] === length
    ) {
      this.#hits++;
      return kept;
    }
    const decoded = this.#decoder.decode(id, data);
    this.#ids[slot] = id;
    this.#low[slot] = low;
    this.#high[slot] = high;
    this.#lengths[slot] = length;
    this.#decoded[slot] = decoded;
    return decoded;
  }
}
