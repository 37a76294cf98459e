import type { DataPaths } from "../store/mod.ts";
import { FileLock } from "./file_lock.ts";

/** The lock that whoever works on the database file holds. */
export function jobLockPath(paths: DataPaths): string {
  return `${paths.user}/.job.lock`;
}

/** Id of the job that is running in whatever process; "unknown": something else works on the database file. */
export async function runningJobId(paths: DataPaths): Promise<string | undefined> {
  const holder = await new FileLock(jobLockPath(paths)).holder();
  return holder && jobIdOf(holder.note);
}

/** Id of the job that left this note in the lock; "unknown": it was left by none. */
export function jobIdOf(note: string): string {
  return /"jobId":"([0-9a-f-]{36})"/.exec(note)?.[1] ?? "unknown";
}
