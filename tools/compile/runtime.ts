import { createHash } from "node:crypto";
import { runCommand } from "./run_command.ts";

/** Machines a build can be for. */
export type Target = "x86_64" | "aarch64";

/** Every target, for messages and checks. */
export const targets: readonly Target[] = ["x86_64", "aarch64"];

/** Version of the runtime inside the built file: the one this program is written for. */
export const runtimeVersion = "2.9.5";

/** npm package of the runtime for each target, and the registry's integrity hash of that version. */
const packages: Readonly<Record<Target, { readonly name: string; readonly integrity: string }>> = {
  x86_64: {
    name: "@deno/linux-x64-glibc",
    integrity: "sha512-TDqcnoLe3jlgqYEQm7H7MK6q0JOth+o8iSZzknRODnVkJfPiNnjVn1M1Zc6vnp+ipkyb6Av1/CUlHgHtlq59Gw==",
  },
  aarch64: {
    name: "@deno/linux-arm64-glibc",
    integrity: "sha512-IuYjsz9PGl7CJcNXMuN27KNDB8Q40brK3SG3l+TXMDVW61ZKwcn0fQHBHnXFiiygEwI8by/fKnASEluhZB1atw==",
  },
};

/**
 * The Deno runtime for a target, from the npm registry that npm is set up for, kept in `cacheDir`. Answers the path of its executable.
 *
 * @throws when the registry cannot be reached or its file is not the one whose integrity hash is stated here.
 */
export async function fetchRuntime(target: Target, options: { readonly cacheDir: string }): Promise<string> {
  const { name, integrity } = packages[target];
  const folder = `${options.cacheDir}/deno-${runtimeVersion}-${target}`;
  const archive = `${folder}.tgz`;
  await Deno.mkdir(options.cacheDir, { recursive: true });
  if (!(await isGood(archive, integrity))) {
    await download(`${name}@${runtimeVersion}`, { archive, cacheDir: options.cacheDir });
    if (!(await isGood(archive, integrity))) {
      await Deno.remove(archive);
      throw new Error(`Cannot use "${name}@${runtimeVersion}": its integrity hash differs, expected ${integrity}`);
    }
  }
  await Deno.mkdir(folder, { recursive: true });
  await runCommand("tar", { args: ["-xzf", archive, "-C", folder, "--strip-components=1", "--no-same-owner"] });
  return `${folder}/deno`;
}

async function download(specifier: string, options: { readonly archive: string; readonly cacheDir: string }) {
  const folder = await Deno.makeTempDir({ dir: options.cacheDir, prefix: ".download-" });
  try {
    await runCommand("npm", { args: ["pack", "--silent", "--pack-destination", folder, specifier], cwd: folder });
    for await (const entry of Deno.readDir(folder)) {
      if (entry.name.endsWith(".tgz")) await Deno.rename(`${folder}/${entry.name}`, options.archive);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function isGood(path: string, integrity: string): Promise<boolean> {
  try {
    const hash = createHash("sha512").update(await Deno.readFile(path)).digest("base64");
    return `sha512-${hash}` === integrity;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
