/** The coach's mapping as an owner changes it: with the program itself, while the coach runs and without it. */
import assert from "node:assert/strict";
import { temporaryFolder } from "../suites/store_fixture.ts";
import { run, type RunningServer, startServer } from "./program.ts";

interface Entity {
  readonly id: string;
  readonly name: string;
  readonly state: Readonly<Record<string, unknown>>;
  readonly freshness: string;
}

/** A data directory for one test, and `coachiq coach` over it. */
async function dataDirectory() {
  const folder = await temporaryFolder();
  const dataDir = `${folder.path}/data`;
  const coach = (args: readonly string[], stdin?: unknown) =>
    run(["coach", ...args, "--data-dir", dataDir], {
      ...(stdin === undefined ? {} : { stdin: new TextEncoder().encode(JSON.stringify(stdin)) }),
    });
  return {
    dataDir,
    coach,
    async done(args: readonly string[], stdin?: unknown) {
      const ended = await coach(args, stdin);
      assert.equal(ended.code, 0, `coach ${args.join(" ")}: ${ended.err}`);
      return ended.out;
    },
    async json(args: readonly string[], stdin?: unknown) {
      const { out, err } = await coach([...args, "--json"], stdin);
      assert.doesNotMatch(err, /\n\s+at /, "no stack");
      return JSON.parse(out);
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

async function entities({ url }: RunningServer): Promise<ReadonlyMap<string, Entity>> {
  const response = await fetch(`${url}/api/entities`);
  const list: readonly Entity[] = await response.json();
  return new Map(list.map((entity) => [entity.id, entity]));
}

/** Asks until what is told is good. */
async function until(server: RunningServer, good: (list: ReadonlyMap<string, Entity>) => boolean): Promise<void> {
  while (!good(await entities(server))) await Promise.resolve();
}

/** What the site tells a phone when it subscribes, and each time that the set of entities is another one. */
async function snapshots(server: RunningServer) {
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/ws`);
  const names: string[] = [];
  const waiting: (() => void)[] = [];
  socket.addEventListener("message", ({ data }) => {
    const { topic, type, data: value } = JSON.parse(String(data));
    if (topic === "coach" && type === "snapshot") names.push(value.name);
    waiting.splice(0).forEach((wake) => wake());
  });
  await new Promise((resolve) => socket.addEventListener("open", resolve));
  socket.send(JSON.stringify({ type: "subscribe", topics: ["coach"] }));
  return {
    async seen(name: string) {
      while (!names.includes(name)) await new Promise<void>((wake) => void waiting.push(wake));
    },
    async close() {
      const closed = new Promise((resolve) => socket.addEventListener("close", resolve));
      socket.close();
      await closed;
    },
  };
}

Deno.test("entities appear, change and vanish in a running coach by the command line, and what did not change goes on", async () => {
  await using data = await dataDirectory();
  const server = await startServer(["--can", "sim", "--data-dir", data.dataDir]);
  try {
    await until(server, (list) => list.get("living_accent")?.freshness === "live");
    const before = await entities(server);
    const phone = await snapshots(server);
    await data.done(["patch", "-", "--reason", "as we call it"], [
      { op: "replace", path: "/entities/living_accent/name", value: "Mood" },
      { op: "remove", path: "/entities/dinette" },
      { op: "replace", path: "/model/name", value: "Our coach" },
      {
        op: "add",
        path: "/entities/under_table",
        value: { kind: "light", name: "Under the table", area: "living", load: { instances: [5] } },
      },
    ]);
    await phone.seen("Our coach");
    await phone.close();
    const after = await entities(server);
    assert.equal(after.get("living_accent")?.name, "Mood");
    assert.deepEqual(after.get("living_accent")?.state, before.get("living_accent")?.state);
    assert.equal(after.get("dinette"), undefined);
    assert.deepEqual(after.get("under_table")?.state, before.get("dinette")?.state, "the lamp on the same output");
    const [change] = (await data.json(["history", "--limit", "1"])).batches;
    assert.deepEqual([change.reason, change.actor], ["as we call it", "command line"]);
    await data.done(["undo", String(change.id)]);
    assert.equal((await entities(server)).get("dinette")?.name, "Dinette");
    assert.equal((await data.coach(["reset"])).code, 1, "not without --yes");
    const record: { actor: string; what: string; outcome: string }[] =
      await (await fetch(`${server.url}/api/safety/audit?action=edit`)).json();
    assert.deepEqual(record.map(({ actor, what, outcome }) => [actor, what, outcome]), [
      ["command line", `Change ${change.id} of the mapping: take back`, "done"],
      ["command line", "Mapping: change several things at once", "done"],
    ]);
  } finally {
    assert.equal(await server.stop(), 0);
  }
  assert.equal((await data.json(["status"])).edits, 0);
});

Deno.test("edits and the choice of a model outlive a restart, and --model changes the coach for good", async () => {
  await using data = await dataDirectory();
  const args = ["--can", "sim", "--data-dir", data.dataDir];
  const first = await startServer(args);
  await data.done(["patch", "-"], [{ op: "replace", path: "/entities/living_accent/name", value: "Mood" }]);
  assert.equal(await first.stop(), 0);
  const named = await startServer([...args, "--model", "generic_rv"]);
  assert.equal((await data.json(["status"])).modelId, "generic_rv");
  assert.equal(await named.stop(), 0);
  const again = await startServer(args);
  assert.equal((await data.json(["status"])).modelId, "generic_rv");
  assert.equal(await again.stop(), 0);
  await data.done(["import", "--model", "simulated_coach", "--yes"]);
  const back = await startServer(args);
  assert.equal((await entities(back)).get("living_accent")?.name, "Mood");
  assert.equal(await back.stop(), 0);
});

Deno.test("a coach with an older schema runs from the model as it comes, and its mapping is edited after the update", async () => {
  await using data = await dataDirectory();
  const created = await run(["db", "create", "--at", "0002_entity_states", "--data-dir", data.dataDir]);
  assert.equal(created.code, 0, created.err);
  const server = await startServer(["--can", "sim", "--data-dir", data.dataDir]);
  const patch = [{ op: "replace", path: "/entities/living_accent/name", value: "Mood" }];
  try {
    assert.equal((await entities(server)).get("living_accent")?.name, "Accent");
    assert.match((await data.json(["status"])).readOnlyBecause, /needs its update first/);
    assert.match((await data.coach(["patch", "-"], patch)).err, /needs its update first/);
    const updated = await run(["db", "migrate", "--yes", "--parked", "--data-dir", data.dataDir]);
    assert.equal(updated.code, 0, updated.err);
    await data.done(["patch", "-"], patch);
    assert.equal((await entities(server)).get("living_accent")?.name, "Mood");
    const [, before] =
      (await run(["db", "backups", "--json", "--data-dir", data.dataDir])).out.match(/"id": "([^"]+)"/) ??
        [];
    const restored = await run(["db", "restore", before ?? "", "--yes", "--parked", "--data-dir", data.dataDir]);
    assert.equal(restored.code, 0, restored.err);
    assert.equal((await entities(server)).get("living_accent")?.name, "Accent");
  } finally {
    assert.equal(await server.stop(), 0);
  }
});

Deno.test("serve refuses a coach model that is none, with one sentence, and does not count it as a failed start", async () => {
  await using data = await dataDirectory();
  for (let i = 0; i < 4; i++) {
    const { code, err } = await run(["serve", "--port", "0", "--model", "hovercraft", "--data-dir", data.dataDir]);
    assert.equal(code, 1);
    assert.match(err, /"hovercraft": there is none of that name, expected one of .*generic_rv/);
    assert.doesNotMatch(err, /\n\s+at /);
  }
  const server = await startServer(["--can", "sim", "--data-dir", data.dataDir]);
  assert.ok((await entities(server)).size > 0);
  assert.equal(await server.stop(), 0);
});
