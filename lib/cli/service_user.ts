import { machinePlaces } from "../install/mod.ts";

/** Arguments of `runuser` that run the program as the service does. */
export function asServiceUser(program: string, ...args: readonly string[]): readonly string[] {
  const { user, cacheFolder } = machinePlaces;
  // Unpacked where the service looks for it.
  return ["-u", user, "--", "env", `CACHE_DIRECTORY=${cacheFolder}`, program, ...args];
}
