/** What is compared and written as one, bytes: a page of a database, and of a file system. */
const pageBytes = 4096;
const pagesAtOnce = 64;

/**
 * Makes one file the same as another by writing the pages that differ, and waits until they are on the disk. A card
 * wears by what is written to it, not by what is read.
 *
 * @returns bytes that were written.
 */
export async function writeChangedPages(
  files: { readonly from: string; readonly to: string },
  options: { readonly signal?: AbortSignal } = {},
): Promise<number> {
  using from = await Deno.open(files.from, { read: true });
  using to = await Deno.open(files.to, { read: true, write: true, create: true, mode: 0o600 });
  const { size } = await from.stat();
  if ((await to.stat()).size > size) await to.truncate(size);
  const wanted = new Uint8Array(pageBytes * pagesAtOnce);
  const present = new Uint8Array(pageBytes * pagesAtOnce);
  let written = 0;
  for (let at = 0; at < size;) {
    options.signal?.throwIfAborted();
    const length = await readFully(from, { into: wanted, at });
    const known = await readFully(to, { into: present, at });
    for (const { start, end } of changedRuns(wanted.subarray(0, length), present.subarray(0, known))) {
      await to.seek(at + start, Deno.SeekMode.Start);
      await writeFully(to, wanted.subarray(start, end));
      written += end - start;
    }
    if (length === 0) throw new Error(`Cannot copy "${files.from}": it ended at byte ${at}, expected ${size}`);
    at += length;
  }
  // Without the file's time of change, which a journal would write for itself; a new size is written.
  await to.syncData();
  return written;
}

/** Stretches of whole pages in which `wanted` is not `present`; the last page may be a part of one. */
export function changedRuns(
  wanted: Uint8Array,
  present: Uint8Array,
): readonly { readonly start: number; readonly end: number }[] {
  const runs: { start: number; end: number }[] = [];
  for (let start = 0; start < wanted.length; start += pageBytes) {
    const end = Math.min(start + pageBytes, wanted.length);
    if (isSame(wanted.subarray(start, end), present.subarray(start, end))) continue;
    const last = runs.at(-1);
    if (last?.end === start) last.end = end;
    else runs.push({ start, end });
  }
  return runs;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

async function readFully(
  file: Deno.FsFile,
  { into, at }: { readonly into: Uint8Array; readonly at: number },
): Promise<number> {
  await file.seek(at, Deno.SeekMode.Start);
  let length = 0;
  while (length < into.length) {
    const read = await file.read(into.subarray(length));
    if (read === null) break;
    length += read;
  }
  return length;
}

async function writeFully(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
}
