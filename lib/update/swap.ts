import { DatabaseSync } from "node:sqlite";
import { moveIntoPlace, realFileSystem } from "../base/durable_file.ts";
import { foldLog, messageOf, setAside, type Store, StoreError, storeErrorOf } from "../store/mod.ts";
import { type Faults, noFaults } from "./faults.ts";

/** Ending of the second name that the old database has while the new one is tried. */
export const beforeEnding = ".before";

/** Settings of {@link swapDatabase}. */
export interface SwapOptions {
  readonly store: Store;
  /** A finished database in the same folder, with nothing beside it. */
  readonly shadow: string;
  readonly faults?: Faults;
}

/**
 * Puts a finished database in the place of the live one. Power cut at any instant leaves the old one or the new one;
 * when the new one cannot be opened the old one is put back.
 *
 * @throws {StoreError} the old database is then in place, and open if it was.
 */
export async function swapDatabase(options: SwapOptions): Promise<void> {
  const { store, shadow, faults = noFaults } = options;
  const live = store.paths.coachiq;
  const before = live + beforeEnding;
  const wasOpen = store.database.isOpen;
  let swapped = false;
  try {
    const kept = await takeOutOfUse(store);
    await faults.reach("logFolded");
    // The removal of the log must be on the disk before the new file is: an old log would be played into it.
    await realFileSystem.sync(live.slice(0, live.lastIndexOf("/")));
    if (kept) await Deno.link(live, before);
    await faults.reach("linked");
    await moveIntoPlace({ from: shadow, to: live });
    swapped = true;
    await faults.reach("swapped");
    await store.open();
    await faults.reach("reopened");
    if (kept) await Deno.remove(before);
  } catch (error) {
    store.close();
    if (swapped) await putBack(live);
    else await removeIfThere(before);
    if (wasOpen) await store.open();
    throw storeErrorOf(error, "put the new database in place, the old one is in use again");
  }
}

/** Folds the log of the live database and closes it. False: it was damaged, and is set aside. */
async function takeOutOfUse(store: Store): Promise<boolean> {
  const { database, paths } = store;
  if (database.isOpen) {
    foldLog(database.connection, paths.coachiq);
    store.close();
    return true;
  }
  let connection: DatabaseSync | undefined;
  try {
    connection = new DatabaseSync(paths.coachiq);
    connection.prepare("SELECT count(*) FROM sqlite_master").get();
    foldLog(connection, paths.coachiq);
    return true;
  } catch (error) {
    const failure = storeErrorOf(error, "close the old database");
    if (failure.kind === "busy") throw failure;
    connection?.close();
    await setAside(paths.coachiq);
    return false;
  } finally {
    if (connection?.isOpen) connection.close();
  }
}

/** The new database cannot be used: the old one gets its name back. */
async function putBack(live: string): Promise<void> {
  try {
    await moveIntoPlace({ from: live + beforeEnding, to: live });
  } catch (error) {
    throw new StoreError("failed", `Cannot put the old database back: ${messageOf(error)}`, {
      cause: error,
      todo: "Restore the newest backup.",
    });
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
