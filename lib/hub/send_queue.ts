import type { Clock, Timer } from "../base/mod.ts";
import type { OutgoingFrame, SendResult } from "../can/mod.ts";

/** A frame waiting to be sent. */
export interface PacedFrame extends OutgoingFrame {
  readonly dgn: number;
  /** Least time between two frames of this DGN, ms. */
  readonly minGapMs: number;
  /** Earliest time after the submission, ms ≥ 0. */
  readonly afterMs: number;
}

/** What becomes of a submission: exactly one of these is called, once. */
export interface SubmissionListener {
  /** The last frame was handed to the interface. */
  onSent(nowMs: number): void;
  /** The interface cannot send, or a newer submission with the same key took its place. */
  onDropped(reason: "down" | "full" | "replaced" | "stopped"): void;
}

interface Submission {
  readonly key: string;
  /** Never given up while the queue runs, and goes out even when it is stopped: a motor's stop. */
  readonly lastWord: boolean;
  readonly startedMs: number;
  readonly frames: readonly PacedFrame[];
  readonly listener: SubmissionListener;
  next: number;
  attempts: number;
}

/** How long a full interface queue is waited for before the submission is given up, in steps of 5 ms. */
const maxAttempts = 40;
const retryMs = 5;
/** A last word that an interface refuses for another reason is tried again after this, ms. */
const retryDownMs = 50;
/** A timer may fire this much early without a gap being called too short, ms. */
const toleranceMs = 0.5;

/**
 * Sends frames in order with the gaps that RV-C asks for (2023-11, 3.2.4: at least 50 ms between two frames of one
 * DGN), and lets the newest value of a drag replace one that still waits.
 */
export class SendQueue {
  readonly #clock: Clock;
  readonly #send: (frame: OutgoingFrame) => SendResult;
  readonly #lastSentMs = new Map<number, number>();
  #submissions: Submission[] = [];
  #timer: Timer | undefined;
  #isPaused = false;

  constructor(options: { readonly clock: Clock; readonly send: (frame: OutgoingFrame) => SendResult }) {
    this.#clock = options.clock;
    this.#send = options.send;
  }

  /** Number of submissions that still have frames to send. */
  get waiting(): number {
    return this.#submissions.length;
  }

  /**
   * Takes frames to send. One that is due goes out before this returns.
   *
   * @param options.key a submission of which nothing was sent yet is replaced by a later one with the same key.
   * @param options.lastWord is tried again for as long as the interface refuses it, and goes out even when the queue is
   * stopped before its turn: a motor's stop.
   */
  submit(frames: readonly PacedFrame[], options: {
    readonly key: string;
    readonly listener: SubmissionListener;
    readonly lastWord?: boolean;
  }): void {
    const { key, listener, lastWord = false } = options;
    const replaced = this.#submissions.filter((other) => other.key === key && other.next === 0);
    this.#submissions = this.#submissions.filter((other) => !replaced.includes(other));
    const startedMs = this.#clock.monotonicMs();
    this.#submissions.push({ key, lastWord, startedMs, frames, listener, next: 0, attempts: 0 });
    for (const other of replaced) other.listener.onDropped("replaced");
    this.#pump();
  }

  /** Drops what waits under a key, sent in part or not. */
  cancel(key: string): void {
    const dropped = this.#submissions.filter((submission) => submission.key === key);
    this.#submissions = this.#submissions.filter((submission) => submission.key !== key);
    for (const submission of dropped) submission.listener.onDropped("replaced");
  }

  /** Nothing but last words goes out until {@link resume}. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#pump();
  }

  /** Drops everything that waits, last words too: what was encoded for an address that is lost must not go out. */
  clear(): void {
    for (const submission of this.#takeAll()) submission.listener.onDropped("down");
  }

  /** Drops everything that waits, but for last words: those go out now, whatever their gap. */
  stop(): void {
    for (const { frames, next, lastWord, listener } of this.#takeAll()) {
      const isSaid = lastWord && frames.slice(next).every((frame) => this.#send(frame) === "queued");
      if (isSaid) listener.onSent(this.#clock.monotonicMs());
      else listener.onDropped("stopped");
    }
  }

  #takeAll(): readonly Submission[] {
    this.#timer?.cancel();
    this.#timer = undefined;
    const taken = this.#submissions;
    this.#submissions = [];
    return taken;
  }

  #pump(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const nowMs = this.#clock.monotonicMs();
    const blocked = new Set<number>();
    let wakeMs = Infinity;
    const ended: (() => void)[] = [];
    for (const submission of [...this.#submissions]) {
      const dueMs = this.#advance(submission, { nowMs, blocked, ended });
      wakeMs = Math.min(wakeMs, dueMs);
    }
    if (wakeMs !== Infinity) {
      this.#timer = this.#clock.after(Math.max(0, wakeMs - nowMs), () => this.#pump());
    }
    for (const tell of ended) tell();
  }

  /** Sends what is due of one submission; answers when it wants to be looked at again. */
  #advance(submission: Submission, pass: {
    readonly nowMs: number;
    readonly blocked: Set<number>;
    readonly ended: (() => void)[];
  }): number {
    const { nowMs, blocked, ended } = pass;
    for (;;) {
      const frame = submission.frames[submission.next];
      if (!frame) {
        this.#remove(submission);
        ended.push(() => submission.listener.onSent(nowMs));
        return Infinity;
      }
      if (this.#isPaused && !submission.lastWord) return Infinity;
      const askedMs = submission.startedMs + frame.afterMs;
      if (askedMs > nowMs + toleranceMs) return askedMs;
      // An earlier submission waits for this DGN: its wake-up is ours too.
      if (blocked.has(frame.dgn)) return Infinity;
      const freeMs = (this.#lastSentMs.get(frame.dgn) ?? -Infinity) + frame.minGapMs;
      if (freeMs > nowMs + toleranceMs) {
        blocked.add(frame.dgn);
        return freeMs;
      }
      const result = this.#send(frame);
      if (result === "queued") {
        this.#lastSentMs.set(frame.dgn, nowMs);
        submission.next++;
        submission.attempts = 0;
        continue;
      }
      if (submission.lastWord || (result === "full" && ++submission.attempts < maxAttempts)) {
        blocked.add(frame.dgn);
        return nowMs + (result === "full" ? retryMs : retryDownMs);
      }
      this.#remove(submission);
      ended.push(() => submission.listener.onDropped(result));
      return Infinity;
    }
  }

  #remove(submission: Submission): void {
    this.#submissions = this.#submissions.filter((other) => other !== submission);
  }
}
