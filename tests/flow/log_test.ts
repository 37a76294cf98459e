import assert from "node:assert/strict";
import { startServer } from "./program.ts";

interface Health {
  readonly status: string;
  readonly problems: readonly { readonly priority: number; readonly what: string; readonly todo: string }[];
}

/** A data folder whose system file says this about the log. */
async function folderWith(logging: string): Promise<{ readonly path: string; readonly args: readonly string[] }> {
  const path = await Deno.makeTempDir();
  await Deno.mkdir(`${path}/config`);
  await Deno.writeTextFile(`${path}/config/system.toml`, `[logging]\n${logging}\n`);
  return { path, args: ["--can", "sim", "--data-dir", path, "--log-level", "debug"] };
}

Deno.test("serve writes its log to the file that logging.file names, in the data folder for a bare name", async () => {
  const { path, args } = await folderWith('file = "coachiq.log"\nmax_megabytes = 1\nkeep_files = 1');
  const old = "x".repeat(1024 * 1024);
  await Deno.mkdir(`${path}/logs`);
  await Deno.writeTextFile(`${path}/logs/coachiq.log`, old);
  const server = await startServer(args);
  const health: Health = await (await fetch(`${server.url}/health`)).json();
  assert.deepEqual(health.problems.filter(({ what }) => what.includes("log file")), []);
  assert.equal(await server.stop(), 0);
  const log = await Deno.readTextFile(`${path}/logs/coachiq.log`);
  assert.match(log, /^\d{4}-\d\d-\d\dT\S+ (debug|info) /);
  assert.match(log, / info Started coach="/);
  assert.match(log, / info Stopping\n/);
  assert.equal((await Deno.stat(`${path}/logs/coachiq.log.1`)).size, old.length, "the full one was put away");
  await Deno.remove(path, { recursive: true });
});

Deno.test("serve goes on when the log file cannot be written, and its health says so with P3", async () => {
  const { path, args } = await folderWith('file = "/proc/coachiq/coachiq.log"');
  const server = await startServer(args);
  const health: Health = await (await fetch(`${server.url}/health`)).json();
  const [problem, ...others] = health.problems.filter(({ what }) => what.includes("log file"));
  assert.deepEqual(others, []);
  assert.equal(problem?.priority, 3);
  assert.match(problem.what, /^The log file "\/proc\/coachiq\/coachiq\.log" cannot be written: /);
  assert.equal(health.status, "degraded");
  const log: { text: string }[] = await (await fetch(`${server.url}/api/system/log?limit=2000`)).json();
  assert.equal(log.filter(({ text }) => text.includes("log file cannot be written")).length, 1, "warned once");
  assert.equal(await server.stop(), 0);
  await Deno.remove(path, { recursive: true });
});
