import { cleanLeftovers, moveIntoPlace, realFileSystem } from "../base/durable_file.ts";
import { type DataPaths, storeErrorOf } from "../store/mod.ts";
import { beforeEnding } from "./swap.ts";

/** Files in `user/` that only an interrupted job can have left. */
const strayInUser =
  /^coachiq\.db\.(shadow-[0-9a-f-]+|new)(-wal|-shm|-journal)?$|^history\.db\.new(-wal|-shm|-journal)?$/;
const strayInCache = /^(trial|dry-run)-[0-9a-f-]+\.db(-wal|-shm|-journal)?$/;

/**
 * Puts away what a killed job left: shadows, trial restores, the second name of the old database. Called at the start,
 * while no job runs, before anything is opened.
 *
 * @returns what was removed or put back, for the log.
 */
export async function cleanInterruptedJobs(paths: DataPaths): Promise<readonly string[]> {
  const done: string[] = [];
  const names = await realFileSystem.names(paths.user);
  if (names.includes(`coachiq.db${beforeEnding}`)) {
    const { coachiq } = paths.kept;
    if (names.includes("coachiq.db")) await Deno.remove(coachiq + beforeEnding);
    else await moveIntoPlace({ from: coachiq + beforeEnding, to: coachiq });
    done.push(`coachiq.db${beforeEnding}`);
  }
  for (const [folder, stray] of [[paths.user, strayInUser], [paths.cache, strayInCache]] as const) {
    for (const name of await realFileSystem.names(folder)) {
      if (!stray.test(name)) continue;
      await Deno.remove(`${folder}/${name}`);
      done.push(name);
    }
  }
  for (const folder of [paths.dataDir, paths.user, paths.backups, paths.cache]) {
    done.push(...await cleanLeftovers(folder));
  }
  return done;
}

/**
 * Removes a rollback journal that a kill left before anything was in it (SQLite: a journal whose first byte is zero is
 * not hot). One with something in it was played back, and removed, when the database was looked at before this.
 *
 * @returns whether there was one.
 */
export async function removeColdJournal(database: string): Promise<boolean> {
  const path = `${database}-journal`;
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw storeErrorOf(error, `look at "${path}"`);
  }
  const first = new Uint8Array(1);
  await file.read(first);
  file.close();
  if (first[0] !== 0) return false;
  await Deno.remove(path);
  return true;
}
