/** A card that fails as real ones do: full, or made read-only by the system. Mounting one needs root. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { damageOf, StoreError, type StoreErrorKind } from "../store/mod.ts";
import type { GenerationFiles } from "./generation.ts";
import { keepGeneration } from "./keep_generation.ts";

async function command(name: string, args: readonly string[]): Promise<boolean> {
  const { success } = await new Deno.Command(name, { args: [...args], stdout: "null", stderr: "null" }).output();
  return success;
}

const isRoot = Deno.uid() === 0;

/** A small card with a copy of a database on it. */
async function withCard(
  test: (
    card: { readonly folder: string; readonly files: GenerationFiles; readonly live: DatabaseSync },
  ) => Promise<void>,
): Promise<void> {
  const memory = await Deno.makeTempDir({ dir: "/dev/shm", prefix: "coachiq-card-" });
  const folder = await Deno.makeTempDir({ prefix: "coachiq-card-" });
  const mounted = await command("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", folder]);
  const live = new DatabaseSync(`${memory}/coachiq.db`);
  try {
    if (!mounted) return console.log("skipped: this machine lets nobody mount a tmpfs");
    const files = {
      live: `${memory}/coachiq.db`,
      newest: `${folder}/coachiq.db`,
      previous: `${folder}/previous/coachiq.db`,
      next: `${folder}/coachiq.db.next`,
      thorough: true,
    };
    live.exec("PRAGMA journal_mode = MEMORY; CREATE TABLE t (k INTEGER PRIMARY KEY, v BLOB)");
    fill(live, { from: 1, to: 100 });
    await keepGeneration(files, { newestIsSound: false });
    await test({ folder, files, live });
  } finally {
    live.close();
    if (mounted) await command("umount", [folder]);
    for (const path of [folder, memory]) await Deno.remove(path, { recursive: true });
  }
}

function fill(live: DatabaseSync, { from, to }: { readonly from: number; readonly to: number }): void {
  const insert = live.prepare("INSERT INTO t VALUES (?, randomblob(2000))");
  for (let row = from; row <= to; row++) insert.run(row);
}

const rowsIn = (path: string) => {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database.prepare("SELECT count(*) AS count FROM t").get()?.["count"];
  } finally {
    database.close();
  }
};

const faults: readonly {
  readonly what: string;
  readonly kind: StoreErrorKind;
  readonly begin: (folder: string) => Promise<unknown>;
  readonly end: (folder: string) => Promise<unknown>;
}[] = [
  {
    what: "is full",
    kind: "diskFull",
    begin: (folder) => Deno.writeFile(`${folder}/filler`, new Uint8Array(3_600_000)),
    end: (folder) => Deno.remove(`${folder}/filler`),
  },
  {
    what: "was made read-only",
    kind: "notWritable",
    begin: (folder) => command("mount", ["-o", "remount,ro", folder]),
    end: (folder) => command("mount", ["-o", "remount,rw", folder]),
  },
];

for (const { what, kind, begin, end } of faults) {
  Deno.test({
    name: `keepGeneration() says that the card ${what}, loses nothing, and goes on when that is over` +
      (isRoot ? "" : " (skipped: mounting needs root)"),
    ignore: !isRoot,
    fn: () =>
      withCard(async ({ folder, files, live }) => {
        fill(live, { from: 101, to: 300 });
        await begin(folder);
        await assert.rejects(keepGeneration(files, { newestIsSound: true }), (error) => {
          assert.ok(error instanceof StoreError);
          assert.equal(error.kind, kind, error.message);
          return true;
        });
        assert.equal(rowsIn(files.newest), 100);
        await end(folder);
        await keepGeneration(files, { newestIsSound: true });
        assert.deepEqual([rowsIn(files.newest), rowsIn(files.previous)], [300, 100]);
        assert.equal(damageOf(files.newest, { thorough: true }), undefined);
      }),
  });
}
