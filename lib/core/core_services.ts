import type { Clock, Logger } from "../base/mod.ts";
import { RetryDelay } from "./retry_delay.ts";
import { withinTime } from "./within_time.ts";

/** Something that is wrong, for people: what it is, and what to do. */
export interface ServiceProblem {
  readonly what: string;
  readonly todo: string;
}

/** A part of the program that nothing can switch off. */
export interface CoreService {
  readonly name: string;
  start(): Promise<void>;
  /** Releases what `start` acquired. Only called after a start that succeeded. */
  stop(): Promise<void>;
  /** What is wrong now; absent or empty when all is well. */
  problems?(): readonly ServiceProblem[];
  /** Longest a start may take, ms. Default 10,000. */
  readonly startLimitMs?: number;
  /** Longest a stop may take before the service is left behind, ms. Default 500: a stop is over within 3 s. */
  readonly stopLimitMs?: number;
  /** Takes, before the start, the function that says that the service failed: it is stopped and started again then. */
  onFailure?(report: (error: unknown) => void): void;
  /** `program`: it cannot be started again under everything that stands on it. Default `alone`. */
  readonly restarts?: "alone" | "program";
}

export type CoreServiceState = "waiting" | "starting" | "up" | "failed" | "stopped";

/** How one service is. */
export interface CoreServiceView {
  readonly name: string;
  readonly state: CoreServiceState;
  /** Why it failed; absent unless it did. */
  readonly reason?: string;
  /** Starts after a failure. */
  readonly restarts: number;
}

/** Settings of {@link CoreServices}. */
export interface CoreServicesOptions {
  readonly logger: Logger;
  readonly clock: Clock;
  /** Told why nothing may be commanded now, and with `undefined` when it may again. */
  readonly onSafeState?: (reason: string | undefined) => void;
  /** A service failed that only restarts with the whole program: whoever runs that stops it and starts it over. */
  readonly onLost?: (error: unknown) => void;
}

const defaultStartLimitMs = 10_000;
const defaultStopLimitMs = 500;

interface Entry {
  readonly service: CoreService;
  readonly delay: RetryDelay;
  state: CoreServiceState;
  reason: string | undefined;
  restarts: number;
  /** Failed before its start was over. */
  early: { readonly error: unknown } | undefined;
  /** A restart that is under way. */
  work: Promise<void> | undefined;
}

/**
 * The core services in their order. A failed start stops what had started and throws. One that fails later brings the
 * program to the safe state until it is up again.
 */
export class CoreServices {
  readonly #options: CoreServicesOptions;
  readonly #entries: readonly Entry[];
  #running: Entry[] = [];
  #isStopping = false;

  constructor(services: readonly CoreService[], options: CoreServicesOptions) {
    this.#options = options;
    this.#entries = services.map((service) => ({
      service,
      delay: new RetryDelay(options.clock),
      state: "waiting",
      reason: undefined,
      restarts: 0,
      early: undefined,
      work: undefined,
    }));
  }

  /** @throws the error of the service that failed or took too long; those before it are stopped again. */
  async start(): Promise<void> {
    for (const entry of this.#entries) {
      entry.service.onFailure?.((error) => void this.#failed(entry, error));
      try {
        await this.#startOne(entry);
      } catch (error) {
        await this.stop();
        throw error;
      }
      this.#running.push(entry);
    }
  }

  /** Stops in reverse; one that fails or hangs does not keep the others from stopping. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const running = this.#running.reverse();
    this.#running = [];
    for (const entry of running) {
      entry.delay.cancel();
      await this.#workEnded(entry);
      if (entry.state === "up" || this.#isLost(entry)) await this.#stopOne(entry);
      entry.state = "stopped";
    }
  }

  /** What is wrong with each running service. */
  problems(): readonly ServiceProblem[] {
    return this.#running.flatMap(({ service, state, reason }) =>
      state === "up" ? [...service.problems?.() ?? []] : [failureProblem(service.name, reason)]
    );
  }

  /** Every service, in its order. */
  views(): readonly CoreServiceView[] {
    return this.#entries.map(({ service, state, reason, restarts }) => ({
      name: service.name,
      state,
      restarts,
      ...(reason === undefined ? {} : { reason }),
    }));
  }

  async #startOne(entry: Entry): Promise<void> {
    const { service } = entry;
    const limitMs = service.startLimitMs ?? defaultStartLimitMs;
    entry.state = "starting";
    entry.early = undefined;
    const work = begun(service);
    try {
      await withinTime(work, {
        clock: this.#options.clock,
        limitMs,
        what: `start the core service "${service.name}"`,
      });
    } catch (error) {
      entry.state = "failed";
      entry.reason = messageOf(error);
      // A start that ends after all, too late, must not leave behind what it acquired.
      work.then(() => this.#stopOne(entry), () => {});
      throw error;
    }
    const early = this.#earlyFailure(entry);
    entry.state = early ? "failed" : "up";
    entry.reason = early && messageOf(early.error);
    if (!early) return;
    await this.#stopOne(entry);
    throw early.error;
  }

  /** What was reported while the service started; a look of its own, since the start has changed it meanwhile. */
  #earlyFailure({ early }: Entry): Entry["early"] {
    return early;
  }

  async #stopOne({ service }: Entry): Promise<void> {
    const { clock, logger } = this.#options;
    try {
      const limitMs = service.stopLimitMs ?? defaultStopLimitMs;
      await withinTime(ended(service), { clock, limitMs, what: `stop "${service.name}"` });
    } catch (error) {
      logger.error("Core service did not stop cleanly", { service: service.name, error: messageOf(error) });
    }
  }

  async #failed(entry: Entry, error: unknown): Promise<void> {
    if (entry.state === "starting") entry.early ??= { error };
    if (entry.state !== "up" || this.#isStopping) return;
    entry.state = "failed";
    entry.reason = messageOf(error);
    this.#options.logger.error("Core service failed", { service: entry.service.name, error: entry.reason });
    this.#tellSafeState();
    if (this.#isLost(entry)) return this.#options.onLost?.(error);
    entry.work = this.#stopOne(entry);
    await entry.work;
    entry.work = undefined;
    this.#scheduleRestart(entry);
  }

  /** It failed, has not been stopped, and waits for the end of the program. */
  #isLost({ service, state }: Entry): boolean {
    return service.restarts === "program" && state === "failed";
  }

  /** Waits for a restart that is under way; one that hangs is left behind. */
  async #workEnded({ work, service }: Entry): Promise<void> {
    if (!work) return;
    const { clock, logger } = this.#options;
    try {
      const limitMs = service.stopLimitMs ?? defaultStopLimitMs;
      await withinTime(work, { clock, limitMs, what: `end the restart of "${service.name}"` });
    } catch (error) {
      logger.error("Core service did not stop cleanly", { service: service.name, error: messageOf(error) });
    }
  }

  #scheduleRestart(entry: Entry): void {
    if (this.#isStopping) return;
    entry.delay.again(() => {
      entry.work = this.#restart(entry).finally(() => entry.work = undefined);
    });
  }

  async #restart(entry: Entry): Promise<void> {
    entry.restarts++;
    try {
      await this.#startOne(entry);
    } catch (error) {
      const { logger } = this.#options;
      logger.error("Core service did not come back", { service: entry.service.name, error: messageOf(error) });
      return this.#scheduleRestart(entry);
    }
    if (this.#isStopping) {
      entry.state = "stopped";
      return await this.#stopOne(entry);
    }
    this.#options.logger.info("Core service is back", { service: entry.service.name, restarts: entry.restarts });
    this.#tellSafeState();
  }

  #tellSafeState(): void {
    const failed = this.#running.find(({ state }) => state !== "up");
    try {
      this.#options.onSafeState?.(failed && failureProblem(failed.service.name, failed.reason).what);
    } catch (error) {
      // Whoever cannot be told does not keep the service from coming back.
      this.#options.logger.error("Not everything follows the safe state", { error: messageOf(error) });
    }
  }
}

/** What is thrown before the first wait is a rejection, too. */
async function begun(service: CoreService): Promise<void> {
  await service.start();
}

async function ended(service: CoreService): Promise<void> {
  await service.stop();
}

function failureProblem(name: string, reason: string | undefined): ServiceProblem {
  return {
    what: `A core part of CoachIQ has failed (${name}): ${(reason ?? "it is starting again").replace(/\.$/, "")}.`,
    todo: "Nothing can be commanded until it is back; it is started again by itself. The log says more.",
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
