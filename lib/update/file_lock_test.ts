import assert from "node:assert/strict";
import { FileLock } from "./file_lock.ts";

async function withLocks(test: (make: () => FileLock, path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(() => new FileLock(`${folder}/lock`), `${folder}/lock`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("FileLock says who holds it, and is free after a release", () =>
  withLocks(async (make) => {
    const [one, two] = [make(), make()];
    assert.equal(await two.holder(), undefined);
    assert.equal(await one.take("first, a long note"), true);
    assert.deepEqual(await two.take("second"), { note: "first, a long note" });
    assert.deepEqual(await one.take("again"), { note: "first, a long note" });
    assert.deepEqual([await one.holder(), await two.holder()], [await two.take("x"), { note: "first, a long note" }]);
    one.release();
    assert.equal(await two.take("second"), true);
    assert.deepEqual(await one.take("third"), { note: "second" });
    two.release();
    assert.equal(await one.holder(), undefined);
  }));

Deno.test("FileLock is had by the first who wants it while others keep looking who holds it", () =>
  withLocks(async (make, path) => {
    const owner = make();
    let isDone = false;
    const lookers = Array.from({ length: 8 }, async () => {
      const looker = make();
      while (!isDone) {
        const holder = await looker.holder();
        assert.ok(holder === undefined || holder.note === "the owner", holder?.note);
      }
    });
    for (let round = 0; round < 30; round++) {
      assert.equal(await owner.take("the owner"), true, `round ${round}`);
      owner.release();
      // What a holder leaves who is killed.
      if (round % 3 === 0) await Deno.writeTextFile(path, "the owner");
    }
    isDone = true;
    await Promise.all(lookers);
  }));

Deno.test("FileLock is free after a release on a disk that takes nothing any more", () =>
  withLocks(async (make) => {
    const [one, two] = [make(), make()];
    const { truncateSync } = Deno.FsFile.prototype;
    assert.equal(await one.take("first"), true);
    Deno.FsFile.prototype.truncateSync = () => {
      throw new Error("Read-only file system");
    };
    try {
      one.release();
    } finally {
      Deno.FsFile.prototype.truncateSync = truncateSync;
    }
    assert.equal(one.isHeld, false);
    assert.equal(await two.take("second"), true);
    two.release();
  }));

Deno.test("FileLock names a place that cannot be written", () =>
  withLocks(async (_, path) => {
    await assert.rejects(new FileLock(`${path}/none/lock`).take("mine"), /Cannot take the lock ".*none\/lock"/);
  }));
