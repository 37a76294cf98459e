import type { Clock, Timer } from "../base/mod.ts";
import type { OutgoingFrame } from "../can/mod.ts";
import type { PlannedMessage } from "../entities/mod.ts";
import type { PacedFrame, SendQueue, SubmissionListener } from "./send_queue.ts";

/** A word that the bus has not taken this long after it was sent is said again, ms. */
const againMs = 1000;
/** A word is said this often in a row; after that only when the bus comes back. */
const mostTimes = 5;

interface Word {
  readonly key: string;
  readonly messages: readonly PlannedMessage[];
  readonly listener: SubmissionListener;
  /** Frames that the bus has not taken yet; undefined: not said yet. */
  untaken: Set<OutgoingFrame> | undefined;
  times: number;
  again: Timer | undefined;
}

/**
 * The stops of motors: each is kept until the bus has taken it, however long there is no bus or no address, and is
 * encoded with the address of the time at which it goes out. The newest of one key counts.
 */
export class LastWords {
  readonly #clock: Clock;
  readonly #queue: SendQueue;
  /** Frames with the address of now; undefined: there is none. */
  readonly #encode: (messages: readonly PlannedMessage[]) => readonly PacedFrame[] | undefined;
  readonly #onFailure: (error: unknown) => void;
  readonly #kept = new Map<string, Word>();

  constructor(options: {
    readonly clock: Clock;
    readonly queue: SendQueue;
    readonly encode: (messages: readonly PlannedMessage[]) => readonly PacedFrame[] | undefined;
    readonly onFailure: (error: unknown) => void;
  }) {
    this.#clock = options.clock;
    this.#queue = options.queue;
    this.#encode = options.encode;
    this.#onFailure = options.onFailure;
  }

  /** Sends it, and keeps it until the bus has taken it. */
  add(
    key: string,
    said: { readonly messages: readonly PlannedMessage[]; readonly listener: SubmissionListener },
  ): void {
    const older = this.#kept.get(key);
    const word: Word = { key, ...said, untaken: undefined, times: 0, again: undefined };
    if (older) this.#forget(older);
    this.#kept.set(key, word);
    older?.listener.onDropped("replaced");
    this.#say(word);
  }

  /** The bus is there again, or the address: what is kept goes out, in the order in which it came. */
  say(): void {
    for (const word of [...this.#kept.values()]) {
      word.times = 0;
      this.#say(word);
    }
  }

  /** The bus took a frame of ours. */
  onTaken(frame: OutgoingFrame): void {
    for (const word of this.#kept.values()) {
      if (word.untaken?.delete(frame) && word.untaken.size === 0) this.#forget(word);
    }
  }

  /** The bus is gone: what is kept waits for {@link say}. */
  pause(): void {
    for (const { again } of this.#kept.values()) again?.cancel();
  }

  /** Nobody listens for what the bus takes any more; what was never sent stays. */
  stop(): void {
    this.pause();
    for (const word of [...this.#kept.values()]) if (word.untaken) this.#forget(word);
  }

  #say(word: Word): void {
    word.again?.cancel();
    let frames: readonly PacedFrame[] | undefined;
    try {
      frames = this.#encode(word.messages);
    } catch (error) {
      // A message that is in no table any more: the other words do not wait for it.
      this.#forget(word);
      word.listener.onDropped("stopped");
      return this.#onFailure(error);
    }
    if (frames === undefined) return;
    word.untaken = new Set(frames);
    this.#queue.submit(frames, {
      key: word.key,
      lastWord: true,
      listener: {
        onSent: (nowMs) => {
          this.#sayAgainLater(word);
          word.listener.onSent(nowMs);
        },
        // Kept: it goes out when the bus is there again.
        onDropped: () => {},
      },
    });
  }

  #sayAgainLater(word: Word): void {
    word.again?.cancel();
    if (this.#kept.get(word.key) !== word || ++word.times >= mostTimes) return;
    word.again = this.#clock.after(againMs, () => this.#say(word));
  }

  #forget(word: Word): void {
    word.again?.cancel();
    if (this.#kept.get(word.key) === word) this.#kept.delete(word.key);
  }
}
