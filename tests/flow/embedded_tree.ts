/** What `deno compile` put into a file, as far as it is looked at. */
export interface EmbeddedTree {
  readonly metadata: {
    readonly permissions: Readonly<Record<string, readonly string[] | boolean | null>>;
    readonly v8_flags: readonly string[];
    readonly unstable_config: { readonly features: readonly string[] };
    readonly entrypoint_key: string;
    readonly app_name: string;
    readonly code_cache_key: number | null;
  };
  /** Content by path, links excluded; of code that was compiled from TypeScript the source. */
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

type Entry =
  | { readonly Dir: { readonly n: string; readonly e: readonly Entry[] } }
  | {
    readonly File: { readonly n: string; readonly o: readonly [offset: number, length: number]; readonly t: number };
  };

const magic = "d3n0l4nd";

/**
 * Reads back what `deno compile` of Deno 2.9 embeds: a section between two magic words with the metadata as JSON, the
 * npm packages and remote modules (this program has none), the folders as JSON, and all files in one piece.
 *
 * @throws when the file holds no such section.
 */
export function readEmbeddedTree(file: Uint8Array<ArrayBuffer>): EmbeddedTree {
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.length);
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  // The name of the section, then its first word.
  let at = lastIndexOf(bytes, magic + magic) + 2 * magic.length;
  const take = (): Uint8Array<ArrayBuffer> => {
    const length = Number(view.getBigUint64(at, true));
    at += 8 + length;
    return bytes.subarray(at - length, at);
  };
  const metadata = JSON.parse(new TextDecoder().decode(take()));
  if (take().length !== 0) throw new Error("Cannot read the embedded tree: it has npm packages, expected none");
  const remoteModules = [0, 4, 8].map((offset) => view.getUint32(at + offset, true));
  if (remoteModules.some((count) => count !== 0)) throw new Error("Cannot read the embedded tree: remote modules");
  at += 12;
  const entries: readonly Entry[] = JSON.parse(new TextDecoder().decode(take()));
  const data = take();
  if (new TextDecoder().decode(bytes.subarray(at, at + magic.length)) !== magic) {
    throw new Error("Cannot read the embedded tree: it does not end where it should");
  }
  return { metadata, files: new Map(walk(entries, { folder: "", data })) };
}

function* walk(
  entries: readonly Entry[],
  place: { readonly folder: string; readonly data: Uint8Array<ArrayBuffer> },
): Generator<[string, Uint8Array<ArrayBuffer>]> {
  for (const entry of entries) {
    if ("Dir" in entry) yield* walk(entry.Dir.e, { ...place, folder: `${place.folder}${entry.Dir.n}/` });
    else {
      const { n, o: [offset, length], t } = entry.File;
      if (t !== 0) throw new Error(`Cannot trust "${n}": it carries a time of its own, expected 1970`);
      yield [place.folder + n, place.data.subarray(offset, offset + length)];
    }
  }
}

function lastIndexOf(bytes: Uint8Array<ArrayBuffer>, text: string): number {
  const word = new TextEncoder().encode(text);
  for (let at = bytes.lastIndexOf(word[0] ?? 0); at > 0; at = bytes.lastIndexOf(word[0] ?? 0, at - 1)) {
    if (word.every((byte, offset) => bytes[at + offset] === byte)) return at;
  }
  throw new Error(`Cannot find "${text}" in the file: nothing is embedded`);
}
