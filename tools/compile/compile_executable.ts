import { findBaseRuntime, NoBaseRuntime } from "./base_runtime.ts";
import { separatePages } from "./memory_pages.ts";
import { processPermissions, setupPermissions } from "./permissions.ts";
import { updateThread } from "./program_tree.ts";
import { runCommand } from "./run_command.ts";
import type { Target } from "./runtime.ts";
import { runtimeFlags } from "./runtime_flags.ts";
import type { ArchiveEntry } from "./tar_archive.ts";

/** For the download of the base runtime, about 40 MB, included. */
const longestCompileMs = 600_000;

export interface CompileOptions {
  readonly target: Target;
  /** The file to write: absolute, and not there. */
  readonly path: string;
  /** Base runtime to build on; default the one that `DENORT_BIN` names. */
  readonly denort?: string;
  /** What the compiler runs in; default this process's own environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Writes the entries as one executable file by `deno compile`. The compiler embeds the time of change of each file and
 * the name of the output, so both are always the same here, and so are the bytes.
 *
 * @throws {NoBaseRuntime} when there is no base runtime for the target and it cannot be downloaded.
 */
export async function compileExecutable(entries: readonly ArchiveEntry[], options: CompileOptions): Promise<void> {
  const { target, path, environment = Deno.env.toObject() } = options;
  const { denort = environment["DENORT_BIN"] } = options;
  const deno = Deno.execPath();
  const base = await findBaseRuntime(target, { deno, ...(denort ? { named: denort } : {}) });
  const folder = await Deno.makeTempDir({ prefix: "coachiq-tree-" });
  try {
    await writeTree(folder, entries);
    await runCommand(deno, {
      args: [...compileFlags(target), "--output", path, "main.js"],
      cwd: folder,
      env: { ...compilerEnvironment(environment), ...(base === undefined ? {} : { DENORT_BIN: base }) },
      timeoutMs: longestCompileMs,
    });
    // Machines of x86-64 all have pages of 4 KiB.
    if (target === "aarch64") await Deno.writeFile(path, separatePages(await Deno.readFile(path)));
  } catch (cause) {
    if (base === undefined && /base binary|timed out/i.test(String(cause))) {
      throw new NoBaseRuntime(
        `Cannot compile for ${target}: there is no denort beside ${deno}, DENORT_BIN is not set, and the download failed`,
        { cause },
      );
    }
    throw cause;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The given one, but for what would become part of the file or name another base runtime. */
function compilerEnvironment(given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { DENO_V8_FLAGS: _flags, DENORT_BIN: _base, ...environment } = given;
  return environment;
}

function compileFlags(target: Target): readonly string[] {
  return [
    "compile",
    "--quiet",
    "--no-check",
    "--no-config",
    "--no-lock",
    "--no-npm",
    "--no-remote",
    // The cache of compiled code would be a file of a known name in /tmp, where any user can put one before us.
    "--no-code-cache",
    ...runtimeFlags,
    ...processPermissions,
    ...setupPermissions,
    "--deny-import",
    `--target=${target}-unknown-linux-gnu`,
    "--app-name=coachiq",
    "--include=.",
    `--include=${updateThread}`,
  ];
}

async function writeTree(folder: string, entries: readonly ArchiveEntry[]): Promise<void> {
  for (const { path, data } of entries) {
    const file = `${folder}/${path}`;
    await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    await Deno.writeFile(file, data);
    await Deno.utime(file, 0, 0);
  }
}
