import assert from "node:assert/strict";
import { SeededRandom } from "../kill/random.ts";
import { DiskRow, LossyDisk } from "./lossy_disk.ts";

const block = (value: number) => new Uint8Array(8192).fill(value);

Deno.test("LossyDisk.afterCut() keeps what was flushed before the cut, and any part of what was not", () => {
  const disk = new LossyDisk(new Uint8Array(32768));
  disk.write(0, { data: block(1), durable: false });
  disk.flush();
  disk.write(8192, { data: block(2), durable: false });
  disk.write(16384, { data: block(3), durable: true });
  disk.write(0, { data: block(4), durable: false });
  disk.flush();
  const seen = new Set<string>();
  for (let seed = 0; seed < 2000; seed++) {
    const { image } = disk.afterCut(5, new SeededRandom(seed));
    assert.ok([1, 4].includes(image[0] ?? 0), "the flushed block holds its old or its new content");
    assert.equal(image[16384], 3, "a durable write needs no flush");
    assert.equal(image[24576], 0, "what was never written stays");
    seen.add([image[0], image[4096], image[8192], image[12288]].join());
    assert.deepEqual(disk.afterCut(2, new SeededRandom(seed)).image[0], 1);
    assert.deepEqual([...disk.afterCut(6, new SeededRandom(seed)).image.subarray(0, 1)], [4]);
  }
  assert.equal(seen.size, 16, "old and new of every block, in every combination");
});

Deno.test("DiskRow shows one disk behind the other and keeps what is written to the last used", () => {
  const made: number[] = [];
  const row = new DiskRow({
    imageBytes: 4,
    count: 10,
    make: (index) => {
      made.push(index);
      return new Uint8Array(4).fill(index);
    },
  });
  assert.equal(row.size, 40);
  assert.deepEqual([...row.read(2, 4)], [0, 0, 1, 1]);
  row.write(3, { data: new Uint8Array([8, 9]) });
  assert.deepEqual([...row.read(2, 4)], [0, 8, 9, 1]);
  row.read(36, 4);
  row.read(32, 4);
  row.read(4, 1);
  assert.deepEqual(made, [0, 1, 9, 8], "the one last written to was still there");
});
