import { type Clock, systemClock, type Timer } from "../base/mod.ts";
import { CandumpReader } from "./candump.ts";
import type { CandumpLine } from "./candump_line.ts";
import { isSendable } from "./frame_checks.ts";
import { NO_LISTENER, PortState } from "./port_state.ts";
import type { CanFrame, CanPort, CanPortListener, CanPortStatus, OutgoingFrame, SendResult } from "./types.ts";

/** Pieces of a log, of any size. What is at hand is an `Iterable` and is then played without waiting for reads. */
export type LogPieces = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** Where a candump log comes from; opened once per round of a loop. */
export interface LogSource {
  /** For messages. */
  readonly name: string;
  /** @throws when it cannot be read. */
  open(): Promise<LogPieces>;
}

/** How a {@link ReplayPort} plays. */
export interface ReplayOptions {
  readonly source: LogSource;
  readonly clock?: Clock;
  /** 1 is as recorded, 10 ten times as fast; 0 or Infinity as fast as the frames are taken. Default 1. */
  readonly speed?: number;
  /** Begin again at the end. Default false. */
  readonly loop?: boolean;
  /** Play the lines of this interface only. Default all; they come under the port's own name either way. */
  readonly fromInterface?: string;
  /** Longest silence played, ms of the log: a recorder's clock may have jumped by years. Default 60,000. */
  readonly maxGapMs?: number;
  /**
   * Playing waits while this answers true: for a taker that cannot take more now, such as a bus whose send queue is not
   * empty. At full speed it is asked before each {@link REPLAY_BURST} frames.
   */
  readonly hold?: () => boolean;
  /** Give frames the time written in the log instead of the time at which they are played. Default false. */
  readonly keepTimes?: boolean;
}

interface Entry {
  /** Since the begin of the log, ms of the log. */
  readonly atMs: number;
  readonly frame: CanFrame;
}

/** Lines without a time are played this far apart. */
const UNTIMED_GAP_MS = 1;
/** The next piece is read when fewer entries than this wait. */
const LOW_WATER = 512;
/** At full speed, most frames that are handed out in one turn. */
export const REPLAY_BURST = 128;
const HOLD_MS = 5;

/** Plays a candump log as if it were a bus. Frames sent to it come back as `tx` and go nowhere else. */
export class ReplayPort implements CanPort {
  readonly interfaceName: string;
  readonly #options: ReplayOptions;
  readonly #clock: Clock;
  readonly #speed: number;
  readonly #state: PortState;
  #listener: CanPortListener = NO_LISTENER;
  #started = false;
  #run = 0;
  #reader: CandumpReader;
  #pieces: Iterator<Uint8Array> | AsyncIterator<Uint8Array> | undefined;
  #waiting: Entry[] = [];
  #reading: Promise<void> | undefined;
  #ended = false;
  #elapsedMs = 0;
  #previousMs = NaN;
  #deltas = false;
  #roundFrames = 0;
  #startedMs = 0;
  #timer: Timer | undefined;
  #echoes: CanFrame[] = [];

  constructor(interfaceName: string, options: ReplayOptions) {
    this.interfaceName = interfaceName;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    const speed = options.speed ?? 1;
    if (!(speed >= 0)) {
      throw new RangeError(`Cannot replay "${options.source.name}": speed is ${speed}, expected 0 or more`);
    }
    this.#speed = speed === 0 ? Infinity : speed;
    this.#state = new PortState(interfaceName, this.#clock);
    this.#reader = this.#newReader();
  }

  /** Lines of the present round that no form of candump prints. */
  get malformedLines(): number {
    return this.#reader.malformed;
  }

  async start(listener: CanPortListener): Promise<void> {
    if (this.#started) return;
    this.#started = true;
    try {
      await this.#openRound();
    } catch (cause) {
      this.#started = false;
      throw new Error(`Cannot replay "${this.#options.source.name}": ${reason(cause)}`, { cause });
    }
    if (!this.#started) return this.#closePieces();
    this.#listener = listener;
    this.#elapsedMs = 0;
    this.#startedMs = this.#clock.monotonicMs();
    this.#state.startOver();
    this.#state.set("up");
    this.#listener.onLink(this.status());
    this.#pumpSoon(0);
  }

  send(frame: OutgoingFrame): SendResult {
    if (!this.#started || !this.#state.canSend) return "down";
    if (!isSendable(frame)) {
      this.#state.txDropped++;
      return "down";
    }
    if (this.#echoes.length === 0) queueMicrotask(() => this.#echo());
    const timestampMs = this.#clock.wallMs();
    const { interfaceName } = this;
    const data = frame.data.slice();
    this.#echoes.push({ interfaceName, id: frame.id, extended: true, data, timestampMs, direction: "tx" });
    return "queued";
  }

  status(): CanPortStatus {
    return this.#state.snapshot(this.#echoes.length);
  }

  async stop(): Promise<void> {
    if (!this.#started) return;
    this.#started = false;
    this.#run++;
    this.#listener = NO_LISTENER;
    this.#timer?.cancel();
    this.#waiting = [];
    this.#echoes = [];
    this.#state.set("down", "the port is stopped");
    await this.#reading;
    await this.#closePieces();
  }

  #newReader(): CandumpReader {
    return new CandumpReader({
      onFrame: (line) => this.#take(line),
      onOther: () => void this.#state.ignoredFrames++,
    });
  }

  async #openRound(): Promise<void> {
    this.#reader = this.#newReader();
    this.#previousMs = NaN;
    this.#deltas = false;
    this.#roundFrames = 0;
    this.#ended = false;
    const pieces = await this.#options.source.open();
    this.#pieces = Symbol.iterator in pieces ? pieces[Symbol.iterator]() : pieces[Symbol.asyncIterator]();
  }

  async #closePieces(): Promise<void> {
    const pieces = this.#pieces;
    this.#pieces = undefined;
    await pieces?.return?.();
  }

  #take(line: CandumpLine): void {
    this.#elapsedMs += Math.min(this.#gapMs(line), this.#options.maxGapMs ?? 60_000);
    const from = this.#options.fromInterface;
    if (from !== undefined && line.interfaceName !== from) return;
    if (!line.extended) {
      this.#state.ignoredFrames++;
      return;
    }
    const frame: CanFrame = { ...line.toFrame(), interfaceName: this.interfaceName, direction: "rx" };
    this.#waiting.push({ atMs: this.#elapsedMs, frame });
    this.#roundFrames++;
  }

  /** Time since the line before, ms of the log. */
  #gapMs(line: CandumpLine): number {
    if (line.time === "none") return UNTIMED_GAP_MS;
    const previousMs = this.#previousMs;
    this.#previousMs = line.timestampMs;
    // Times since the start never fall; the first that does shows that the log holds differences (`candump -t d`).
    if (line.time === "relative" && line.timestampMs < previousMs) this.#deltas = true;
    if (line.time === "relative" && this.#deltas) return line.timestampMs;
    return Number.isNaN(previousMs) ? 0 : Math.max(0, line.timestampMs - previousMs);
  }

  #pumpSoon(delayMs: number): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.after(delayMs, () => this.#pump());
  }

  /** Hands out what is due, reads on, and comes back when the next frame is due. */
  #pump(): void {
    if (!this.#started) return;
    if (this.#options.hold?.() === true) return this.#pumpSoon(HOLD_MS);
    const asFastAsPossible = this.#speed === Infinity;
    const playedMs = asFastAsPossible ? Infinity : (this.#clock.monotonicMs() - this.#startedMs) * this.#speed;
    if (this.#waiting.length < LOW_WATER) this.#readOn();
    if (!this.#started) return;
    let due = 0;
    const limit = asFastAsPossible ? Math.min(REPLAY_BURST, this.#waiting.length) : this.#waiting.length;
    while (due < limit && this.#waiting[due]!.atMs <= playedMs) due++;
    if (due > 0) this.#deliver(this.#waiting.splice(0, due));
    if (!this.#started) return;
    const next = this.#waiting[0];
    if (next !== undefined) this.#pumpSoon(asFastAsPossible ? 0 : Math.max(0, (next.atMs - playedMs) / this.#speed));
    else if (this.#ended) this.#finish();
    else if (this.#reading === undefined) this.#pumpSoon(0);
  }

  #deliver(entries: readonly Entry[]): void {
    this.#state.rxFrames += entries.length;
    const wallMs = this.#clock.wallMs();
    const keep = this.#options.keepTimes === true;
    this.#listener.onFrames(entries.map(({ frame }) => keep ? frame : { ...frame, timestampMs: wallMs }));
  }

  #echo(): void {
    const frames = this.#echoes;
    this.#echoes = [];
    if (frames.length === 0) return;
    this.#state.txFrames += frames.length;
    this.#listener.onFrames(frames);
  }

  /** Reads one piece; one that is not at hand pumps again when it comes. */
  #readOn(): void {
    if (this.#ended || this.#reading !== undefined || this.#pieces === undefined) return;
    const run = this.#run;
    try {
      const result = this.#pieces.next();
      if (!(result instanceof Promise)) return this.#accept(result);
      this.#reading = result.then((piece) => {
        this.#reading = undefined;
        if (run !== this.#run) return;
        this.#accept(piece);
        this.#pump();
      }).catch((error) => {
        this.#reading = undefined;
        if (run === this.#run) this.#fail(error);
      });
    } catch (error) {
      this.#fail(error);
    }
  }

  #accept(result: IteratorResult<Uint8Array>): void {
    if (!result.done) return this.#reader.push(result.value);
    this.#reader.end();
    this.#pieces = undefined;
    if (this.#options.loop !== true || this.#roundFrames === 0) {
      this.#ended = true;
      return;
    }
    const run = this.#run;
    this.#elapsedMs += UNTIMED_GAP_MS;
    this.#reading = this.#openRound().then(() => {
      this.#reading = undefined;
      if (run === this.#run) this.#pump();
    }).catch((error) => {
      this.#reading = undefined;
      if (run === this.#run) this.#fail(error);
    });
  }

  #finish(): void {
    const { name } = this.#options.source;
    if (this.#state.set("down", `the log "${name}" is over`)) this.#listener.onLink(this.status());
  }

  #fail(error: unknown): void {
    this.#ended = true;
    this.#waiting = [];
    const problem = `Cannot read the log "${this.#options.source.name}" on: ${reason(error)}`;
    if (this.#state.set("down", problem)) this.#listener.onLink(this.status());
  }
}

/** A log in a file. */
export function logFile(path: string): LogSource {
  return { name: path, open: async () => (await Deno.open(path)).readable };
}

/** A log in memory. */
export function logText(text: string, name = "text"): LogSource {
  return { name, open: () => Promise.resolve([new TextEncoder().encode(text)]) };
}

function reason(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  if (error instanceof Deno.errors.PermissionDenied) return "no permission to read it";
  return error instanceof Error ? error.message : String(error);
}
