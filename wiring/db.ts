import { systemClock } from "../lib/base/mod.ts";
import { type DbParts, type DbRequest, runDb } from "../lib/cli/mod.ts";
import { machineTimeSigns, version } from "../lib/core/mod.ts";
import { coachiqMigrations } from "../migrations/coachiq/mod.ts";
import { historyMigrations } from "../migrations/history/mod.ts";
import { type Environment, findDataDir } from "../lib/config/mod.ts";
import { dataFolder } from "./data_folder.ts";
import type { Surroundings } from "./surroundings.ts";

/** Looks after the database of a data directory, with the server that runs over it or without one. */
export function db(request: DbRequest, surroundings: DbSurroundings): Promise<number> {
  return runDb(request, dbParts(surroundings));
}

/** What these commands find around them; the environment may name the data directory. */
export type DbSurroundings = Surroundings & { readonly environment: Environment };

/** What every command is given that works on a data directory by itself. */
export function dbParts(surroundings: DbSurroundings): DbParts {
  return {
    output: surroundings.output,
    terminal: Deno.stderr.isTerminal(),
    defaultDataDir: () =>
      findDataDir({
        environment: surroundings.environment,
        flags: [],
        defaultDataDir: (profile) => dataFolder({ profile }, surroundings),
      }),
    migrations: { coachiq: coachiqMigrations, history: historyMigrations },
    programVersion: version,
    clock: systemClock,
    timeSigns: machineTimeSigns(),
  };
}
