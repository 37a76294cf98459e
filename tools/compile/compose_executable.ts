import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { type ArchiveEntry, concat, tarArchive } from "./tar_archive.ts";
import { unpackHead } from "./unpack_head.ts";

/** Head and payload as the bytes of one executable file. Among the entries are `deno` and `main.js`. */
export function composeExecutable(
  entries: readonly ArchiveEntry[],
  facts: { readonly version: string; readonly target: string },
): Uint8Array {
  const payload = gzipSync(tarArchive(entries), { level: 9 });
  const sha256 = createHash("sha256").update(payload).digest("hex");
  return concat([unpackHead({ ...facts, sha256 }), payload]);
}
