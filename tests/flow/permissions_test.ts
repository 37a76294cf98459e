import assert from "node:assert/strict";
import { processPermissions, setupCommands, setupPermissions } from "../../tools/compile/permissions.ts";
import { unstableFeatures, v8Flags } from "../../tools/compile/runtime_flags.ts";
import { run, startServer } from "./program.ts";

async function send<T>(url: string, body: unknown, method = "POST"): Promise<T> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
  const answer = await response.json();
  assert.ok(response.ok, `${url}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}

async function get<T>(url: string): Promise<T> {
  return await (await fetch(url)).json();
}

/** Begins a job of the database and follows it to its end. */
async function job(url: string, path: string): Promise<void> {
  let jobId: string | undefined;
  while (jobId === undefined) {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ confirm: true, parked: true });
    const response = await fetch(`${url}/api/database/${path}`, { method: "POST", headers, body });
    const answer = await response.json();
    if (response.ok) jobId = String(answer.jobId);
    // The job before has told of its end, and puts its things away.
    else assert.match(answer.detail, /^Another job is working/);
  }
  for (;;) {
    const at = await get<{ state: string; message: string }>(`${url}/api/database/update/${jobId}/progress`);
    assert.notEqual(at.state, "failed", at.message);
    if (at.state === "done") return;
  }
}

Deno.test("serve records, saves its configuration, backs up and restores with the permissions of the built file", async () => {
  const folder = await Deno.makeTempDir();
  const server = await startServer(["--data-dir", `${folder}/data`, "--can", "sim"]);
  try {
    const { url } = server;
    const started = await send<{ recording: boolean; file: string }>(`${url}/api/can/recordings`, { action: "start" });
    assert.equal(started.recording, true);
    await send(`${url}/api/config/overrides`, { values: { "server.debug": true } }, "PUT");
    await job(url, "backups");
    const [backup] = await get<{ id: string }[]>(`${url}/api/database/backups`);
    await job(url, `backups/${backup?.id}/verify`);
    await job(url, "simulate");
    await job(url, `restore/${backup?.id}`);
    await send(`${url}/api/can/recordings`, { action: "stop" });
    assert.match(await Deno.readTextFile(`${folder}/data/user/config-overrides.toml`).catch(() => ""), /debug = true/);
  } finally {
    assert.equal(await server.stop(), 0);
    await Deno.remove(folder, { recursive: true });
  }
});

const commands: readonly (readonly string[])[] = [
  ["version"],
  ["doctor"],
  ["config", "show"],
  ["config", "check"],
  ["db", "status"],
  ["db", "backup"],
  ["coach", "models"],
];

for (const command of commands) {
  Deno.test(`${command.join(" ")} lacks no permission`, async () => {
    const folder = await Deno.makeTempDir();
    const takesData = !["version", "doctor"].includes(command[0] ?? "");
    if (takesData) await run(["db", "create", "--data-dir", folder]);
    const { out, err } = await run(takesData ? [...command, "--data-dir", folder] : command);
    await Deno.remove(folder, { recursive: true });
    assert.ok(out.length > 0, err);
    assert.doesNotMatch(out + err, /NotCapable|Requires \w+ access/);
  });
}

Deno.test("processPermissions start no program, and see nothing of other programs", async () => {
  const script = `
    const outcomes = [];
    for (const [what, attempt] of Object.entries({
      run: () => new Deno.Command("true").outputSync(),
      processes: () => Deno.readTextFileSync("/proc/1/environ"),
      system: () => Deno.networkInterfaces(),
    })) {
      try {
        await attempt();
        outcomes.push(what);
      } catch (error) {
        if (!/access|capable/i.test(String(error))) outcomes.push(what + " " + error);
      }
    }
    console.log(JSON.stringify(outcomes));`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-config", "--no-remote", ...processPermissions, "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(script));
  await writer.close();
  const { stdout, stderr } = await child.output();
  const text = new TextDecoder();
  const got: string[] = JSON.parse(text.decode(stdout) || JSON.stringify(text.decode(stderr)));
  assert.deepEqual(got, []);
});

Deno.test("SECURITY.md has each permission of the process, once and in order, and no other", async () => {
  const page = await Deno.readTextFile(new URL("../../SECURITY.md", import.meta.url));
  const chapter = /## What the process may\n([^]*?)\n## /.exec(page)?.[1] ?? "";
  const rows = [...chapter.matchAll(/^\| `(--[^`]+)`/gm)].map(([, flag]) => flag);
  assert.deepEqual(rows, [...processPermissions, ...setupPermissions]);
  for (const command of setupCommands) assert.ok(chapter.includes(`\`${command}\``), command);
});

Deno.test("deno.json's tasks start the program with the flags of the built file", async () => {
  const manifest = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
  assert.deepEqual(manifest.unstable, unstableFeatures);
  assert.ok(manifest.tasks.start.command.includes(`--v8-flags=${v8Flags.join(",")}`));
});
