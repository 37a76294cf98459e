import type { Clock, Logger, Timer } from "../base/mod.ts";

/** What systemd tells a service of type `notify` in its environment (sd_notify(3), sd_watchdog_enabled(3)). */
export interface SystemdPlace {
  /** `NOTIFY_SOCKET`: path of a datagram socket; one that begins with `@` has no file. */
  readonly socket: string | undefined;
  /** `WATCHDOG_USEC`: without a sign of life for this long the service is started again, µs. */
  readonly watchdogUs: number | undefined;
}

/** One end of a datagram socket. */
export interface Datagrams {
  send(text: string): Promise<void>;
  close(): void;
}

/** Settings of {@link SystemdNotifier}. */
export interface SystemdNotifierOptions {
  readonly place: SystemdPlace;
  /** Opens the way to a socket. */
  readonly open: (socket: string) => Datagrams;
  readonly clock: Clock;
  readonly logger: Logger;
  /** One line for `systemctl status`. */
  readonly status: () => string;
}

/** The status line is looked at this often, ms. */
const statusEveryMs = 10_000;

/** Tells systemd that the program is ready, alive, and how it is. Without systemd it does nothing. */
export class SystemdNotifier {
  readonly #options: SystemdNotifierOptions;
  #datagrams: Datagrams | undefined;
  #timers: Timer[] = [];
  #lastStatus = "";

  constructor(options: SystemdNotifierOptions) {
    this.#options = options;
  }

  /** The program can do its work. Begins the signs of life, at half the time that systemd waits. */
  ready(): void {
    const { place, open, clock, logger } = this.#options;
    if (place.socket === undefined) return;
    try {
      this.#datagrams = open(place.socket);
    } catch (error) {
      logger.warn("Cannot tell systemd that the program is ready", { error: String(error) });
      return;
    }
    this.#lastStatus = this.#options.status();
    this.#send(`READY=1\nSTATUS=${oneLine(this.#lastStatus)}`);
    if (place.watchdogUs !== undefined && place.watchdogUs > 0) {
      this.#timers.push(clock.every(place.watchdogUs / 2000, () => this.#send("WATCHDOG=1")));
    }
    this.#timers.push(clock.every(statusEveryMs, () => this.#tellStatus()));
  }

  /** The program is about to end. */
  stopping(): void {
    this.#send("STOPPING=1");
    this.handOver();
  }

  /** From now on another notifier gives the signs of life; its `ready()` must follow before systemd loses patience. */
  handOver(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers = [];
    // The datagram is handed to the kernel before the socket is closed: sending does not wait for the reader.
    this.#datagrams?.close();
    this.#datagrams = undefined;
  }

  #tellStatus(): void {
    const status = this.#options.status();
    if (status === this.#lastStatus) return;
    this.#lastStatus = status;
    this.#send(`STATUS=${oneLine(status)}`);
  }

  #send(text: string): void {
    this.#datagrams?.send(text).catch((error) => {
      this.#options.logger.warn("Cannot tell systemd how the program is", { error: String(error) });
    });
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}
