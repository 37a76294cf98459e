import type { Json, KnownMessages, MergeChoice } from "../coach/mod.ts";
import type { Store } from "../store/mod.ts";
import type { DatabaseUpdater } from "../update/mod.ts";
import { JobRefused } from "../update/mod.ts";
import type { MappingCache } from "./mapping_cache.ts";
import { MappingError, withStore } from "./mapping_error.ts";
import { type Merge, mergeOf } from "./mapping_merge.ts";
import type { ModelLibrary } from "./model_library.ts";

/** Who changes the mapping, and why if they want to say. */
export interface MappingAuthor {
  readonly actor: string;
  readonly reason?: string;
}

/** System settings that say which model the coach runs with, and by which version of it. */
const activeKey = "active_model";
const baseHashKey = "base_model_hash";

/** Takes models, and newer versions of them, into the database. */
export class ModelImport {
  readonly #store: Store;
  readonly #updater: Pick<DatabaseUpdater, "backup">;
  readonly #library: ModelLibrary;
  readonly #cache: MappingCache;
  readonly #messages: KnownMessages;

  constructor(options: {
    readonly store: Store;
    readonly updater: Pick<DatabaseUpdater, "backup">;
    readonly library: ModelLibrary;
    readonly cache: MappingCache;
    readonly messages: KnownMessages;
  }) {
    this.#store = options.store;
    this.#updater = options.updater;
    this.#library = options.library;
    this.#cache = options.cache;
    this.#messages = options.messages;
  }

  /** The model that the coach runs with; undefined: none was imported yet. */
  active(): string | undefined {
    const id = this.#store.systemSettings.get(activeKey);
    return typeof id === "string" ? id : undefined;
  }

  /** What taking a model as it is offered now would do. Changes nothing. @throws {MappingError} */
  merge(modelId: string, choices: Readonly<Record<string, MergeChoice>> = {}): Merge {
    const document = this.#library.document(modelId);
    // There is one, or the line before had thrown.
    const { version = 0, hash = "" } = this.#library.find(modelId)?.summary ?? {};
    const status = this.#store.imports.status(modelId);
    return mergeOf({
      modelId,
      rows: this.#cache.rows(modelId),
      before: status && this.#store.imports.shipped(modelId, status.hash),
      shipped: { document, version, hash },
      messages: this.#messages,
    }, choices);
  }

  /** Whether a merge would change nothing of a model's rows: what is offered is what was imported. */
  isThere({ parts, rowChanges }: Merge): boolean {
    return rowChanges.length === 0 && parts.before?.hash === parts.shipped.hash;
  }

  /**
   * Writes a merge, with the version it brings and as the model in use, in one transaction.
   *
   * @throws {MappingError} `invalid` when the outcome is no good coach.
   */
  write(merge: Merge, author: MappingAuthor, options: {
    /** What is wrong will be left out when it is read: nothing is better than that at the first start. */
    readonly evenIfWrong?: boolean;
  } = {}): number {
    const { parts: { modelId, before, shipped }, rowChanges, problems } = merge;
    if (problems.length > 0 && options.evenIfWrong !== true) {
      throw new MappingError("invalid", `Cannot import "${modelId}": the outcome would not be right`, {
        errors: problems,
      });
    }
    const { actor, reason = importWords(modelId, { from: before?.version, to: shipped.version }) } = author;
    return withStore(() =>
      this.#store.database.transaction({ cause: "mapping", durable: true }, () => {
        const imports = { modelId, version: shipped.version, hash: shipped.hash, content: shipped.document };
        const batchId = this.#store.mappings.apply({ modelId, reason, actor, changes: rowChanges, imports });
        this.use(modelId);
        return batchId;
      })
    );
  }

  /** Runs with a model that was imported before, with all that the owner made of it. */
  use(modelId: string): void {
    const hash: Json = this.#store.imports.status(modelId)?.hash ?? null;
    withStore(() => this.#store.systemSettings.set({ [activeKey]: modelId, [baseHashKey]: hash }));
  }

  /** Something to go back to. @throws {MappingError} with the reason, nothing is changed then. */
  async backUp(what: string): Promise<void> {
    try {
      const { done } = await this.#updater.backup("preImport");
      const { state, message } = await done;
      if (state !== "done") throw new MappingError("unavailable", `Cannot ${what}: no backup before it: ${message}`);
    } catch (error) {
      if (!(error instanceof JobRefused)) throw error;
      throw new MappingError("conflict", `Cannot ${what}: ${error.message}`, { errors: error.reasons, cause: error });
    }
  }
}

function importWords(modelId: string, version: { readonly from: number | undefined; readonly to: number }): string {
  const { from, to } = version;
  if (from === undefined) return `Import of "${modelId}", version ${to}`;
  return from === to
    ? `Import of another version ${to} of "${modelId}"`
    : `Update of "${modelId}" from version ${from} to ${to}`;
}
