/** One file of an archive. */
export interface ArchiveEntry {
  /** Relative, `/` between its parts, at most 255 bytes in ASCII. */
  readonly path: string;
  readonly data: Uint8Array;
  readonly executable?: boolean;
}

const blockSize = 512;

/** An ustar archive of files, the same bytes for the same files: sorted, owned by root, of the year 1970. */
export function tarArchive(entries: readonly ArchiveEntry[]): Uint8Array {
  const sorted = [...entries].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const parts: Uint8Array[] = [];
  for (const entry of sorted) {
    parts.push(header(entry), entry.data, new Uint8Array(padding(entry.data.length)));
  }
  parts.push(new Uint8Array(2 * blockSize));
  return concat(parts);
}

/** The arrays one after the other. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function padding(length: number): number {
  return (blockSize - (length % blockSize)) % blockSize;
}

function header(entry: ArchiveEntry): Uint8Array {
  const block = new Uint8Array(blockSize);
  const put = (text: string, at: number) => block.set(new TextEncoder().encode(text), at);
  const octal = (value: number, width: number) => value.toString(8).padStart(width - 1, "0") + "\0";
  const { prefix, name } = splitPath(entry.path);
  put(name, 0);
  put(octal(entry.executable ? 0o755 : 0o644, 8), 100);
  put(octal(0, 8), 108);
  put(octal(0, 8), 116);
  put(octal(entry.data.length, 12), 124);
  put(octal(0, 12), 136);
  put(" ".repeat(8), 148);
  put("0", 156);
  put("ustar\x0000", 257);
  put("root", 265);
  put("root", 297);
  put(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(sum.toString(8).padStart(6, "0") + "\0 ", 148);
  return block;
}

function splitPath(path: string): { readonly prefix: string; readonly name: string } {
  if (path.length <= 100) return { prefix: "", name: path };
  for (let at = path.indexOf("/"); at !== -1; at = path.indexOf("/", at + 1)) {
    if (at <= 155 && path.length - at - 1 <= 100) return { prefix: path.slice(0, at), name: path.slice(at + 1) };
  }
  throw new Error(`Cannot archive "${path}": the path is longer than an archive can hold`);
}
