import type { Clock, Timer } from "../base/mod.ts";
import { fieldWords, type OperatingSignal, type Reading, readingWords } from "../entities/mod.ts";
import type { ChangeMonitor, InstanceChange, WatchedInstance } from "./change_monitor.ts";

/** Something that moved while somebody listened. */
export interface MovedInstance {
  readonly of: WatchedInstance;
  /** The signal that says most about it. */
  readonly signal: OperatingSignal;
  /** E.g. `brightness 0 % → 100 %`. */
  readonly change: string;
  /** How many times it moved; a ramp is one move. 0: it was heard for the first time. */
  readonly times: number;
  /** (0, 4]: how much it looks like somebody's doing, less for what moves by itself. */
  readonly likelihood: number;
}

interface Course {
  readonly of: WatchedInstance;
  readonly firstMs: number;
  /** Moves in the minutes before. */
  readonly movesBefore: number;
  times: number;
  /** By place of the signal: its values, as {@link Path}. */
  readonly paths: Map<number, Path>;
}

/** Where a signal was when the listening began, before its latest turn, and last. */
interface Path {
  readonly begin: Reading;
  turn: Reading;
  last: Reading;
}

/** What moved in this time before the listening moves by itself, ms. */
const noiseMs = 300_000;
/** More moves than that nobody makes with a switch while the listening lasts. */
const mostPresses = 10;
/** After this time, ms, everything that is sent again and again was heard: what is new then was caused by somebody. */
const settledAfterMs = 60_000;
const maxCourses = 500;

/** "Press the wall switch, what moved?": one session at a time; its end is the clock's, and what it found stays. */
export class ListeningSession {
  readonly #clock: Clock;
  readonly #changes: ChangeMonitor;
  readonly #courses = new Map<WatchedInstance, Course>();
  #timer: Timer | undefined;
  #startMs = 0;
  #endMs = 0;

  constructor(options: { readonly clock: Clock; readonly changes: ChangeMonitor }) {
    this.#clock = options.clock;
    this.#changes = options.changes;
  }

  /** Begins anew, for so long, ms. */
  begin(durationMs: number): void {
    this.stop();
    this.#courses.clear();
    this.#startMs = this.#clock.monotonicMs();
    this.#endMs = this.#startMs + durationMs;
    this.#timer = this.#clock.after(durationMs, () => this.stop());
    this.#changes.listener = {
      onFirst: (instance, nowMs) => this.#onFirst(instance, nowMs),
      onChange: (change) => this.#onChange(change),
    };
  }

  /** Ends it before its time; what was found stays. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#changes.listener = undefined;
  }

  /** 0: it does not listen. */
  get remainingMs(): number {
    return this.#timer ? Math.max(0, this.#endMs - this.#clock.monotonicMs()) : 0;
  }

  get isListening(): boolean {
    return this.#timer !== undefined;
  }

  /** What moved, most likely first. */
  moved(): readonly MovedInstance[] {
    return [...this.#courses.values()]
      .sort((a, b) => a.firstMs - b.firstMs)
      .map((course) => {
        const said = describe(course);
        return { ...said, of: course.of, times: course.times, likelihood: likelihoodOf(course, said.signal) };
      })
      .sort((a, b) => b.likelihood - a.likelihood);
  }

  #onFirst(of: WatchedInstance, nowMs: number): void {
    const { sinceMs } = this.#changes;
    if (sinceMs === undefined || this.#startMs - sinceMs < settledAfterMs) return;
    if (of.values.every((value) => value === undefined)) return;
    this.#courseOf(of, nowMs);
  }

  #onChange({ of, place, before, after, isNewMove, nowMs }: InstanceChange): void {
    const course = this.#courseOf(of, nowMs);
    if (!course) return;
    if (isNewMove || course.times === 0) course.times++;
    const path = course.paths.get(place);
    if (!path) course.paths.set(place, { begin: before, turn: before, last: after });
    else {
      if (isNewMove) path.turn = path.last;
      path.last = after;
    }
  }

  #courseOf(of: WatchedInstance, nowMs: number): Course | undefined {
    const known = this.#courses.get(of);
    if (known || this.#courses.size >= maxCourses) return known;
    const sinceMs = this.#startMs - noiseMs;
    const movesBefore = of.moves.filter((atMs) => atMs >= sinceMs && atMs < this.#startMs).length;
    const course = { of, firstMs: nowMs, movesBefore, times: 0, paths: new Map<number, Path>() };
    this.#courses.set(of, course);
    return course;
  }
}

function likelihoodOf({ times, movesBefore }: Course, { weight }: OperatingSignal): number {
  const usual = times === 0 || times > mostPresses ? 0.5 : 1;
  return weight * usual / (1 + movesBefore);
}

/** The signal that says most, and its course in words. */
function describe({ of, paths }: Course): Pick<MovedInstance, "signal" | "change"> {
  const moved = [...paths].sort(([a], [b]) => weightAt(of, b) - weightAt(of, a) || a - b)[0];
  if (moved) {
    const [place, { begin, turn, last }] = moved;
    const signal = signalAt(of, place);
    const steps = [begin, ...(readingWords(begin) === readingWords(last) ? [turn] : []), last];
    return { signal, change: `${fieldWords(signal.name)} ${steps.map(readingWords).join(" → ")}` };
  }
  const places = of.values.flatMap((value, place) => value ? [place] : [])
    .sort((a, b) => weightAt(of, b) - weightAt(of, a) || a - b);
  const place = places[0] ?? 0;
  const signal = signalAt(of, place);
  const value = of.values[place];
  const says = value ? `, ${fieldWords(signal.name)} ${readingWords(value)}` : "";
  return { signal, change: `heard for the first time${says}` };
}

function signalAt(of: WatchedInstance, place: number): OperatingSignal {
  const signal = of.signals[place];
  if (!signal) throw new RangeError(`Cannot describe "${of.key}": it has no signal ${place}`);
  return signal;
}

function weightAt(of: WatchedInstance, place: number): number {
  return of.signals[place]?.weight ?? 0;
}
