/** JSON value of a mapping. */
export type MappingJson =
  | string
  | number
  | boolean
  | null
  | readonly MappingJson[]
  | { readonly [key: string]: MappingJson };

/** A coach model that can be used: `GET /api/coach/models`. */
export interface CoachModelView {
  readonly id: string;
  readonly name: string;
  readonly make?: string;
  readonly model?: string;
  readonly year?: number;
  /** Version that the program has, or that was uploaded. */
  readonly version: number;
  readonly hash: string;
  readonly entities: number;
  readonly origin: string;
  /** Uploaded by the owner. */
  readonly custom: boolean;
  /** The coach runs with it. */
  readonly active: boolean;
  /** Version in the database; null: never imported. */
  readonly importedVersion: number | null;
  readonly updateAvailable: boolean;
}

/** What the coach runs with: `GET /api/coach/status`. */
export interface MappingStatusView {
  readonly modelId: string;
  readonly name: string;
  readonly version: number;
  readonly hash: string;
  /** ISO 8601; null: the database has no mapping tables yet, the model of the program is used as it is. */
  readonly importedAt: string | null;
  readonly importedBy: string | null;
  readonly shippedVersion: number | null;
  readonly updateAvailable: boolean;
  readonly entities: number;
  /** Paths that the owner changed. */
  readonly edits: number;
  readonly hidden: number;
  readonly unverified: number;
  readonly removed: number;
  /** Why nothing of it can be changed now; absent: it can. */
  readonly readOnlyBecause?: string;
  readonly problems: readonly string[];
}

/**
 * One path of a three-way merge. `kept`: the owner's value stays, the model did not change it, or both made the same of
 * it; `taken`: the model's new value comes; `removed`: the new model has it no more and the owner never changed it;
 * `conflict`: both changed it, and `choice` says who wins.
 */
export interface MergeChangeView {
  readonly path: string;
  /** Absent for areas and order. */
  readonly entityId?: string;
  readonly outcome: "kept" | "taken" | "removed" | "conflict";
  /** Absent: not there. */
  readonly before?: MappingJson;
  readonly shipped?: MappingJson;
  readonly owner?: MappingJson;
  /** In plain words, e.g. `Bedroom ceiling: name. You: "Bed", the model: "Bedroom"`. */
  readonly sentence: string;
  /** Who wins a conflict; the owner unless chosen otherwise. */
  readonly choice?: "mine" | "theirs";
}

/** What an update of the model would change: `GET /api/coach/preview`. */
export interface MergePreviewView {
  readonly modelId: string;
  readonly fromVersion: number | null;
  readonly toVersion: number;
  /** Of what was compared; an import with it is refused when something changed meanwhile. */
  readonly token: string;
  readonly counts: {
    readonly kept: number;
    readonly taken: number;
    readonly removed: number;
    readonly conflict: number;
  };
  readonly changes: readonly MergeChangeView[];
  /** What would be wrong with the outcome, such as two entities on one output; none: it can be applied. */
  readonly problems: readonly string[];
}

/** One entity of the mapping, as it is valid now: `GET /api/coach/mappings`. */
export interface MappedEntityView {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly area: string;
  readonly hidden: boolean;
  readonly source: "factory" | "import" | "user" | "learned";
  readonly verified: boolean;
  /** Fields that the owner changed, e.g. `name`, `load`. */
  readonly edited: readonly string[];
  /** The model has it, the owner took it away. */
  readonly removed: boolean;
  /** The whole definition; for a removed one as the model has it. */
  readonly definition: { readonly [key: string]: MappingJson };
}

/** The mapping as the editor needs it. */
export interface MappingView {
  readonly modelId: string;
  readonly areas: readonly { readonly key: string; readonly name: string; readonly edited: boolean }[];
  readonly entities: readonly MappedEntityView[];
  /** Declared by the owner or the model, see `protocol` of a model file. */
  readonly protocol: readonly { readonly name: string; readonly dgn: string; readonly fields: readonly string[] }[];
  /** Kinds with the fields that each needs, as JSON Schema. */
  readonly kinds: { readonly [kind: string]: MappingJson };
}

/** One change of the mapping as a whole: `GET /api/coach/history`. */
export interface MappingBatchView {
  readonly id: number;
  readonly reason: string;
  readonly actor: string;
  /** ISO 8601 */
  readonly changedAt: string;
  readonly undoneAt: string | null;
  /** It can be taken back now. */
  readonly undoable: boolean;
  /** Absent `before` or `after`: not there. */
  readonly changes: readonly {
    readonly path: string;
    readonly before?: MappingJson;
    readonly after?: MappingJson;
  }[];
}

/** One operation of RFC 6902. */
export interface PatchOperation {
  readonly op: "add" | "remove" | "replace" | "move" | "copy" | "test";
  readonly path: string;
  readonly from?: string;
  readonly value?: MappingJson;
}

/** What the bus says that the mapping does not: `GET /api/coach/discovery`. */
export interface DiscoveryView {
  readonly unmapped: readonly {
    readonly key: string;
    readonly interface: string;
    readonly sourceAddress: string;
    readonly message: string;
    readonly instance?: number;
    readonly ageMs: number;
    /** Readings in words, e.g. `brightness 50 %`. */
    readonly says: string;
    readonly proposal?: ProposalView;
  }[];
  readonly silent: readonly {
    readonly entityId: string;
    readonly name: string;
    /** Messages that were never heard, or not for long. */
    readonly missing: readonly string[];
  }[];
}

/** An entity that might be behind what moved. */
export interface ProposalView {
  readonly definition: { readonly [key: string]: MappingJson };
  /** What was seen, kept as the evidence of the edit. */
  readonly evidence: string;
  /** It can be switched for trial, by holding a button. */
  readonly tryable: boolean;
}

/** "Press the wall switch, what moved?": one such session. */
export interface ListeningView {
  readonly listening: boolean;
  readonly remainingMs: number;
  /** Most likely first. */
  readonly moved: readonly {
    readonly key: string;
    readonly interface: string;
    readonly sourceAddress: string;
    readonly message: string;
    readonly instance?: number;
    /** E.g. `brightness 0 % → 100 %`. */
    readonly change: string;
    readonly times: number;
    /** Mapped already, as this entity. */
    readonly entityId?: string;
    readonly proposal?: ProposalView;
  }[];
}
