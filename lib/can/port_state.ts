import type { Clock } from "../base/mod.ts";
import type { CanLink, CanPortListener, CanPortStatus } from "./types.ts";

/** Link and counters of one port: what every implementation of `CanPort` keeps. */
export class PortState {
  rxFrames = 0;
  txFrames = 0;
  rxDropped = 0;
  txDropped = 0;
  errorFrames = 0;
  /** Standard, remote and other frames that are not handed out. */
  ignoredFrames = 0;

  readonly #interfaceName: string;
  readonly #clock: Clock;
  #link: CanLink = "down";
  #problem: string | undefined = "the port is not started";
  #sinceMs: number;
  #announced = true;

  constructor(interfaceName: string, clock: Clock) {
    this.#interfaceName = interfaceName;
    this.#clock = clock;
    this.#sinceMs = clock.monotonicMs();
  }

  get link(): CanLink {
    return this.#link;
  }

  get sinceMs(): number {
    return this.#sinceMs;
  }

  /** True while frames can be sent. */
  get canSend(): boolean {
    return this.#link === "up" || this.#link === "errorPassive";
  }

  /** The next {@link set} is news whatever it says: a listener is told the link once when its port starts. */
  startOver(): void {
    this.#announced = false;
  }

  /** Sets link and problem; true when the listener is to be told. */
  set(link: CanLink, problem?: string): boolean {
    this.#problem = problem;
    if (link === this.#link && this.#announced) return false;
    this.#announced = true;
    this.#link = link;
    this.#sinceMs = this.#clock.monotonicMs();
    return true;
  }

  snapshot(queued: number): CanPortStatus {
    return {
      interfaceName: this.#interfaceName,
      link: this.#link,
      sinceMs: this.#sinceMs,
      rxFrames: this.rxFrames,
      txFrames: this.txFrames,
      rxDropped: this.rxDropped,
      txDropped: this.txDropped,
      errorFrames: this.errorFrames,
      ignoredFrames: this.ignoredFrames,
      queued,
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
    };
  }
}

/** Listener of a port that is stopped. */
export const NO_LISTENER: CanPortListener = { onFrames() {}, onLink() {} };
