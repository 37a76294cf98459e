import { statfs } from "node:fs/promises";
import { checkFolder, type DataPaths, StoreError, storeErrorOf } from "../store/mod.ts";

/** TMPFS_MAGIC, include/uapi/linux/magic.h */
const tmpfsType = 0x0102_1994;
const mebibyte = 1024 * 1024;
/** Beside the databases and a copy of each, bytes. */
const marginBytes = 16 * mebibyte;
/** What the database of settings and states may grow to without the history giving way, bytes. */
const databaseRoomBytes = 8 * mebibyte;

/** What a folder says about its file system; tests put other answers here. */
export type LookAtFileSystem = (folder: string) => Promise<{ readonly type: number; readonly totalBytes: number }>;

/** What the machine says. */
export const lookAtFileSystem: LookAtFileSystem = async (folder) => {
  const { type, blocks, bsize } = await statfs(folder);
  return { type, totalBytes: blocks * bsize };
};

/**
 * Checks that the open databases can be in the folder in memory: that it is a tmpfs, and that everything on the card
 * fits twice, because an update and a copy to the card need as much again.
 *
 * @param options.liveMiB the most that the databases may take.
 * @throws {StoreError} with what to do.
 */
export async function checkLiveFolder(paths: DataPaths, options: {
  readonly liveMiB: number;
  readonly look?: LookAtFileSystem;
}): Promise<void> {
  const { live } = paths;
  const what = `keep the databases in memory in "${live}"`;
  let found: Awaited<ReturnType<LookAtFileSystem>>;
  try {
    found = await (options.look ?? lookAtFileSystem)(live);
  } catch (error) {
    throw storeErrorOf(error, what);
  }
  if (found.type !== tmpfsType) {
    throw new StoreError("failed", `Cannot ${what}: it is on a disk, expected a tmpfs`, {
      todo: `Mount one there (mount -t tmpfs -o size=${options.liveMiB}m,mode=0700 tmpfs ${live}), or choose the ` +
        "storage profile ssd.",
    });
  }
  await checkFolder(live);
  const { kept } = paths;
  const wanted = 2 * (await sizeOf(kept.coachiq) + await sizeOf(kept.history)) + marginBytes;
  const room = Math.min(found.totalBytes, options.liveMiB * mebibyte);
  if (room >= wanted) return;
  throw new StoreError(
    "diskFull",
    `Cannot ${what}: it may have ${megabytes(room)}, expected at least ${megabytes(wanted)} for the databases and a ` +
      "copy of each",
    {
      todo: "Give it more (persistence.live_megabytes, and the size of the tmpfs), or remove the history: " +
        "coachiq db reset --scope states --yes --parked.",
    },
  );
}

/** Bytes that the history may have, so that it and a copy of it fit beside the rest. */
export function historyRoomBytes(liveMiB: number): number {
  return Math.max(mebibyte, (liveMiB * mebibyte - marginBytes) / 2 - databaseRoomBytes);
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await Deno.stat(path)).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw storeErrorOf(error, `look at "${path}"`);
  }
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / mebibyte)} MiB`;
}
