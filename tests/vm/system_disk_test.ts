import assert from "node:assert/strict";
import { SeededRandom } from "../kill/random.ts";
import { SystemDisk } from "./system_disk.ts";

const block = 4096;

async function withDisk(use: (disk: SystemDisk) => void): Promise<void> {
  const path = await Deno.makeTempFile();
  await Deno.truncate(path, 64 * block);
  const disk = new SystemDisk(path);
  try {
    use(disk);
  } finally {
    disk.close();
    await Deno.remove(path);
  }
}

function filled(length: number, value: number): Uint8Array {
  return new Uint8Array(length).fill(value);
}

Deno.test("SystemDisk reads what was written, in blocks and in parts of them, before and after a flush", () =>
  withDisk((disk) => {
    disk.write(block, { data: filled(2 * block, 7), durable: false });
    disk.write(block + 512, { data: filled(512, 9), durable: false });
    for (let round = 0; round < 2; round++) {
      const read = disk.read(block, 2 * block);
      assert.equal(read[511], 7);
      assert.deepEqual(read.subarray(512, 1024), filled(512, 9));
      assert.equal(read[1024], 7);
      disk.flush();
    }
  }));

Deno.test("SystemDisk.cutPower() keeps what was flushed or written durably, and loses some of the rest", () =>
  withDisk((disk) => {
    let lost = 0;
    for (let seed = 1; seed <= 20; seed++) {
      for (let at = 0; at < 10; at++) disk.write(at * block, { data: filled(block, 1), durable: false });
      disk.flush();
      disk.write(10 * block, { data: filled(block, 2), durable: true });
      for (let at = 20; at < 30; at++) disk.write(at * block, { data: filled(block, seed), durable: false });
      const losses = disk.cutPower(new SeededRandom(seed));
      assert.equal(losses.kept + losses.lost, 10);
      lost += losses.lost;
      assert.deepEqual(disk.read(0, 10 * block), filled(10 * block, 1));
      assert.deepEqual(disk.read(10 * block, block), filled(block, 2));
      const kept = Array.from({ length: 10 }, (_, at) => disk.read((20 + at) * block, 1)[0]);
      assert.equal(kept.filter((value) => value === seed).length, losses.kept);
    }
    assert.ok(lost > 0 && lost < 200, `${lost} of 200 blocks lost`);
  }));
