import { type Logger, type StorageProfile, storageProfileTable, systemClock } from "../lib/base/mod.ts";
import { CliError, flagValues, type ServeFlags } from "../lib/cli/mod.ts";
import { ConfigError, Configuration, type Environment, Secret } from "../lib/config/mod.ts";
import {
  type CoachMapping,
  databaseLayers,
  type Logging,
  protocolLayer,
  type Redactor,
  type Storage,
} from "../lib/core/mod.ts";
import type { ReferenceTables } from "../lib/protocol/mod.ts";
import { defaultPolicy, defaultRetention, type PolicyOf } from "../lib/store/mod.ts";
import { historyRoomBytes } from "../lib/update/mod.ts";
import { dataFolder } from "./data_folder.ts";
import type { Surroundings } from "./surroundings.ts";

/** Reads the configuration of a start. @throws {CliError} with every mistake of the system file and the environment. */
export async function loadConfiguration(
  flags: ServeFlags,
  parts: { readonly surroundings: Surroundings; readonly environment: Environment; readonly logger: Logger },
): Promise<Configuration> {
  const { surroundings, environment, logger } = parts;
  const configuration = new Configuration({
    environment,
    flags: flagValues(flags),
    defaultDataDir: (profile) => dataFolder({ profile }, surroundings),
    clock: systemClock,
    logger,
    mendPermissions: true,
  });
  try {
    await configuration.load();
  } catch (error) {
    throw error instanceof ConfigError ? new CliError(error.message, { cause: error }) : error;
  }
  return configuration;
}

/** No secret of the configuration is written to the log or the record from now on. They change with a restart alone. */
export function hideSecrets(value: unknown, redactor: Redactor): void {
  if (value instanceof Secret) return redactor.hide(value.reveal());
  if (typeof value !== "object" || value === null) return;
  for (const part of Object.values(value)) hideSecrets(part, redactor);
}

/** What is logged follows the configuration at once. */
export function followLogLevels(configuration: Configuration, logging: Logging): void {
  const apply = () => {
    const { server: { debug }, logging: { level, areas } } = configuration.effective;
    logging.setLevels(debug ? { level: "debug" } : { level, areas });
  };
  apply();
  configuration.subscribe(apply);
}

/** What is logged goes to a file as well where the configuration names one; a bare name is one of the data folder. */
export function writeLogFile(configuration: Configuration, logging: Logging): void {
  const { effective: { logging: { file, max_megabytes: megabytes, keep_files: keepFiles } }, places } = configuration;
  if (file === undefined) return;
  const path = file.startsWith("/") ? file : `${places.dataDir}/logs/${file}`;
  logging.writeTo({ path, maxBytes: megabytes * 1024 * 1024, keepFiles });
}

/** The layers that are in the database, now and after every change of them; returns the function that ends it. */
export function followDatabase(configuration: Configuration, parts: {
  readonly storage: Storage;
  readonly mapping: CoachMapping;
  readonly tables: ReferenceTables;
  readonly logger: Logger;
}): () => void {
  const { storage, mapping, tables, logger } = parts;
  const read = () => {
    try {
      for (const layer of databaseLayers(storage.store)) configuration.setLayer(layer.layer, layer);
    } catch (error) {
      // An older schema has not all of these tables; what they say is for people, the coach runs without it.
      logger.warn("Cannot read the layers of the database", { error: String(error) });
    }
  };
  configuration.setLayer("protocol", protocolLayer(tables));
  read();
  configuration.keepPreferences(storage.store.userSettings);
  return mapping.subscribe(read);
}

/** How long things are kept, as the configuration says at the moment it is asked. */
export function keepingTimes(configuration: Configuration, profile: StorageProfile) {
  const history = () => configuration.effective.history;
  // In memory the history shares its room with everything else.
  const roomBytes = storageProfileTable[profile].live === "memory"
    ? historyRoomBytes(configuration.effective.persistence.live_megabytes)
    : Infinity;
  return {
    retention: {
      get rawDays() {
        return history().raw_days;
      },
      get shortStepDays() {
        return history().five_minute_days;
      },
      get hourDays() {
        return history().hourly_days;
      },
      get changeDays() {
        return history().change_days;
      },
      get maxBytes() {
        return Math.min(roomBytes, history().max_megabytes * 1024 * 1024);
      },
      maxUntrustedRows: defaultRetention.maxUntrustedRows,
    },
    policyOf: (series: Parameters<PolicyOf>[0]) => {
      const policy = defaultPolicy(series);
      return policy && {
        deadBand: policy.deadBand,
        get minIntervalMs() {
          return history().min_interval_seconds * 1000;
        },
      };
    },
    keptDays: () => {
      const { daily_keep_days: daily, migration_keep_days: change, restore_keep_days: preRestore } =
        configuration.effective.backups;
      return { daily, preMigration: change, preImport: change, preRestore };
    },
  };
}
