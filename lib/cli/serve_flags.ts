import type { ConfigPlaces, EffectiveConfig, FlagValue } from "../config/mod.ts";
import {
  type CanChoice,
  type LogLevel,
  parseCanChoice,
  type ServeOptions,
  type StorageProfile,
} from "./serve_options.ts";

/** What was typed after `serve`; absent: what the configuration says. */
export interface ServeFlags {
  readonly host?: string;
  /** [0, 65535]; 0 takes any free port. */
  readonly port?: number;
  readonly profile?: StorageProfile;
  readonly dataDir?: string;
  readonly model?: string;
  readonly can?: CanChoice;
  readonly logLevel?: LogLevel;
  readonly autoMigrate?: boolean;
  /** Folder with files that replace the embedded protocol tables (for developers). */
  readonly referenceDir?: string;
}

/** The flags as the highest layer of the configuration. */
export function flagValues(flags: ServeFlags): readonly FlagValue[] {
  const { host, port, profile, dataDir, model, can, logLevel, autoMigrate } = flags;
  return [
    ...value("--host", "server.host", host),
    ...value("--port", "server.port", port),
    ...value("--profile", "persistence.storage_profile", profile),
    ...value("--data-dir", "persistence.data_dir", dataDir),
    ...value("--model", "coach.model", model),
    ...value("--can", "can.interfaces", can && sourcesOf(can)),
    ...value("--log-level", "logging.level", logLevel),
    ...value("--auto-migrate", "database.auto_migrate", autoMigrate),
  ];
}

function value(flag: string, key: string, given: FlagValue["value"] | undefined): readonly FlagValue[] {
  return given === undefined ? [] : [{ flag, key, value: given }];
}

function sourcesOf(can: CanChoice): readonly string[] {
  switch (can.kind) {
    case "sim":
      return ["sim"];
    case "replay":
      return [`replay:${can.file}`];
    case "interfaces":
      return can.names;
    default:
      return can satisfies never;
  }
}

/** What the server starts with: flags beat files, files beat what is in the program. */
export function serveOptionsOf(
  flags: ServeFlags,
  from: { readonly config: EffectiveConfig; readonly places: ConfigPlaces },
): ServeOptions {
  const { config: { server, can, coach, logging, database }, places } = from;
  const model = coach.model;
  return {
    host: server.host,
    port: server.port,
    profile: places.storageProfile,
    dataDir: places.dataDir,
    can: parseCanChoice(can.interfaces.join(",")),
    logLevel: server.debug ? "debug" : logging.level,
    autoMigrate: database.auto_migrate,
    ...(model === undefined ? {} : { model }),
    ...(flags.referenceDir === undefined ? {} : { referenceDir: flags.referenceDir }),
  };
}
