import assert from "node:assert/strict";
import { findBaseRuntime, NoBaseRuntime } from "../../tools/compile/base_runtime.ts";
import { compileExecutable } from "../../tools/compile/compile_executable.ts";
import { giveUpPrograms, processPermissions, setupPermissions } from "../../tools/compile/permissions.ts";
import { programTree, withBuildInfo } from "../../tools/compile/program_tree.ts";
import { runtimeFlags, unstableFeatures, v8Flags } from "../../tools/compile/runtime_flags.ts";
import { targets } from "../../tools/compile/mod.ts";
import { BareMachine } from "./bare_machine.ts";
import { compileIn, copyCheckout } from "./checkout_copy.ts";
import { withoutBaseRuntime } from "./without_base_runtime.ts";
import { type EmbeddedTree, readEmbeddedTree } from "./embedded_tree.ts";

const target = targets.find((one) => one === Deno.build.arch) ?? "x86_64";

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "coachiq-compiled-" });
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The flags of the command line that say what the metadata says of permissions. */
function flagsOf({ permissions }: EmbeddedTree["metadata"]): readonly string[] {
  return Object.entries(permissions).flatMap(([name, value]) => {
    const flag = `--${name.replace("_", "-")}`;
    if (name === "prompt") return value === false ? ["--no-prompt"] : [];
    if (!Array.isArray(value)) return [];
    return [value.length === 0 ? flag : `${flag}=${value.join(",")}`];
  });
}

Deno.test("a file by deno compile, built on a stand-in, holds the program", async (test) => {
  await inFolder(async (folder) => {
    // A full runtime in place of the smaller base: it is a program of the right kind, and does not run what it holds.
    const base = await Deno.realPath(Deno.execPath());
    const [here, there] = [`${folder}/a`, `${folder}/other/and deeper/b`];
    copyCheckout(here, there);
    const built = await compileIn(here, base);
    const bytes = await Deno.readFile(built.file);
    const tree = readEmbeddedTree(bytes);
    await test.step("with every file of the tree, and no other", async () => {
      const info = { form: "compiled", target, runtime: Deno.version.deno } as const;
      const wanted = withBuildInfo(await programTree(here), info);
      const paths = wanted.map(({ path }) => path).sort();
      for (
        const path of ["main.js", "lib/update/update_thread.ts", "LICENSE", "build_info.json", "reference/rvc.json"]
      ) {
        assert.ok(paths.includes(path), path);
      }
      assert.ok(paths.some((path) => /^dist\/web\/app-.*\.js$/.test(path)));
      assert.ok(paths.filter((path) => path.startsWith("licences/")).length > 10);
      assert.deepEqual([...tree.files.keys()].sort(), paths);
      for (const { path, data } of wanted) {
        assert.ok(tree.files.get(path)?.every((byte, at) => byte === data[at]), `${path} differs`);
        assert.equal(tree.files.get(path)?.length, data.length, path);
      }
    });
    await test.step("with the permissions of all sub-commands together, and V8's flags", () => {
      const { metadata } = tree;
      const flags = flagsOf(metadata).filter((flag) => !flag.startsWith("--allow-import"));
      assert.deepEqual(new Set(flags), new Set([...processPermissions, ...setupPermissions, "--deny-import"]));
      for (const flag of v8Flags) assert.ok(metadata.v8_flags.includes(flag), flag);
      assert.deepEqual(metadata.unstable_config.features, unstableFeatures);
      assert.equal(metadata.entrypoint_key, "main.js");
      assert.equal(metadata.code_cache_key, null);
    });
    await test.step("which gives up starting programs before anything else", () => {
      const code = new TextDecoder().decode(tree.files.get("main.js"));
      assert.equal(code, `${giveUpPrograms}\nawait import("./program.js");\n`);
    });
    await test.step("another checkout gives the same bytes, islands included", async () => {
      const again = await compileIn(there, base);
      assert.equal(again.out, built.out);
      assert.deepEqual(await Deno.readFile(again.file) as unknown, bytes as unknown);
    });
    await test.step("what it holds runs as written in it", () => runTree(tree, folder));
  });
});

/** What the base runtime would do with the tree, done by the full runtime from a folder. */
async function runTree(tree: EmbeddedTree, folder: string): Promise<void> {
  for (const [path, data] of tree.files) {
    const file = `${folder}/tree/${path}`;
    await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    await Deno.writeFile(file, data);
  }
  const flags = [...runtimeFlags, ...flagsOf(tree.metadata), "--quiet", "--no-config", "--no-remote", "--no-npm"];
  const machine = new BareMachine(folder, [Deno.execPath(), "run", ...flags, `${folder}/tree/main.js`]);
  assert.match(await machine.run("version"), /^coachiq \d+\.\d+\.\d+ \(compiled [0-9a-f]{12}\)/);
  await machine.serve();
}

for (
  const [args, may] of [
    [[], false],
    [["serve"], false],
    [["serve", "install"], false],
    [["--", "install"], false],
    [["install"], true],
    [["upgrade", "/some/file"], true],
    [["uninstall"], true],
  ] as const
) {
  Deno.test(`the program may ${may ? "" : "not "}start others as "coachiq ${args.join(" ")}"`, async () => {
    const code = `${giveUpPrograms}\nconsole.log((await Deno.permissions.query({ name: "run" })).state);
      try { new Deno.Command("true").outputSync(); console.log("ran"); } catch { console.log("refused"); }`;
    const folder = await Deno.makeTempDir();
    await Deno.writeTextFile(`${folder}/probe.js`, code);
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", ...processPermissions, ...setupPermissions, `${folder}/probe.js`, ...args],
    }).output();
    await Deno.remove(folder, { recursive: true });
    assert.equal(new TextDecoder().decode(stdout), may ? "granted\nran\n" : "prompt\nrefused\n");
  });
}

/** The head of an ELF file for a machine, and nothing else. */
function elf(machine: number): Uint8Array {
  const bytes = new Uint8Array(64);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  bytes[18] = machine;
  return bytes;
}

Deno.test("findBaseRuntime() takes the named one, else the one beside deno, and only for the target", async () => {
  await inFolder(async (folder) => {
    const [deno, beside, named] = [`${folder}/deno`, `${folder}/denort`, `${folder}/named`];
    await Deno.writeFile(deno, elf(62));
    assert.equal(await findBaseRuntime("aarch64", { deno }), undefined);
    await Deno.writeFile(beside, elf(62));
    assert.equal(await findBaseRuntime("aarch64", { deno }), undefined);
    assert.equal(await findBaseRuntime("x86_64", { deno }), await Deno.realPath(beside));
    await Deno.writeFile(named, elf(183));
    assert.equal(await findBaseRuntime("aarch64", { deno, named }), await Deno.realPath(named));
    await assert.rejects(
      findBaseRuntime("x86_64", { deno, named }),
      /a program for aarch64, expected denort for x86_64/,
    );
    await Deno.writeTextFile(named, "#!/bin/sh\n");
    await assert.rejects(findBaseRuntime("x86_64", { deno, named }), /it is no ELF program/);
    await assert.rejects(findBaseRuntime("x86_64", { deno, named: `${folder}/none` }), /it is no ELF program/);
  });
});

Deno.test("compileExecutable() says that no base runtime can be had when the download fails", async () => {
  await inFolder(async (folder) => {
    const entries = ["main.js", "lib/update/update_thread.ts"].map((path) => ({ path, data: new Uint8Array() }));
    const environment = withoutBaseRuntime(folder);
    const compiling = compileExecutable(entries, { target, path: `${folder}/out`, environment });
    await assert.rejects(compiling, NoBaseRuntime);
  });
});
