import { realFileSystem } from "../base/durable_file.ts";
import {
  copyDatabase,
  damageOf,
  type DataPaths,
  lookAtFile,
  removeDatabase,
  setAside,
  standAlone,
} from "../store/mod.ts";
import {
  type Choice,
  chooseGeneration,
  type Found,
  generationFiles,
  type LiveDatabase,
  liveDatabases,
} from "./generation.ts";
import { keepGeneration, type KeptGeneration, removeSecondNames } from "./keep_generation.ts";
import type { HeavyWork, WorkOptions } from "./heavy_work.ts";
import { checkLiveFolder, type LookAtFileSystem } from "./live_folder.ts";
import { type CardIdentity, cardIdentity, isUnsynced, markUnsynced, removeMark } from "./unsynced_mark.ts";

/** What a start went on with, of one database. */
export interface LoadedGeneration {
  readonly choice: Choice;
  /** What is wrong with the files that were passed over, one sentence each. */
  readonly damages: readonly string[];
}

/** Settings of a {@link Card}. */
export interface CardOptions {
  /** Of the profile `sdcard`. */
  readonly paths: DataPaths;
  readonly liveMiB: number;
  readonly look?: LookAtFileSystem;
}

/** Files in memory that belong to the databases. */
const ours = /^(coachiq|history)\.db|^unsynced\.json$/;

/** The databases of the profile `sdcard` on their way between the card and memory. Needs the lock of the data folder. */
export class Card {
  readonly #options: CardOptions;
  readonly #paths: DataPaths;
  readonly #newestIsSound = { coachiq: false, history: false };
  #identity: CardIdentity = { coachiq: null, history: null };

  constructor(options: CardOptions) {
    this.#options = options;
    this.#paths = options.paths;
  }

  /**
   * Puts the databases into memory, before they are opened.
   *
   * @throws {StoreError} when the folder in memory is none, or too small.
   */
  async load(): Promise<Readonly<Record<LiveDatabase, LoadedGeneration>>> {
    await checkLiveFolder(this.#paths, this.#options);
    const liveIsWhole = await isUnsynced(this.#paths);
    if (!liveIsWhole) await emptyLiveFolder(this.#paths);
    const coachiq = await this.#loadOne("coachiq", liveIsWhole);
    const history = await this.#loadOne("history", liveIsWhole);
    await removeMark(this.#paths);
    this.#identity = await cardIdentity(this.#paths);
    return { coachiq, history };
  }

  /** Copies one database to the card. @throws {StoreError} */
  async keep(
    database: LiveDatabase,
    work: Pick<HeavyWork, "keep">,
    options: WorkOptions = {},
  ): Promise<KeptGeneration> {
    const files = generationFiles(this.#paths, database);
    if (!await exists(files.live)) return { bytes: 0, isWhole: false, sizeBytes: 0, cardMs: 0 };
    const kept = await work.keep(files, { ...options, newestIsSound: this.#newestIsSound[database] });
    this.#newestIsSound[database] = true;
    this.#identity = await cardIdentity(this.#paths);
    return kept;
  }

  /** After the databases were closed: what is on the card is as new, or else what is in memory is to be kept. */
  async leave(options: { readonly isKept: boolean }): Promise<void> {
    if (options.isKept) await emptyLiveFolder(this.#paths);
    else await markUnsynced(this.#paths, this.#identity);
  }

  async #loadOne(database: LiveDatabase, liveIsWhole: boolean): Promise<LoadedGeneration> {
    const files = generationFiles(this.#paths, database);
    const { live, newest, previous, thorough } = files;
    await removeSecondNames(files);
    const damages: string[] = [];
    const look = async (place: "live" | "newest" | "previous"): Promise<Found> => {
      const path = files[place];
      if (place !== "live") await removeDatabase(live);
      const damage = await damageUnlessMissing(path, async () => {
        if (place !== "live") {
          // A log that a command left is played in: the file is then what it claims to be.
          standAlone(path);
          await copyDatabase({ from: path, to: live });
        }
        return damageOf(live, { thorough });
      });
      if (typeof damage === "string") damages.push(`"${path}": ${damage}`);
      return damage === undefined ? "sound" : damage === null ? "missing" : "damaged";
    };
    const choice = await chooseGeneration(look, { liveIsWhole });
    if (choice === "nothing" || choice === "unusable") await removeDatabase(live);
    this.#newestIsSound[database] = choice === "newest";
    // Nothing but a sound copy may become the one before.
    if (choice === "previous" && await lookAtFile(previous) === "sqlite") await setAside(newest);
    return { choice, damages };
  }
}

/** Whether there is such a file; it is not opened, which would take SQLite's locks away. */
async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Null: there is no file. */
async function damageUnlessMissing(
  path: string,
  check: () => Promise<string | undefined>,
): Promise<string | null | undefined> {
  try {
    if (await lookAtFile(path) !== "sqlite") return null;
    return await check();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Removes the databases that are left in memory, and nothing else. */
export async function emptyLiveFolder(paths: DataPaths): Promise<void> {
  let names: readonly string[];
  try {
    names = await realFileSystem.names(paths.live);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return;
    throw error;
  }
  for (const name of names) if (ours.test(name)) await Deno.remove(`${paths.live}/${name}`);
}

/**
 * Copies to the card what the last program closed and could not copy, so that whoever works on the card next has all of
 * it. Answers what was copied; nothing when there is nothing to save. Needs the lock of the data folder.
 *
 * @throws {StoreError} when the card does not take it; it stays in memory then.
 */
export async function saveUnsynced(
  paths: DataPaths,
): Promise<readonly (KeptGeneration & { readonly database: LiveDatabase })[]> {
  const saved: (KeptGeneration & { readonly database: LiveDatabase })[] = [];
  if (!await isUnsynced(paths)) return saved;
  for (const database of liveDatabases) {
    const files = generationFiles(paths, database);
    if (await lookAtFile(files.live) !== "sqlite") continue;
    saved.push({ database, ...await keepGeneration(files, { newestIsSound: false }) });
    // Should the next one fail, it is still known to be whole.
    await markUnsynced(paths, await cardIdentity(paths));
  }
  await emptyLiveFolder(paths);
  return saved;
}
