import { createHash } from "node:crypto";
import { compileExecutable } from "./compile_executable.ts";
import { NoBaseRuntime } from "./base_runtime.ts";
import { type Form, programTree, withBuildInfo } from "./program_tree.ts";
import { fetchRuntime, runtimeVersion, type Target, targets } from "./runtime.ts";
import { composeExecutable } from "./compose_executable.ts";

export { composeExecutable, type Form, type Target, targets };

/** Every form, for messages and checks. */
export const forms: readonly Form[] = ["compiled", "self-unpacking"];

/** A built executable file. */
export interface BuiltFile {
  readonly path: string;
  readonly form: Form;
  readonly bytes: number;
  readonly sha256: string;
}

export interface BuildOptions {
  /** Root of the repository, without a slash at the end. */
  readonly root: string;
  readonly target: Target;
  /** Where the file goes; default `<root>/dist`. */
  readonly outDir?: string;
  /** Default `self-unpacking`, which needs nothing that is not on the npm registry. */
  readonly form?: Form;
  /** Base runtime of the form `compiled`; default: `DENORT_BIN`, else `denort` from beside `deno`, else downloaded by it. */
  readonly denort?: string;
  /** What the compiler of the form `compiled` runs in; default this process's own environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Builds `coachiq-linux-<target>`, one executable file with everything inside. The same tree gives the same bytes.
 *
 * @throws {NoBaseRuntime} for the form `compiled`, when no base runtime for the target can be had.
 */
export async function buildExecutable(options: BuildOptions): Promise<BuiltFile> {
  const { root, target, form = "self-unpacking" } = options;
  const outDir = options.outDir ?? `${root}/dist`;
  const path = `${outDir}/coachiq-linux-${target}`;
  await Deno.mkdir(outDir, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: outDir, prefix: ".coachiq-" });
  try {
    const half = `${await Deno.realPath(folder)}/coachiq`;
    if (form === "compiled") await writeCompiled(half, options);
    else await writeSelfUnpacking(half, options);
    await Deno.chmod(half, 0o755);
    await Deno.rename(half, path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  const whole = await Deno.readFile(path);
  return { path, form, bytes: whole.length, sha256: createHash("sha256").update(whole).digest("hex") };
}

/** The form `compiled`; where no base runtime can be had the form `self-unpacking`, after `tell` was told why. */
export async function buildEitherForm(options: BuildOptions, tell: (line: string) => void): Promise<BuiltFile> {
  try {
    return await buildExecutable({ ...options, form: "compiled" });
  } catch (error) {
    if (!(error instanceof NoBaseRuntime)) throw error;
    tell(`${error.message}; building the self-unpacking form instead`);
    return await buildExecutable({ ...options, form: "self-unpacking" });
  }
}

async function writeCompiled(path: string, { root, target, denort, environment }: BuildOptions): Promise<void> {
  const info = { form: "compiled", target, runtime: Deno.version.deno } as const;
  const entries = withBuildInfo(await programTree(root), info);
  await compileExecutable(entries, {
    target,
    path,
    ...(denort === undefined ? {} : { denort }),
    ...(environment === undefined ? {} : { environment }),
  });
}

async function writeSelfUnpacking(path: string, { root, target }: BuildOptions): Promise<void> {
  const runtime = await fetchRuntime(target, { cacheDir: `${root}/.cache/runtime` });
  const tree = [
    { path: "deno", data: await Deno.readFile(runtime), executable: true },
    ...await programTree(root),
  ];
  const entries = withBuildInfo(tree, { form: "self-unpacking", target, runtime: runtimeVersion });
  const { version }: { version: string } = JSON.parse(await Deno.readTextFile(`${root}/deno.json`));
  await Deno.writeFile(path, composeExecutable(entries, { version, target }));
}
