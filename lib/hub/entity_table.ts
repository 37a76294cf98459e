import type { EntityDefinition } from "../coach/mod.ts";
import type { Binding, DerivedState, EntityKind, EntityState, SignalSpec } from "../entities/mod.ts";
import type { Message } from "../protocol/mod.ts";
import { instanceOf } from "../protocol/mod.ts";
import type { MessageLookup } from "./message_lookup.ts";
import {
  confirmRestored,
  firstWordsMs,
  type Freshness,
  giveUpRestored,
  type Restored,
  shownFreshness,
  shownState,
} from "./restored_state.ts";
import { Senders } from "./senders.ts";

/** Where a message came from. */
export interface Source {
  readonly interfaceName: string;
  readonly sourceAddress: number;
  readonly message: string;
  readonly dgn: number;
}

/** One binding of an entity, and when it was heard. Mutated by the table alone. */
export interface BindingStatus {
  readonly binding: Binding;
  readonly dgn: number;
  /** Monotonic ms of the latest message; undefined: never. */
  heardMs: number | undefined;
  source: Source | undefined;
  freshness: Freshness;
  /** Where the binding wants it: what each node said. */
  readonly senders: Senders | undefined;
}

/** One entity with everything known of it. Mutated by the table alone; readers take it as a view of now. */
export interface EntityRecord extends Restored {
  definition: EntityDefinition;
  readonly kind: EntityKind;
  readonly bindings: readonly BindingStatus[];
  readonly heard: Map<string, Message>;
  derived: DerivedState;
  /** What the bus said since the start. Commands, interlocks and confirmations rest on this alone. */
  state: EntityState;
  /** Wall-clock ms of the last change of `state`; undefined: never heard. */
  updatedAtMs: number | undefined;
  /** Of what the bus said; {@link shownFreshness} is what people are told. */
  freshness: Freshness;
  /** Of the latest message. */
  source: Source | undefined;
}

/** The part of a record that changes, as listeners get it. */
export interface EntitySnapshot {
  readonly id: string;
  readonly state: EntityState;
  readonly updatedAtMs: number | undefined;
  readonly freshness: Freshness;
  readonly source: Source | undefined;
}

/** One derived signal with its age and origin. */
export interface SignalStatus {
  readonly name: string;
  readonly heardMs: number | undefined;
  readonly freshness: Freshness;
  readonly source: Source | undefined;
}

/** One place where a message goes: an entity and one of its bindings. */
export interface Target {
  readonly record: EntityRecord;
  readonly status: BindingStatus;
}

/**
 * A node that sends nothing for this long is silent: RV-C wants something from every node each 5,000 ms
 * (RV-C 2023-11, 3.2.4), and we allow it to miss two.
 */
export const nodeSilentAfterMs = 15_000;

/** Settings of an {@link EntityTable}. */
export interface EntityTableOptions {
  readonly kindOf: (definition: EntityDefinition) => EntityKind;
  readonly lookup: MessageLookup;
  /** The table that this one takes over from: its records go on where they are mapped as before. */
  readonly previous?: EntityTable;
}

/** All entities of the coach, and the way from a message to those it feeds. */
export class EntityTable {
  readonly #records = new Map<string, EntityRecord>();
  readonly #byDgn = new Map<number, Target[]>();

  /** @throws {Error} naming the entity that listens to what the standards do not have; nothing is changed then. */
  constructor(definitions: readonly EntityDefinition[], options: EntityTableOptions) {
    const records = definitions.map((definition) => {
      const before = options.previous?.get(definition.id);
      const kept = before && goesOn(before, { definition, lookup: options.lookup });
      return { definition, record: kept ? before : newRecord(definition, options) };
    });
    for (const { definition, record } of records) {
      record.definition = definition;
      this.#records.set(definition.id, record);
      for (const status of record.bindings) {
        const list = this.#byDgn.get(status.dgn);
        if (list) list.push({ record, status });
        else this.#byDgn.set(status.dgn, [{ record, status }]);
      }
    }
  }

  get(id: string): EntityRecord | undefined {
    return this.#records.get(id);
  }

  all(): IterableIterator<EntityRecord> {
    return this.#records.values();
  }

  get size(): number {
    return this.#records.size;
  }

  /** The entities that this message feeds; the answer holds for every later message of the same id and selectors. */
  route(message: Message): readonly Target[] {
    const candidates = this.#byDgn.get(message.dgn);
    if (!candidates) return noTargets;
    const instance = instanceOf(message);
    const targets = candidates.filter(({ status: { binding } }) =>
      (binding.instance === undefined || binding.instance === instance) &&
      (binding.sourceAddress === undefined || binding.sourceAddress === message.sourceAddress) &&
      (binding.where === undefined || matches(message, binding.where))
    );
    return targets.length === 0 ? noTargets : targets;
  }

  /**
   * Gives an entity the state that it had before a restart; the bus confirms it signal by signal.
   *
   * @returns false when there is no such entity, or the bus has spoken already.
   */
  restore(
    stored: { readonly id: string; readonly state: EntityState; readonly updatedAtMs: number | undefined },
  ): boolean {
    const record = this.#records.get(stored.id);
    if (!record || record.heard.size > 0) return false;
    const known = new Set(signalSpecs(record).map(({ name }) => name));
    record.restored = Object.fromEntries(Object.entries(stored.state).filter(([name]) => known.has(name)));
    record.updatedAtMs = stored.updatedAtMs;
    return refreshRecord(record);
  }

  /**
   * The newest message of a binding was heard again, byte for byte: it only makes its readings younger, and commands go
   * to the interface that brought it. True when that changed the freshness.
   */
  touch(target: Target, heard: { readonly interfaceName: string; readonly nowMs: number }): boolean {
    const { record, status } = target;
    status.heardMs = heard.nowMs;
    status.senders?.touch(heard.nowMs);
    const { source } = status;
    if (source && source.interfaceName !== heard.interfaceName) {
      status.source = { ...source, interfaceName: heard.interfaceName };
    }
    if (record.source?.interfaceName !== heard.interfaceName) record.source = status.source;
    if (status.freshness === "live" && record.freshness === "live") return false;
    status.freshness = "live";
    return refreshRecord(record);
  }

  /** A new message for a binding. True when state or freshness of the entity changed. */
  hear(target: Target, heard: {
    readonly message: Message;
    readonly interfaceName: string;
    readonly nowMs: number;
    readonly wallMs: number;
  }): boolean {
    const { record, status } = target;
    const { message, interfaceName } = heard;
    const sameSender = status.source !== undefined && status.source.interfaceName === interfaceName &&
      status.source.sourceAddress === message.sourceAddress;
    if (!sameSender) {
      status.source = {
        interfaceName,
        sourceAddress: message.sourceAddress,
        message: message.row.name,
        dgn: message.dgn,
      };
    }
    status.heardMs = heard.nowMs;
    status.senders?.hear(message, heard.nowMs);
    const merged = status.senders?.merged(silentSince(status, heard.nowMs));
    status.freshness = merged?.isFresh === false ? "stale" : "live";
    record.source = status.source;
    record.heard.set(status.binding.key, merged?.message ?? message);
    const derived = record.kind.derive(record.definition, record.heard);
    record.derived = derived;
    const state = stateOf(derived, record.state);
    const confirmed = confirmRestored(record);
    record.restoredUntilMs ??= heard.nowMs + firstWordsMs(record);
    const changed = state !== record.state || record.updatedAtMs === undefined || confirmed;
    if (changed) {
      record.state = state;
      record.updatedAtMs = heard.wallMs;
    }
    return refreshRecord(record) || changed;
  }

  /**
   * Re-examines every binding's age, and that of what was restored.
   *
   * @param nodeHeardMs when the node behind a source was last heard at all, monotonic ms.
   * @returns the entities of which freshness or what is shown changed.
   */
  sweep(nowMs: number, nodeHeardMs: (source: Source) => number | undefined): EntityRecord[] {
    const changed: EntityRecord[] = [];
    for (const record of this.#records.values()) {
      let touched = false;
      for (const status of record.bindings) {
        if (status.heardMs === undefined || status.source === undefined || status.freshness !== "live") continue;
        const limitMs = status.binding.staleAfterMs;
        const ageMs = limitMs === undefined
          ? nowMs - Math.max(status.heardMs, nodeHeardMs(status.source) ?? 0)
          : nowMs - status.heardMs;
        const senders = status.senders?.merged(silentSince(status, nowMs));
        if (ageMs > (limitMs ?? nodeSilentAfterMs) || senders?.isFresh === false) {
          status.freshness = "stale";
          touched = true;
        }
      }
      const givenUp = giveUpRestored(record, nowMs);
      if ((touched && refreshRecord(record)) || givenUp) changed.push(record);
    }
    return changed;
  }
}

/** Whether this very message is what the binding was told last: when it comes again, it says nothing new. */
export function isNewest({ record, status }: Target, message: Message): boolean {
  return record.heard.get(status.binding.key) === message;
}

/** A node of a stream that was not heard since then has gone silent, monotonic ms. */
function silentSince({ binding }: BindingStatus, nowMs: number): number {
  return binding.staleAfterMs === undefined ? -Infinity : nowMs - binding.staleAfterMs;
}

/** A record of which nothing was heard yet. @throws {Error} */
function newRecord(definition: EntityDefinition, { kindOf, lookup }: EntityTableOptions): EntityRecord {
  const kind = kindOf(definition);
  if (definition.kind === "sensor" && !lookup.hasField(definition.message, definition.field)) {
    throw new Error(
      `Cannot map entity "${definition.id}": message "${definition.message}" has no field "${definition.field}", ` +
        `expected the name of one of its fields`,
    );
  }
  const bindings = kind.bindings(definition).map((binding): BindingStatus => {
    const dgn = lookup.dgnOf(binding.message);
    if (dgn === undefined) {
      throw new Error(
        `Cannot map entity "${definition.id}": message "${binding.message}" is in no protocol table, ` +
          `expected the name of a DGN or PGN`,
      );
    }
    const senders = binding.perSender ? new Senders() : undefined;
    return { binding, dgn, heardMs: undefined, source: undefined, freshness: "unseen", senders };
  });
  return {
    definition,
    kind,
    bindings,
    heard: new Map(),
    derived: {},
    state: {},
    restored: {},
    restoredUntilMs: undefined,
    updatedAtMs: undefined,
    freshness: "unseen",
    source: undefined,
  };
}

/** Whether an entity is mapped as before: only what people call it, and what is said of it, is another. */
function goesOn(
  record: EntityRecord,
  now: { readonly definition: EntityDefinition; readonly lookup: MessageLookup },
): boolean {
  const { definition, lookup } = now;
  const { name, area, hidden, provenance } = record.definition;
  return JSON.stringify({ ...definition, name, area, hidden, provenance }) === JSON.stringify(record.definition) &&
    record.bindings.every(({ binding, dgn }) => lookup.dgnOf(binding.message) === dgn) &&
    [...record.heard.values()].every(lookup.isCurrent);
}

const noTargets: readonly Target[] = [];

function matches(message: Message, where: Readonly<Record<string, number>>): boolean {
  for (const [field, wanted] of Object.entries(where)) {
    const index = message.signals.findIndex((signal) => signal.name === field);
    const reading = index < 0 ? undefined : message.readings[index];
    if (!reading || !("value" in reading) || reading.value !== wanted) return false;
  }
  return true;
}

/** The worst freshness of what was heard; without any, `restored` or `unseen`. True when it changed. */
function refreshRecord(record: EntityRecord): boolean {
  let freshness: Freshness = "unseen";
  if (record.heard.size === 0 && Object.keys(record.restored).length > 0) freshness = "restored";
  for (const status of record.bindings) {
    if (status.freshness === "unseen") continue;
    if (freshness === "unseen" || rank[status.freshness] > rank[freshness]) freshness = status.freshness;
  }
  if (freshness === record.freshness) return false;
  record.freshness = freshness;
  return true;
}

const rank: Readonly<Record<Freshness, number>> = { unseen: 0, live: 1, restored: 2, stale: 3 };

/** The readings of `derived`; the very object `previous` when nothing differs, so that identity means "unchanged". */
function stateOf(derived: DerivedState, previous: EntityState): EntityState {
  const state: Record<string, EntityState[string]> = {};
  let same = true;
  let count = 0;
  for (const name in derived) {
    const signal = derived[name];
    if (!signal) continue;
    count++;
    const before = previous[name];
    if (before !== undefined && (before === signal.reading || equalReadings(before, signal.reading))) {
      state[name] = before;
    } else {
      state[name] = signal.reading;
      same = false;
    }
  }
  if (same) { for (const _ in previous) count--; }
  return same && count === 0 ? previous : state;
}

function equalReadings(a: EntityState[string], b: EntityState[string]): boolean {
  if ("value" in a) return "value" in b && a.value === b.value && a.unit === b.unit && a.label === b.label;
  return !("value" in b) && a.status === b.status;
}

/** The changing part of a record, as it is now. */
export function snapshotOf(record: EntityRecord): EntitySnapshot {
  return {
    id: record.definition.id,
    state: shownState(record),
    updatedAtMs: record.updatedAtMs,
    freshness: shownFreshness(record),
    source: record.source,
  };
}

/** The signals that this entity can have, in display order. */
export function signalSpecs({ kind, definition }: EntityRecord): readonly SignalSpec[] {
  return kind.signalsOf?.(definition) ?? kind.signals;
}

/** Age and origin of every signal the entity can have, derived or not. */
export function signalStatuses(record: EntityRecord): readonly SignalStatus[] {
  return signalSpecs(record).map(({ name }) => {
    const derived = record.derived[name];
    const status = derived && record.bindings.find((b) => b.binding.key === derived.from);
    return {
      name,
      heardMs: status?.heardMs,
      freshness: derived ? status?.freshness ?? record.freshness : name in record.restored ? "restored" : "unseen",
      source: status?.source,
    };
  });
}
