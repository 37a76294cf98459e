import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { runtimeParts } from "./runtime_parts.ts";
import { type ArchiveEntry, concat, tarArchive } from "./tar_archive.ts";
import { type PayloadPart, unpackHead } from "./unpack_head.ts";

/** What is said of an executable file. */
export interface ExecutableFacts {
  readonly version: string;
  readonly target: string;
  /** How hard to compress, 1 (quick) to 9 (small). Default 9. */
  readonly level?: number;
}

/**
 * Head and payload as the bytes of one executable file. Among the entries are `main.js` and `deno`, which is in parts of
 * its own: gzip unpacks on one core.
 *
 * @throws when there is no `deno`.
 */
export function composeExecutable(
  entries: readonly ArchiveEntry[],
  { version, target, level = 9 }: ExecutableFacts,
): Uint8Array {
  const runtime = entries.find(({ path }) => path === "deno");
  if (!runtime) throw new Error('Cannot compose an executable file: among its entries is no "deno"');
  const rest = entries.filter((entry) => entry !== runtime);
  const contents = [
    { bytes: new Uint8Array(gzipSync(tarArchive(rest), { level })) },
    ...runtimeParts(runtime.data, level),
  ];
  let start = 0;
  const parts: PayloadPart[] = [];
  for (const { bytes, ...place } of contents) {
    parts.push({ start, length: bytes.length, ...place });
    start += bytes.length;
  }
  const payload = concat(contents.map(({ bytes }) => bytes));
  const sha256 = createHash("sha256").update(payload).digest("hex");
  return concat([unpackHead({ version, target, sha256, parts }), payload]);
}
