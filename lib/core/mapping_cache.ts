import type { Logger } from "../base/mod.ts";
import { documentFrom, type KnownMessages, type MappingDocument, type MappingRow } from "../coach/mod.ts";
import type { Protocol } from "../protocol/mod.ts";
import type { Mapping, Store } from "../store/mod.ts";
import { extendedProtocol } from "./extended_protocol.ts";
import { MappingError, withStore } from "./mapping_error.ts";
import { type MappingState, mappingState } from "./mapping_state.ts";

/** The mapping that the coach runs with, in memory: read from the database once, and again after every change. */
export class MappingCache {
  readonly #store: Store;
  readonly #standards: Protocol;
  readonly #messages: KnownMessages;
  readonly #logger: Logger;
  readonly #listeners = new Set<() => void>();
  #state: MappingState | undefined;
  #protocol: Protocol;

  constructor(options: {
    readonly store: Store;
    readonly standards: Protocol;
    readonly messages: KnownMessages;
    readonly logger: Logger;
  }) {
    this.#store = options.store;
    this.#standards = options.standards;
    this.#messages = options.messages;
    this.#logger = options.logger;
    this.#protocol = options.standards;
  }

  /** Whether anything was read yet. */
  get isReady(): boolean {
    return this.#state !== undefined;
  }

  /** @throws {MappingError} `unavailable` when nothing was read yet. */
  get state(): MappingState {
    if (this.#state) return this.#state;
    throw new MappingError("unavailable", "Cannot tell the coach's mapping: no coach model was imported yet");
  }

  /** The standards with the messages that the mapping declares; another object only when these are others. */
  get protocol(): Protocol {
    return this.#protocol;
  }

  /** What the database says of a model now, without using it. */
  read(modelId: string): MappingState {
    const rows = this.rows(modelId);
    const status = this.#store.imports.status(modelId);
    const kept = status && this.#store.imports.shipped(modelId, status.hash);
    // Kept by this program, as a document. Without it the factory's rows are all that is known.
    const base = kept?.content as MappingDocument | undefined ??
      documentFrom(rows.filter(({ source }) => source === "factory"));
    return this.stateOf(rows, { modelId, base });
  }

  rows(modelId: string): readonly MappingRow[] {
    return this.#store.mappings.active(modelId).map(rowOf);
  }

  stateOf(
    rows: readonly MappingRow[],
    of: { readonly modelId: string; readonly base: MappingDocument },
  ): MappingState {
    return mappingState(rows, { ...of, messages: this.#messages });
  }

  /** From now on the coach runs with this. Whoever looks on is told. */
  show(state: MappingState): void {
    const before = JSON.stringify(this.#state?.declared ?? []);
    this.#state = state;
    if (JSON.stringify(state.declared) !== before) {
      this.#protocol = extendedProtocol(this.#standards, state.declared);
    }
    for (const listener of this.#listeners) {
      try {
        listener();
      } catch (error) {
        this.#logger.error("A change of the coach's mapping could not be followed", { error: String(error) });
      }
    }
  }

  /** The database changed. @throws {MappingError} `unavailable` when it cannot be read. */
  reload(): void {
    const { modelId } = this.state;
    this.show(withStore(() => this.read(modelId)));
  }

  /** Told after every change; returns the function that ends it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

/** Rows hold what was once JSON. */
function rowOf({ path, value, source }: Mapping): MappingRow {
  return { path, value: value as MappingRow["value"], source };
}
