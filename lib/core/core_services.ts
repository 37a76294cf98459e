import type { Clock, Logger } from "../base/mod.ts";

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
}

/** Longest a service may take to stop before it is left behind, ms. */
const stopLimitMs = 2000;

/** The core services in their order. A failed start stops what had started and throws. */
export class CoreServices {
  readonly #services: readonly CoreService[];
  readonly #logger: Logger;
  readonly #clock: Clock;
  #running: CoreService[] = [];

  constructor(services: readonly CoreService[], options: { readonly logger: Logger; readonly clock: Clock }) {
    this.#services = services;
    this.#logger = options.logger;
    this.#clock = options.clock;
  }

  /** @throws the error of the service that failed; those before it are stopped again. */
  async start(): Promise<void> {
    for (const service of this.#services) {
      try {
        await service.start();
      } catch (error) {
        await this.stop();
        throw error;
      }
      this.#running.push(service);
    }
  }

  /** Stops in reverse; one that fails or hangs does not keep the others from stopping. */
  async stop(): Promise<void> {
    const running = this.#running.reverse();
    this.#running = [];
    for (const service of running) {
      try {
        await this.#limit(service);
      } catch (error) {
        this.#logger.error("Core service did not stop cleanly", { service: service.name, error: String(error) });
      }
    }
  }

  /** What is wrong with each running service. */
  problems(): readonly ServiceProblem[] {
    return this.#running.flatMap((service) => [...service.problems?.() ?? []]);
  }

  async #limit(service: CoreService): Promise<void> {
    const timeUp = Promise.withResolvers<never>();
    const timer = this.#clock.after(
      stopLimitMs,
      () => timeUp.reject(new Error(`Cannot stop "${service.name}": it took more than ${stopLimitMs} ms`)),
    );
    try {
      await Promise.race([service.stop(), timeUp.promise]);
    } finally {
      timer.cancel();
    }
  }
}
