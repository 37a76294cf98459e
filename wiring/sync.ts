import { runSync, type SyncRequest } from "../lib/cli/mod.ts";
import { dbParts, type DbSurroundings } from "./db.ts";

/** Copies databases in memory to the card, with the server that runs over a data directory or without one. */
export function sync(request: SyncRequest, surroundings: DbSurroundings): Promise<number> {
  return runSync(request, dbParts(surroundings));
}
