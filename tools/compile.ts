/** `deno task compile [--target x86_64|aarch64]`: builds the single executable file into `dist/`. */
import { buildExecutable, type Target, targets } from "./compile/mod.ts";
import { runCommand } from "./compile/run_command.ts";

const root = decodeURIComponent(new URL("..", import.meta.url).pathname).replace(/\/$/, "");

function isTarget(text: string): text is Target {
  return (targets as readonly string[]).includes(text);
}

function targetOf(args: readonly string[]): Target {
  const words = args.flatMap((arg) => arg.split("=")).filter((word) => word !== "--");
  if (words.length === 0) words.push("--target", Deno.build.arch);
  const [flag, target = "", ...rest] = words;
  if (flag === "--target" && isTarget(target) && rest.length === 0) return target;
  throw new Error(`Cannot compile with "${args.join(" ")}", expected --target ${targets.join("|")}`);
}

try {
  const target = targetOf(Deno.args);
  if (Deno.env.get("DENORT_BIN")) {
    throw new Error(
      "Cannot compile with DENORT_BIN: building by deno compile is not there yet; unset it for the self-unpacking file",
    );
  }
  await runCommand(Deno.execPath(), { args: ["run", "--quiet", "-A", "tools/build.ts"], cwd: root });
  const built = await buildExecutable({ root, target });
  console.log(`${built.path.slice(root.length + 1)} ${(built.bytes / 1e6).toFixed(1)} MB sha256 ${built.sha256}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  Deno.exit(1);
}
