import { type Clock, silentLogger } from "../base/mod.ts";
import { ConfigError } from "../config/mod.ts";
import { Storage, type TimeSigns } from "../core/mod.ts";
import { reasonsAgainstMigration } from "../safety/mod.ts";
import { type DataPaths, dataPaths, type Machine, type StoreMigrations, thisMachine } from "../store/mod.ts";
import { InProcessWork, isServerRunning, jobLockPath, type MigrationSafety, runningJobId } from "../update/mod.ts";
import { CliError } from "./cli_error.ts";
import type { CliOutput } from "./command_line.ts";
import { exists, mustBeOurs } from "./data_folder.ts";

export { exists };

/** What the `db` commands are given. */
export interface DbParts {
  readonly output: CliOutput;
  /** Standard error is a terminal: progress is shown in place. */
  readonly terminal: boolean;
  /** Where `serve` keeps its data when no flag tells it. @throws {ConfigError} */
  readonly defaultDataDir: () => Promise<string>;
  readonly migrations: StoreMigrations;
  readonly programVersion: string;
  readonly clock: Clock;
  /** What says whether the machine's clock can be believed. */
  readonly timeSigns: TimeSigns;
  readonly machine?: Machine;
}

/** A data directory that this user may work on. */
export interface DbPlace {
  readonly dataDir: string;
  readonly paths: DataPaths;
  readonly parts: DbParts;
}

/**
 * Without a server nothing is heard of the coach. No command is in flight then and no control was used; that the coach
 * is parked is the owner's word or nobody's.
 */
export const safetyWithoutServer: MigrationSafety = {
  mayMigrate({ parked }) {
    const reasons = reasonsAgainstMigration({
      coach: { driving: "unknown", evidence: ["No server is running, so nothing is heard of the chassis."] },
      ownerSaysParked: parked === true,
      commandsInFlight: 0,
      lastControlAgeMs: undefined,
    });
    return { safe: reasons.length === 0, reasons };
  },
};

/**
 * Finds the data directory.
 *
 * @throws {CliError} when there is none, or it belongs to someone else: files that root makes in it are files that the
 * server cannot use.
 */
export async function findPlace(
  dataDir: string | undefined,
  parts: DbParts,
  /** `command`: of this program, for the sentence that says how to call it; default `db`. */
  options: { readonly mayBeMissing?: boolean; readonly command?: string } = {},
): Promise<DbPlace> {
  const { machine = thisMachine } = parts;
  const folder = await chosenDataDir(dataDir, parts);
  const paths = dataPaths(folder);
  const place = { dataDir: folder, paths, parts };
  if (options.mayBeMissing === true && !await exists(folder)) return place;
  await mustBeOurs(folder, { machine, command: options.command ?? "db" });
  return place;
}

/** The data directory that was named, or the one of `serve`. @throws {CliError} when the environment is wrong. */
export async function chosenDataDir(named: string | undefined, parts: DbParts): Promise<string> {
  try {
    return named ?? await parts.defaultDataDir();
  } catch (error) {
    if (error instanceof ConfigError) throw new CliError(error.message, { cause: error });
    throw error;
  }
}

/** The storage over this place, for use in this process while no server runs. Opens nothing yet. */
export function storageOf(place: DbPlace, profile: "ssd" | "sdcard" = "ssd"): Storage {
  const { migrations, programVersion, clock, timeSigns } = place.parts;
  return new Storage({
    dataDir: place.dataDir,
    profile,
    migrations,
    programVersion,
    clock,
    logger: silentLogger,
    work: new InProcessWork(migrations.coachiq),
    safety: safetyWithoutServer,
    timeSigns,
  });
}

/** Whether a server, or another `db` command, has the database. */
export async function isInUse({ paths }: DbPlace): Promise<boolean> {
  return await exists(paths.user) && await isServerRunning(paths);
}

/** Id of the job that is running in whatever process; undefined: none. */
export async function runningJobIn({ paths }: DbPlace): Promise<string | undefined> {
  return await exists(jobLockPath(paths)) ? await runningJobId(paths) : undefined;
}
