/**
 * `deno task deb [--target x86_64|aarch64]`: builds the Debian package into `dist/`, for both machines when none is
 * named. The time inside is `SOURCE_DATE_EPOCH`, else that of the last commit.
 */
import { type Target, targets } from "./compile/mod.ts";
import { runCommand } from "./compile/run_command.ts";
import { buildDeb } from "./deb/mod.ts";

const root = decodeURIComponent(new URL("..", import.meta.url).pathname).replace(/\/$/, "");

function targetsOf(args: readonly string[]): readonly Target[] {
  const [flag, name, ...rest] = args.flatMap((arg) => arg.split("=")).filter((word) => word !== "--");
  if (flag === undefined) return targets;
  const target = targets.find((one) => one === name);
  if (flag === "--target" && target !== undefined && rest.length === 0) return [target];
  throw new Error(`Cannot build a package with "${args.join(" ")}", expected --target ${targets.join("|")}`);
}

async function timeOfSource(): Promise<number> {
  const text = Deno.env.get("SOURCE_DATE_EPOCH") ??
    (await runCommand("git", { args: ["log", "-1", "--format=%ct"], cwd: root })).trim();
  const epochS = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(epochS)) return epochS;
  throw new Error(`Cannot build a package: SOURCE_DATE_EPOCH is "${text}", expected seconds since 1970`);
}

try {
  const wanted = targetsOf(Deno.args);
  const epochS = await timeOfSource();
  await runCommand(Deno.execPath(), { args: ["run", "--quiet", "-A", "tools/build.ts"], cwd: root });
  for (const target of wanted) {
    const built = await buildDeb({ root, target, epochS });
    console.log(`${built.path.slice(root.length + 1)} ${(built.bytes / 1e6).toFixed(1)} MB sha256 ${built.sha256}`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  Deno.exit(1);
}
