import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { concat } from "./tar_archive.ts";

/** The runtime is written in blocks of this, bytes. */
export const blockSize: number = 65_536;

/** It is looked at in stretches of this, bytes: short enough to tell code from tables, long enough to be few. */
const stretchBytes = 16 * blockSize;

/**
 * A stretch that gzip shrinks to more than this share of it is stored as it is: gzip takes longest for it, and gains
 * least. The file grows by a tenth, and the runtime is there in two thirds of the time.
 */
const storedAbove = 0.6;

/** A compressed part is at most this share of the runtime, so that the cores of a Raspberry Pi have the same to do. */
const partsAtLeast = 8;

/** A part of the runtime. */
export interface RuntimePart {
  /** Where it begins, in blocks. */
  readonly block: number;
  /** Gzip members one behind the other, or the bytes as they are. */
  readonly bytes: Uint8Array;
  /** MD5 of bytes as they are, which tells a damage in the shortest time; gzip keeps a sum of its own. */
  readonly md5?: string;
}

interface Stretch {
  readonly block: number;
  readonly data: Uint8Array;
  readonly member: Uint8Array;
  readonly isStored: boolean;
}

/** Cuts the runtime into parts that can be unpacked side by side. `level`: of gzip, 1 to 9. */
export function runtimeParts(data: Uint8Array, level: number): readonly RuntimePart[] {
  const longest = Math.max(1, Math.floor(data.length / stretchBytes / partsAtLeast));
  const parts: Stretch[][] = [];
  for (let at = 0; at < data.length; at += stretchBytes) {
    const stretch = compressed(data.subarray(at, at + stretchBytes), { block: at / blockSize, level });
    const last = parts.at(-1);
    const goesOn = last?.[0]?.isStored === stretch.isStored && (stretch.isStored || last.length < longest);
    if (goesOn) last.push(stretch);
    else parts.push([stretch]);
  }
  return parts.map(joined);
}

function compressed(data: Uint8Array, { block, level }: { readonly block: number; readonly level: number }): Stretch {
  const member = gzipSync(data, { level });
  return { block, data, member, isStored: member.length > storedAbove * data.length };
}

function joined(stretches: readonly Stretch[]): RuntimePart {
  const { block = 0, isStored } = stretches[0] ?? {};
  if (!isStored) return { block, bytes: concat(stretches.map(({ member }) => member)) };
  const bytes = concat(stretches.map(({ data }) => data));
  return { block, bytes, md5: createHash("md5").update(bytes).digest("hex") };
}
