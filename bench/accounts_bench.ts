/**
 * The whole program with accounts and every feature, as built: how long it takes to start, and the memory it has at
 * rest, at the first sign-in, which loads what hashes passwords, and after four more at once.
 *
 * `deno run -A bench/accounts_bench.ts [program] [turns]`; without a program one is built.
 */
import { buildExecutable, targets } from "../tools/compile/mod.ts";

const turns = Number(Deno.args[1] ?? 3);
const limits = { startMs: 1500, residentMiB: 160 };
const root = decodeURIComponent(new URL("..", import.meta.url).pathname).replace(/\/$/, "");
const features = ["j1939", "api_docs", "notifications", "system_analytics", "predictive_maintenance", "firefly"];
const owner = { username: "olga", password: "a long word of olga" };

/** MiB of a process, now and at its worst. */
async function memoryOf(pid: number): Promise<{ readonly nowMiB: number; readonly mostMiB: number }> {
  const text = await Deno.readTextFile(`/proc/${pid}/status`);
  const read = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(text)?.[1]) / 1024;
  return { nowMiB: read("VmRSS"), mostMiB: read("VmHWM") };
}

async function signIn(url: string): Promise<void> {
  const response = await fetch(`${url}/api/auth/sign-in`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url },
    body: JSON.stringify(owner),
  });
  if (!response.ok) throw new Error(`Cannot sign in: ${await response.text()}`);
  await response.body?.cancel();
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Starts it, signs in, and ends it. The second start on a folder is the one that counts: the owner is made then. */
async function turn(program: string, dataDir: string) {
  const beginMs = performance.now();
  const child = new Deno.Command(program, {
    args: ["serve", "--can", "sim", "--port", "0", "--data-dir", dataDir, "--log-level", "error"],
    env: { COACHIQ_AUTH__ADMIN_USERNAME: owner.username, COACHIQ_AUTH__ADMIN_PASSWORD: owner.password },
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let out = "";
  let url: string | undefined;
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  while (url === undefined) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`Cannot start "${program}": ${out}`);
    out += value;
    url = /on (http:\S+)\n/.exec(out)?.[1];
  }
  await (await fetch(`${url}/healthz`)).text();
  const startMs = performance.now() - beginMs;
  await pause(5000);
  const atRest = await memoryOf(child.pid);
  await signIn(url);
  await pause(1000);
  const first = await memoryOf(child.pid);
  await Promise.all(Array.from({ length: 4 }, () => signIn(url)));
  await pause(5000);
  const after = await memoryOf(child.pid);
  child.kill("SIGTERM");
  await child.status;
  await reader.cancel();
  return { startMs, atRest, first, after };
}

const folder = await Deno.makeTempDir({ prefix: "coachiq-accounts-" });
try {
  const target = targets.find((one) => one === Deno.build.arch) ?? "x86_64";
  const program = Deno.args[0] ?? (await buildExecutable({ root, target, outDir: folder })).path;
  const dataDir = `${folder}/data`;
  await Deno.mkdir(`${dataDir}/user`, { recursive: true });
  const overrides = features.map((name) => `[features.${name}]\nenabled = true\n`).join("");
  await Deno.writeTextFile(`${dataDir}/user/config-overrides.toml`, overrides);
  const made = await turn(program, dataDir);
  console.log(`first start of all, which makes the owner: most ${made.after.mostMiB.toFixed(0)} MiB`);
  const seen: Awaited<ReturnType<typeof turn>>[] = [];
  for (let i = 0; i < turns; i++) {
    const one = await turn(program, dataDir);
    seen.push(one);
    const { startMs, atRest, first, after } = one;
    const words = [
      `start ${startMs.toFixed(0)} ms`,
      `at rest ${atRest.nowMiB.toFixed(0)} MiB`,
      `first sign-in ${first.nowMiB.toFixed(0)} MiB, most ${first.mostMiB.toFixed(0)}`,
      `after four more at once ${after.nowMiB.toFixed(0)} MiB, most ${after.mostMiB.toFixed(0)}`,
    ];
    console.log(words.join("; "));
  }
  const startMs = Math.min(...seen.map((one) => one.startMs));
  const mostMiB = Math.min(...seen.map(({ after }) => after.mostMiB));
  console.log(`best start ${startMs.toFixed(0)} ms (limit ${limits.startMs} ms)`);
  console.log(`best peak ${mostMiB.toFixed(0)} MiB (limit ${limits.residentMiB} MiB)`);
  if (startMs > limits.startMs || mostMiB > limits.residentMiB) Deno.exit(1);
} finally {
  await Deno.remove(folder, { recursive: true });
}
