import type { CanFrame } from "../can/mod.ts";
import type { Decoded } from "../protocol/mod.ts";
import type { WatchedInstance } from "./change_monitor.ts";
import type { Target } from "./entity_table.ts";

/** The last frame of one identifier and first byte, with all that was worked out from it. */
export interface CacheSlot {
  lowWord: number;
  highWord: number;
  length: number;
  interfaceName: string;
  heardMs: number;
  decoded: Decoded;
  targets: readonly Target[];
  /** What the change monitor keeps of it; undefined: nothing. */
  watched: WatchedInstance | undefined;
}

/** A frame of the same identifier and bytes from another interface within this time is its double (bridged buses). */
export const doubledWithinMs = 100;

/**
 * The last frame per identifier and first byte, which many messages have as their instance. A frame that is the same
 * needs no decoding; it says nothing new only when no other message came meanwhile for what it feeds: another first
 * byte or another sender may have.
 *
 * Bounded: after `maxSlots` different ones everything is forgotten at once, which costs one decode each and loses
 * nothing, so that a storm of random frames cannot grow the memory.
 */
export class MessageCache {
  readonly #maxSlots: number;
  #ids = new Map<number, (CacheSlot | undefined)[]>();
  #size = 0;

  constructor(maxSlots = 8192) {
    this.#maxSlots = maxSlots;
  }

  get size(): number {
    return this.#size;
  }

  find(frame: CanFrame): CacheSlot | undefined {
    return this.#ids.get(frame.id)?.[frame.data[0] ?? 256];
  }

  /** Keeps `slot` for this frame, and answers it. */
  put(frame: CanFrame, slot: CacheSlot): CacheSlot {
    if (this.#size >= this.#maxSlots) this.clear();
    const key = frame.data[0] ?? 256;
    let slots = this.#ids.get(frame.id);
    if (!slots) {
      slots = [];
      this.#ids.set(frame.id, slots);
    }
    if (slots[key] === undefined) this.#size++;
    slots[key] = slot;
    return slot;
  }

  clear(): void {
    this.#ids = new Map();
    this.#size = 0;
  }
}

/** Bytes 0 to 3 as one unsigned number, missing bytes zero. */
export function lowWordOf(data: Uint8Array): number {
  return ((data[0] ?? 0) | (data[1] ?? 0) << 8 | (data[2] ?? 0) << 16 | (data[3] ?? 0) << 24) >>> 0;
}

/** Bytes 4 to 7 as one unsigned number, missing bytes zero. */
export function highWordOf(data: Uint8Array): number {
  return ((data[4] ?? 0) | (data[5] ?? 0) << 8 | (data[6] ?? 0) << 16 | (data[7] ?? 0) << 24) >>> 0;
}
