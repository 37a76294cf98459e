/** One file of the built site. */
export interface Asset {
  /** Where the browser asks for it, e.g. `/assets/app-3KQ2.js`. */
  readonly url: string;
  readonly contentType: string;
  readonly etag: string;
  /** The name carries a hash of the content, so it never changes. */
  readonly immutable: boolean;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly brotli?: Uint8Array<ArrayBuffer>;
  readonly gzip?: Uint8Array<ArrayBuffer>;
}

/** What `tools/build.ts` made. */
export interface Assets {
  /** Changes with every change of the site. */
  readonly build: string;
  /** The URL of a file by its plain name, e.g. `app.js`. */
  url(name: string): string;
  /** URLs of what `app.js` needs at once, so that the browser asks for them beside it. */
  readonly preload: readonly string[];
  /** The file at a URL path. */
  find(path: string): Asset | undefined;
}

/** `manifest.json` as `tools/build.ts` writes it. */
export interface AssetManifest {
  readonly build: string;
  /** Hash over everything the build reads: unchanged, there is nothing to do. */
  readonly inputs: string;
  readonly files: Readonly<Record<string, ManifestFile>>;
  /** Names of those that `app.js` imports. */
  readonly preload: readonly string[];
}

export interface ManifestFile {
  /** File name inside the folder. */
  readonly file: string;
  readonly url: string;
  readonly contentType: string;
  readonly etag: string;
  readonly immutable: boolean;
  /** Compressed forms that lie beside it, by their ending. */
  readonly encodings: readonly ("br" | "gz")[];
}

/**
 * Reads the built site into memory (it is small, and the disk may go away under a running coach).
 *
 * @param folder `dist/web`, as a file URL that ends in `/`; inside the compiled program or on disk.
 * @throws when the site was not built, saying how to build it.
 */
export function loadAssets(folder: URL): Assets {
  const manifest = readManifest(folder);
  const byName = new Map<string, Asset>();
  const byUrl = new Map<string, Asset>();
  for (const [name, entry] of Object.entries(manifest.files)) {
    const asset = readAsset(folder, entry);
    byName.set(name, asset);
    byUrl.set(asset.url, asset);
  }
  const url = (name: string) => {
    const asset = byName.get(name);
    if (!asset) throw new Error(`Cannot link "${name}": the built site has ${[...byName.keys()].join(", ")}`);
    return asset.url;
  };
  return {
    build: manifest.build,
    url,
    preload: manifest.preload.map(url),
    find: (path) => byUrl.get(path),
  };
}

function readManifest(folder: URL): AssetManifest {
  try {
    return JSON.parse(Deno.readTextFileSync(new URL("manifest.json", folder)));
  } catch (cause) {
    throw new Error(
      `Cannot load the site from "${folder.pathname}": it was not built there, run "deno task build"`,
      { cause },
    );
  }
}

function readAsset(folder: URL, entry: ManifestFile): Asset {
  const read = (name: string) => Deno.readFileSync(new URL(name, folder));
  const { url, contentType, etag, immutable } = entry;
  return {
    url,
    contentType,
    etag,
    immutable,
    bytes: read(entry.file),
    ...(entry.encodings.includes("br") ? { brotli: read(`${entry.file}.br`) } : {}),
    ...(entry.encodings.includes("gz") ? { gzip: read(`${entry.file}.gz`) } : {}),
  };
}

/** Answers a request for a file: the best encoding the browser takes, or 304 when it has it already. */
export function assetResponse(asset: Asset, request: Headers): Response {
  const headers = new Headers({
    "content-type": asset.contentType,
    "etag": asset.etag,
    "cache-control": asset.immutable ? "public, max-age=31536000, immutable" : "no-cache",
    "vary": "accept-encoding",
  });
  if (matchesEtag(request.get("if-none-match"), asset.etag)) return new Response(null, { status: 304, headers });
  const accepted = request.get("accept-encoding") ?? "";
  if (asset.brotli && /\bbr\b/.test(accepted)) {
    headers.set("content-encoding", "br");
    return new Response(asset.brotli, { headers });
  }
  if (asset.gzip && /\bgzip\b/.test(accepted)) {
    headers.set("content-encoding", "gzip");
    return new Response(asset.gzip, { headers });
  }
  return new Response(asset.bytes, { headers });
}

/** RFC 9110, 13.1.2: weak comparison against a list, or `*`. */
export function matchesEtag(header: string | null, etag: string): boolean {
  if (header === null) return false;
  const plain = etag.replace(/^W\//, "");
  return header.split(",").some((part) => part.trim() === "*" || part.trim().replace(/^W\//, "") === plain);
}
