import assert from "node:assert/strict";
import { buildEitherForm, buildExecutable, type BuiltFile, targets } from "../../tools/compile/mod.ts";
import { BareMachine } from "./bare_machine.ts";
import { withoutBaseRuntime } from "./without_base_runtime.ts";

const root = decodeURIComponent(new URL("../..", import.meta.url).pathname).replace(/\/$/, "");

/** Size that the packaging issue allows, bytes. */
const largestBytes = 60e6;

/** Datagrams as systemd's end of its notifications. */
interface DatagramListener extends AsyncIterable<[Uint8Array, unknown]> {
  close(): void;
}
const { listenDatagram } = Deno as unknown as {
  listenDatagram(options: { transport: "unixpacket"; path: string }): DatagramListener;
};

/** Serves as systemd starts it and answers what it told systemd. */
async function notificationsOf(machine: BareMachine): Promise<string> {
  const path = `${machine.folder}/notify`;
  const systemd = listenDatagram({ transport: "unixpacket", path });
  let told = "";
  const listening = (async () => {
    for await (const [message] of systemd) told += `${new TextDecoder().decode(message)}\n`;
  })();
  try {
    await machine.serve({ NOTIFY_SOCKET: path });
  } finally {
    systemd.close();
    await listening;
  }
  return told;
}

/** Only root may make namespaces everywhere. */
const rootOnly = Deno.uid() === 0 ? "" : " (skipped, this needs root)";

/** Runs the rest of its arguments in a place with loopback alone and nothing that can be written but one small tmpfs. */
const lockDown = `set -e
ip link set lo up
mount -t tmpfs -o size=300m,mode=700 tmpfs "$1"
mount -o remount,bind,ro /
shift
exec "$@"`;

async function runLockedDown(folder: string, file: string): Promise<void> {
  const run = decodeURIComponent(new URL("./locked_down_run.ts", import.meta.url).pathname);
  const place = `${folder}/small`;
  await Deno.mkdir(place);
  const deno = [Deno.execPath(), "run", "-A", "--quiet", "--no-check", "--no-config", "--no-lock", run, file, place];
  const { success, stderr } = await new Deno.Command("unshare", {
    args: ["--net", "--mount", "sh", "-c", lockDown, "sh", place, ...deno],
    env: { DENO_DIR: `${place}/deno` },
    stdin: "null",
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

/** The file of this machine, built where nothing can be downloaded for `deno compile`. */
async function buildOffline(folder: string): Promise<BuiltFile> {
  const target = targets.find((one) => one === Deno.build.arch);
  if (!target) throw new Error(`Cannot build for ${Deno.build.arch}, expected one of ${targets.join(", ")}`);
  if (!isThere(`${root}/dist/web`)) throw new Error("Cannot build: dist/web is missing, run deno task build first");
  // The runtime comes from the npm registry, which the proxy is in the way of: it is here before.
  const first = await buildExecutable({ root, target, outDir: `${folder}/first` });
  const told: string[] = [];
  const environment = withoutBaseRuntime(folder);
  const built = await buildEitherForm({ root, target, outDir: folder, environment }, (line) => told.push(line));
  assert.equal(told.length, 1);
  assert.match(
    told.join(),
    /^Cannot compile for \S+: there is no denort .*; building the self-unpacking form instead$/,
  );
  assert.equal(built.form, "self-unpacking");
  assert.equal(built.sha256, first.sha256, "a second build has other bytes");
  return built;
}

Deno.test("the built file runs version, decode and serve from an empty folder", async (test) => {
  const folder = await Deno.makeTempDir({ prefix: "coachiq-compile-" });
  try {
    const built = await buildOffline(folder);
    const machine = new BareMachine(folder, [built.path]);
    await test.step(`it has less than ${largestBytes / 1e6} MB`, () => {
      assert.ok(built.bytes < largestBytes, `it has ${(built.bytes / 1e6).toFixed(1)} MB`);
    });
    await test.step("version says that it is the self-unpacking form", async () => {
      assert.match(await machine.run("version"), /^coachiq \d+\.\d+\.\d+ \(self-unpacking [0-9a-f]{12}\)/);
    });
    await test.step("decode reads a log", async () => {
      await Deno.writeTextFile(`${folder}/log`, "(1700000000.000000) can0 19FEDA8E#01FFC8FCFF05FFFF\n");
      const line: { readonly name?: string } = JSON.parse(await machine.run("decode", "--json", `${folder}/log`));
      assert.equal(line.name, "DC_DIMMER_STATUS_3");
    });
    await test.step("serve --can sim shows the coach and stops on SIGTERM", async () => {
      await machine.serve();
    });
    await test.step("serve tells systemd that it is ready, and that it stops", async () => {
      assert.match(await notificationsOf(machine), /^READY=1$[^]*^STOPPING=1$/m);
    });
    await test.step({
      name: `it runs with no network, home or terminal, a read-only root, closed streams${rootOnly}`,
      ignore: Deno.uid() !== 0, // skipped, the name says why
      fn: () => runLockedDown(folder, built.path),
    });
    await test.step("it left nothing in the folder it ran in", () => {
      assert.deepEqual([...Deno.readDirSync(`${folder}/empty`)].map(({ name }) => name), []);
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
