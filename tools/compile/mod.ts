import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { programTree } from "./program_tree.ts";
import { type Target, targets } from "./runtime.ts";
import { type ArchiveEntry, concat, tarArchive } from "./tar_archive.ts";
import { unpackHead } from "./unpack_head.ts";

export { type Target, targets };

/** A built executable file. */
export interface BuiltFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface BuildOptions {
  /** Root of the repository, without a slash at the end. */
  readonly root: string;
  readonly target: Target;
  /** Where the file goes; default `<root>/dist`. */
  readonly outDir?: string;
}

/**
 * Builds `coachiq-linux-<target>`: a shell head, and behind it runtime, program and assets in one compressed archive.
 * The same tree gives the same bytes.
 */
export async function buildExecutable(options: BuildOptions): Promise<BuiltFile> {
  const { root, target } = options;
  const outDir = options.outDir ?? `${root}/dist`;
  const { version }: { version: string } = JSON.parse(await Deno.readTextFile(`${root}/deno.json`));
  const entries = await programTree({ root, target, cacheDir: `${root}/.cache/runtime` });
  const whole = composeExecutable(entries, { version, target });
  const path = `${outDir}/coachiq-linux-${target}`;
  await Deno.mkdir(outDir, { recursive: true });
  const half = await Deno.makeTempFile({ dir: outDir, prefix: ".coachiq-" });
  await Deno.writeFile(half, whole);
  await Deno.chmod(half, 0o755);
  await Deno.rename(half, path);
  return { path, bytes: whole.length, sha256: sha256(whole) };
}

/** Head and payload as the bytes of one executable file. Among the entries are `deno` and `main.js`. */
export function composeExecutable(
  entries: readonly ArchiveEntry[],
  facts: { readonly version: string; readonly target: string },
): Uint8Array {
  const payload = gzipSync(tarArchive(entries), { level: 9 });
  return concat([unpackHead({ ...facts, sha256: sha256(payload) }), payload]);
}

function sha256(data: Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
