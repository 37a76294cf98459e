import type { SeededRandom } from "../kill/random.ts";
import { physicalBlockBytes } from "./lossy_disk.ts";
import type { BlockDevice } from "./nbd_server.ts";

/** Blocks in the write cache, at most; then the oldest go to the medium, as in a real disk: 32 MiB. */
const cachedBlocks = 8192;

/** What a power cut did to the blocks that were not flushed. */
export interface BlockLosses {
  readonly kept: number;
  readonly lost: number;
}

/**
 * A disk in a file of the host, with a write cache that loses its content with the power: of the blocks that were not
 * flushed some reach the medium and some do not. Unlike `LossyDisk` it is as large as a file may be and forgets what it
 * was before.
 */
export class SystemDisk implements BlockDevice {
  readonly size: number;
  readonly #file: Deno.FsFile;
  /** Block number → content that is not on the medium yet, the oldest first. */
  readonly #cache = new Map<number, Uint8Array>();

  constructor(path: string) {
    this.#file = Deno.openSync(path, { read: true, write: true });
    this.size = this.#file.statSync().size;
  }

  read(offset: number, length: number): Uint8Array {
    const result = this.#readMedium(offset, length);
    if (this.#cache.size === 0) return result;
    for (const { block, from, to, at } of pieces(offset, length)) {
      const cached = this.#cache.get(block);
      if (cached) result.set(cached.subarray(from, to), at);
    }
    return result;
  }

  write(offset: number, { data, durable }: { readonly data: Uint8Array; readonly durable: boolean }): void {
    for (const { block, from, to, at } of pieces(offset, data.length)) {
      const content = to - from === physicalBlockBytes
        ? new Uint8Array(physicalBlockBytes)
        : this.read(block * physicalBlockBytes, physicalBlockBytes);
      content.set(data.subarray(at, at + to - from), from);
      this.#cache.delete(block);
      if (durable) this.#writeMedium(block, content);
      else this.#cache.set(block, content);
    }
    for (const [block, content] of this.#cache) {
      if (this.#cache.size <= cachedBlocks) break;
      this.#writeMedium(block, content);
      this.#cache.delete(block);
    }
  }

  flush(): void {
    for (const [block, content] of this.#cache) this.#writeMedium(block, content);
    this.#cache.clear();
  }

  /** The power goes: `random` decides which of the blocks in the cache reach the medium. */
  cutPower(random: SeededRandom): BlockLosses {
    const lossShare = random.pick([0, 0.3, 0.7, 1]);
    const losses = { kept: 0, lost: 0 };
    for (const [block, content] of this.#cache) {
      const isLost = random.next() < lossShare;
      losses[isLost ? "lost" : "kept"]++;
      if (!isLost) this.#writeMedium(block, content);
    }
    this.#cache.clear();
    return losses;
  }

  close(): void {
    this.#file.close();
  }

  #readMedium(offset: number, length: number): Uint8Array {
    const result = new Uint8Array(length);
    this.#file.seekSync(offset, Deno.SeekMode.Start);
    for (let at = 0; at < length;) {
      const got = this.#file.readSync(result.subarray(at));
      if (got === null) break;
      at += got;
    }
    return result;
  }

  #writeMedium(block: number, content: Uint8Array): void {
    this.#file.seekSync(block * physicalBlockBytes, Deno.SeekMode.Start);
    for (let at = 0; at < content.length;) at += this.#file.writeSync(content.subarray(at));
  }
}

/** The parts of a stretch of the disk that lie in one block each. */
function* pieces(
  offset: number,
  length: number,
): Generator<{ readonly block: number; readonly from: number; readonly to: number; readonly at: number }> {
  for (let at = 0; at < length;) {
    const block = Math.floor((offset + at) / physicalBlockBytes);
    const from = offset + at - block * physicalBlockBytes;
    const to = Math.min(physicalBlockBytes, from + length - at);
    yield { block, from, to, at };
    at += to - from;
  }
}
