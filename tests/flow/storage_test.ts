import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { run, type RunningServer, startServer } from "./program.ts";

interface Job {
  readonly state: string;
  readonly message: string;
  readonly percent: number;
}

interface Status {
  readonly mode: string;
  readonly needsUpdate: boolean;
  readonly currentVersion: string | null;
  readonly targetVersion: string;
  readonly pending: readonly { readonly name: string }[];
}

async function json<T>(url: string, body?: unknown): Promise<T> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, body === undefined ? {} : { method: "POST", headers, body: JSON.stringify(body) });
  return await response.json();
}

/** Begins a job and follows it to its end. */
async function job({ url }: RunningServer, path: string, body: unknown = {}): Promise<Job> {
  const { jobId } = await json<{ jobId?: string }>(`${url}/api/database/${path}`, body);
  assert.ok(jobId, `${path} began`);
  for (;;) {
    const progress = await json<Job>(`${url}/api/database/update/${jobId}/progress`);
    if (progress.state !== "running") return progress;
  }
}

/** Commands a light until the server has claimed its address and the coach has obeyed. */
async function turnOn({ url }: RunningServer, id: string): Promise<void> {
  for (;;) {
    const answer = await json<{ outcome: string; reasons: string[] }>(`${url}/api/entities/${id}/commands`, {
      command: "turnOn",
    });
    if (answer.outcome === "confirmed") return;
    assert.match(answer.reasons[0] ?? "", /claiming/);
  }
}

async function until<T>(ask: () => T | Promise<T>, good: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (good(answer)) return answer;
  }
}

async function withData(test: (dataDir: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(`${folder}/data`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function storedStates(dataDir: string): ReadonlyMap<string, string> {
  const connection = new DatabaseSync(`${dataDir}/user/coachiq.db`, { readOnly: true });
  const rows = connection.prepare("SELECT entity_id, state FROM entity_states").all();
  connection.close();
  return new Map(rows.map((row) => [String(row["entity_id"]), String(row["state"])]));
}

Deno.test("a killed server comes back with the states it had, as restored until the bus confirms them", () =>
  withData(async (dataDir) => {
    const args = ["--data-dir", dataDir, "--can", "sim"];
    const first = await startServer(args);
    await turnOn(first, "living_accent");
    await until(
      () => storedStates(dataDir),
      (states) => /"on":\{"value":true\}/.test(states.get("living_accent") ?? ""),
    );
    Deno.kill(first.pid, "SIGKILL");
    await first.ended;
    // A log in which this light never speaks: what is shown of it can only come from before.
    await Deno.writeTextFile(`${dataDir}/quiet.log`, "(1.0) can0 19FEDA8E#FA07C8FCFF0204FF\n");
    const second = await startServer([
      ...["--data-dir", dataDir, "--model", "simulated_coach"],
      ...["--can", `replay:${dataDir}/quiet.log`],
    ]);
    const light = await json<{ freshness: string; state: Record<string, unknown> }>(
      `${second.url}/api/entities/living_accent`,
    );
    assert.equal(light.freshness, "restored");
    assert.deepEqual(light.state["on"], { value: true });
    assert.equal(await second.stop(), 0);
  }));

Deno.test("a damaged database leads to the restore page alone, and a restore to the running coach", () =>
  withData(async (dataDir) => {
    const args = ["--data-dir", dataDir, "--can", "sim"];
    const first = await startServer(args);
    const made = await job(first, "backups");
    assert.equal(made.state, "done", made.message);
    await first.stop();
    await Deno.writeTextFile(`${dataDir}/user/coachiq.db`, "not a database at all, though it has a name of one");
    const recovery = await startServer(args);
    const health = await fetch(`${recovery.url}/health`);
    assert.equal(health.status, 503);
    await health.body?.cancel();
    const entities = await fetch(`${recovery.url}/api/entities`);
    assert.equal(entities.status, 503);
    await entities.body?.cancel();
    assert.equal((await json<Status>(`${recovery.url}/api/database/status`)).mode, "recovery");
    await opensToPhonesWithTheCode(recovery);
    const [backup] = await json<{ id: string }[]>(`${recovery.url}/api/database/backups`);
    const { jobId } = await json<{ jobId?: string }>(`${recovery.url}/api/database/restore/${backup?.id}`, {
      confirm: true,
      parked: true,
    });
    assert.ok(jobId);
    const url = await recovery.nextUrl();
    await until(
      () => json<unknown[]>(`${url}/api/entities`).catch(() => []),
      (list) => Array.isArray(list) && list.length > 0,
    );
    assert.equal(await recovery.stop(), 0);
  }));

/** To the server a phone behind a proxy is no program of this machine. */
async function opensToPhonesWithTheCode({ url, next }: RunningServer): Promise<void> {
  const headers = { "x-forwarded-for": "192.168.8.20", "content-type": "application/json" };
  const backups = async (cookie = "") => {
    const response = await fetch(`${url}/api/database/backups`, { headers: { ...headers, cookie } });
    await response.body?.cancel();
    return response.status;
  };
  assert.equal(await backups(), 401);
  const code = await next(/enter: (\S+)\n/);
  const opened = await fetch(`${url}/api/auth/recovery`, { method: "POST", headers, body: JSON.stringify({ code }) });
  assert.equal(opened.status, 200, await opened.text());
  assert.equal(await backups(opened.headers.getSetCookie()[0]?.split(";")[0]), 200);
}

Deno.test("with an older schema the coach runs on, and the update waits for consent", () =>
  withData(async (dataDir) => {
    const created = await run(["db", "create", "--at", "0002_entity_states", "--data-dir", dataDir]);
    assert.equal(created.code, 0, created.err);
    const server = await startServer(["--data-dir", dataDir, "--can", "sim"]);
    await turnOn(server, "living_accent");
    const before = await json<Status>(`${server.url}/api/database/status`);
    assert.equal(before.needsUpdate, true);
    assert.equal(before.currentVersion, "0002_entity_states");
    const refused = await fetch(`${server.url}/api/database/update`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ confirm: false, parked: true }),
    });
    assert.equal(refused.status, 409);
    await refused.body?.cancel();
    const dryRun = await job(server, "simulate");
    assert.equal(dryRun.state, "done", dryRun.message);
    assert.equal((await json<Status>(`${server.url}/api/database/status`)).needsUpdate, true);
    assert.equal(await server.stop(), 0);
    const updated = await run(["db", "migrate", "--yes", "--parked", "--data-dir", dataDir]);
    assert.equal(updated.code, 0, updated.err);
    const again = await startServer(["--data-dir", dataDir, "--can", "sim"]);
    const after = await json<Status>(`${again.url}/api/database/status`);
    assert.deepEqual([after.needsUpdate, after.currentVersion], [false, after.targetVersion]);
    assert.equal(await again.stop(), 0);
  }));

Deno.test("the development profile updates an older database at the start when asked to, and no other profile does", () =>
  withData(async (dataDir) => {
    await run(["db", "create", "--at", "0001_settings", "--data-dir", dataDir]);
    const refused = await run(["serve", "--port", "0", "--auto-migrate", "--data-dir", dataDir]);
    assert.equal(refused.code, 1);
    assert.match(
      refused.err,
      /database\.auto_migrate is true in the storage profile "custom", expected it in "development" alone/,
    );
    const server = await startServer(["--auto-migrate", "--data-dir", dataDir]);
    assert.equal((await json<Status>(`${server.url}/api/database/status`)).needsUpdate, false);
    assert.equal(await server.stop(), 0);
  }));

Deno.test("of two updates at once one runs, and the other is 409 with its id", () =>
  withData(async (dataDir) => {
    await run(["db", "create", "--at", "0001_settings", "--data-dir", dataDir]);
    const server = await startServer(["--data-dir", dataDir]);
    const ask = () =>
      fetch(`${server.url}/api/database/update`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ confirm: true, parked: true }),
      });
    const answers = await Promise.all([ask(), ask(), ask()]);
    const bodies = await Promise.all(answers.map((answer) => answer.json()));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [202, 409, 409]);
    const running = bodies[answers.findIndex(({ status }) => status === 202)].jobId;
    for (const [i, { status }] of answers.entries()) if (status === 409) assert.equal(bodies[i].jobId, running);
    const progress = await until(
      () => json<Job>(`${server.url}/api/database/update/${running}/progress`),
      ({ state }) => state !== "running",
    );
    assert.equal(progress.state, "done", progress.message);
    assert.equal(await server.stop(), 0);
  }));

Deno.test("a data directory belongs to one server at a time", () =>
  withData(async (dataDir) => {
    const server = await startServer(["--data-dir", dataDir]);
    const { code, err } = await run(["serve", "--port", "0", "--data-dir", dataDir]);
    assert.equal(code, 1);
    assert.match(err, /another CoachIQ server or command is using it/);
    await server.stop();
  }));

const badPlaces: readonly [string, (folder: string) => Promise<string>, RegExp][] = [
  ["a data directory inside a file", async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    return `${folder}/file/data`;
  }, /Cannot keep data in ".*\/file\/data\/user": Not a directory/],
  ["a database that is a folder", async (folder) => {
    await Deno.mkdir(`${folder}/data/user/coachiq.db`, { recursive: true });
    return `${folder}/data`;
  }, /coachiq\.db/],
];

for (const [what, make, message] of badPlaces) {
  Deno.test(`serve refuses ${what} with one sentence and exit code 1`, () =>
    withData(async (dataDir) => {
      await Deno.mkdir(dataDir, { recursive: true });
      const { code, err } = await run(["serve", "--port", "0", "--data-dir", await make(dataDir)]);
      assert.equal(code, 1, err);
      assert.match(err, message);
      assert.doesNotMatch(err, /\n\s+at /);
    }));
}
