import { deepEqual, equal } from "node:assert/strict";
import { LocalHost } from "./local_host.ts";

async function run(program: string, ...args: readonly string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args: [...args], stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}

/** Registers a test with a disk, in memory, that is mounted below a folder at `data/disk`. */
async function diskTest(name: string, body: (root: string) => Promise<void>): Promise<void> {
  const probe = await Deno.makeTempDir();
  const canMount = await run("mount", "-t", "tmpfs", "none", probe) && await run("umount", probe);
  await Deno.remove(probe);
  if (!canMount) return Deno.test.ignore(`${name} (skipped, this machine does not let us mount)`, () => {});
  Deno.test(name, async () => {
    const root = await Deno.makeTempDir();
    await Deno.mkdir(`${root}/data/disk`, { recursive: true });
    await run("mount", "-t", "tmpfs", "-o", "size=1m", "none", `${root}/data/disk`);
    try {
      await body(root);
    } finally {
      await run("umount", `${root}/data/disk`);
      await Deno.remove(root, { recursive: true });
    }
  });
}

await diskTest(
  "LocalHost.remove() empties a folder on which a disk is mounted, and what is around it",
  async (root) => {
    for (const path of ["data/a", "data/disk/b", "data/z"]) await Deno.writeTextFile(`${root}/${path}`, "");
    await Deno.mkdir(`${root}/data/disk/deep/er`, { recursive: true });
    const host = new LocalHost({ isRoot: false, root });
    equal(await host.remove("/data/disk"), true);
    deepEqual(await host.names("/data/disk"), []);
    equal(await host.remove("/data"), true);
    deepEqual(await host.names("/data"), ["disk"]);
    equal(await host.remove("/none"), false);
  },
);
