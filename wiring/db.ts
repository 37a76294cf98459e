import { systemClock } from "../lib/base/mod.ts";
import { type DbParts, type DbRequest, runDb } from "../lib/cli/mod.ts";
import { machineTimeSigns, version } from "../lib/core/mod.ts";
import { coachiqMigrations } from "../migrations/coachiq/mod.ts";
import { historyMigrations } from "../migrations/history/mod.ts";
import { dataFolder } from "./data_folder.ts";
import type { Surroundings } from "./surroundings.ts";

/** Looks after the database of a data directory, with the server that runs over it or without one. */
export function db(request: DbRequest, surroundings: Surroundings): Promise<number> {
  return runDb(request, dbParts(surroundings));
}

/** What every command is given that works on a data directory by itself. */
export function dbParts(surroundings: Surroundings): DbParts {
  return {
    output: surroundings.output,
    terminal: Deno.stderr.isTerminal(),
    defaultDataDir: dataFolder({ profile: "ssd" }, surroundings),
    migrations: { coachiq: coachiqMigrations, history: historyMigrations },
    programVersion: version,
    clock: systemClock,
    timeSigns: machineTimeSigns(),
  };
}
