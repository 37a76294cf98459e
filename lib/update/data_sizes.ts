import type { DataPaths } from "../store/mod.ts";
import type { Backups } from "./backups.ts";

/** What lies on the disk, bytes. */
export interface DataSizes {
  readonly database: number;
  readonly history: number;
  readonly backups: number;
  readonly free: number;
}

/** Measures the files of a data directory, their logs included. */
export async function measureData(paths: DataPaths, backups: Backups): Promise<DataSizes> {
  const kept = await backups.list();
  return {
    database: await sizeOf(paths.coachiq),
    history: await sizeOf(paths.history),
    backups: kept.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    free: await backups.freeBytes(),
  };
}

/** Bytes of a database file and of its log; 0 when there is none. */
async function sizeOf(path: string): Promise<number> {
  let bytes = 0;
  for (const file of [path, `${path}-wal`]) {
    try {
      bytes += (await Deno.stat(file)).size;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return bytes;
}
