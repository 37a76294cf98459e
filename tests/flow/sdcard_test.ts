/** The storage profile `sdcard` as an owner has it: the program itself, over a folder in memory that loses its power. */
import assert from "node:assert/strict";
import { temporaryFolder } from "../suites/store_fixture.ts";
import { run, startServer } from "./program.ts";

async function command(name: string, args: readonly string[]): Promise<boolean> {
  const { success } = await new Deno.Command(name, { args: [...args], stdout: "null", stderr: "null" }).output();
  return success;
}

const mount = (folder: string) => command("mount", ["-t", "tmpfs", "-o", "size=96m,mode=0700", "tmpfs", folder]);
const unmount = (folder: string) => command("umount", [folder]);

/** A data directory with a folder in memory; undefined: this user may not mount one. */
async function coach() {
  const folder = await temporaryFolder();
  const dataDir = `${folder.path}/data`;
  const live = `${dataDir}/live`;
  await Deno.mkdir(live, { recursive: true });
  if (!await mount(live)) {
    await folder[Symbol.asyncDispose]();
    return undefined;
  }
  return {
    dataDir,
    live,
    async cutPower() {
      assert.ok(await unmount(live), "the folder in memory is given up");
      assert.ok(await mount(live));
    },
    async [Symbol.asyncDispose]() {
      await unmount(live);
      await folder[Symbol.asyncDispose]();
    },
  };
}

const isRoot = Deno.uid() === 0;

Deno.test({
  name: "serve --profile sdcard keeps an account over a power cut, and everything over a stop" +
    (isRoot ? "" : " (skipped: mounting a tmpfs needs root)"),
  ignore: !isRoot,
  async fn() {
    await using place = await coach();
    if (!place) return console.log("skipped: this machine lets nobody mount a tmpfs");
    const { dataDir, live } = place;
    const where = ["--data-dir", dataDir];
    const args = ["--profile", "sdcard", "--can", "sim", ...where];
    const first = await startServer(args);
    const made = await run(["account", "create-owner", "otter", ...where]);
    assert.equal(made.code, 0, made.err);
    Deno.kill(first.pid, "SIGKILL");
    await first.ended;
    await place.cutPower();
    const second = await startServer(args);
    const listed = await run(["account", "list", ...where]);
    assert.match(listed.out, /^otter /);
    const synced = await run(["sync", "--json", ...where]);
    assert.equal(synced.code, 0, synced.err);
    assert.equal(JSON.parse(synced.out).lossWindow.states.atMostS, 300);
    assert.equal(await second.stop(), 0);
    assert.deepEqual([...Deno.readDirSync(live)], []);
    const onDisk = await startServer(["--profile", "custom", ...where]);
    assert.match((await run(["account", "list", ...where])).out, /^otter /, "a change of profile loses nothing");
    assert.equal(await onDisk.stop(), 0);
    const back = await startServer(args);
    assert.match((await run(["db", "verify", ...where])).out, /The live database is good/);
    assert.equal(await back.stop(), 0);
  },
});

Deno.test("serve --profile sdcard refuses a folder that is not in memory with one sentence", async () => {
  await using folder = await temporaryFolder();
  await Deno.mkdir(`${folder.path}/live`);
  const { code, err } = await run(["serve", "--port", "0", "--profile", "sdcard", "--data-dir", folder.path]);
  assert.equal(code, 1);
  assert.match(err, /Cannot keep the databases in memory in ".*\/live": it is on a disk, expected a tmpfs/);
  assert.match(err, /mount -t tmpfs/);
  assert.doesNotMatch(err, /\n\s+at /);
});
