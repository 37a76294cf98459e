/**
 * The self-unpacking file: its first start, which unpacks, and then how much longer a start takes than `deno run` of
 * what was unpacked. The two are started in turns, so that both see the same machine.
 *
 * `deno run -A bench/start_bench.ts [turns]`
 */
import { buildExecutable, targets } from "../tools/compile/mod.ts";
import { processPermissions } from "../tools/compile/permissions.ts";
import { runtimeFlags } from "../tools/compile/runtime_flags.ts";

const turns = Number(Deno.args[0] ?? 20);
const limitMs = 50;
const root = decodeURIComponent(new URL("..", import.meta.url).pathname).replace(/\/$/, "");
const target = targets.find((one) => one === Deno.build.arch) ?? "x86_64";

/** Runs `version` to its end. Answers the time, ms. */
async function start(command: string, options: { readonly args: readonly string[]; readonly cache: string }) {
  const beginMs = performance.now();
  const { success, stderr } = await new Deno.Command(command, {
    args: [...options.args, "version"],
    clearEnv: true,
    env: {
      PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
      XDG_CACHE_HOME: options.cache,
      DENO_DIR: `${options.cache}/coachiq/deno`,
    },
    stdin: "null",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return performance.now() - beginMs;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

const folder = await Deno.makeTempDir({ prefix: "coachiq-start-" });
try {
  const built = await buildExecutable({ root, target, outDir: folder });
  const cache = `${folder}/cache`;
  const firstMs = await start(built.path, { args: [], cache });
  const hash = [...Deno.readDirSync(`${cache}/coachiq`)].find(({ name }) => /^[0-9a-f]{64}$/.test(name))?.name;
  const unpacked = `${cache}/coachiq/${hash}`;
  const flags = [...runtimeFlags, "--quiet", "--no-config", "--no-lock", "--no-npm", "--no-remote", "--no-check"];
  const args = ["run", ...flags, ...processPermissions, `${unpacked}/main.js`];
  const times = { file: [] as number[], run: [] as number[] };
  for (let turn = 0; turn < turns; turn++) {
    times.run.push(await start(`${unpacked}/deno`, { args, cache }));
    times.file.push(await start(built.path, { args: [], cache }));
  }
  const more = {
    median: median(times.file) - median(times.run),
    least: Math.min(...times.file) - Math.min(...times.run),
  };
  console.log(`${(built.bytes / 1e6).toFixed(1)} MB; first start, which unpacks: ${firstMs.toFixed(0)} ms`);
  console.log(
    `deno run:          median ${median(times.run).toFixed(0)} ms, least ${Math.min(...times.run).toFixed(0)} ms`,
  );
  console.log(
    `the unpacked file: median ${median(times.file).toFixed(0)} ms, least ${Math.min(...times.file).toFixed(0)} ms`,
  );
  console.log(`more: median ${more.median.toFixed(0)} ms, least ${more.least.toFixed(0)} ms (limit ${limitMs} ms)`);
  if (more.least > limitMs) Deno.exit(1);
} finally {
  await Deno.remove(folder, { recursive: true });
}
