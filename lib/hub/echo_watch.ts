import type { Clock, Timer } from "../base/mod.ts";
import type { CanFrame, OutgoingFrame } from "../can/mod.ts";

/** A frame of ours that the bus has not taken after this time is taken by nobody, ms. */
const takenWithinMs = 1000;
/** A bus that was heard, or has taken a frame, within this time is there, ms. */
const provenForMs = 1000;
/** A frame that waits this long is behind others, ms. */
const delayedMs = 100;
/** A timer that is this late tells of a busy machine, not of the bus: what came meanwhile is read first, ms. */
const lateMs = 250;
const graceMs = 100;
/** Test frames in a row while nothing is heard: the controller repeats each of them for ever by itself. */
const mostTests = 3;
/** Longest time between two test frames, ms. */
const longestTestGapMs = 30_000;
/** Most frames that are waited for. */
const mostWaiting = 256;
/** Most of them that are still recognized when later ones were taken before. */
const mostPassed = 16;

interface Waiting {
  readonly frame: OutgoingFrame;
  readonly sinceMs: number;
}

/**
 * Whether the bus takes what we send. An interface echoes a frame when another node has acknowledged it; with nobody
 * there (the plug is out) the controller repeats the frame without end, and it goes out when the plug goes in, be it an
 * hour later.
 */
export class EchoWatch {
  readonly #clock: Clock;
  readonly #test: () => void;
  readonly #onStuck: () => void;
  #waiting: Waiting[] = [];
  #passed: Waiting[] = [];
  #timer: Timer | undefined;
  #isStuck = false;
  #evidenceMs = -Infinity;
  #tests = 0;
  #nextTestMs = -Infinity;

  constructor(options: {
    readonly clock: Clock;
    /** Sends something that does no harm whenever it goes out. */
    readonly test: () => void;
    /** Nobody takes our frames. */
    readonly onStuck: () => void;
  }) {
    this.#clock = options.clock;
    this.#test = options.test;
    this.#onStuck = options.onStuck;
  }

  /** Nobody takes our frames; ends with the next echo. */
  get isStuck(): boolean {
    return this.#isStuck;
  }

  /** A frame of ours waits for long. */
  get isDelayed(): boolean {
    const [oldest] = this.#waiting;
    return oldest !== undefined && this.#clock.monotonicMs() - oldest.sinceMs > delayedMs;
  }

  /** There is a bus: it was heard, or has taken a frame, a moment ago. */
  get isProven(): boolean {
    return !this.#isStuck && this.#clock.monotonicMs() - this.#evidenceMs <= provenForMs;
  }

  /** Finds out whether there is a bus, unless that is being done. */
  prove(): void {
    if (this.#waiting.length === 0) this.#test();
  }

  /** A frame was given to the interface. */
  sent(frame: OutgoingFrame): void {
    if (this.#waiting.length >= mostWaiting) return;
    this.#waiting.push({ frame, sinceMs: this.#clock.monotonicMs() });
    if (!this.#isStuck) this.#look();
  }

  /** Takes what the interface delivers; answers which frames of ours were taken by the bus. */
  onFrames(frames: readonly CanFrame[]): readonly OutgoingFrame[] {
    const taken: OutgoingFrame[] = [];
    for (const frame of frames) {
      if (frame.direction !== "tx") continue;
      const found = this.#take(frame);
      if (found) taken.push(found.frame);
    }
    this.#evidenceMs = this.#clock.monotonicMs();
    if (taken.length > 0) this.#recover();
    else if (this.#isStuck && this.#evidenceMs >= this.#nextTestMs) this.#testAgain();
    return taken;
  }

  /** What is on its way is lost, or nobody's business any more. */
  reset(): void {
    this.#waiting = [];
    this.#passed = [];
    this.#evidenceMs = -Infinity;
    this.#recover();
  }

  #take(frame: CanFrame): Waiting | undefined {
    const isIt = (waiting: Waiting) => isSame(waiting.frame, frame);
    const place = this.#waiting.findIndex(isIt);
    if (place >= 0) {
      // Frames are taken in order: those before it were lost, or a controller with several mailboxes sends them yet.
      this.#passed = [...this.#passed, ...this.#waiting.splice(0, place + 1)].slice(-mostPassed);
      return this.#passed.pop();
    }
    const passed = this.#passed.findIndex(isIt);
    return passed < 0 ? undefined : this.#passed.splice(passed, 1)[0];
  }

  #recover(): void {
    const nowMs = this.#clock.monotonicMs();
    // Of those that waited too long, what still comes needs no waiting for, and the others are lost.
    if (this.#isStuck) this.#waiting = this.#waiting.filter(({ sinceMs }) => nowMs - sinceMs < takenWithinMs);
    this.#isStuck = false;
    this.#tests = 0;
    this.#look();
  }

  /** Looks again when the oldest frame has waited for too long. */
  #look(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const [oldest] = this.#waiting;
    if (oldest) this.#lookAt(oldest.sinceMs + takenWithinMs);
  }

  #lookAt(dueMs: number): void {
    this.#timer = this.#clock.after(Math.max(0, dueMs - this.#clock.monotonicMs()), () => {
      const nowMs = this.#clock.monotonicMs();
      if (nowMs - dueMs > lateMs) return this.#lookAt(nowMs + graceMs);
      this.#isStuck = true;
      this.#onStuck();
      if (this.#isStuck) this.#testAgain();
    });
  }

  #testAgain(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const gapMs = Math.min(takenWithinMs * 2 ** this.#tests++, longestTestGapMs);
    this.#nextTestMs = this.#clock.monotonicMs() + gapMs;
    this.#test();
    // Then only what is heard says that it is worth another one.
    if (this.#tests < mostTests) this.#timer = this.#clock.after(gapMs, () => this.#testAgain());
  }
}

function isSame(one: OutgoingFrame, other: OutgoingFrame): boolean {
  return one.id === other.id && one.data.length === other.data.length &&
    one.data.every((byte, i) => byte === other.data[i]);
}
