import assert from "node:assert/strict";
import { run, startServer } from "./program.ts";

interface Entity {
  readonly id: string;
  readonly freshness: string;
  readonly state: Readonly<Record<string, { readonly value?: unknown }>>;
}

async function json<T>(url: string, body?: unknown): Promise<T> {
  const response = await fetch(
    url,
    body === undefined
      ? {}
      : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) },
  );
  return await response.json();
}

/** Opens the live feed and waits for messages until one will do. */
async function feedUntil(url: string, good: (message: Record<string, unknown>) => boolean): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws`);
  socket.onopen = () => socket.send(JSON.stringify({ type: "subscribe", topics: ["entities"] }));
  socket.onmessage = ({ data }) => {
    if (good(JSON.parse(data))) resolve();
  };
  socket.onerror = () => reject(new Error("the live feed failed"));
  try {
    await promise;
  } finally {
    socket.close();
  }
}

Deno.test("serve --can sim shows a live coach and puts a tap on the bus", async () => {
  const server = await startServer(["--can", "sim"]);
  try {
    await feedUntil(
      server.url,
      (message) =>
        (message["data"] as Entity[] | undefined)?.some?.(({ id, freshness }) =>
          id === "living_ceiling" && freshness === "live"
        ) ?? false,
    );
    let result = { outcome: "", reasons: [""] };
    // The address is claimed within a second of the start; until then taps are refused with that reason.
    while (result.outcome === "" || result.reasons[0]?.includes("claiming")) {
      result = await json(`${server.url}/api/entities/living_accent/commands`, { command: "turnOn" });
    }
    assert.equal(result.outcome, "confirmed", result.reasons.join(" "));
    const accent = await json<Entity>(`${server.url}/api/entities/living_accent`);
    assert.deepEqual(accent.state["on"], { value: true });
    const frames = await json<{ direction: string; name: string }[]>(`${server.url}/api/can/frames?limit=1000`);
    assert.ok(frames.some(({ direction, name }) => direction === "tx" && name === "DC_DIMMER_COMMAND_2"));
  } finally {
    assert.equal(await server.stop(), 0);
  }
});

Deno.test("serve refuses what is not to be moved, and names the allowed commands and values", async () => {
  const server = await startServer(["--can", "sim"]);
  try {
    const post = (id: string, body: unknown) =>
      json<{ status?: number; detail?: string }>(`${server.url}/api/entities/${id}/commands`, body);
    const slide = await post("living_slide", { command: "extend" });
    assert.equal(slide.status, 422);
    assert.match(slide.detail ?? "", /takes no commands, it is shown only/);
    const wrong = await post("living_ceiling", { command: "setBrightness", parameters: { brightnessPct: 200 } });
    assert.equal(wrong.status, 422);
    assert.match(wrong.detail ?? "", /brightnessPct is 200, expected a number from 0 to 100 %/);
    assert.equal((await post("no_such_thing", { command: "turnOn" })).status, 404);
    const start = await json<{ outcome: string; reasons: string[] }>(
      `${server.url}/api/entities/generator/commands`,
      { command: "start" },
    );
    assert.equal(start.outcome, "refused");
    assert.match(start.reasons[0] ?? "", /must be armed/);
  } finally {
    await server.stop();
  }
});

Deno.test("serve --can replay shows a recorded bus, every interface of the log", async () => {
  const folder = await Deno.makeTempDir();
  const lines = Array.from({ length: 200 }, (_, i) => {
    const time = (1_700_000_000 + i / 100).toFixed(6);
    return `(${time}) can${i % 2} 19FFFD46#0${1 + i % 2}78${(0xf0 + i % 8).toString(16)}00009435${"77"}`;
  });
  await Deno.writeTextFile(`${folder}/drive.log`, lines.join("\n"));
  const server = await startServer(["--can", `replay:${folder}/drive.log`]);
  try {
    const rows = await json<{ name: string; link: string }[]>(`${server.url}/api/can/interfaces`);
    assert.deepEqual(rows.map(({ name, link }) => `${name} ${link}`), ["can0 up", "can1 up"]);
    await feedUntil(
      server.url,
      (message) =>
        (message["data"] as Entity[] | undefined)?.some?.(({ state }) => state["packVoltageV"] !== undefined) ?? false,
    );
  } finally {
    await server.stop();
    await Deno.remove(folder, { recursive: true });
  }
});

const refusals: readonly [string, string[], RegExp][] = [
  [
    "a model that does not exist",
    ["--model", "hovercraft"],
    /"hovercraft": there is none of that name, expected one of/,
  ],
  ["a log that is not there", ["--can", "replay:no/such.log"], /Cannot replay "no\/such\.log": .*no such file/i],
  ["the network in the development profile", ["--host", "0.0.0.0"], /development profile has no accounts/],
  ["an address this machine does not have", ["--profile", "ssd", "--host", "203.0.113.9"], /no such address.*--host/],
  ["protocol tables that are not there", ["--reference-dir", "no/such"], /Cannot read protocol tables "no\/such/],
  ["an interface no system has", ["--can", "can77"], /Cannot (open|use) CAN interface "can77": .+/],
];

for (const [what, args, message] of refusals) {
  Deno.test(`serve refuses ${what} with one sentence and exit code 1`, async () => {
    const folder = await Deno.makeTempDir();
    const profile = ["--profile", "development", "--data-dir", `${folder}/data`];
    const { code, err, out } = await run(["serve", ...profile, "--port", "0", ...args]);
    await Deno.remove(folder, { recursive: true });
    assert.equal(code, 1, err);
    assert.match(err, message);
    assert.doesNotMatch(err, /\n\s+at /, "no stack");
    assert.equal(out, "", "nothing half started");
  });
}

Deno.test("serve refuses a broken model file with file, line and column", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/mine.yml`, "id: mine\nname: Mine\nname: Again\n");
  const { code, err } = await run([
    "serve",
    "--port",
    "0",
    "--data-dir",
    `${folder}/data`,
    "--model",
    `${folder}/mine.yml`,
  ]);
  assert.equal(code, 1);
  assert.match(err, /mine\.yml:3:1: .*name/);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("serve says which port is taken and what to do", async () => {
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const folder = await Deno.makeTempDir();
  const { code, err } = await run(["serve", "--port", String(taken.addr.port), "--data-dir", `${folder}/data`]);
  taken.close();
  await Deno.remove(folder, { recursive: true });
  assert.equal(code, 1);
  assert.match(err, new RegExp(`port ${taken.addr.port}: another program uses it, .*--port`));
});

Deno.test("decode reads standard input and files, and counts on standard error", async () => {
  const log = new TextEncoder().encode("(1.0) can0 19FEDA8E#0107C8FCFF0204FF\nwhat\n");
  const { code, out, err } = await run(["decode", "--json"], { stdin: log });
  assert.equal(code, 0);
  assert.deepEqual(out.trim().split("\n").map((line) => JSON.parse(line).kind), ["message", "malformed"]);
  assert.equal(err, "2 lines: 1 messages, 0 unknown, 1 malformed, 0 filtered out\n");
  const missing = await run(["decode", "no/such.log"]);
  assert.equal(missing.code, 1);
  assert.equal(missing.err, 'Cannot decode "no/such.log": there is no such file\n');
});

Deno.test("version and doctor print what they know, as text and as JSON", async () => {
  const version = JSON.parse((await run(["version", "--json"])).out);
  assert.equal(version.name, "coachiq");
  assert.equal(version.build.form, "source");
  const { findings } = JSON.parse((await run(["doctor", "--json"])).out);
  assert.ok(findings.some(({ what }: { what: string }) => what === "runtime"));
  assert.match((await run(["doctor"])).out, /site: built/);
});

Deno.test("starts that fail for want of an interface never add up to recovery mode", async () => {
  const folder = await Deno.makeTempDir();
  const data = ["--data-dir", `${folder}/data`];
  for (let start = 0; start < 5; start++) {
    const { code, err } = await run(["serve", "--port", "0", "--can", "can77", ...data]);
    assert.equal(code, 1);
    assert.match(err, /CAN interface "can77"/);
  }
  const server = await startServer([...data, "--can", "sim"]);
  const { mode } = await json<{ mode: string }>(`${server.url}/api/database/status`);
  assert.equal(mode, "running");
  assert.equal(await server.stop(), 0);
  await Deno.remove(folder, { recursive: true });
});
