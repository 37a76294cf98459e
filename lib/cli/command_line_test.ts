import assert from "node:assert/strict";
import { CliError } from "./cli_error.ts";
import { type CommandHandlers, runCommandLine } from "./command_line.ts";
import { flagValues, type ServeFlags } from "./serve_flags.ts";
import { isLoopback, parseCanChoice } from "./serve_options.ts";

async function run(...args: string[]) {
  const calls: [string, unknown][] = [];
  const note = (name: string) => (options: unknown) => Promise.resolve(void calls.push([name, options])).then(() => 0);
  const handlers: CommandHandlers = {
    serve: note("serve"),
    simulate: note("simulate"),
    decode: note("decode"),
    record: note("record"),
    replay: note("replay"),
    account: note("account"),
    install: note("install"),
    uninstall: note("uninstall"),
    upgrade: note("upgrade"),
    can: note("can"),
    coach: note("coach"),
    config: note("config"),
    db: note("db"),
    importLegacy: note("importLegacy"),
    sync: note("sync"),
    doctor: note("doctor"),
    version: note("version"),
  };
  let out = "";
  let err = "";
  const code = await runCommandLine(args, {
    handlers,
    output: { out: (text) => void (out += text), err: (text) => void (err += text) },
    version: "1.2.3",
  });
  return { calls, code, out, err };
}

Deno.test("runCommandLine() serves by default, with what the configuration says", async () => {
  const { calls, code } = await run();
  assert.equal(code, 0);
  assert.deepEqual(calls, [["serve", {}]]);
});

Deno.test("flagValues() is the highest layer of the configuration", async () => {
  const flags = ["--host", "::1", "--port", "0", "--data-dir", "there", "--can", "can0,can1", "--auto-migrate"];
  const { calls } = await run("serve", ...flags, "--model", "generic_rv", "--log-level", "debug", "--profile", "ssd");
  assert.deepEqual(flagValues(calls[0]?.[1] as ServeFlags).map(({ flag, key, value }) => [flag, key, value]), [
    ["--host", "server.host", "::1"],
    ["--port", "server.port", 0],
    ["--profile", "persistence.storage_profile", "ssd"],
    ["--data-dir", "persistence.data_dir", "there"],
    ["--model", "coach.model", "generic_rv"],
    ["--can", "can.interfaces", ["can0", "can1"]],
    ["--log-level", "logging.level", "debug"],
    ["--auto-migrate", "database.auto_migrate", true],
  ]);
  assert.deepEqual(flagValues({ can: { kind: "replay", file: "a.log" } })[0]?.value, ["replay:a.log"]);
  assert.deepEqual(flagValues({ can: { kind: "sim" } })[0]?.value, ["sim"]);
  assert.deepEqual(flagValues({}), []);
});

Deno.test("runCommandLine() passes what decode was asked for", async () => {
  const { calls } = await run(
    "decode",
    "log.txt",
    "--json",
    "--dgn",
    "1FEDA, DM_RV",
    "--source",
    "8E",
    "--changes-only",
  );
  assert.deepEqual(calls, [["decode", {
    file: "log.txt",
    json: true,
    dgn: ["1FEDA", "DM_RV"],
    source: ["8E"],
    changesOnly: true,
  }]]);
});

Deno.test("runCommandLine() answers help and version with exit code 0", async () => {
  assert.match((await run("--help")).out, /Runs a motorhome/);
  assert.match((await run("serve", "--help")).out, /--can <source>/);
  assert.equal((await run("--version")).out, "1.2.3\n");
});

const wrongUse: readonly [string[], RegExp][] = [
  [["fly"], /too many arguments|unknown command/],
  [["serve", "--port", "eighty"], /whole number from 0 to 65535/],
  [["serve", "--port", "70000"], /whole number from 0 to 65535/],
  [["serve", "--can", "can0,can0"], /names an interface twice/],
  [["serve", "--can", "replay:"], /names no file/],
  [["serve", "--profile", "floppy"], /Allowed choices are ssd, sdcard, custom, development/],
  [["serve", "--log-level", "loud"], /Allowed choices/],
  [["simulate"], /required option '--can <interface>'/],
  [["record", "--can", "can0"], /required option '-o, --output <file>'/],
  [["replay", "a.log", "--can", "vcan0", "--speed", "-1"], /0 or more/],
  [["decode", "--nonsense"], /unknown option/],
];

for (const [args, message] of wrongUse) {
  Deno.test(`runCommandLine() answers ${args.join(" ")} with exit code 2 and says why`, async () => {
    const { code, err, calls } = await run(...args);
    assert.equal(code, 2);
    assert.match(err, message);
    assert.deepEqual(calls, []);
  });
}

Deno.test("runCommandLine() prints the sentence of a failure and answers exit code 1", async () => {
  let err = "";
  const fail = () => Promise.reject(new CliError("Cannot do it: the bus is gone"));
  const handlers = { serve: fail } as unknown as CommandHandlers;
  const output = { out() {}, err: (text: string) => void (err += text) };
  assert.equal(await runCommandLine([], { handlers, output, version: "1.2.3" }), 1);
  assert.equal(err, "Cannot do it: the bus is gone\n");
});

Deno.test("parseCanChoice() reads the three forms", () => {
  assert.deepEqual(parseCanChoice("sim"), { kind: "sim" });
  assert.deepEqual(parseCanChoice("replay:a/b.log"), { kind: "replay", file: "a/b.log" });
  assert.deepEqual(parseCanChoice("can0,vcan1"), { kind: "interfaces", names: ["can0", "vcan1"] });
  assert.throws(() => parseCanChoice("a name"), /expected sim, replay:FILE, or names/);
  assert.throws(() => parseCanChoice("waytoolongforlinux"), /expected sim/);
});

Deno.test("isLoopback() knows the addresses that only this machine reaches", () => {
  for (const host of ["127.0.0.1", "127.1.2.3", "localhost", "::1"]) assert.equal(isLoopback(host), true, host);
  for (const host of ["0.0.0.0", "::", "192.168.1.2", "127.0.0.1.example.net"]) {
    assert.equal(isLoopback(host), false, host);
  }
});

Deno.test("runCommandLine() passes what account was asked for", async () => {
  assert.deepEqual((await run("account", "list", "--data-dir", "there")).calls, [
    ["account", { command: "list", json: false, dataDir: "there" }],
  ]);
  assert.deepEqual((await run("account", "reset-password", "olga", "--password-stdin")).calls, [
    ["account", { command: "reset-password", username: "olga", passwordFromInput: true, json: false }],
  ]);
  assert.deepEqual((await run("account", "revoke-sessions", "olga", "--json")).calls, [
    ["account", { command: "revoke-sessions", username: "olga", json: true }],
  ]);
  assert.equal((await run("account", "create-owner")).code, 2);
});

Deno.test("runCommandLine() takes interfaces of install with their bit rates, and refuses others", async () => {
  const asked = async (can: string) =>
    (await run("install", "--can", can)).calls.map(([, request]) => (request as { readonly can: unknown }).can);
  assert.deepEqual(await asked("can0,can1=500000"), [[{ name: "can0" }, { name: "can1", bitrate: 500_000 }]]);
  assert.deepEqual(await asked("sim"), [[]]);
  for (
    const [can, reason] of [
      ["can0,can0=500000", /names an interface twice/],
      ["can1=50000", /"50000" is no bit rate of "can1", expected one of 125000, 250000, 500000, 1000000/],
      ["can1=", /"" is no bit rate of "can1"/],
      ["can0=250000=1", /"can0=250000=1" is no interface/],
      ["can 0", /"can 0" is no interface/],
    ] as const
  ) {
    const { calls, code, err } = await run("install", "--can", can);
    assert.deepEqual([calls, code], [[], 2]);
    assert.match(err, reason);
  }
});
