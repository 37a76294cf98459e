import type { Clock, Logger } from "../base/mod.ts";
import {
  type CoachModel,
  documentOf,
  type EntityDefinition,
  type KnownMessages,
  knownMessages,
  type MappingRow,
  type MergeChoice,
  modelYaml,
  patchOf,
  rowsOf,
} from "../coach/mod.ts";
import { type Protocol, rowsFor } from "../protocol/mod.ts";
import type { ImportStatus, Store } from "../store/mod.ts";
import type { DatabaseUpdater } from "../update/mod.ts";
import type {
  CoachModelView,
  MappingBatchView,
  MappingJson,
  MappingStatusView,
  MappingView,
  MergePreviewView,
  PatchOperation,
} from "../wire/mod.ts";
import type { ServiceProblem } from "./core_services.ts";
import { MappingCache } from "./mapping_cache.ts";
import { type Changed, MappingEditor } from "./mapping_editor.ts";
import { MappingError, withStore } from "./mapping_error.ts";
import { previewView } from "./mapping_merge.ts";
import { batchView, kindSchemas, mappingView, modelView, statusView } from "./mapping_views.ts";
import { type MappingAuthor, ModelImport } from "./model_import.ts";
import { contentHash, ModelLibrary } from "./model_library.ts";
import { type NamedModel, namedModel } from "./named_model.ts";
import { uploadedModel } from "./uploaded_model.ts";

/** What the mapping needs of the storage. */
export interface MappingStorage {
  readonly store: Store;
  readonly updater: Pick<DatabaseUpdater, "backup">;
  /** Told when the database, or what the owner made in it, was replaced as a whole. */
  subscribeReplaced(listener: () => void): () => void;
}

/** Everything {@link CoachMapping} is made of. */
export interface CoachMappingOptions {
  readonly storage: MappingStorage;
  /** The program's models, as a URL that ends in `/`. */
  readonly folder: URL;
  /** The standards. */
  readonly protocol: Protocol;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Id of a model, or a `.yml` file, that the coach is to run with from the start on; absent: the one of last time. */
  readonly model?: string;
  /** Id of the model to begin with in a new database; absent: none, until one is imported. */
  readonly firstModel?: string;
}

/** Step of the schema that keeps all that is needed. */
const neededSchema = "0006_mapping_undo";
const olderSchema =
  "The database needs its update first: Settings, Database. Until then the coach model is used as it comes.";
const maxHistory = 500;
/** Who imports at the first start. */
const atStart: MappingAuthor = { actor: "CoachIQ" };

/**
 * The coach's mapping: what is installed where, by whose word. At run time the database is the only source; the
 * program's models are what it is imported from and compared with.
 *
 * Everything that is refused throws {@link MappingError}, and nothing is changed then.
 */
export class CoachMapping {
  readonly #options: CoachMappingOptions;
  readonly #store: Store;
  readonly #messages: KnownMessages;
  readonly #library: ModelLibrary;
  readonly #cache: MappingCache;
  readonly #import: ModelImport;
  readonly #editor: MappingEditor;
  #kinds: MappingView["kinds"] | undefined;
  #unsubscribe: (() => void) | undefined;
  readonly #onFailure = new Set<(error: unknown) => void>();
  /** Why the model is used as it comes, without the database; undefined: it is not. */
  #heldBack: string | undefined;

  constructor(options: CoachMappingOptions) {
    const { storage: { store, updater }, folder, protocol, clock, logger } = options;
    const messages = knownMessages(rowsFor(protocol.tables, "rvc"));
    this.#options = options;
    this.#store = store;
    this.#messages = messages;
    this.#library = new ModelLibrary({ folder, store, messages, clock });
    this.#cache = new MappingCache({ store, standards: protocol, messages, logger });
    this.#import = new ModelImport({ store, updater, library: this.#library, cache: this.#cache, messages });
    this.#editor = new MappingEditor({ store, cache: this.#cache, modelImport: this.#import });
  }

  /**
   * Reads the mapping, after the first import into a new database; the storage must be open.
   *
   * @throws {CoachModelError} when the model that was asked for cannot be used.
   */
  start(): Promise<void> {
    const { storage, logger, model } = this.#options;
    this.#unsubscribe = storage.subscribeReplaced(() => {
      try {
        this.#open(undefined);
      } catch (error) {
        logger.error("The coach's mapping could not be read again", { error: String(error) });
        for (const listener of this.#onFailure) listener(error);
      }
    });
    this.#open(model === undefined ? undefined : this.#named(model));
    if (this.#cache.isReady) {
      for (const problem of this.#cache.state.problems) logger.warn("Left out of the mapping", { problem });
    }
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#unsubscribe?.();
    return Promise.resolve();
  }

  /** Told when what is shown is no longer what the database says; returns the function that ends it. */
  subscribeFailure(listener: (error: unknown) => void): () => void {
    this.#onFailure.add(listener);
    return () => void this.#onFailure.delete(listener);
  }

  /** Whether there is a coach to show: not before the start. */
  get isReady(): boolean {
    return this.#cache.isReady;
  }

  /** The coach as it is now. */
  effective(): CoachModel {
    return this.#cache.state.model;
  }

  /** The standards with the messages that the mapping declares; another object only when these are others. */
  protocol(): Protocol {
    return this.#cache.protocol;
  }

  /** What is valid at a path that changes as one; undefined: nothing. */
  at(path: string): MappingRow | undefined {
    return this.#cache.state.byPath.get(path);
  }

  entity(id: string): EntityDefinition | undefined {
    return this.#cache.state.entities.get(id);
  }

  /** Told after every change; returns the function that ends it. */
  subscribe(listener: () => void): () => void {
    return this.#cache.subscribe(listener);
  }

  /** What is wrong with the mapping, for banners. */
  problems(): readonly ServiceProblem[] {
    if (this.#heldBack !== undefined && this.#isSupported) {
      return [{ what: this.#heldBack, todo: "Make room on the disk. Until then the model is used as it comes." }];
    }
    const { problems = [], isWhole = true } = this.isReady ? this.#cache.state : {};
    const [first] = problems;
    if (first === undefined) return [];
    const more = problems.length === 1 ? "" : ` And ${problems.length - 1} more.`;
    return [{
      what: `A part of the coach's mapping is ${isWhole ? "wrong" : "left out"}: ${first}.${more}`,
      todo: "Mend or remove it: Settings, Coach.",
    }];
  }

  models(): readonly CoachModelView[] {
    const active = this.isReady ? this.#cache.state.modelId : undefined;
    return withStore(() =>
      this.#library.all().map((offered) =>
        modelView(offered, { status: this.#statusOf(offered.summary.id), active: offered.summary.id === active })
      )
    );
  }

  status(): MappingStatusView {
    const { state } = this.#cache;
    return withStore(() => {
      const status = this.#statusOf(state.modelId);
      return statusView(state, {
        status,
        offered: this.#library.find(state.modelId),
        hash: status?.hash ?? contentHash(state.document),
        readOnlyBecause: this.#heldBack,
      });
    });
  }

  mappings(): MappingView {
    return mappingView(this.#cache.state, this.#kinds ??= kindSchemas());
  }

  /** The last changes of the model in use, newest first; `limit` [1, 500]. */
  history(limit: number): readonly MappingBatchView[] {
    const { modelId } = this.#cache.state;
    if (!this.#isSupported) return [];
    const most = Math.min(maxHistory, Math.max(1, limit));
    return withStore(() => this.#store.mappings.history(modelId, { limit: most }).map(batchView));
  }

  /** The whole coach as a model file, or the owner's edits as RFC 6902. */
  export(format: "yaml" | "patch"): string {
    const { model, base, document } = this.#cache.state;
    return format === "yaml" ? modelYaml(model) : `${JSON.stringify(patchOf(base, document), undefined, 2)}\n`;
  }

  /** What taking a model, or its new version, would change. Without a name: the model in use. */
  preview(modelId: string = this.#cache.state.modelId): MergePreviewView {
    this.#mayChange("look at an import");
    return withStore(() => previewView(this.#import.merge(modelId)));
  }

  /** Backs the database up, then imports in one transaction, and runs with the model. */
  async importModel(request: {
    readonly modelId: string;
    /** Of a preview: refused when something changed since. */
    readonly token?: string;
    /** Path of a conflict → who wins; the owner where nothing is said. */
    readonly choices?: Readonly<Record<string, MergeChoice>>;
  }, author: MappingAuthor): Promise<Changed> {
    const { modelId, token, choices = {} } = request;
    const what = `import "${modelId}"`;
    this.#mayChange(what);
    const merge = () => withStore(() => this.#import.merge(modelId, choices));
    const planned = merge();
    if (token !== undefined && token !== planned.token) {
      throw new MappingError("conflict", `Cannot ${what}: something changed since the preview, look at it again`);
    }
    if (this.#import.isThere(planned)) {
      if (this.#import.active() !== modelId) this.#import.use(modelId);
      this.#show(modelId);
      return this.#editor.newest();
    }
    if (planned.problems.length === 0) await this.#import.backUp(what);
    const now = merge();
    if (now.token !== planned.token) {
      throw new MappingError("conflict", `Cannot ${what}: something changed meanwhile, look at the preview again`);
    }
    const batchId = this.#import.write(now, author);
    this.#show(modelId);
    return { batchId };
  }

  /** Keeps a model of the owner's own, which can be imported then. The text is hostile until proven. */
  upload(yaml: string): CoachModelView {
    this.#mayChange("take a model in");
    const library = this.#library;
    const model = uploadedModel(yaml, { messages: this.#messages, isShipped: (id) => library.isShipped(id) });
    return withStore(() => {
      const summary = library.add(model);
      const active = this.isReady && this.#cache.state.modelId === summary.id;
      return modelView({ summary, custom: true }, { status: this.#statusOf(summary.id), active });
    });
  }

  /** Changes what is valid at a path (RFC 6901), e.g. `/entities/bedroom_ceiling/name`, or a whole entity. */
  put(path: string, value: MappingJson, author: MappingAuthor): Changed {
    this.#mayChange(`change "${path}"`);
    return this.#editor.edit({ put: { path, value } }, author);
  }

  remove(path: string, author: MappingAuthor): Changed {
    this.#mayChange(`remove "${path}"`);
    return this.#editor.edit({ remove: path }, author);
  }

  /** RFC 6902, all or nothing. */
  patch(operations: readonly PatchOperation[], author: MappingAuthor): Changed {
    this.#mayChange("apply the patch");
    return this.#editor.patch(operations, author);
  }

  /** Takes a change back, as a change of its own. */
  undo(batchId: number, author: MappingAuthor): Changed {
    this.#mayChange(`undo change ${batchId}`);
    return this.#editor.undo(batchId, author);
  }

  /** Gives one entity, or all of the model, back what the factory says. Backs the database up first. */
  async reset(entityId: string | undefined, author: MappingAuthor): Promise<Changed> {
    this.#mayChange("reset the mapping");
    return await this.#editor.reset(entityId, author);
  }

  get #isSupported(): boolean {
    return this.#store.supports(neededSchema);
  }

  #statusOf(modelId: string): ImportStatus | undefined {
    return this.#isSupported ? this.#store.imports.status(modelId) : undefined;
  }

  #mayChange(what: string): void {
    // The disk may have room again.
    if (this.#heldBack !== undefined && this.#isSupported) this.#open(undefined);
    if (this.#heldBack !== undefined) throw new MappingError("unavailable", `Cannot ${what}: ${this.#heldBack}`);
  }

  #show(modelId: string): void {
    this.#cache.show(withStore(() => this.#cache.read(modelId)));
  }

  #named(name: string): NamedModel {
    return namedModel(name, { folder: this.#options.folder, library: this.#library, messages: this.#messages });
  }

  /** Reads the mapping that the coach is to run with, after the first import of its model. */
  #open(named: NamedModel | undefined): void {
    const id = named?.id ?? withStore(() => this.#lastTime()) ?? this.#options.firstModel;
    if (id === undefined) return;
    this.#heldBack = this.#isSupported ? this.#bring(id, named?.own) : olderSchema;
    if (withStore(() => this.#statusOf(id))) return this.#show(id);
    const base = named?.own ? documentOf(named.own) : withStore(() => this.#library.document(id));
    this.#cache.show(this.#cache.stateOf(rowsOf(base, "factory"), { modelId: id, base }));
  }

  /**
   * Sees to it that a model is imported and the one in use. A disk that is full must not keep the coach from running:
   * answers why it could not be done, undefined when it was.
   */
  #bring(id: string, own: CoachModel | undefined): string | undefined {
    try {
      withStore(() => {
        if (own) this.#library.add(own);
        const isNew = this.#statusOf(id) === undefined;
        // A developer who names a file means the file as it is now.
        const merge = isNew || own ? this.#import.merge(id) : undefined;
        if (merge && !this.#import.isThere(merge)) this.#import.write(merge, atStart, { evenIfWrong: isNew });
        else if (this.#import.active() !== id) this.#import.use(id);
      });
      return undefined;
    } catch (error) {
      if (!(error instanceof MappingError) || error.kind !== "unavailable") throw error;
      this.#options.logger.error("The coach model could not be imported", { model: id, error: error.message });
      return `The coach model could not be imported into the database: ${error.message}.`;
    }
  }

  /** The model of last time, if there still is such a one. */
  #lastTime(): string | undefined {
    const id = this.#import.active();
    return id !== undefined && (this.#statusOf(id) || this.#library.find(id)) ? id : undefined;
  }
}
