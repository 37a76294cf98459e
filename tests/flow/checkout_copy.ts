import { rootPath, trackedPaths } from "../policy/source_tree.ts";
import { runCommand } from "../../tools/compile/run_command.ts";

/** Copies what git tracks, or would track, into each of the folders, as a fresh checkout has it. */
export function copyCheckout(...folders: readonly string[]): void {
  for (const path of trackedPaths()) {
    // Read once: whoever edits meanwhile edits no copy.
    const bytes = Deno.readFileSync(rootPath + path);
    for (const folder of folders) {
      const to = `${folder}/${path}`;
      Deno.mkdirSync(to.slice(0, to.lastIndexOf("/")), { recursive: true });
      Deno.writeFileSync(to, bytes);
    }
  }
}

/** `deno task compile` in a checkout, with a base runtime of ours. Answers what it printed and the file. */
export async function compileIn(
  checkout: string,
  base: string,
): Promise<{ readonly out: string; readonly file: string }> {
  const out = await runCommand(Deno.execPath(), {
    args: ["task", "--quiet", "compile", `--target=${Deno.build.arch}`, "--form=compiled"],
    cwd: checkout,
    env: { ...Deno.env.toObject(), DENORT_BIN: base },
  });
  return { out, file: `${checkout}/dist/coachiq-linux-${Deno.build.arch}` };
}
