import {
  applyPatch,
  changedRows,
  editRows,
  entityPath,
  type MappingEdit,
  MappingPathError,
  resetRows,
  type RowChange,
  rowChanges,
  rowsTowards,
  withoutStaleVerification,
} from "../coach/mod.ts";
import type { Store } from "../store/mod.ts";
import type { MappingJson, PatchOperation } from "../wire/mod.ts";
import type { MappingCache } from "./mapping_cache.ts";
import { MappingError, withStore } from "./mapping_error.ts";
import type { MappingState } from "./mapping_state.ts";
import { editWords } from "./mapping_words.ts";
import type { MappingAuthor, ModelImport } from "./model_import.ts";
import { problemSentence } from "./sound_model.ts";

/** The number of a change. */
export interface Changed {
  readonly batchId: number;
}

/** Makes the owner's edits: each is checked as a whole coach before it is written, in one transaction. */
export class MappingEditor {
  readonly #store: Store;
  readonly #cache: MappingCache;
  readonly #import: ModelImport;

  constructor(options: { readonly store: Store; readonly cache: MappingCache; readonly modelImport: ModelImport }) {
    this.#store = options.store;
    this.#cache = options.cache;
    this.#import = options.modelImport;
  }

  edit(edit: MappingEdit, author: MappingAuthor): Changed {
    const what = "put" in edit ? `change "${edit.put.path}"` : `remove "${edit.remove}"`;
    const { state } = this.#cache;
    const source = "put" in edit && isLearned(edit.put.value) ? "learned" : "user";
    const changes = withPaths(what, () => editRows(state.rows, edit, { source, shipped: state.base }));
    if ("remove" in edit && changes.length === 0) {
      throw new MappingError("notFound", `Cannot ${what}: there is nothing at this path`);
    }
    return this.#write(what, changes, { reason: editWords(edit, state), ...author });
  }

  patch(operations: readonly PatchOperation[], author: MappingAuthor): Changed {
    const what = "apply the patch";
    const { document, base, rows } = this.#cache.state;
    const patched = applyPatch(document, operations);
    if (patched.kind === "problems") {
      throw new MappingError("invalid", `Cannot ${what}: it does not fit the mapping`, {
        errors: patched.problems.map((problem) => problemSentence(problem, document)),
      });
    }
    const wanted = withoutStaleVerification(patched.document, document);
    const after = rowsTowards(wanted, { shipped: base, rows, source: "user" });
    const reason = operations.length === 1 ? "A patch of 1 operation" : `A patch of ${operations.length} operations`;
    return this.#write(what, rowChanges(rows, after), { reason, ...author });
  }

  undo(batchId: number, author: MappingAuthor): Changed {
    const what = `undo change ${batchId}`;
    const { state } = this.#cache;
    const batch = withStore(() => this.#store.mappings.batch(batchId));
    if (!batch || batch.modelId !== state.modelId) {
      throw new MappingError("notFound", `Cannot ${what}: there is no change of this number`);
    }
    if (batch.obstacle !== undefined) throw new MappingError("conflict", `Cannot ${what}: ${batch.obstacle}`);
    const undone = withStore(() =>
      this.#store.database.transaction({ cause: "mapping", durable: true }, () => {
        const id = this.#store.mappings.undo(batchId, author);
        mustBeNoWorse(this.#cache.read(state.modelId), { before: state, what });
        this.#import.use(state.modelId);
        return id;
      })
    );
    this.#cache.reload();
    return { batchId: undone };
  }

  async reset(entityId: string | undefined, author: MappingAuthor): Promise<Changed> {
    const what = entityId === undefined ? "reset the mapping" : `reset "${entityId}"`;
    const { state } = this.#cache;
    const { rows, base } = state;
    const path = entityId === undefined ? undefined : entityPath(entityId);
    const changes = withPaths(what, () => resetRows(rows, base, path === undefined ? {} : { under: path }));
    if (changes.length === 0) {
      const known = path === undefined || rows.some((row) => row.path.startsWith(`${path}/`));
      if (!known) throw new MappingError("notFound", `Cannot ${what}: there is no such entity`);
      return this.newest();
    }
    await this.#import.backUp(what);
    if (this.#cache.state !== state) {
      throw new MappingError("conflict", `Cannot ${what}: something changed meanwhile, try again`);
    }
    const reason = `Factory reset of ${entityId === undefined ? "everything" : `"${entityId}"`}`;
    return this.#write(what, changes, { reason, ...author });
  }

  /** The newest change, for what changes nothing. */
  newest(): Changed {
    const [newest] = withStore(() => this.#store.mappings.history(this.#cache.state.modelId, { limit: 1 }));
    return { batchId: newest?.id ?? 0 };
  }

  #write(what: string, changes: readonly RowChange[], author: Required<MappingAuthor>): Changed {
    if (changes.length === 0) return this.newest();
    const { state: before } = this.#cache;
    mustBeNoWorse(this.#cache.stateOf(changedRows(before.rows, changes), before), { before, what });
    const { modelId } = before;
    const batchId = withStore(() => this.#store.mappings.apply({ modelId, ...author, changes }));
    this.#cache.reload();
    return { batchId };
  }
}

/** A definition that was found by listening says so itself. */
function isLearned(value: MappingJson): boolean {
  if (typeof value !== "object" || value === null || !("provenance" in value)) return false;
  const { provenance } = value;
  return typeof provenance === "object" && provenance !== null && "source" in provenance &&
    provenance.source === "learned";
}

/** What was wrong before may stay wrong: it must not keep anybody from mending the rest. @throws {MappingError} */
function mustBeNoWorse(
  after: MappingState,
  of: { readonly before: MappingState; readonly what: string },
): void {
  const known = new Set(of.before.found.map(({ key }) => key));
  const errors = after.found.filter(({ key }) => !known.has(key)).map(({ sentence }) => sentence);
  if (errors.length === 0) return;
  throw new MappingError("invalid", `Cannot ${of.what}: ${errors.length === 1 ? errors[0] : "it would not be right"}`, {
    errors,
  });
}

/** @throws {MappingError} `invalid` for a path that cannot be edited. */
function withPaths<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof MappingPathError)) throw error;
    throw new MappingError("invalid", `Cannot ${what}: the path cannot be edited`, {
      errors: [error.message],
      cause: error,
    });
  }
}
