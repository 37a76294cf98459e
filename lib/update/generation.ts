import type { DataPaths } from "../store/mod.ts";

/** Where one database of the storage profile `sdcard` is. */
export interface GenerationFiles {
  /** In memory, open while the program runs. */
  readonly live: string;
  /** On the card, the last copy that was finished. */
  readonly newest: string;
  /** On the card, the copy before. */
  readonly previous: string;
  /** On the card, what the next copy is made in. */
  readonly next: string;
  /** Every index is compared with its table; without it every page is looked at, which is quicker. */
  readonly thorough: boolean;
}

export type LiveDatabase = "coachiq" | "history";
export const liveDatabases: readonly LiveDatabase[] = ["coachiq", "history"];

export function generationFiles(paths: DataPaths, database: LiveDatabase): GenerationFiles {
  const name = `${database}.db`;
  return {
    live: `${paths.live}/${name}`,
    newest: paths.kept[database],
    previous: `${previousFolder(paths)}/${name}`,
    next: `${paths.user}/${name}.next`,
    thorough: database === "coachiq",
  };
}

/** Folder of the copies before the newest. */
export function previousFolder(paths: DataPaths): string {
  return `${paths.user}/previous`;
}

/** What was found in a place where a database may be. */
export type Found = "missing" | "sound" | "damaged";

/** Which file a start goes on with. `nothing`: there is none yet; `unusable`: there are some, and none is sound. */
export type Choice = "live" | "newest" | "previous" | "nothing" | "unusable";

/**
 * Chooses the file that a start goes on with: what is left in memory when it is known to be whole, then the newest copy
 * on the card, then the one before. Looks at no more files than it has to.
 *
 * @param options.liveIsWhole the last program closed its databases and could not copy them to the card. What a killed
 * one left is never whole: its last transaction may be half in the file, and no check of the file's form shows that.
 */
export async function chooseGeneration(
  look: (place: "live" | "newest" | "previous") => Promise<Found>,
  options: { readonly liveIsWhole: boolean },
): Promise<Choice> {
  if (options.liveIsWhole && await look("live") === "sound") return "live";
  const newest = await look("newest");
  if (newest === "sound") return "newest";
  const previous = await look("previous");
  if (previous === "sound") return "previous";
  return newest === "missing" && previous === "missing" ? "nothing" : "unusable";
}
