import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { cardFolder } from "../../tests/suites/card_fixture.ts";
import { damageOf, dataPaths, StoreError } from "../store/mod.ts";
import { changedRuns, writeChangedPages } from "./changed_pages.ts";
import { type GenerationFiles, generationFiles } from "./generation.ts";
import { keepGeneration } from "./keep_generation.ts";

const page = 4096;

async function withFiles(test: (files: GenerationFiles, live: DatabaseSync) => Promise<void>): Promise<void> {
  await using folder = await cardFolder();
  const paths = dataPaths(folder.dataDir, "sdcard");
  await Deno.mkdir(paths.user);
  const files = generationFiles(paths, "coachiq");
  const live = new DatabaseSync(files.live);
  live.exec("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; CREATE TABLE t (k INTEGER PRIMARY KEY, v TEXT)");
  try {
    await test(files, live);
  } finally {
    live.close();
  }
}

function fill(live: DatabaseSync, rows: number): void {
  live.exec(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
     INSERT OR REPLACE INTO t SELECT i, printf('%0200d', i) FROM n`,
  );
}

function valueIn(path: string, key = 1): unknown {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database.prepare("SELECT v FROM t WHERE k = ?").get(key)?.["v"];
  } finally {
    database.close();
  }
}

const set = (live: DatabaseSync, value: string) => live.prepare("INSERT OR REPLACE INTO t VALUES (1, ?)").run(value);

Deno.test("keepGeneration() keeps the copy before, and writes the pages that changed and no others", () =>
  withFiles(async (files, live) => {
    fill(live, 5000);
    let newestIsSound = false;
    const sizes: number[] = [];
    for (const value of ["a", "b", "c", "d"]) {
      set(live, value);
      const { bytes, sizeBytes } = await keepGeneration(files, { newestIsSound });
      newestIsSound = true;
      assert.equal(valueIn(files.newest), value);
      assert.equal((await Deno.stat(files.newest)).size, sizeBytes);
      sizes.push(bytes / page);
    }
    assert.equal(valueIn(files.previous), "c");
    assert.ok((sizes[0] ?? 0) > 200, `the first copy is all of it: ${sizes}`);
    assert.ok((sizes[3] ?? 0) <= 4, `a later one is a few pages: ${sizes}`);
    for (const path of [files.newest, files.previous]) assert.equal(damageOf(path, { thorough: true }), undefined);
    live.exec("DELETE FROM t WHERE k > 10; VACUUM");
    const { sizeBytes } = await keepGeneration(files, { newestIsSound });
    assert.equal((await Deno.stat(files.newest)).size, sizeBytes);
    assert.equal(damageOf(files.newest, { thorough: true }), undefined);
  }));

Deno.test("keepGeneration() never writes into a file that has a second name, and never keeps a damaged one", () =>
  withFiles(async (files, live) => {
    for (const value of ["a", "b", "c"]) {
      set(live, value);
      await keepGeneration(files, { newestIsSound: value !== "a" });
    }
    // As a power cut leaves it in the middle of the names.
    await Deno.remove(files.next);
    await Deno.link(files.previous, files.next);
    set(live, "d");
    await keepGeneration(files, { newestIsSound: true });
    assert.deepEqual([valueIn(files.newest), valueIn(files.previous)], ["d", "c"]);
    await Deno.writeTextFile(files.newest, "no database");
    set(live, "e");
    await keepGeneration(files, { newestIsSound: false });
    assert.deepEqual([valueIn(files.newest), valueIn(files.previous)], ["e", "c"]);
  }));

Deno.test("keepGeneration() puts no damaged database in the place of a good one, and leaves nothing in memory", () =>
  withFiles(async (files, live) => {
    fill(live, 500);
    set(live, "good");
    await keepGeneration(files, { newestIsSound: false });
    live.close();
    using file = await Deno.open(files.live, { write: true });
    await file.seek(page, Deno.SeekMode.Start);
    await file.write(new Uint8Array(3 * page).fill(7));
    await assert.rejects(keepGeneration(files, { newestIsSound: true }), StoreError);
    assert.equal(valueIn(files.newest), "good");
    assert.deepEqual([...Deno.readDirSync(files.live.replace(/\/[^/]+$/, ""))].map(({ name }) => name), ["coachiq.db"]);
    live.open();
  }));

Deno.test("writeChangedPages() makes any file the same as any other, and counts what it wrote", async () => {
  const folder = await Deno.makeTempDir();
  const [from, to] = [`${folder}/from`, `${folder}/to`];
  const bytes = fc.uint8Array({ maxLength: 40, size: "max" }).map((parts) =>
    Uint8Array.from({ length: parts.length * 700 }, (_, i) => parts[Math.floor(i / 700)] ?? 0)
  );
  try {
    await fc.assert(
      fc.asyncProperty(bytes, bytes, async (wanted, present) => {
        await Deno.writeFile(from, wanted);
        await Deno.writeFile(to, present);
        const written = await writeChangedPages({ from, to });
        assert.deepEqual(await Deno.readFile(to), wanted);
        const runs = changedRuns(wanted, present);
        assert.equal(written, runs.reduce((sum, { start, end }) => sum + end - start, 0));
        assert.equal(await writeChangedPages({ from, to }), 0);
      }),
      { numRuns: 60 },
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
