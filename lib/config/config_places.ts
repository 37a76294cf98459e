import type { StorageProfile } from "../base/mod.ts";
import { ConfigError } from "./config_error.ts";
import { readEnvironment } from "./environment.ts";
import type { Environment, EnvironmentReading } from "./environment.ts";
import type { Leaf } from "./leaf.ts";
import { readSystemFile, type SystemFileReading } from "./system_file.ts";

export type { StorageProfile };

/** Where the configuration of a data directory is. */
export interface ConfigPlaces {
  readonly dataDir: string;
  readonly storageProfile: StorageProfile;
  readonly systemFile: string;
  /** `COACHIQ_CONFIG_FILE` names it. */
  readonly systemFileIsNamed: boolean;
  /** Folder of the owner's files: `config-overrides.toml`, `profiles/`. */
  readonly userFolder: string;
}

/** Where everything is, and the layers that had to be read to find out. */
export interface FoundPlaces {
  readonly places: ConfigPlaces;
  readonly environment: EnvironmentReading;
  readonly system: SystemFileReading;
}

/** What {@link findPlaces} and {@link findDataDir} look at. */
export interface PlacesOptions {
  readonly environment: Environment;
  readonly flags: readonly Leaf[];
  /** The folder of a profile where nobody names one. */
  readonly defaultDataDir: (profile: StorageProfile) => string;
}

/**
 * Finds the data directory and the system file. Flags beat the environment, which beats a system file that
 * `COACHIQ_CONFIG_FILE` names; a folder that is named by a flag alone is of the profile `custom`.
 *
 * @throws {ConfigError} when the environment or the system file is wrong.
 */
export async function findPlaces(options: PlacesOptions): Promise<FoundPlaces> {
  const { environment, named, layers, storageProfile, dataDir } = await findFolder(options);
  const systemFile = environment.configFile ?? `${dataDir}/config/system.toml`;
  const system = named ?? await readSystemFile(systemFile, { mustExist: false });
  if (named === undefined) mustBeHere(system, { dataDir, systemFile });
  return {
    places: {
      dataDir,
      storageProfile: (valueOf("persistence.storage_profile", [system.leaves, ...layers]) ??
        storageProfile) as StorageProfile,
      systemFile,
      systemFileIsNamed: named !== undefined,
      userFolder: `${dataDir}/user`,
    },
    environment,
    system,
  };
}

/**
 * Finds the data directory alone, for a command that has no business with the configuration in it, which it may not
 * even be able to read.
 *
 * @throws {ConfigError} when the environment, or the system file that it names, is wrong.
 */
export async function findDataDir(options: PlacesOptions): Promise<string> {
  return (await findFolder(options)).dataDir;
}

async function findFolder(options: PlacesOptions) {
  const environment = await readEnvironment(options.environment);
  const { configFile } = environment;
  const named = configFile === undefined ? undefined : await readSystemFile(configFile, { mustExist: true });
  const layers = [named?.leaves ?? [], environment.leaves, options.flags];
  const flaggedDir = valueOf("persistence.data_dir", [options.flags]);
  const storageProfile = (valueOf("persistence.storage_profile", layers) ??
    (flaggedDir === undefined ? "ssd" : "custom")) as StorageProfile;
  const dataDir = valueOf("persistence.data_dir", layers) ?? options.defaultDataDir(storageProfile);
  return { environment, named, layers, storageProfile, dataDir };
}

function valueOf(key: string, layers: readonly (readonly Leaf[])[]): string | undefined {
  const leaf = layers.flat().findLast((leaf) => leaf.key === key);
  return leaf === undefined ? undefined : String(leaf.value);
}

/** A system file that was found in a folder cannot send the data elsewhere: the next start would not find it. */
function mustBeHere(system: SystemFileReading, here: { readonly dataDir: string; readonly systemFile: string }): void {
  const leaf = system.leaves.find(({ key }) => key === "persistence.data_dir");
  if (!leaf || leaf.value === here.dataDir) return;
  const { where: file, layer: _, ...place } = leaf.origin;
  const text = `is "${String(leaf.value)}" in the file that was found in "${here.dataDir}", expected the same, ` +
    "or COACHIQ_CONFIG_FILE to name the file";
  throw ConfigError.of("load configuration", [{ file, ...place, key: leaf.key, text }]);
}
