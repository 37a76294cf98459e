import type { StorageProfile } from "../lib/core/mod.ts";
import type { Surroundings } from "./surroundings.ts";

/** The folder of a profile, or the one that was named. */
export function dataFolder(
  options: { readonly dataDir?: string; readonly profile: StorageProfile },
  { temporaryFolder, userName }: Surroundings,
): string {
  if (options.dataDir !== undefined) return options.dataDir;
  return options.profile === "development" ? `${temporaryFolder}/coachiq-dev-${userName}` : "/var/lib/coachiq";
}
