import type { Clock } from "../base/mod.ts";
import {
  messageWords,
  type Proposal,
  type ProposalContext,
  propose,
  proposePair,
  type SeenInstance,
  takesTurns,
} from "../entities/mod.ts";
import { instanceOf, type Message } from "../protocol/mod.ts";
import type { BusStatus } from "./bus_node.ts";
import { instanceKey, type WatchedInstance } from "./change_monitor.ts";
import type { EntityTable } from "./entity_table.ts";
import type { Ingest } from "./ingest.ts";
import { ListeningSession, type MovedInstance } from "./listening_session.ts";
import { silentEntities, type SilentEntity } from "./silent_entities.ts";

/** A status message that nothing maps, and what it may be. */
export interface UnmappedFinding {
  readonly key: string;
  /** The first of the interfaces that carry it. */
  readonly interfaceName: string;
  readonly instance: number | undefined;
  readonly message: Message;
  /** What it says, in words, e.g. `brightness 50 %`. */
  readonly says: string;
  /** Since it was heard last, ms. */
  readonly ageMs: number;
  readonly proposal: Proposal | undefined;
}

/** Something that moved while somebody listened, and what it is or may be. */
export interface MovedFinding extends MovedInstance {
  /** The entity that it is mapped as. */
  readonly entityId: string | undefined;
  /** Where nothing maps it. */
  readonly proposal: Proposal | undefined;
}

/** One session of "press the wall switch, what moved?". */
export interface ListeningReport {
  readonly isListening: boolean;
  readonly remainingMs: number;
  /** Most likely first; of those alike, what nothing maps first. */
  readonly moved: readonly MovedFinding[];
}

/** Area of what nobody has put anywhere, where the coach has it. */
const unsortedArea = "unsorted";
const dimmerStatus = "DC_DIMMER_STATUS_3";
const nothingSaid = "no value in any field";

/** What the bus says that the mapping does not, and what the mapping says that the bus does not. */
export class Discovery {
  readonly #clock: Clock;
  readonly #ingest: Ingest;
  readonly #table: () => EntityTable;
  readonly #session: ListeningSession;
  /** Interface → since when it is up, monotonic ms. */
  readonly #upSinceMs = new Map<string, number>();

  constructor(
    options: { readonly clock: Clock; readonly ingest: Ingest; readonly table: () => EntityTable },
  ) {
    this.#clock = options.clock;
    this.#ingest = options.ingest;
    this.#table = options.table;
    this.#session = new ListeningSession({ clock: options.clock, changes: options.ingest.changes });
  }

  /** A link went up or down. */
  onBus({ port }: BusStatus): void {
    const { interfaceName, link } = port;
    if (link !== "up" && link !== "errorPassive") this.#upSinceMs.delete(interfaceName);
    else if (!this.#upSinceMs.has(interfaceName)) this.#upSinceMs.set(interfaceName, this.#clock.monotonicMs());
  }

  /** Ends the listening. */
  stop(): void {
    this.#session.stop();
  }

  /** Instances of status messages that nothing maps, in the order of their keys; bridged buses count once. */
  unmapped(): readonly UnmappedFinding[] {
    const { observations } = this.#ingest;
    const newest = new Map<string, { readonly message: Message; readonly home: string; readonly lastMs: number }>();
    for (const { interfaceName, sourceAddress, last, lastMs } of observations.unmapped()) {
      const home = observations.homeOf(interfaceName, sourceAddress);
      const key = instanceKey(last, home);
      if ((newest.get(key)?.lastMs ?? -Infinity) < lastMs) newest.set(key, { message: last, home, lastMs });
    }
    const nowMs = this.#clock.monotonicMs();
    const pairs = this.#pairs();
    const context = this.#context();
    const senders = this.#senders();
    return [...newest].map(([key, { message, home, lastMs }]) => ({
      key,
      interfaceName: home,
      instance: instanceOf(message),
      message,
      says: messageWords(message) || nothingSaid,
      ageMs: nowMs - lastMs,
      proposal: pairs.get(key) ?? propose(this.#seen(message, { home, senders }), context),
    })).sort((a, b) => collator.compare(a.key, b.key));
  }

  /** Mapped entities of which a device is not heard. */
  silent(): readonly SilentEntity[] {
    const nowMs = this.#clock.monotonicMs();
    const since = [...this.#upSinceMs.values()];
    return silentEntities({
      records: this.#table().all(),
      observations: this.#ingest.observations,
      nowMs,
      upForMs: since.length === 0 ? undefined : nowMs - Math.min(...since),
    });
  }

  /** Begins to listen for what moves, for so long, ms; a session that runs begins anew. */
  listen(durationMs: number): ListeningReport {
    this.#session.begin(durationMs);
    return this.listening();
  }

  /** What moved in the session that runs, or in the latest one. */
  listening(): ListeningReport {
    const pairs = this.#pairs();
    const context = this.#context();
    const senders = this.#senders();
    const { isListening, remainingMs } = this.#session;
    return {
      isListening,
      remainingMs,
      moved: this.#session.moved().map((moved) => {
        const { of, signal, change } = moved;
        const entityId = this.#table().route(of.last)[0]?.record.definition.id;
        const seen = {
          ...this.#seen(of.last, { home: of.interfaceName, senders }),
          moved: { field: signal.name, change },
        };
        const proposal = entityId === undefined ? pairs.get(of.key) ?? propose(seen, context) : undefined;
        return { ...moved, entityId, proposal };
      }).sort((a, b) =>
        b.likelihood - a.likelihood || Number(b.entityId === undefined) - Number(a.entityId === undefined)
      ),
    };
  }

  #seen(
    message: Message,
    from: { readonly home: string; readonly senders: ReadonlyMap<string, ReadonlySet<number>> },
  ): SeenInstance {
    const sender = this.#senderOf(message, from.home);
    const instance = instanceOf(message);
    return {
      message,
      instance,
      dims: this.#ingest.changes.get(instanceKey(message, from.home))?.dims ?? false,
      isShared: (from.senders.get(`${message.dgn}/${instance}`)?.size ?? 0) > 1,
      ...(sender === undefined ? {} : { sender }),
    };
  }

  /** Who the sending node says that it is. */
  #senderOf(message: Message, interfaceName: string): string | undefined {
    const product = this.#ingest.observations.node(interfaceName, message.sourceAddress)?.product;
    const words = product ? `${product.make} ${product.model}`.trim() : "";
    return words === "" ? undefined : words;
  }

  /** Message and instance → the addresses that send it. */
  #senders(): ReadonlyMap<string, ReadonlySet<number>> {
    const senders = new Map<string, Set<number>>();
    const note = (message: Message) => {
      const what = `${message.dgn}/${instanceOf(message)}`;
      senders.set(what, (senders.get(what) ?? new Set()).add(message.sourceAddress));
    };
    for (const { last } of this.#ingest.observations.unmapped()) note(last);
    for (const { heard } of this.#table().all()) for (const message of heard.values()) note(message);
    return senders;
  }

  /** Ids that are taken, and the area for what is new. */
  #context(): ProposalContext {
    const definitions = [...this.#table().all()].map(({ definition }) => definition);
    const areas = definitions.map(({ area }) => area);
    return {
      takenIds: new Set(definitions.map(({ id }) => id)),
      area: areas.includes(unsortedArea) ? unsortedArea : areas[0] ?? unsortedArea,
    };
  }

  /** Unmapped outputs that take turns as the two directions of a motor do, by the keys of both. */
  #pairs(): ReadonlyMap<string, Proposal> {
    const table = this.#table();
    const outputs = [...this.#ingest.changes.all()].filter(({ last, dims, onTimes, instance }) =>
      last.row.name === dimmerStatus && instance !== undefined && !dims && onTimes.length > 0 &&
      table.route(last).length === 0
    );
    const pairs = new Map<string, Proposal>();
    const context = this.#context();
    for (const [i, one] of outputs.entries()) {
      for (const other of outputs.slice(i + 1)) {
        if (pairs.has(one.key) || pairs.has(other.key) || !mayBePair(one, other)) continue;
        const proposal = proposePair([this.#output(one), this.#output(other)], context);
        if (proposal) pairs.set(one.key, proposal).set(other.key, proposal);
      }
    }
    return pairs;
  }

  #output({ last, interfaceName, instance = 0, onTimes }: WatchedInstance) {
    const sender = this.#senderOf(last, interfaceName);
    return { message: last, instance, onTimes, ...(sender === undefined ? {} : { sender }) };
  }
}

/** Instances in the order of their numbers. */
const collator = new Intl.Collator("en", { numeric: true });

function mayBePair(one: WatchedInstance, other: WatchedInstance): boolean {
  return one.interfaceName === other.interfaceName && one.last.sourceAddress === other.last.sourceAddress &&
    takesTurns(one.onTimes, other.onTimes);
}
