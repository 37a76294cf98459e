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
  /** Takes the function that says that the service failed after its start: it is stopped and started again then. */
  onFailure?(report: (error: unknown) => void): void;
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
}

const defaultStartLimitMs = 10_000;
/** Longest a service may take to stop before it is left behind, ms. */
const stopLimitMs = 2000;

interface Entry {
  readonly service: CoreService;
  readonly delay: RetryDelay;
  state: CoreServiceState;
  reason: string | undefined;
  restarts: number;
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
    }));
  }

  /** @throws the error of the service that failed or took too long; those before it are stopped again. */
  async start(): Promise<void> {
    for (const entry of this.#entries) {
      try {
        await this.#startOne(entry);
      } catch (error) {
        await this.stop();
        throw error;
      }
      this.#running.push(entry);
      entry.service.onFailure?.((error) => void this.#failed(entry, error));
    }
  }

  /** Stops in reverse; one that fails or hangs does not keep the others from stopping. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const running = this.#running.reverse();
    this.#running = [];
    for (const entry of running) {
      entry.delay.cancel();
      if (entry.state === "up") await this.#stopOne(entry);
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
    const work = service.start();
    try {
      await withinTime(work, {
        clock: this.#options.clock,
        limitMs,
        what: `start the core service "${service.name}"`,
      });
      entry.state = "up";
      entry.reason = undefined;
    } catch (error) {
      entry.state = "failed";
      entry.reason = messageOf(error);
      // A start that ends after all, too late, must not leave behind what it acquired.
      work.then(() => this.#stopOne(entry), () => {});
      throw error;
    }
  }

  async #stopOne({ service }: Entry): Promise<void> {
    const { clock, logger } = this.#options;
    try {
      await withinTime(service.stop(), { clock, limitMs: stopLimitMs, what: `stop "${service.name}"` });
    } catch (error) {
      logger.error("Core service did not stop cleanly", { service: service.name, error: messageOf(error) });
    }
  }

  async #failed(entry: Entry, error: unknown): Promise<void> {
    if (entry.state !== "up" || this.#isStopping) return;
    entry.state = "failed";
    entry.reason = messageOf(error);
    this.#options.logger.error("Core service failed", { service: entry.service.name, error: entry.reason });
    this.#tellSafeState();
    await this.#stopOne(entry);
    this.#scheduleRestart(entry);
  }

  #scheduleRestart(entry: Entry): void {
    if (this.#isStopping) return;
    entry.delay.again(() => void this.#restart(entry));
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
    if (this.#isStopping) return await this.#stopOne(entry);
    this.#options.logger.info("Core service is back", { service: entry.service.name, restarts: entry.restarts });
    this.#tellSafeState();
  }

  #tellSafeState(): void {
    const failed = this.#running.find(({ state }) => state !== "up");
    this.#options.onSafeState?.(failed && failureProblem(failed.service.name, failed.reason).what);
  }
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
