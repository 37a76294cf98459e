/**
 * What an installer brings on a stick, as the image of a disk: the executable file of this tree, the same with another
 * version, and files that are broken, each in its way.
 *
 * @module
 */
import { buildExecutable, composeExecutable } from "../../tools/compile/mod.ts";
import { programTree, withBuildInfo } from "../../tools/compile/program_tree.ts";
import { fetchRuntime, runtimeVersion } from "../../tools/compile/runtime.ts";
import type { ArchiveEntry } from "../../tools/compile/tar_archive.ts";
import type { VmArch } from "./packages.ts";
import { makeImage } from "./system_tree.ts";

/** Files on the disk, by what they are. */
export interface Release {
  readonly imagePath: string;
  /** Version of this tree. */
  readonly version: string;
  /** A good file of another version. */
  readonly nextVersion: string;
  readonly names: {
    readonly good: string;
    readonly next: string;
    /** The first half of a good file, as after a download that broke off. */
    readonly truncated: string;
    /** Says a version and runs, and is never ready. */
    readonly neverReady: string;
  };
}

const nextVersion = "98.7.6";

/** Builds the files for `arch` and puts them onto an image in `folder`. Only `good` when `upgrades` is false. */
export async function makeRelease(
  { arch, folder, upgrades }: { readonly arch: VmArch; readonly folder: string; readonly upgrades: boolean },
): Promise<Release> {
  const root = new URL("../../", import.meta.url).pathname.replace(/\/$/, "");
  const { version }: { version: string } = JSON.parse(await Deno.readTextFile(`${root}/deno.json`));
  const stick = `${folder}/stick`;
  const { path } = await buildExecutable({ root, target: arch, outDir: stick });
  const good = path.slice(path.lastIndexOf("/") + 1);
  const names = { good, next: `${good}-next`, truncated: `${good}-truncated`, neverReady: `${good}-never-ready` };
  if (upgrades) {
    await writeProgram(`${stick}/${names.next}`, await otherVersion({ root, arch, version }));
    const whole = await Deno.readFile(path);
    await writeProgram(`${stick}/${names.truncated}`, whole.subarray(0, whole.length / 2));
    await writeProgram(`${stick}/${names.neverReady}`, new TextEncoder().encode(neverReady));
  }
  const imagePath = `${folder}/release.img`;
  await makeImage({ folder: stick, path: imagePath, mebibytes: 256 });
  await Deno.remove(stick, { recursive: true });
  return { imagePath, version, nextVersion, names };
}

const neverReady = `#!/bin/sh
case "\${1:-}" in
  version) echo '{"name": "coachiq", "version": "99.0.0"}' ;;
  *) exec sleep 100000 ;;
esac
`;

async function writeProgram(path: string, content: Uint8Array): Promise<void> {
  await Deno.writeFile(path, content, { mode: 0o755 });
}

/** This tree with another version number, packed quickly instead of small. */
async function otherVersion(
  { root, arch, version }: { readonly root: string; readonly arch: VmArch; readonly version: string },
): Promise<Uint8Array> {
  const runtime = await fetchRuntime(arch, { cacheDir: `${root}/.cache/runtime` });
  const program = renumbered(await programTree(root), version);
  const tree = [{ path: "deno", data: await Deno.readFile(runtime), executable: true }, ...program];
  const entries = withBuildInfo(tree, { form: "self-unpacking", target: arch, runtime: runtimeVersion });
  return composeExecutable(entries, { version: nextVersion, target: arch, level: 1 });
}

/** The version is in `deno.json`, and in the one module of the program that has taken it in from there. */
function renumbered(entries: readonly ArchiveEntry[], version: string): readonly ArchiveEntry[] {
  const pattern = new RegExp(`("?version"?:\\s*)"${version.replaceAll(".", "\\.")}"`);
  const changed: string[] = [];
  const program = entries.map((entry) => {
    if (!/^([^/]+\.js|deno\.json)$/.test(entry.path)) return entry;
    const text = new TextDecoder().decode(entry.data);
    if (!pattern.test(text)) return entry;
    changed.push(entry.path);
    return { ...entry, data: new TextEncoder().encode(text.replace(pattern, `$1"${nextVersion}"`)) };
  });
  if (changed.length !== 2) {
    throw new Error(
      `Cannot make another version: ${changed.join(", ") || "nothing"} says ${version}, expected two files`,
    );
  }
  return program;
}
