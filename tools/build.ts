/**
 * Bundles the islands and the stylesheet into `dist/web`, with content-hashed names, compressed forms beside them and
 * a `manifest.json`. The same input gives the same bytes; unchanged input is left alone.
 */
import { resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "esbuild";
import type { AssetManifest, ManifestFile } from "../lib/http/assets.ts";

const root = new URL("../", import.meta.url);
const inputFolders = ["islands/", "lib/ui/", "lib/wire/", "static/", "tools/build.ts", "deno.json", "deno.lock"];
const target = ["es2022", "safari15.4"];
const contentTypes: Readonly<Record<string, string>> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  webmanifest: "application/manifest+json",
  png: "image/png",
};

/** Builds if anything changed. */
export async function build(
  options: { readonly outFolder?: URL; readonly force?: boolean } = {},
): Promise<AssetManifest> {
  const outFolder = options.outFolder ?? new URL("dist/web/", root);
  const inputs = await hashInputs();
  const before = readManifest(outFolder);
  if (!options.force && before?.inputs === inputs && isComplete(before, outFolder)) return before;
  const manifest = await make({ outFolder, inputs });
  return manifest;
}

async function make({ outFolder, inputs }: { outFolder: URL; inputs: string }): Promise<AssetManifest> {
  const { sources, preload } = await bundle();
  const icon = Deno.readFileSync(new URL("static/icon.svg", root));
  const iconFile = await manifestFile("icon.svg", icon);
  const webManifest = Deno.readTextFileSync(new URL("static/manifest.webmanifest", root)).replace(
    "{icon.svg}",
    iconFile.url,
  );
  sources.set("icon.svg", icon);
  sources.set("manifest.webmanifest", new TextEncoder().encode(webManifest));
  // Its own name: two programs may build at the same time.
  const fresh = new URL(`${outFolder.href.replace(/\/$/, "")}.new-${Deno.pid}/`);
  removeFolder(fresh);
  Deno.mkdirSync(fresh, { recursive: true });
  const files: Record<string, ManifestFile> = {};
  for (const [name, bytes] of [...sources].sort(([a], [b]) => a < b ? -1 : 1)) {
    const file = await manifestFile(name, bytes);
    files[name] = file;
    writeFile(fresh, { file, bytes });
  }
  const build = await hashOf(new TextEncoder().encode(JSON.stringify(files)));
  const manifest: AssetManifest = { build, inputs, files, preload };
  Deno.writeTextFileSync(new URL("manifest.json", fresh), `${JSON.stringify(manifest, null, 2)}\n`);
  return put(fresh, { outFolder, manifest });
}

/** Puts the finished folder in its place; another build of the same input that was quicker is as good. */
function put(
  fresh: URL,
  { outFolder, manifest }: { readonly outFolder: URL; readonly manifest: AssetManifest },
): AssetManifest {
  try {
    removeFolder(outFolder);
    Deno.renameSync(fresh, outFolder);
  } catch (error) {
    if (readManifest(outFolder)?.inputs !== manifest.inputs) throw error;
    removeFolder(fresh);
  }
  return manifest;
}

/**
 * Modules of `lib/` do nothing when they are loaded, so a part of the site gets of them what it uses. Without this all
 * that a `mod.ts` names would be in the first script.
 */
const onlyWhatIsUsed: Plugin = {
  name: "only-what-is-used",
  setup(bundler) {
    const library = decodeURIComponent(new URL("lib/", root).pathname);
    bundler.onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => {
      const file = resolve(resolveDir, path);
      return file.startsWith(library) ? { path: file, sideEffects: false } : undefined;
    });
  },
};

/** The files by their names, and which of them the entry needs at once. */
interface Bundle {
  readonly sources: Map<string, Uint8Array<ArrayBuffer>>;
  readonly preload: readonly string[];
}

async function bundle(): Promise<Bundle> {
  const esbuild = await import("esbuild");
  const path = (name: string) => decodeURIComponent(new URL(name, root).pathname);
  const options = {
    absWorkingDir: path("./"),
    outdir: "out",
    write: false,
    bundle: true,
    minify: true,
    format: "esm",
    target,
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    logLevel: "warning",
  } as const;
  // What pages load later is cut off from the entry; the parts name each other with their hashes.
  const site = await esbuild.build({
    ...options,
    entryPoints: [{ in: path("islands/mod.ts"), out: "app" }],
    splitting: true,
    plugins: [onlyWhatIsUsed],
    metafile: true,
    chunkNames: "part-[name]-[hash]",
  });
  const rest = await esbuild.build({
    ...options,
    entryPoints: [
      { in: path("islands/chart/draw_chart.ts"), out: "chart" },
      { in: path("static/style.css"), out: "style" },
    ],
  });
  await esbuild.stop();
  const files = [...site.outputFiles, ...rest.outputFiles];
  const needed = site.metafile.outputs["out/app.js"]?.imports.filter(({ kind }) => kind === "import-statement") ?? [];
  return {
    sources: new Map(files.map((file) => [baseName(file.path), Uint8Array.from(file.contents)])),
    preload: needed.map((file) => baseName(file.path)),
  };
}

function baseName(path: string): string {
  return path.split("/").at(-1) ?? "";
}

async function manifestFile(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<ManifestFile> {
  const hash = await hashOf(bytes);
  const dot = name.lastIndexOf(".");
  const isNamed = name.startsWith("part-");
  const file = isNamed ? name : `${name.slice(0, dot)}-${hash}${name.slice(dot)}`;
  const contentType = contentTypes[name.slice(dot + 1)];
  if (!contentType) throw new Error(`Cannot build "${name}": its type is not in the table of tools/build.ts`);
  const isText = !contentType.startsWith("image/png");
  return {
    file,
    url: `/assets/${file}`,
    contentType,
    etag: `"${hash}"`,
    immutable: true,
    encodings: isText ? ["br", "gz"] : [],
  };
}

function writeFile(folder: URL, { file, bytes }: { readonly file: ManifestFile; readonly bytes: Uint8Array }): void {
  Deno.writeFileSync(new URL(file.file, folder), bytes);
  if (file.encodings.length === 0) return;
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  Deno.writeFileSync(new URL(`${file.file}.br`, folder), brotli);
  Deno.writeFileSync(new URL(`${file.file}.gz`, folder), gzipSync(bytes, { level: 9 }));
}

async function hashInputs(): Promise<string> {
  const parts: string[] = [];
  for (const name of inputFolders) {
    for (const path of listFiles(name)) parts.push(path, Deno.readTextFileSync(new URL(path, root)));
  }
  return await hashOf(new TextEncoder().encode(parts.join("\0")));
}

function listFiles(name: string): string[] {
  if (!name.endsWith("/")) return [name];
  const found = [...Deno.readDirSync(new URL(name, root))].sort((a, b) => a.name < b.name ? -1 : 1);
  return found.flatMap((entry) => entry.isDirectory ? listFiles(`${name}${entry.name}/`) : [`${name}${entry.name}`])
    .filter((path) => !path.endsWith("_test.ts") && !path.endsWith("_test.tsx"));
}

async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest.slice(0, 6)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function readManifest(folder: URL): AssetManifest | undefined {
  try {
    return JSON.parse(Deno.readTextFileSync(new URL("manifest.json", folder)));
  } catch {
    // Not built yet, or half of it: build.
    return undefined;
  }
}

function isComplete(manifest: AssetManifest, folder: URL): boolean {
  const present = new Set([...Deno.readDirSync(folder)].map((entry) => entry.name));
  return Object.values(manifest.files).every((file) => present.has(file.file));
}

function removeFolder(folder: URL): void {
  try {
    Deno.removeSync(folder, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

if (import.meta.main) {
  const before = performance.now();
  const { build: id } = await build({ force: Deno.args.includes("--force") });
  console.error(`Site ${id} is in dist/web (${Math.round(performance.now() - before)} ms)`);
}
