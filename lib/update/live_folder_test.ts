import assert from "node:assert/strict";
import { cardFolder } from "../../tests/suites/card_fixture.ts";
import { dataPaths, StoreError } from "../store/mod.ts";
import { checkLiveFolder, historyRoomBytes } from "./live_folder.ts";
import { isUnsynced } from "./unsynced_mark.ts";
import { emptyLiveFolder } from "./card.ts";

const mebibyte = 1024 * 1024;
const memory = (totalMiB: number) => () => Promise.resolve({ type: 0x0102_1994, totalBytes: totalMiB * mebibyte });

Deno.test("checkLiveFolder() wants room for the databases on the card and a copy of each, and 16 MiB", async () => {
  await using folder = await cardFolder();
  const paths = dataPaths(folder.dataDir, "sdcard");
  await Deno.mkdir(paths.user);
  await Deno.writeFile(paths.kept.coachiq, new Uint8Array(mebibyte));
  await Deno.writeFile(paths.kept.history, new Uint8Array(4 * mebibyte));
  await checkLiveFolder(paths, { liveMiB: 26, look: memory(1000) });
  await checkLiveFolder(paths, { liveMiB: 1000, look: memory(26) });
  for (const [liveMiB, totalMiB] of [[25, 1000], [1000, 25]] as const) {
    await assert.rejects(
      checkLiveFolder(paths, { liveMiB, look: memory(totalMiB) }),
      /it may have 25 MiB, expected at least 26 MiB/,
    );
  }
});

Deno.test("checkLiveFolder() says that a folder is missing", async () => {
  await using folder = await cardFolder();
  const paths = dataPaths(folder.dataDir, "sdcard");
  await Deno.remove(paths.live);
  await assert.rejects(checkLiveFolder(paths, { liveMiB: 64 }), (error) => {
    assert.ok(error instanceof StoreError);
    assert.match(error.message, /Cannot keep the databases in memory in ".*\/live"/);
    return true;
  });
});

Deno.test("historyRoomBytes() leaves room for a copy of the history and for the rest", () => {
  for (const liveMiB of [32, 128, 1024]) {
    const history = historyRoomBytes(liveMiB);
    assert.ok(2 * history + 16 * mebibyte <= liveMiB * mebibyte || history === mebibyte, `${liveMiB} MiB`);
  }
  assert.equal(historyRoomBytes(128), 48 * mebibyte);
});

Deno.test("a folder in memory that is none holds nothing to save and nothing to remove", async () => {
  await using folder = await cardFolder();
  const paths = dataPaths(folder.dataDir, "sdcard");
  await Deno.writeTextFile(`${folder.live}/unsynced.json`, "torn");
  await Deno.writeTextFile(`${folder.live}/of-others`, "stays");
  await Deno.mkdir(paths.user);
  assert.equal(await isUnsynced(paths), false);
  await emptyLiveFolder(paths);
  assert.deepEqual([...Deno.readDirSync(folder.live)].map(({ name }) => name), ["of-others"]);
  await Deno.remove(paths.live);
  assert.equal(await isUnsynced(paths), false);
  await emptyLiveFolder(paths);
  await Deno.writeTextFile(paths.live, "a file");
  assert.equal(await isUnsynced(paths), false);
  await emptyLiveFolder(paths);
  await Deno.remove(paths.live);
  await Deno.symlink(folder.live, paths.live);
});
