import { realFileSystem } from "../base/durable_file.ts";
import { copyDatabase, damageOf, removeDatabase, setAside, sidecars, StoreError, storeErrorOf } from "../store/mod.ts";
import { writeChangedPages } from "./changed_pages.ts";
import type { GenerationFiles } from "./generation.ts";
import type { WorkOptions } from "./work_options.ts";

/** What a copy to the card came to. */
export interface KeptGeneration {
  /** Written to the card. */
  readonly bytes: number;
  /** There was no file to make it in: all of it was written. */
  readonly isWhole: boolean;
  readonly sizeBytes: number;
  /** Time that the card took, ms. */
  readonly cardMs: number;
}

/** Settings of {@link keepGeneration}. */
export interface KeepOptions extends WorkOptions {
  /** The newest copy on the card was found sound since the start, or made since. */
  readonly newestIsSound: boolean;
}

/** Ending of the second names that files have while a copy takes its place. */
const linkEnding = ".linked";
const oldEnding = ".old";

/**
 * Copies an open database out of memory to the card. A power cut at any instant leaves the newest copy or the one
 * before, and both whole: a snapshot in memory is checked, its pages go into a file of their own, which is synced and
 * takes the place of the newest by a rename; the newest becomes the one before by a second name.
 *
 * The file that was the one before is what the next copy is made in: most of its pages are right already.
 *
 * @throws {StoreError} everything on the card is then as it was.
 */
export async function keepGeneration(files: GenerationFiles, options: KeepOptions): Promise<KeptGeneration> {
  const { live, next, thorough } = files;
  const { signal } = options;
  const what = `copy "${live}" to the card`;
  const snapshot = `${live}.copy`;
  try {
    await removeDatabase(snapshot);
    const sizeBytes = await copyDatabase({ from: live, to: snapshot }, {
      onProgress: () => void signal?.throwIfAborted(),
    });
    const damage = damageOf(snapshot, { thorough });
    if (damage !== undefined) throw new StoreError("corrupt", `Cannot ${what}: it is damaged: ${damage}`);
    const startMs = performance.now();
    const isWhole = !await isOwn(next);
    const bytes = await writeChangedPages({ from: snapshot, to: next }, signal ? { signal } : {});
    await makeNewest(files, options);
    return { bytes, isWhole, sizeBytes, cardMs: performance.now() - startMs };
  } catch (error) {
    throw storeErrorOf(error, what);
  } finally {
    await removeDatabase(snapshot);
  }
}

/** Whether there is a file that may be written into. One with a second name is a copy that counts: it goes. */
async function isOwn(path: string): Promise<boolean> {
  for (const ending of sidecars) await removeIfThere(path + ending);
  const info = await statIfThere(path);
  if (info && info.nlink !== 1) await Deno.remove(path);
  return info?.nlink === 1;
}

/** Gives the finished copy its name. */
async function makeNewest(files: GenerationFiles, options: KeepOptions): Promise<void> {
  const { newest, previous, next } = files;
  const [user, folder] = [folderOf(newest), folderOf(previous)];
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  await removeSecondNames(files);
  const isThere = await statIfThere(newest) !== undefined;
  const isSound = options.newestIsSound || (isThere && damageOf(newest, { thorough: files.thorough }) === undefined);
  if (isThere && isSound) {
    for (const ending of sidecars) await removeIfThere(newest + ending);
    await Deno.link(newest, previous + linkEnding);
    if (await statIfThere(previous)) await Deno.link(previous, previous + oldEnding);
    await Deno.rename(previous + linkEnding, previous);
  } else if (isThere) await setAside(newest);
  await Deno.rename(next, newest);
  // Together at the end: each time a journal is told to finish costs a card as much as eight pages of a database.
  for (const changed of [folder, user]) await realFileSystem.sync(changed);
  // Only now: what had this name is written into by the next copy, so nothing on the card may still count on it.
  if (await statIfThere(previous + oldEnding)) await Deno.rename(previous + oldEnding, next);
}

/** Removes what an interrupted {@link keepGeneration} may have left beside the copies. */
export async function removeSecondNames({ previous }: Pick<GenerationFiles, "previous">): Promise<void> {
  for (const ending of [linkEnding, oldEnding]) await removeIfThere(previous + ending);
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

async function statIfThere(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
