import { cleanLeftovers, moveIntoPlace, realFileSystem } from "../base/durable_file.ts";
import type { DataPaths } from "../store/mod.ts";
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
    if (names.includes("coachiq.db")) await Deno.remove(paths.coachiq + beforeEnding);
    else await moveIntoPlace({ from: paths.coachiq + beforeEnding, to: paths.coachiq });
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
