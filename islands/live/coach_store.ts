import { type Signal, signal } from "@preact/signals";
import type { CoachView, DatabaseUpdate, EntityView, HealthView, ServerMessage } from "../../lib/wire/mod.ts";

/** An entity, and when this phone got to know it (its own monotonic clock, ms). */
export interface LiveEntity {
  readonly view: EntityView;
  readonly receivedMs: number;
}

/** What a page knows of the coach: from the page itself at first, then from the socket. */
export interface CoachSeed {
  readonly entities?: readonly EntityView[];
  readonly coach?: CoachView;
  readonly health?: HealthView;
}

/** The live coach. One signal per entity, so that a change draws one tile again and not the page. */
export class CoachStore {
  readonly order: Signal<readonly string[]> = signal<readonly string[]>([]);
  readonly coach: Signal<CoachView | undefined> = signal<CoachView | undefined>(undefined);
  readonly health: Signal<HealthView | undefined> = signal<HealthView | undefined>(undefined);
  readonly database: Signal<DatabaseUpdate | undefined> = signal<DatabaseUpdate | undefined>(undefined);
  readonly #entities = new Map<string, Signal<LiveEntity>>();
  readonly #nowMs: () => number;

  constructor(options: { readonly nowMs: () => number }) {
    this.#nowMs = options.nowMs;
  }

  /** Takes what the page was rendered with. */
  seed(seed: CoachSeed): void {
    if (seed.coach) this.coach.value = seed.coach;
    if (seed.health) this.health.value = seed.health;
    if (seed.entities) this.#replace(seed.entities);
  }

  entity(id: string): Signal<LiveEntity> | undefined {
    return this.#entities.get(id);
  }

  receive(message: ServerMessage): void {
    if (!("topic" in message)) return;
    if (message.topic === "health") this.health.value = message.data;
    if (message.topic === "coach") this.coach.value = message.data;
    if (message.topic === "database") this.database.value = message.data;
    if (message.topic !== "entities") return;
    if (message.type === "snapshot") return this.#replace(message.data);
    const receivedMs = this.#nowMs();
    for (const change of message.data) {
      const known = this.#entities.get(change.id);
      if (!known) continue;
      // An age that the change does not state must not live on from the one before.
      const { heardAgeMs: _, ...rest } = known.value.view;
      known.value = { view: { ...rest, ...change }, receivedMs };
    }
  }

  #replace(entities: readonly EntityView[]): void {
    const receivedMs = this.#nowMs();
    const ids = entities.map(({ id }) => id);
    for (const view of entities) {
      const known = this.#entities.get(view.id);
      if (known) known.value = { view, receivedMs };
      else this.#entities.set(view.id, signal({ view, receivedMs }));
    }
    const present = new Set(ids);
    for (const id of this.#entities.keys()) if (!present.has(id)) this.#entities.delete(id);
    if (ids.join() !== this.order.value.join()) this.order.value = ids;
  }
}
