import type { Message, Reading } from "../protocol/mod.ts";

interface Sender {
  readonly message: Message;
  /** Monotonic ms. */
  heardMs: number;
}

/** What several nodes say together. */
export interface MergedMessage {
  readonly message: Message;
  /** No field rests on a node that has gone silent. */
  readonly isFresh: boolean;
}

/** More nodes than any chassis has for one message; the bus decides how many there are, so there is a limit. */
const maxSenders = 16;
/** A node that is silent for this long is gone, and what it said with it, ms. */
const goneAfterMs = 600_000;

/** The latest message of each node that sends one stream: several send CCVS1, each with the fields that it knows. */
export class Senders {
  /** The latest one to speak last. */
  #all: Sender[] = [];

  /** A message, or the same one again. On bridged buses a node is one, whichever interface brings it. */
  hear(message: Message, nowMs: number): void {
    this.#all = this.#all.filter((one) =>
      nowMs - one.heardMs <= goneAfterMs && one.message.sourceAddress !== message.sourceAddress
    );
    if (this.#all.length >= maxSenders) this.#all.shift();
    this.#all.push({ message, heardMs: nowMs });
  }

  /** The latest message came again. */
  touch(nowMs: number): void {
    const latest = this.#all.at(-1);
    if (latest) latest.heardMs = nowMs;
  }

  /**
   * The latest message with every field that it leaves open as another node filled it, the newest first.
   *
   * @param sinceMs a node that was not heard since then has gone silent; monotonic ms.
   */
  merged(sinceMs: number): MergedMessage | undefined {
    const latest = this.#all.at(-1);
    if (!latest) return undefined;
    let isFresh = latest.heardMs >= sinceMs;
    const { signals } = latest.message;
    const others = this.#all.slice(0, -1).reverse().filter(({ message }) => message.signals === signals);
    if (others.length === 0) return { message: latest.message, isFresh };
    const readings = latest.message.readings.map((reading, i): Reading => {
      if ("value" in reading) return reading;
      const filled = others.find(({ message }) => "value" in (message.readings[i] ?? reading));
      if (filled && filled.heardMs < sinceMs) isFresh = false;
      return filled?.message.readings[i] ?? reading;
    });
    return { message: { ...latest.message, readings }, isFresh };
  }
}
