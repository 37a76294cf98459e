import type { CanUpdate, EntityChange, FrameView, Topic } from "../wire/mod.ts";
import type { Principal } from "./principal.ts";

/** As much of a WebSocket as a client needs; declared here so that tests can be a slow phone. */
export interface LiveSocket {
  readonly readyState: number;
  readonly bufferedAmount: number;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

/** What one phone may cost. */
export interface FeedLimits {
  /** Above this many unsent bytes a phone is behind and gets the newest values only. */
  readonly behindBytes: number;
  /** A phone that was behind for this long is dropped, ms. */
  readonly dropAfterMs: number;
  /** Longest message of a phone, characters. */
  readonly messageChars: number;
  /** Messages per ten seconds. */
  readonly messagesPer10s: number;
  /** After this many malformed messages the connection is closed. */
  readonly malformed: number;
  /** Phones at one time. */
  readonly clients: number;
  /** Of those from one network address; the machine itself is not counted. */
  readonly clientsPerAddress: number;
  /** Frames kept for a phone that is behind. */
  readonly keptFrames: number;
}

export const defaultLimits: FeedLimits = {
  behindBytes: 64 * 1024,
  dropAfterMs: 30_000,
  messageChars: 4096,
  messagesPer10s: 100,
  malformed: 5,
  clients: 64,
  clientsPerAddress: 16,
  keptFrames: 200,
};

/** Answers the present data of a topic as JSON, for snapshots. */
export type SnapshotSource = (topic: Topic) => string;

const open = 1;

/**
 * One phone: which topics it wants, and what waits for it while it is slow. What waits is the latest value per entity,
 * so its size is bounded by the coach and not by time.
 */
export class LiveClient {
  readonly #socket: LiveSocket;
  readonly #limits: FeedLimits;
  /** Whose screen it is. */
  readonly principal: Principal;
  readonly #sequence = new Map<Topic, number>();
  readonly #entities = new Map<string, EntityChange>();
  readonly #due = new Map<Topic, "snapshot" | "change">();
  #can: CanUpdate | undefined;
  #behindSinceMs: number | undefined;
  #malformed = 0;
  #windowStartMs = -Infinity;
  #windowMessages = 0;

  constructor(socket: LiveSocket, options: { readonly limits: FeedLimits; readonly principal: Principal }) {
    this.#socket = socket;
    this.#limits = options.limits;
    this.principal = options.principal;
  }

  wants(topic: Topic): boolean {
    return this.#sequence.has(topic);
  }

  /** True when the snapshot of a wanted topic was sent. */
  hasBegun(topic: Topic): boolean {
    return (this.#sequence.get(topic) ?? 0) > 0;
  }

  subscribe(topic: Topic): void {
    this.#sequence.set(topic, 0);
    this.#forget(topic);
  }

  unsubscribe(topic: Topic): void {
    this.#sequence.delete(topic);
    this.#forget(topic);
  }

  /** True while messages must be kept instead of sent. */
  get isBehind(): boolean {
    return this.#hasWaiting() || this.#socket.bufferedAmount > this.#limits.behindBytes;
  }

  /** Sends one message of a topic whose data is JSON already, shared among phones. */
  send(topic: Topic, message: { readonly type: "snapshot" | "change"; readonly json: string }): void {
    const sequence = this.#sequence.get(topic);
    if (sequence === undefined) return;
    this.#sequence.set(topic, sequence + 1);
    this.sendRaw(`{"topic":"${topic}","seq":${sequence},"type":"${message.type}","data":${message.json}}`);
  }

  sendRaw(text: string): void {
    if (this.#socket.readyState === open) this.#socket.send(text);
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  /** Keeps the latest value of each entity for later. */
  keepEntities(changes: readonly EntityChange[]): void {
    if (this.#due.get("entities") === "snapshot") return;
    for (const change of changes) this.#entities.set(change.id, change);
  }

  /** Keeps the state of the interfaces and the newest frames for later. */
  keepCan(update: CanUpdate): void {
    const before = this.#can;
    const frames: readonly FrameView[] = before ? [...before.frames, ...update.frames] : update.frames;
    const dropped = Math.max(0, frames.length - this.#limits.keptFrames);
    this.#can = {
      interfaces: update.interfaces,
      frames: frames.slice(dropped),
      omittedFrames: (before?.omittedFrames ?? 0) + update.omittedFrames + dropped,
    };
  }

  /** The topic is sent from its present data as soon as there is room. */
  keepDue(topic: Topic, type: "snapshot" | "change"): void {
    if (this.#due.get(topic) === "snapshot") return;
    this.#due.set(topic, type);
    if (topic === "entities") this.#entities.clear();
  }

  /**
   * Sends what waits if there is room again.
   *
   * @returns `behind` while something waits, `dead` when it has waited for too long.
   */
  flush(options: { readonly nowMs: number; readonly snapshot: SnapshotSource }): "level" | "behind" | "dead" {
    if (!this.#hasWaiting()) return this.#level();
    if (this.#socket.bufferedAmount > this.#limits.behindBytes / 2) {
      this.#behindSinceMs ??= options.nowMs;
      return options.nowMs - this.#behindSinceMs > this.#limits.dropAfterMs ? "dead" : "behind";
    }
    for (const [topic, type] of this.#due) this.send(topic, { type, json: options.snapshot(topic) });
    this.#due.clear();
    if (this.#entities.size > 0) {
      this.send("entities", { type: "change", json: JSON.stringify([...this.#entities.values()]) });
      this.#entities.clear();
    }
    if (this.#can) this.send("can", { type: "change", json: JSON.stringify(this.#can) });
    this.#can = undefined;
    return this.#level();
  }

  /** Counts a message of the phone; false when it sends more than a phone ever would. */
  countMessage(nowMs: number): boolean {
    if (nowMs - this.#windowStartMs > 10_000) {
      this.#windowStartMs = nowMs;
      this.#windowMessages = 0;
    }
    return ++this.#windowMessages <= this.#limits.messagesPer10s;
  }

  /** Counts a malformed message; false when it was one too many. */
  countMalformed(): boolean {
    return ++this.#malformed < this.#limits.malformed;
  }

  #level(): "level" {
    this.#behindSinceMs = undefined;
    return "level";
  }

  #hasWaiting(): boolean {
    return this.#due.size > 0 || this.#entities.size > 0 || this.#can !== undefined;
  }

  #forget(topic: Topic): void {
    this.#due.delete(topic);
    if (topic === "entities") this.#entities.clear();
    if (topic === "can") this.#can = undefined;
  }
}
