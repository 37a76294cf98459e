import { toward } from "./coach_system.ts";

/** Seconds of silence after which a momentary output lets go; the key is repeated every 0.1 s. */
const momentaryS = 0.5;

/** What an output is told, in the words that dimmers, DC loads and AC loads share. */
export interface OutputOrder {
  readonly command: string;
  /** [0, 100]; absent: leave unchanged, so the level remembered. */
  readonly levelPct?: number;
  /** Seconds; 0 momentary or at once, Infinity without end. */
  readonly durationS?: number;
  readonly rampS?: number;
}

/** One output of a controller: level, ramp, delay, lock. */
export class Output {
  readonly #rampS: number;
  #levelPct = 0;
  #targetPct = 0;
  #ratePctPerS = Infinity;
  #timer: { leftS: number; readonly thenPct: number } | undefined;
  memoryPct = 100;
  locked = false;
  flashing = false;
  lastCommand: string | undefined;
  /** At full level, A. */
  readonly fullA: number;

  /** `rampS`: seconds from dark to full; 0 for what only switches. */
  constructor(options: { readonly rampS: number; readonly fullA: number }) {
    this.#rampS = options.rampS;
    this.fullA = options.fullA;
  }

  /** [0, 100] */
  get levelPct(): number {
    return this.#levelPct;
  }

  get ramping(): boolean {
    return this.#levelPct !== this.#targetPct;
  }

  get on(): boolean {
    return this.flashing || this.#levelPct > 0 || this.#targetPct > 0;
  }

  get variable(): boolean {
    return this.#rampS > 0;
  }

  /** Seconds left of a delay or duration. */
  get leftS(): number | undefined {
    return this.#timer?.leftS;
  }

  /** @returns whether the output obeyed; a locked one does not. */
  obey(order: OutputOrder): boolean {
    if (order.command === "lock" || order.command === "unlock") {
      this.locked = order.command === "lock";
      this.lastCommand = order.command;
      return true;
    }
    if (this.locked) return false;
    this.lastCommand = order.command;
    this.flashing = false;
    this.#obey(order);
    return true;
  }

  /** Off at once, as an interlock does it. */
  cut(): void {
    this.#timer = undefined;
    this.#levelPct = 0;
    this.#targetPct = 0;
  }

  /** @returns whether something happened that a status tells. */
  advance(seconds: number): boolean {
    let told = false;
    if (this.#timer) {
      this.#timer.leftS -= seconds;
      if (this.#timer.leftS <= 0) {
        const { thenPct } = this.#timer;
        this.#timer = undefined;
        this.#ramp(thenPct);
        told = true;
      }
    }
    if (!this.ramping) return told;
    this.#levelPct = toward(this.#levelPct, this.#targetPct, this.#ratePctPerS * seconds);
    return told || !this.ramping;
  }

  #obey(order: OutputOrder): void {
    const level = order.levelPct ?? this.memoryPct;
    const { durationS, rampS } = order;
    this.#timer = undefined;
    switch (order.command) {
      case "on_duration":
        this.#ramp(level, rampS);
        if (durationS === Infinity) return;
        this.#timer = { leftS: durationS === undefined || durationS === 0 ? momentaryS : durationS, thenPct: 0 };
        return;
      case "on_delay":
        return this.#later(level, durationS);
      case "off_delay":
        return this.#later(0, durationS);
      case "memory_off":
        if (this.#levelPct > 0) this.memoryPct = this.#levelPct;
        return this.#ramp(0, rampS);
      case "toggle":
      case "ramp_toggle":
        return this.#ramp(this.#targetPct > 0 ? 0 : level, rampS);
      case "ramp_up":
        return this.#ramp(100, rampS);
      case "ramp_down":
        return this.#ramp(0, rampS);
      case "stop":
        this.#targetPct = this.#levelPct;
        return;
      case "flash":
      case "flash_momentary":
        this.flashing = true;
        return;
      default:
        // set_level, ramp_brightness and what a controller without their extras takes for them.
        return this.#ramp(level, rampS);
    }
  }

  #later(levelPct: number, durationS: number | undefined): void {
    if (durationS === undefined || durationS === 0 || durationS === Infinity) this.#ramp(levelPct);
    else this.#timer = { leftS: durationS, thenPct: levelPct };
  }

  #ramp(targetPct: number, rampS: number | undefined = this.#rampS): void {
    this.#targetPct = targetPct;
    if (this.#rampS === 0 || rampS === 0) this.#levelPct = targetPct;
    this.#ratePctPerS = 100 / (rampS || this.#rampS || 1);
  }
}
