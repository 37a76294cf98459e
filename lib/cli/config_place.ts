import type { Clock } from "../base/mod.ts";
import { Configuration, type Environment, type FlagValue, type StorageProfile } from "../config/mod.ts";
import { databaseLayers, protocolLayer, StoreError } from "../core/mod.ts";
import type { ReferenceTables } from "../protocol/mod.ts";
import { CoachImports, CoachMappings, Database, type Machine, Settings, thisMachine } from "../store/mod.ts";
import { CliError } from "./cli_error.ts";
import type { CliOutput } from "./command_line.ts";
import { exists, mustBeOurs } from "./data_folder.ts";
import { openPaths } from "./open_paths.ts";

/** What the `config` commands are given. */
export interface ConfigParts {
  readonly output: CliOutput;
  /** The environment of the process. */
  readonly environment: Environment;
  /** The folder of a storage profile where nobody names one. */
  readonly defaultDataDir: (profile: StorageProfile) => string;
  /** The tables of the standards, for what they say about themselves. */
  readonly tables: ReferenceTables;
  readonly clock: Clock;
  readonly machine?: Machine;
}

/** Who the log says that changed something. */
export const configActor = { actor: "command line" };

/**
 * The configuration that a server with this data directory would have, with the layers of its database.
 *
 * @param options.forChange the data directory must be there and be ours.
 * @throws {ConfigError} when the system file or the environment is wrong.
 * @throws {CliError} when the data directory cannot be changed by this user.
 */
export async function openConfiguration(
  dataDir: string | undefined,
  parts: ConfigParts,
  options: { readonly forChange: boolean },
): Promise<Configuration> {
  const { environment, defaultDataDir, clock, machine = thisMachine, tables } = parts;
  const flags: FlagValue[] = dataDir === undefined ? [] : [{
    flag: "--data-dir",
    key: "persistence.data_dir",
    value: dataDir,
  }];
  const configuration = new Configuration({ environment, flags, defaultDataDir, clock });
  await configuration.load();
  const { dataDir: folder } = configuration.places;
  if (options.forChange) await mustBeOurs(folder, { machine, command: "config" });
  configuration.setLayer("protocol", protocolLayer(tables));
  const problem = await addDatabaseLayers(configuration, { folder, machine, clock });
  if (problem !== undefined) parts.output.err(`Coach, state and preferences are not shown: ${problem}\n`);
  return configuration;
}

/** @returns why the database says nothing; undefined: it does, or there is none. */
async function addDatabaseLayers(
  configuration: Configuration,
  { folder, machine, clock }: { readonly folder: string; readonly machine: Machine; readonly clock: Clock },
): Promise<string | undefined> {
  const { coachiq: path } = await openPaths(folder);
  if (!await exists(path)) return undefined;
  const database = new Database({ path, profile: "ssd", readOnly: true });
  const imports = new CoachImports(database);
  try {
    // Even reading makes files beside the database, which its server could then not use.
    await mustBeOurs(folder, { machine, command: "config" });
    database.open();
    const layers = databaseLayers({
      systemSettings: new Settings(database, { table: "system_settings", clock }),
      userSettings: new Settings(database, { table: "user_settings", clock }),
      mappings: new CoachMappings(database, { clock, imports }),
      imports,
    });
    for (const layer of layers) configuration.setLayer(layer.layer, layer);
    return undefined;
  } catch (error) {
    if (error instanceof CliError || error instanceof StoreError) return error.message;
    throw error;
  } finally {
    database.close();
  }
}
