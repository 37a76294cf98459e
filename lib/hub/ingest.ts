import type { CanFrame } from "../can/mod.ts";
import type { Codec, Decoded, FrameAddress, Message } from "../protocol/mod.ts";
import { ChangeMonitor, type WatchedInstance } from "./change_monitor.ts";
import { type EntityRecord, type EntityTable, isNewest, type Target } from "./entity_table.ts";
import { type CacheSlot, doubledWithinMs, highWordOf, lowWordOf, MessageCache } from "./message_cache.ts";
import type { ObservedNode } from "./observations.ts";
import { Observations } from "./observations.ts";

/** Counters of one interface since the start. */
export interface IngestCounts {
  /** Frames received. */
  frames: number;
  unknown: number;
  malformed: number;
  /** Frames that another interface had brought already (bridged buses). */
  doubled: number;
  /** Monotonic ms of the latest frame; undefined: none yet. */
  lastMs: number | undefined;
}

/** What ingest tells the hub. */
export interface IngestListener {
  /** State or freshness of an entity changed. */
  onChanged(record: EntityRecord): void;
  /** A message for an entity came, changed or not. */
  onHeard(target: Target, message: Message): void;
  /** A frame that is no device's state but the network's own business (requests, claims, acknowledgments, packets). */
  onNetwork(frame: CanFrame): void;
  /**
   * A claim, request or acknowledgment that `first`, another interface, had brought already: our node of this interface
   * has to know of it, too.
   */
  onDoubledNetwork(frame: CanFrame, first: string): void;
}

/** Message names that the node of each bus deals with. */
const networkMessages = new Set([
  "ADDRESS_CLAIMED",
  "REQUEST_FOR_DGN",
  "ACKNOWLEDGMENT",
  "INITIAL_PACKET",
  "DATA_PACKET",
  "MFG_SPECIFIC_CLAIM_REQUEST",
  "PRODUCT_IDENTIFICATION",
  "DM_RV",
  "DM1",
]);

/** Of these, what a node has to answer or to obey on each interface; the others are only listened to. */
const eachNodeMessages = new Set([
  "ADDRESS_CLAIMED",
  "REQUEST_FOR_DGN",
  "ACKNOWLEDGMENT",
  "MFG_SPECIFIC_CLAIM_REQUEST",
]);

/** Received frame → decoded message → entities, counted. The hot path of the program. */
export class Ingest {
  readonly observations = new Observations();
  readonly changes = new ChangeMonitor((name, address) => this.observations.homeOf(name, address));
  /** Hears every message, mapped or not, changed or not, while an output is tried. */
  tap: ((message: Message, from: { readonly interfaceName: string; readonly nowMs: number }) => void) | undefined;
  #codec: Pick<Codec, "decode">;
  readonly #listener: IngestListener;
  readonly #cache = new MessageCache();
  readonly #counts = new Map<string, IngestCounts>();
  #table: EntityTable;

  constructor(options: {
    readonly codec: Pick<Codec, "decode">;
    readonly table: EntityTable;
    readonly listener: IngestListener;
  }) {
    this.#codec = options.codec;
    this.#table = options.table;
    this.#listener = options.listener;
  }

  /** Another set of entities takes over, and other rows of messages. */
  setTable(table: EntityTable, codec: Codec): void {
    this.#table = table;
    this.#codec = codec;
    this.#cache.clear();
    this.observations.onMapping({
      isKnown: (dgn) => codec.rowOf(dgn) !== undefined,
      isUnmapped: (message) => codec.rowOf(message.dgn) === message.row && table.route(message).length === 0,
    });
  }

  counts(interfaceName: string): IngestCounts {
    let counts = this.#counts.get(interfaceName);
    if (!counts) {
      counts = { frames: 0, unknown: 0, malformed: 0, doubled: 0, lastMs: undefined };
      this.#counts.set(interfaceName, counts);
    }
    return counts;
  }

  /** One received frame. Never throws. */
  onFrame(frame: CanFrame, time: { readonly nowMs: number; readonly wallMs: number }): void {
    const { nowMs } = time;
    const { data, interfaceName } = frame;
    const counts = this.counts(interfaceName);
    counts.frames++;
    counts.lastMs = nowMs;
    const node = this.observations.onNode({ interfaceName, sourceAddress: frame.id & 0xff }, nowMs);
    node.frames++;
    node.lastMs = nowMs;
    const lowWord = lowWordOf(data);
    const highWord = highWordOf(data);
    const slot = this.#cache.find(frame);
    if (slot && slot.lowWord === lowWord && slot.highWord === highWord && slot.length === data.length) {
      if (slot.interfaceName !== interfaceName && nowMs - slot.heardMs < doubledWithinMs) {
        counts.doubled++;
        node.doubled++;
        return this.#double(slot, frame);
      }
      // The same on two interfaces may be news on one of them.
      const { decoded, watched } = slot;
      const isNews = slot.interfaceName !== interfaceName || (watched && watched.last !== decoded);
      if (isNews && decoded.kind === "message") {
        slot.watched = this.changes.onMessage(decoded, { interfaceName, nowMs });
      }
      slot.interfaceName = interfaceName;
      slot.heardMs = nowMs;
      return this.#repeat(slot, { frame, interfaceName, nowMs, wallMs: time.wallMs });
    }
    node.lastNewMs = nowMs;
    this.#take({ frame, slot, lowWord, highWord, time, node });
  }

  /** A message that came in several packets; its frames were counted when they came. */
  onLongMessage(decoded: Decoded, from: {
    readonly interfaceName: string;
    readonly nowMs: number;
    readonly wallMs: number;
  }): void {
    if (decoded.kind !== "message") return;
    this.#deliver(decoded, { targets: this.#table.route(decoded), ...from });
  }

  #double({ decoded, interfaceName }: CacheSlot, frame: CanFrame): void {
    if (decoded.kind !== "message" || !eachNodeMessages.has(decoded.row.name)) return;
    this.#listener.onDoubledNetwork(frame, interfaceName);
  }

  /** A frame that its slot knows. Another message may have come since for the same binding: then it is news. */
  #repeat(slot: CacheSlot, now: {
    readonly frame: CanFrame;
    readonly interfaceName: string;
    readonly nowMs: number;
    readonly wallMs: number;
  }): void {
    const { decoded, targets } = slot;
    const { frame, interfaceName, nowMs, wallMs } = now;
    if (decoded.kind === "message") {
      this.tap?.(decoded, now);
      for (const target of targets) {
        const changed = isNewest(target, decoded)
          ? this.#table.touch(target, now)
          : this.#table.hear(target, { message: decoded, interfaceName, nowMs, wallMs });
        if (changed) this.#listener.onChanged(target.record);
        this.#listener.onHeard(target, decoded);
      }
      if (networkMessages.has(decoded.row.name)) return this.#listener.onNetwork(frame);
      if (targets.length === 0) this.observations.onUnmapped(decoded, { interfaceName, nowMs });
      return;
    }
    this.#notMapped(decoded, now);
  }

  #take(seen: {
    readonly frame: CanFrame;
    readonly slot: CacheSlot | undefined;
    readonly lowWord: number;
    readonly highWord: number;
    readonly time: { readonly nowMs: number; readonly wallMs: number };
    readonly node: ObservedNode;
  }): void {
    const { frame, lowWord, highWord } = seen;
    let { slot } = seen;
    const { nowMs, wallMs } = seen.time;
    const decoded = this.#codec.decode(frame.id, frame.data);
    const targets = decoded.kind === "message" ? this.#table.route(decoded) : [];
    if (slot) {
      slot.lowWord = lowWord;
      slot.highWord = highWord;
      slot.length = frame.data.length;
      slot.interfaceName = frame.interfaceName;
      slot.heardMs = nowMs;
      slot.decoded = decoded;
      slot.targets = targets;
      slot.watched = undefined;
    } else {
      const { interfaceName, data } = frame;
      slot = this.#cache.put(frame, {
        lowWord,
        highWord,
        length: data.length,
        interfaceName,
        heardMs: nowMs,
        decoded,
        targets,
        watched: undefined,
      });
    }
    if (decoded.kind !== "message") return this.#notMapped(decoded, { frame, nowMs });
    slot.watched = this.#deliver(decoded, { targets, interfaceName: frame.interfaceName, nowMs, wallMs });
    if (networkMessages.has(decoded.row.name)) this.#listener.onNetwork(frame);
  }

  #deliver(message: Message, to: {
    readonly targets: readonly Target[];
    readonly interfaceName: string;
    readonly nowMs: number;
    readonly wallMs: number;
  }): WatchedInstance | undefined {
    const { targets, interfaceName, nowMs, wallMs } = to;
    const watched = this.changes.onMessage(message, to);
    this.tap?.(message, to);
    for (const target of targets) {
      const changed = this.#table.hear(target, { message, interfaceName, nowMs, wallMs });
      if (changed) this.#listener.onChanged(target.record);
      this.#listener.onHeard(target, message);
    }
    if (targets.length === 0 && !networkMessages.has(message.row.name)) {
      this.observations.onUnmapped(message, { interfaceName, nowMs });
    }
    return watched;
  }

  #notMapped(decoded: Exclude<Decoded, Message>, now: { readonly frame: CanFrame; readonly nowMs: number }): void {
    const counts = this.counts(now.frame.interfaceName);
    if (decoded.kind === "malformed") {
      counts.malformed++;
      return;
    }
    counts.unknown++;
    const address: FrameAddress = decoded;
    this.observations.onUnknown(now.frame, { address, nowMs: now.nowMs });
  }
}
