import { isOutputOn, type OnTime, operatingSignals } from "../entities/mod.ts";
import type { OperatingSignal, Reading } from "../entities/mod.ts";
import { formatAddress, formatDgn, instanceOf, type Message, type MessageRow } from "../protocol/mod.ts";
import { isStatusRow } from "./status_rows.ts";

/** One instance of a status message, and what its operating signals said last. Mutated by the monitor alone. */
export interface WatchedInstance {
  readonly key: string;
  /** The first of the interfaces that carry it. */
  readonly interfaceName: string;
  readonly instance: number | undefined;
  readonly signals: readonly OperatingSignal[];
  /** By place in `signals`; undefined: it never had a value. What ramps keeps its last one. */
  readonly values: (Reading | undefined)[];
  last: Message;
  /** When it moved, newest last, the latest {@link keptMoves} of them, monotonic ms. */
  readonly moves: number[];
  /** A level between off and full was seen. */
  dims: boolean;
  /** Dimmer outputs: when it was on, the latest {@link keptMoves} times. */
  readonly onTimes: OnTime[];
}

/** One signal of one instance has another value. */
export interface InstanceChange {
  readonly of: WatchedInstance;
  /** Place in {@link WatchedInstance.signals}. */
  readonly place: number;
  readonly before: Reading;
  readonly after: Reading;
  /** False: it goes on with what began before, as a ramp does. */
  readonly isNewMove: boolean;
  /** Monotonic ms. */
  readonly nowMs: number;
}

/** Told what changes, at once. */
export interface ChangeListener {
  /** An instance was heard that never was before. */
  onFirst(instance: WatchedInstance, nowMs: number): void;
  onChange(change: InstanceChange): void;
}

interface RowPlan {
  readonly signals: readonly OperatingSignal[];
  /** Fields that number what the message is about beside its instance. */
  readonly selectors: readonly number[];
}

interface Entry extends WatchedInstance {
  /** By place: the direction of the present move, 0 for none. */
  readonly directions: number[];
  changedMs: number;
}

/** Fields that tell two things of one instance apart. */
const selector = /^(bank_select|component_(type|index)|cavity|schedule_mode_instance|connection_instance)$/;
const levels = /^operating_status(_brightness)?$/;
/** The direction of a word: it has none, and every change of it is a move. */
const anew = 2;
/** Changes that follow each other within this time, ms, without turning back are one move. */
const oneMoveMs = 2000;
export const keptMoves = 16;
/** The bus decides how many instances there are, so there is a limit. */
const maxInstances = 4096;

/** Remembers what every instance of a status message, mapped or not, does: its operating signals, and when they moved. */
export class ChangeMonitor {
  readonly #homeOf: (interfaceName: string, sourceAddress: number) => string;
  readonly #plans = new WeakMap<MessageRow, RowPlan | undefined>();
  readonly #entries = new Map<string, Entry>();
  /** Told while somebody listens. */
  listener: ChangeListener | undefined;
  #sinceMs: number | undefined;

  /** `homeOf`: the first of the interfaces on which this node's frames arrive. */
  constructor(homeOf: (interfaceName: string, sourceAddress: number) => string) {
    this.#homeOf = homeOf;
  }

  /** Monotonic ms of the first status; undefined: none yet. */
  get sinceMs(): number | undefined {
    return this.#sinceMs;
  }

  all(): IterableIterator<WatchedInstance> {
    return this.#entries.values();
  }

  get(key: string): WatchedInstance | undefined {
    return this.#entries.get(key);
  }

  /**
   * A message that is not the same as the one before of its sender. Part of the hot path.
   *
   * @returns the instance that it is about, when that is watched: its `last` says whether a repeat is news.
   */
  onMessage(
    message: Message,
    from: { readonly interfaceName: string; readonly nowMs: number },
  ): WatchedInstance | undefined {
    const plan = this.#planOf(message.row);
    if (!plan) return undefined;
    const { nowMs } = from;
    this.#sinceMs ??= nowMs;
    const home = this.#homeOf(from.interfaceName, message.sourceAddress);
    const key = instanceKey(message, home) + selectorsOf(message, plan);
    const entry = this.#entries.get(key);
    if (entry?.signals !== plan.signals) return this.#begin(message, { plan, key, home, nowMs });
    entry.last = message;
    for (let place = 0; place < plan.signals.length; place++) {
      const after = valueAt(message, plan.signals[place]);
      if (after) this.#take(entry, { place, after, nowMs });
    }
    if (message.row.name === dimmerStatus) noteOnTime(entry, nowMs);
    return entry;
  }

  #planOf(row: MessageRow): RowPlan | undefined {
    if (this.#plans.has(row)) return this.#plans.get(row);
    const signals = isStatusRow(row) ? operatingSignals(row) : [];
    const selectors = row.signals.flatMap(({ name }, index) => selector.test(name) ? [index] : []);
    const plan = signals.length === 0 ? undefined : { signals, selectors };
    this.#plans.set(row, plan);
    return plan;
  }

  #begin(message: Message, at: {
    readonly plan: RowPlan;
    readonly key: string;
    readonly home: string;
    readonly nowMs: number;
  }): WatchedInstance | undefined {
    if (this.#entries.size >= maxInstances && !this.#entries.has(at.key)) return undefined;
    const { signals } = at.plan;
    const entry: Entry = {
      key: at.key,
      interfaceName: at.home,
      instance: instanceOf(message),
      signals,
      values: signals.map((signal) => valueAt(message, signal)),
      last: message,
      moves: [],
      dims: false,
      onTimes: [],
      directions: signals.map(() => 0),
      changedMs: -Infinity,
    };
    for (const [place, value] of entry.values.entries()) if (value) noteLevel(entry, place);
    if (message.row.name === dimmerStatus) noteOnTime(entry, at.nowMs);
    this.#entries.set(at.key, entry);
    this.listener?.onFirst(entry, at.nowMs);
    return entry;
  }

  #take(entry: Entry, seen: { readonly place: number; readonly after: Reading; readonly nowMs: number }): void {
    const { place, after, nowMs } = seen;
    const before = entry.values[place];
    if (before && sameValue(before, after)) return;
    entry.values[place] = after;
    noteLevel(entry, place);
    if (!before) return;
    const direction = directionOf(before, after);
    const gone = entry.directions[place] ?? 0;
    const isNewMove = nowMs - entry.changedMs > oneMoveMs || (gone !== 0 && (direction === anew || gone !== direction));
    if (isNewMove) {
      entry.directions.fill(0);
      entry.moves.push(nowMs);
      if (entry.moves.length > keptMoves) entry.moves.shift();
    }
    entry.directions[place] = direction;
    entry.changedMs = nowMs;
    this.listener?.onChange({ of: entry, place, before, after, isNewMove, nowMs });
  }
}

const dimmerStatus = "DC_DIMMER_STATUS_3";

/** Names an instance of a message for people and for look-ups, e.g. `can0/1FEDA/9C/25`. */
export function instanceKey(message: Message, interfaceName: string): string {
  const instance = instanceOf(message);
  const end = instance === undefined ? "" : `/${instance}`;
  return `${interfaceName}/${formatDgn(message.dgn)}/${formatAddress(message.sourceAddress)}${end}`;
}

function selectorsOf(message: Message, { selectors }: RowPlan): string {
  let text = "";
  for (const index of selectors) {
    const reading = message.readings[index];
    text += `/${reading && "value" in reading ? reading.value : ""}`;
  }
  return text;
}

/** Words of the standard for a field that is on the way to its next value, or is not there. */
const noValue: ReadonlySet<string | undefined> = new Set(["value_is_changing", "not_supported"]);

/** The value of a signal; undefined while it has none, or is on the way to the next one. */
function valueAt(message: Message, signal: OperatingSignal | undefined): Reading | undefined {
  const reading = signal && message.readings[signal.index];
  return reading && "value" in reading && !noValue.has(reading.label) ? reading : undefined;
}

function sameValue(a: Reading, b: Reading): boolean {
  return a === b || ("value" in a && "value" in b && a.value === b.value && a.label === b.label);
}

function directionOf(before: Reading, after: Reading): number {
  const from = "value" in before && before.label === undefined ? before.value : undefined;
  const to = "value" in after && after.label === undefined ? after.value : undefined;
  return typeof from === "number" && typeof to === "number" ? Math.sign(to - from) : anew;
}

function noteLevel(entry: Entry, place: number): void {
  const value = entry.values[place];
  if (!levels.test(entry.signals[place]?.name ?? "") || !value || !("value" in value)) return;
  if (typeof value.value === "number" && value.value > 0 && value.value < 100) entry.dims = true;
}

function noteOnTime(entry: Entry, nowMs: number): void {
  const isOn = isOutputOn(entry.last);
  if (isOn === undefined) return;
  const { onTimes } = entry;
  const latest = onTimes.at(-1);
  const wasOn = latest !== undefined && latest.toMs === undefined;
  if (isOn === wasOn) return;
  if (latest && wasOn) onTimes[onTimes.length - 1] = { ...latest, toMs: nowMs };
  else onTimes.push({ fromMs: nowMs, toMs: undefined });
  if (onTimes.length > keptMoves) onTimes.shift();
}
