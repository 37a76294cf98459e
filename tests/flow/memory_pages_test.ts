import assert from "node:assert/strict";
import { compileExecutable } from "../../tools/compile/compile_executable.ts";
import { separatePages } from "../../tools/compile/memory_pages.ts";
import { updateThread } from "../../tools/compile/program_tree.ts";
import { runCommand } from "../../tools/compile/run_command.ts";
import { fetchRuntime } from "../../tools/compile/runtime.ts";
import { readEmbeddedTree } from "./embedded_tree.ts";

const root = decodeURIComponent(new URL("../..", import.meta.url).pathname).replace(/\/$/, "");
const pageBytes = 0x10000;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly memoryBytes: number;
}

function segmentsOf(program: Uint8Array<ArrayBuffer>): readonly Segment[] {
  const view = new DataView(program.buffer);
  const number = (at: number) => Number(view.getBigUint64(at, true));
  return Array.from({ length: view.getUint16(0x38, true) }, (_, index) => {
    const at = number(0x20) + 56 * index;
    const [offset, address, memoryBytes] = [number(at + 8), number(at + 16), number(at + 40)];
    return { type: view.getUint32(at, true), offset, address, memoryBytes };
  });
}

/** What is mapped, and shares a page of 64 KiB with something else that is. */
function sharing(program: Uint8Array<ArrayBuffer>): readonly Segment[] {
  const loaded = segmentsOf(program).filter(({ type }) => type === 1).sort((a, b) => a.address - b.address);
  return loaded.filter(({ address }, at) => {
    const before = loaded[at - 1];
    if (before === undefined) return false;
    return Math.ceil((before.address + before.memoryBytes) / pageBytes) > Math.floor(address / pageBytes);
  });
}

Deno.test("a file by deno compile for arm64 has pages of 64 KiB for each of its parts, and holds what was put into it", async () => {
  const folder = await Deno.makeTempDir({ prefix: "coachiq-pages-" });
  try {
    // A full runtime in place of the smaller base; the appended part is laid out alike.
    const denort = await fetchRuntime("aarch64", { cacheDir: `${root}/.cache/runtime` });
    const text = (words: string) => new TextEncoder().encode(words);
    const entries = [{ path: "main.js", data: text("0;\n") }, { path: updateThread, data: text("1;\n") }];
    const path = `${await Deno.realPath(folder)}/coachiq`;
    await compileExecutable(entries, { target: "aarch64", path, denort });
    const built = await Deno.readFile(path);
    assert.deepEqual(sharing(built), []);
    const { files } = readEmbeddedTree(built);
    assert.deepEqual([...files.keys()].sort(), [updateThread, "main.js"]);
    assert.equal(new TextDecoder().decode(files.get("main.js")), "0;\n");
    assert.equal(separatePages(built), built, "it moves what has its place");
    assert.ok(((await Deno.stat(path)).mode ?? 0) & 0o100, "it cannot be executed");
    for (const { offset, address } of segmentsOf(built).slice(-2)) assert.equal(offset, address);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("separatePages() moves what shares a page, and says so to everything that names its place", async () => {
  const folder = await Deno.makeTempDir({ prefix: "coachiq-pages-" });
  try {
    const denort = await fetchRuntime("aarch64", { cacheDir: `${root}/.cache/runtime` });
    await Deno.writeTextFile(`${folder}/main.js`, "0;\n");
    const flags = [
      "compile",
      "--quiet",
      "--no-check",
      "--no-config",
      "--target=aarch64-unknown-linux-gnu",
      "-o",
      "out",
    ];
    const env = { ...Deno.env.toObject(), DENORT_BIN: denort };
    await runCommand(Deno.execPath(), { args: [...flags, "main.js"], cwd: folder, env });
    const plain = await Deno.readFile(`${folder}/out`);
    const moved = separatePages(plain);
    assert.deepEqual(sharing(moved), []);
    const by = moved.length - plain.length;
    assert.equal(by > 0, sharing(plain).length > 0);
    const [before, after] = [segmentsOf(plain), segmentsOf(moved)];
    const start = Math.max(...before.filter(({ type }) => type === 1).map(({ offset }) => offset));
    before.forEach(({ offset, address }, at) => {
      const step = offset < start ? 0 : by;
      assert.deepEqual([after[at]?.offset, after[at]?.address], [offset + step, address + step], `segment ${at}`);
    });
    assert.ok(before.filter(({ offset }) => offset >= start).length >= 3, "headers, the part and its note");
    assert.deepEqual(moved.subarray(start + by).length, plain.subarray(start).length);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("separatePages() refuses what is no program of 64 bits", () => {
  assert.throws(() => separatePages(new Uint8Array(1000)), /no ELF file/);
});
