import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { type ArchiveEntry, concat, tarArchive } from "./tar_archive.ts";
import { blockSize, type PayloadPart, unpackHead } from "./unpack_head.ts";

/** Slices that the runtime is unpacked in at once: the cores of a Raspberry Pi. */
const slices = 4;

/** What is said of an executable file. */
export interface ExecutableFacts {
  readonly version: string;
  readonly target: string;
  /** How hard to compress, 1 (quick) to 9 (small). Default 9. */
  readonly level?: number;
}

/**
 * Head and payload as the bytes of one executable file. Among the entries are `main.js` and `deno`, which is sliced: gzip
 * unpacks on one core.
 *
 * @throws when there is no `deno`.
 */
export function composeExecutable(
  entries: readonly ArchiveEntry[],
  { version, target, level = 9 }: ExecutableFacts,
): Uint8Array {
  const runtime = entries.find(({ path }) => path === "deno");
  if (!runtime) throw new Error('Cannot compose an executable file: among its entries is no "deno"');
  const compressed: Uint8Array[] = [];
  const parts: PayloadPart[] = [];
  const add = (data: Uint8Array, place: Pick<PayloadPart, "block">) => {
    const start = compressed.reduce((sum, { length }) => sum + length, 0);
    const bytes = gzipSync(data, { level });
    compressed.push(bytes);
    parts.push({ start, length: bytes.length, ...place });
  };
  add(tarArchive(entries.filter((entry) => entry !== runtime)), {});
  const blocks = Math.max(1, Math.ceil(runtime.data.length / slices / blockSize));
  for (let block = 0; block * blockSize < runtime.data.length; block += blocks) {
    add(runtime.data.subarray(block * blockSize, (block + blocks) * blockSize), { block });
  }
  const payload = concat(compressed);
  const sha256 = createHash("sha256").update(payload).digest("hex");
  return concat([unpackHead({ version, target, sha256, parts }), payload]);
}
