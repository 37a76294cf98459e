import assert from "node:assert/strict";
import { run, type RunningServer, startServer } from "./program.ts";

interface Entry {
  readonly actor: string;
  readonly action: string;
  readonly what: string;
  readonly outcome: string;
}

async function record(server: RunningServer, action: string): Promise<readonly Entry[]> {
  return await (await fetch(`${server.url}/api/safety/audit?action=${action}`)).json();
}

/** Looks until the newest entry is another one than before. */
async function newEntry(server: RunningServer, { action, before }: { action: string; before: number }): Promise<Entry> {
  for (;;) {
    const entries = await record(server, action);
    if (entries.length > before && entries[0]) return entries[0];
  }
}

async function send(server: RunningServer, { method, path, body }: { method: string; path: string; body: unknown }) {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${server.url}${path}`, { method, headers, body: JSON.stringify(body) });
  await response.body?.cancel();
  return response.status;
}

Deno.test("the record of a running program has what the site, the command line and work on the database did", async () => {
  const dataDir = await Deno.makeTempDir();
  const server = await startServer(["--can", "sim", "--data-dir", dataDir]);
  const put = { method: "PUT", path: "/api/config/overrides" };
  assert.equal(await send(server, { ...put, body: { values: { "history.raw_days": 3 } } }), 200);
  assert.equal(await send(server, { ...put, body: { values: { "history.raw_days": 0 } } }), 422);
  const bySite = await record(server, "configuration");
  assert.deepEqual(bySite.map(({ what, outcome }) => [what, outcome]), [
    ["Settings history.raw_days: change", "refused"],
    ["Settings history.raw_days: change", "done"],
  ]);
  const set = await run(["config", "set", "history.raw_days=4", "logging.keep_files=3", "--data-dir", dataDir]);
  assert.equal(set.code, 0, set.err);
  const byOthers = await newEntry(server, { action: "configuration", before: bySite.length });
  assert.equal(byOthers.actor, "editor or command line");
  assert.match(byOthers.what, /^Settings history\.raw_days, logging\.keep_files: change in their file$/);
  const levels = { level: "warning" };
  assert.equal(await send(server, { method: "PUT", path: "/api/system/log/levels", body: levels }), 200);
  assert.equal(await send(server, { method: "POST", path: "/api/can/recordings", body: { action: "start" } }), 200);
  assert.deepEqual((await record(server, "system")).map(({ what }) => what), [
    "Recording of every bus: start",
    "Log: show warning and graver",
  ]);
  const reset = { scope: "preferences", confirm: true, parked: true };
  assert.equal(await send(server, { method: "POST", path: "/api/database/reset", body: reset }), 202);
  const end = await newEntry(server, { action: "update", before: 1 });
  assert.deepEqual([end.what, end.outcome], ["Forgetting of what was told: end", "done"]);
  const [, begun] = await record(server, "update");
  assert.equal(begun?.what, "Forget preferences: begin");
  assert.equal(await send(server, { method: "POST", path: "/api/safety/stop", body: { what: "lights" } }), 200);
  const commands = await record(server, "command");
  assert.ok(commands.some(({ what, outcome }) => what === "All lights: off" && outcome === "done"));
  assert.ok(commands.some(({ what }) => /^Accent \(Living room\): /.test(what)), JSON.stringify(commands.slice(0, 3)));
  assert.equal(await server.stop(), 0);
  await Deno.remove(dataDir, { recursive: true });
});
