import { createHash } from "node:crypto";
import { bundle, bundleWhole } from "./bundle.ts";
import { giveUpPrograms } from "./permissions.ts";
import type { Target } from "./runtime.ts";
import type { ArchiveEntry } from "./tar_archive.ts";

/** What a built file is made by: `deno compile`, or a shell head with the full runtime behind it. */
export type Form = "compiled" | "self-unpacking";

/** Form of the built file, as `coachiq version` says it; read by `main.ts` from beside itself. */
export interface BuildInfo {
  readonly form: Form;
  readonly target: Target;
  /** Version of the runtime. */
  readonly runtime: string;
  /** SHA-256 over everything else in the tree. */
  readonly hash: string;
}

/** Started by the program as a thread of its own, so it is a module of its own. */
export const updateThread = "lib/update/update_thread.ts";

/** Folders that the program reads at run time, from beside itself. What is not there is not packed. */
export const assetFolders: readonly string[] = ["dist/web", "static", "reference"];

/**
 * The modules of the program. `main.js` gives up what the program needs for setting up a machine alone, before a module
 * of the program or of a package is loaded, and starts it.
 */
export async function programModules(
  root: string,
): Promise<{ readonly entries: readonly ArchiveEntry[]; readonly packages: readonly string[] }> {
  const { modules, packages } = await bundle({ root, entry: "main.ts", name: "program.js" });
  const start = `${giveUpPrograms}\nawait import("./program.js");\n`;
  return {
    entries: [
      { path: "main.js", data: new TextEncoder().encode(start) },
      ...modules.map(({ name, code }) => ({ path: name, data: code })),
      { path: updateThread, data: await bundleWhole({ root, entry: updateThread }) },
    ],
    packages,
  };
}

/** Everything that the program needs besides a runtime: modules, assets, licences. The same in every form. */
export async function programTree(root: string): Promise<readonly ArchiveEntry[]> {
  const { entries: modules, packages } = await programModules(root);
  const entries: ArchiveEntry[] = [
    ...modules,
    { path: "deno.json", data: await Deno.readFile(`${root}/deno.json`) },
    { path: "LICENSE", data: await Deno.readFile(`${root}/LICENSE`) },
    { path: "licences/deno", data: await Deno.readFile(new URL("./deno_licence.txt", import.meta.url)) },
    ...await packageLicences(root, packages),
  ];
  for (const folder of assetFolders) entries.push(...await filesOf(root, folder));
  return entries;
}

/** The entries, and what they are as `build_info.json`. */
export function withBuildInfo(
  entries: readonly ArchiveEntry[],
  facts: Omit<BuildInfo, "hash">,
): readonly ArchiveEntry[] {
  const hash = createHash("sha256");
  for (const { path, data } of [...entries].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    hash.update(`${path}\0${data.length}\0`).update(data);
  }
  const info: BuildInfo = { ...facts, hash: hash.digest("hex") };
  return [...entries, { path: "build_info.json", data: new TextEncoder().encode(`${JSON.stringify(info)}\n`) }];
}

async function filesOf(root: string, folder: string): Promise<ArchiveEntry[]> {
  const entries: ArchiveEntry[] = [];
  let listing: Deno.DirEntry[];
  try {
    listing = await Array.fromAsync(Deno.readDir(`${root}/${folder}`));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return entries;
    throw error;
  }
  for (const { name, isDirectory, isFile } of listing) {
    const path = `${folder}/${name}`;
    if (isDirectory) entries.push(...await filesOf(root, path));
    else if (isFile) entries.push({ path, data: await Deno.readFile(`${root}/${path}`) });
  }
  return entries;
}

async function packageLicences(root: string, folders: readonly string[]): Promise<ArchiveEntry[]> {
  const entries: ArchiveEntry[] = [];
  for (const folder of folders) {
    const name = folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length);
    for await (const { name: file } of Deno.readDir(`${root}/${folder}`)) {
      if (!/^(licen[cs]e|notice|copying)/i.test(file)) continue;
      entries.push({ path: `licences/${name}/${file}`, data: await Deno.readFile(`${root}/${folder}/${file}`) });
    }
  }
  return entries;
}
