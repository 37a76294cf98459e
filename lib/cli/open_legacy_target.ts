import { silentLogger } from "../base/mod.ts";
import {
  type CoachModel,
  documentOf,
  type Json,
  type MappingDocument,
  modelYaml,
  type RowSource,
} from "../coach/mod.ts";
import { ConfigError, Configuration, type Environment } from "../config/mod.ts";
import { CoachMapping, MappingError, type Storage } from "../core/mod.ts";
import type { Protocol } from "../protocol/mod.ts";
import type { PatchOperation } from "../wire/mod.ts";
import { CliError } from "./cli_error.ts";
import { actor } from "./db_job.ts";
import type { DbParts, DbPlace } from "./db_place.ts";
import type { LegacyTarget } from "./legacy_target.ts";

/** What `import-legacy` is given, beside what the `db` commands are. */
export interface LegacyParts extends DbParts {
  /** The program's models, as a URL that ends in `/`. */
  readonly models: URL;
  readonly protocol: Protocol;
  /** Of this process: it may name a system file. */
  readonly environment: Environment;
}

/** Name of the backup of the overrides. */
const backupName = "before-legacy-import";

/**
 * Does work on a data directory whose storage is open.
 *
 * @throws {CliError} with one line per thing that is wrong; `work` may have done a part of it then.
 */
export async function withLegacyTarget<T>(
  storage: Storage,
  options: { readonly place: DbPlace; readonly parts: LegacyParts },
  work: (target: LegacyTarget) => Promise<T>,
): Promise<T> {
  const { place: { dataDir }, parts: { models, protocol, environment, clock } } = options;
  if (storage.store.schema.kind === "older") {
    throw new CliError(
      "Cannot import: the database needs its update first, coachiq db migrate --yes --parked makes it",
    );
  }
  const mapping = new CoachMapping({ storage, folder: models, protocol, clock, logger: silentLogger });
  const configuration = new Configuration({
    environment,
    flags: [{ flag: "--data-dir", key: "persistence.data_dir", value: dataDir }],
    defaultDataDir: () => dataDir,
    clock,
  });
  try {
    await configuration.load();
    await mapping.start();
    return await work(new OpenTarget({ storage, mapping, configuration }));
  } catch (error) {
    throw error instanceof MappingError || error instanceof ConfigError
      ? new CliError([error.message, ...detailsOf(error)].join("\n"), { cause: error })
      : error;
  } finally {
    await mapping.stop();
    await configuration.stop();
  }
}

function detailsOf(error: MappingError | ConfigError): readonly string[] {
  return error instanceof MappingError ? error.errors.filter((detail) => !error.message.includes(detail)) : [];
}

interface TargetParts {
  readonly storage: Storage;
  readonly mapping: CoachMapping;
  readonly configuration: Configuration;
}

class OpenTarget implements LegacyTarget {
  readonly #parts: TargetParts;

  constructor(parts: TargetParts) {
    this.#parts = parts;
  }

  imported(modelId: string): { readonly version: number; readonly document: MappingDocument } | undefined {
    const { imports } = this.#parts.storage.store;
    const status = imports.status(modelId);
    const shipped = status && imports.shipped(modelId, status.hash);
    // Written by this program, from a document.
    return shipped && { version: shipped.version, document: shipped.content as MappingDocument };
  }

  get activeModel(): string | undefined {
    const { mapping } = this.#parts;
    return mapping.isReady ? mapping.status().modelId : undefined;
  }

  document(): MappingDocument | undefined {
    const { mapping } = this.#parts;
    return mapping.isReady ? documentOf(mapping.effective()) : undefined;
  }

  sourceAt(path: string): RowSource | undefined {
    return this.#parts.mapping.at(path)?.source;
  }

  setting(key: string) {
    return this.#parts.configuration.entries().find((entry) => entry.key === key);
  }

  async backUp(): Promise<string> {
    const { done } = await this.#parts.storage.updater.backup("preImport");
    const { state, message, result } = await done;
    if (state === "done" && result && "sha256" in result) return result.id;
    throw new CliError(`Cannot import: no backup could be made before it: ${message}`);
  }

  async importModel(model: CoachModel, reason: string): Promise<number> {
    const { mapping } = this.#parts;
    const author = { actor, reason };
    await mapping.upload(modelYaml(model));
    return (await mapping.importModel({ modelId: model.id }, author)).batchId;
  }

  edit(operations: readonly PatchOperation[], reason: string): number {
    return this.#parts.mapping.patch(operations, { actor, reason }).batchId;
  }

  async set(values: Readonly<Record<string, Json>>): Promise<string | undefined> {
    const { configuration } = this.#parts;
    const backup = await backupOf(configuration);
    await configuration.setOverrides(values, { actor });
    return backup;
  }
}

/** Undefined: there are no overrides yet, so that there is nothing to go back to but none. */
async function backupOf(configuration: Configuration): Promise<string | undefined> {
  try {
    return (await configuration.backup(backupName)).id;
  } catch (error) {
    if (error instanceof ConfigError && error.kind === "notFound") return undefined;
    throw error;
  }
}
