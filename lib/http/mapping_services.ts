import { type CoachMapping, MappingError } from "../core/mod.ts";
import type {
  CoachModelView,
  CommandResult,
  DiscoveryView,
  ListeningView,
  MappingBatchView,
  MappingJson,
  MappingStatusView,
  MappingView,
  MergePreviewView,
  PatchOperation,
} from "../wire/mod.ts";
import type { CoachServices, MappingAuthor } from "./coach_services.ts";
import { RequestError } from "./services.ts";

/** The part of {@link CoachServices} that is about the live bus. */
export type DiscoveryPart = Pick<CoachServices, "discovery" | "listen" | "listening" | "tryOutput">;

/** {@link CoachServices} over the mapping in the database, and over the live bus. */
export class MappingServices implements CoachServices {
  readonly #mapping: CoachMapping;
  readonly #discovery: DiscoveryPart;

  constructor(options: {
    readonly mapping: CoachMapping;
    readonly discovery: DiscoveryPart;
  }) {
    this.#mapping = options.mapping;
    this.#discovery = options.discovery;
  }

  models(): readonly CoachModelView[] {
    return answered(() => this.#mapping.models());
  }

  status(): MappingStatusView {
    return answered(() => this.#mapping.status());
  }

  preview(modelId?: string): MergePreviewView {
    return answered(() => this.#mapping.preview(modelId));
  }

  importModel(
    request: Parameters<CoachServices["importModel"]>[0],
    author: MappingAuthor,
  ): Promise<{ readonly batchId: number }> {
    return this.#later(() => this.#mapping.importModel(request, author));
  }

  upload(yaml: string): Promise<CoachModelView> {
    return this.#later(() => Promise.resolve(this.#mapping.upload(yaml)));
  }

  mappings(): MappingView {
    return answered(() => this.#mapping.mappings());
  }

  put(path: string, value: MappingJson, author: MappingAuthor): { readonly batchId: number } {
    return answered(() => this.#mapping.put(path, value, author));
  }

  remove(path: string, author: MappingAuthor): { readonly batchId: number } {
    return answered(() => this.#mapping.remove(path, author));
  }

  patch(operations: readonly PatchOperation[], author: MappingAuthor): { readonly batchId: number } {
    return answered(() => this.#mapping.patch(operations, author));
  }

  undo(batchId: number, author: MappingAuthor): { readonly batchId: number } {
    return answered(() => this.#mapping.undo(batchId, author));
  }

  history(limit: number): readonly MappingBatchView[] {
    return answered(() => this.#mapping.history(limit));
  }

  reset(entityId: string | undefined, author: MappingAuthor): Promise<{ readonly batchId: number }> {
    return this.#later(() => this.#mapping.reset(entityId, author));
  }

  export(format: "yaml" | "patch"): string {
    return answered(() => this.#mapping.export(format));
  }

  discovery(): DiscoveryView {
    return this.#discovery.discovery();
  }

  listen(durationMs: number): ListeningView {
    return this.#discovery.listen(durationMs);
  }

  listening(): ListeningView {
    return this.#discovery.listening();
  }

  tryOutput(
    definition: Readonly<Record<string, MappingJson>>,
    request: Parameters<CoachServices["tryOutput"]>[1],
  ): Promise<CommandResult> {
    return this.#discovery.tryOutput(definition, request);
  }

  async #later<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw requestErrorOf(error);
    }
  }
}

const statuses = { notFound: 404, invalid: 422, conflict: 409, tooLarge: 413, unavailable: 503 } as const;

/** @throws {RequestError} for what the mapping refuses. */
function answered<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw requestErrorOf(error);
  }
}

function requestErrorOf(error: unknown): unknown {
  return error instanceof MappingError ? new RequestError(statuses[error.kind], error.message, error.errors) : error;
}
