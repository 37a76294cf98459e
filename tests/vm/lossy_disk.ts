import type { SeededRandom } from "../kill/random.ts";
import type { BlockDevice } from "./nbd_server.ts";

/**
 * Smallest piece that a disk writes whole or not at all: what disks of today say of themselves, and what ext4 relies on
 * for its own blocks.
 */
export const physicalBlockBytes = 4096;

/** One thing that was done to a disk. */
type LogEntry =
  | {
    readonly kind: "write";
    readonly offset: number;
    readonly data: Uint8Array;
    /** On the medium when it was answered (FUA). */
    readonly durable: boolean;
  }
  | { readonly kind: "flush" };

/** What a power cut did to the writes that were not flushed yet. */
export interface CutLosses {
  readonly kept: number;
  readonly lost: number;
  /** Some of their blocks kept, others lost. */
  readonly torn: number;
}

/** The content of a disk after a power cut. */
export interface CutImage extends CutLosses {
  readonly image: Uint8Array;
}

/**
 * A disk with a write cache that loses its content with the power. It remembers everything that was written to it, and
 * every flush, in order; so it can tell what it could hold if the power had gone at any instant: what had been flushed,
 * and of the rest any part.
 */
export class LossyDisk implements BlockDevice {
  readonly #first: Uint8Array;
  readonly #now: Uint8Array;
  readonly #log: LogEntry[] = [];
  readonly #atMs: number[] = [];

  /** `first` is what it holds in the beginning. */
  constructor(first: Uint8Array) {
    this.#first = first;
    this.#now = first.slice();
  }

  get size(): number {
    return this.#first.length;
  }

  /** Writes and flushes so far. The instants of {@link afterCut} are those between them. */
  get position(): number {
    return this.#log.length;
  }

  read(offset: number, length: number): Uint8Array {
    return this.#now.subarray(offset, offset + length);
  }

  write(offset: number, options: { readonly data: Uint8Array; readonly durable: boolean }): void {
    const { data, durable } = options;
    this.#now.set(data, offset);
    this.#add({ kind: "write", offset, data: data.slice(), durable });
  }

  flush(): void {
    this.#add({ kind: "flush" });
  }

  /** When the thing was done after which `position` was reached, ms of `performance.now()`; undefined: not yet. */
  timeOf(position: number): number | undefined {
    return this.#atMs[position - 1];
  }

  /** The position at an instant, ms of `performance.now()`. */
  positionAt(ms: number): number {
    const later = this.#atMs.findIndex((atMs) => atMs > ms);
    return later < 0 ? this.position : later;
  }

  /** What the disk may hold when the power goes at `position`: `random` decides over what was not flushed. */
  afterCut(position: number, random: SeededRandom): CutImage {
    const image = this.#first.slice();
    const flushed = this.#log.findLastIndex(({ kind }, index) => kind === "flush" && index < position);
    const counts = { kept: 0, lost: 0, torn: 0 };
    const lossShare = random.pick([0, 0.3, 0.7, 1]);
    for (let at = 0; at < position; at++) {
      const entry = this.#log[at];
      if (entry?.kind !== "write") continue;
      const fate = at <= flushed || entry.durable ? "safe" : fateOf(random, lossShare);
      if (fate === "lost") counts.lost++;
      else if (fate === "torn") {
        counts.torn++;
        keepSomeBlocks(image, { ...entry, random });
      } else {
        if (fate === "kept") counts.kept++;
        image.set(entry.data, entry.offset);
      }
    }
    return { image, ...counts };
  }

  #add(entry: LogEntry): void {
    this.#log.push(entry);
    this.#atMs.push(performance.now());
  }
}

function fateOf(random: SeededRandom, lossShare: number): "kept" | "lost" | "torn" {
  if (random.next() >= lossShare) return "kept";
  return random.next() < 0.3 ? "torn" : "lost";
}

function keepSomeBlocks(
  image: Uint8Array,
  write: { readonly offset: number; readonly data: Uint8Array; readonly random: SeededRandom },
): void {
  for (let at = 0; at < write.data.length; at += physicalBlockBytes) {
    if (write.random.next() < 0.5) image.set(write.data.subarray(at, at + physicalBlockBytes), write.offset + at);
  }
}

/** Many disks of the same size, one behind the other on one: each is made when it is first looked at. */
export class DiskRow implements BlockDevice {
  readonly #imageBytes: number;
  readonly #count: number;
  readonly #make: (index: number) => Uint8Array;
  /** Those last used. A look beyond the end of one makes the next early, and the same again later. */
  readonly #images = new Map<number, Uint8Array>();

  constructor(row: {
    readonly imageBytes: number;
    readonly count: number;
    /** Must make the same every time. */
    readonly make: (index: number) => Uint8Array;
  }) {
    this.#imageBytes = row.imageBytes;
    this.#count = row.count;
    this.#make = row.make;
  }

  get size(): number {
    return this.#imageBytes * this.#count;
  }

  read(offset: number, length: number): Uint8Array {
    const result = new Uint8Array(length);
    this.#pieces({ offset, length }, ({ image, from, to, at }) => result.set(image.subarray(from, to), at));
    return result;
  }

  write(offset: number, { data }: { readonly data: Uint8Array }): void {
    this.#pieces(
      { offset, length: data.length },
      ({ image, from, to, at }) => image.set(data.subarray(at, at + to - from), from),
    );
  }

  flush(): void {}

  #pieces(
    { offset, length }: { readonly offset: number; readonly length: number },
    visit: (piece: { image: Uint8Array; from: number; to: number; at: number }) => void,
  ): void {
    for (let at = 0; at < length;) {
      const index = Math.floor((offset + at) / this.#imageBytes);
      const from = offset + at - index * this.#imageBytes;
      const to = Math.min(this.#imageBytes, from + length - at);
      visit({ image: this.#image(index), from, to, at });
      at += to - from;
    }
  }

  #image(index: number): Uint8Array {
    const image = this.#images.get(index) ?? this.#make(index);
    this.#images.delete(index);
    this.#images.set(index, image);
    const oldest = this.#images.keys().next().value;
    if (this.#images.size > 3 && oldest !== undefined) this.#images.delete(oldest);
    return image;
  }
}
