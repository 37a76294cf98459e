import type { Clock, Logger, Timer } from "../base/mod.ts";
import { readKernelFile } from "../can/mod.ts";
import type { WallTrust } from "../store/mod.ts";

/** What a machine says about its own clock. */
export interface TimeSigns {
  /** Its time service has set the clock; undefined: there is no such service that could say. */
  readonly synchronized: () => boolean | undefined;
  /** It has a clock that runs while it is off. */
  readonly hasClock: () => boolean;
}

/** Before the year of this version no clock can be right. */
export const earliestTrustedMs = Date.UTC(2026, 0, 1);

/**
 * Whether the wall clock can be believed. A Pi without a clock of its own starts with the time at which it was switched
 * off, which looks right and is not: there the time service has to say so.
 */
export function clockIsRight(wallMs: number, signs: TimeSigns): boolean {
  if (wallMs < earliestTrustedMs) return false;
  return signs.hasClock() || (signs.synchronized() ?? true);
}

const lookEveryMs = 5000;

/** Looks until the clock can be believed, and says so once: what was kept in relative time is corrected then. */
export class ClockWatch {
  readonly #options: {
    readonly clock: Clock;
    readonly trust: WallTrust;
    readonly signs: TimeSigns;
    readonly logger: Logger;
  };
  #timer: Timer | undefined;

  constructor(
    options: {
      readonly clock: Clock;
      readonly trust: WallTrust;
      readonly signs: TimeSigns;
      readonly logger: Logger;
    },
  ) {
    this.#options = options;
  }

  start(): void {
    const { clock, trust, logger } = this.#options;
    if (trust.isTrusted) return;
    logger.warn("The machine's clock is not set yet: history keeps the time since the start until it is");
    this.#timer = clock.every(lookEveryMs, () => this.#look());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #look(): void {
    const { clock, trust, signs, logger } = this.#options;
    if (!clockIsRight(clock.wallMs(), signs)) return;
    trust.trust();
    this.stop();
    logger.info("The machine's clock is right now", { time: new Date(clock.wallMs()).toISOString() });
  }
}

/** The signs of this machine (systemd's time service, the kernel's list of clocks). */
export function machineTimeSigns(): TimeSigns {
  return {
    synchronized: () => exists("/run/systemd/timesync") ? exists("/run/systemd/timesync/synchronized") : undefined,
    hasClock: () => readKernelFile("/sys/class/rtc/rtc0/name") !== undefined,
  };
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
