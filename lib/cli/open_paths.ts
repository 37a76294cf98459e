import { type DataPaths, dataPaths } from "../store/mod.ts";
import { isServerRunning } from "../update/mod.ts";
import { exists } from "./data_folder.ts";

/**
 * Where the databases are that a running server has open: with the storage profile `sdcard` in memory, where they are
 * newer than on the card. Without a server they are on the disk or the card.
 */
export async function openPaths(dataDir: string): Promise<DataPaths> {
  const onDisk = dataPaths(dataDir);
  const inMemory = dataPaths(dataDir, "sdcard");
  if (!await exists(onDisk.user) || !await exists(inMemory.coachiq)) return onDisk;
  // What a killed server left in memory is nobody's.
  return await isServerRunning(onDisk) ? inMemory : onDisk;
}
