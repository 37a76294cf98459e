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

/** Who changes the mapping, and why if they want to say. */
export interface MappingAuthor {
  readonly actor: string;
  readonly reason?: string;
}

/**
 * What the site needs of the coach's mapping; implemented by wiring. What is refused throws `RequestError`: 404 for an
 * unknown model, path or change, 409 for what cannot be now (a preview that is no longer true, a change that was
 * overtaken), 413 for too large an upload, 422 with each thing that is wrong.
 */
export interface CoachServices {
  models(): readonly CoachModelView[];
  status(): MappingStatusView;
  /** What taking this model, or its new version, would change. Without a name: the model in use. */
  preview(modelId?: string): MergePreviewView;
  /** Backs the database up, then imports in one transaction; entities come, change and go without a restart. */
  importModel(
    request: {
      readonly modelId: string;
      readonly token?: string;
      readonly choices?: Readonly<Record<string, "mine" | "theirs">>;
    },
    author: MappingAuthor,
  ): Promise<{ readonly batchId: number }>;
  /** Keeps a model of the owner's own, which can be imported then. The text is hostile until proven. */
  upload(yaml: string, author: MappingAuthor): Promise<CoachModelView>;
  mappings(): MappingView;
  /** Changes what is valid at a path (RFC 6901), e.g. `/entities/bedroom_ceiling/name`, or a whole entity. */
  put(path: string, value: MappingJson, author: MappingAuthor): { readonly batchId: number };
  remove(path: string, author: MappingAuthor): { readonly batchId: number };
  /** RFC 6902, all or nothing. */
  patch(operations: readonly PatchOperation[], author: MappingAuthor): { readonly batchId: number };
  undo(batchId: number, author: MappingAuthor): { readonly batchId: number };
  history(limit: number): readonly MappingBatchView[];
  /** Gives one entity, or all of the model, back what the factory says. Backs the database up first. */
  reset(entityId: string | undefined, author: MappingAuthor): Promise<{ readonly batchId: number }>;
  /** The whole coach as a model file, or the owner's edits as RFC 6902. */
  export(format: "yaml" | "patch"): string;
  discovery(): DiscoveryView;
  /** Begins to listen for what moves, for so long, ms [1000, 60000]. */
  listen(durationMs: number): ListeningView;
  listening(): ListeningView;
  /** Switches an output that nothing maps, so that its owner can look what moves. */
  tryOutput(
    definition: Readonly<Record<string, MappingJson>>,
    request: {
      readonly command: string;
      readonly parked?: boolean;
      /** Who asks, from where, and by which phone. */
      readonly actor?: string;
      readonly address?: string;
      readonly clientId?: string;
    },
  ): Promise<CommandResult>;
}
