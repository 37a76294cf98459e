import type { BuildInfo } from "../core/mod.ts";
import type { CliOutput } from "./command_line.ts";

/** Prints version, build and runtime. */
export function printVersion(
  options: { readonly json: boolean },
  parts: { readonly output: CliOutput; readonly version: string; readonly build: BuildInfo },
): number {
  const { version, build, output } = parts;
  const { deno, v8, typescript } = Deno.version;
  const runtime = { deno, v8, typescript, target: Deno.build.target };
  if (options.json) {
    output.out(`${JSON.stringify({ name: "coachiq", version, build, runtime })}\n`);
    return 0;
  }
  const hash = build.hash === undefined ? "" : ` ${build.hash.slice(0, 12)}`;
  output.out(`coachiq ${version} (${build.form}${hash}) on Deno ${deno}, ${Deno.build.target}\n`);
  return 0;
}
