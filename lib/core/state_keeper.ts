import { type EntitySnapshot, type Hub, shownState } from "../hub/mod.ts";
import type { Store } from "../store/mod.ts";

/**
 * Between the hub and the storage: what was known before is restored at the start, what changes is kept. A side branch:
 * it never holds up the line and never fails it.
 */
export class StateKeeper {
  readonly #hub: Hub;
  readonly #store: Store;
  #unsubscribe: (() => void) | undefined;

  constructor(options: { readonly hub: Hub; readonly store: Store }) {
    this.#hub = options.hub;
    this.#store = options.store;
  }

  /** The store must be open, and the hub not started yet. */
  start(): Promise<void> {
    this.#hub.restore(this.#store.states.restore());
    this.#unsubscribe = this.#hub.subscribe({
      onEntities: (changes) => this.#onChanges(changes),
      onCoach: () => this.#forgetVanished(),
    });
    this.#forgetVanished();
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#unsubscribe?.();
    return Promise.resolve();
  }

  /** Their history stays: it can be looked at when they come back. */
  #forgetVanished(): void {
    const { states } = this.#store;
    states.remove([...states.latest()].flatMap(({ id }) => this.#hub.entity(id) ? [] : id));
  }

  #onChanges(changes: readonly EntitySnapshot[]): void {
    for (const { id, updatedAtMs } of changes) {
      const record = this.#hub.entity(id);
      if (!record || record.heard.size === 0) continue;
      this.#store.states.mark({ id, state: shownState(record), updatedAtMs });
      this.#store.history.record(id, record.state);
    }
  }
}
