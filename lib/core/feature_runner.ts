import type { Clock, Logger, Timer } from "../base/mod.ts";
import type { Feature, FeatureState, RunningFeature } from "./feature.ts";
import type { FeatureFaults } from "./feature_faults.ts";
import { RetryDelay } from "./retry_delay.ts";
import { withinTime } from "./within_time.ts";

const defaultStartLimitMs = 10_000;
const stopLimitMs = 2000;

/** What one runner is given. */
export interface FeatureRunnerOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly faults: FeatureFaults;
  /** Told after every change of the state. */
  readonly onChange: () => void;
}

/** One feature: started, watched, stopped, started again. Nothing it does comes out of here as an error. */
export class FeatureRunner {
  readonly feature: Feature;
  readonly #options: FeatureRunnerOptions;
  readonly #delay: RetryDelay;
  #state: FeatureState = "off";
  #reason: string | undefined;
  #running: RunningFeature | undefined;
  #abort = new AbortController();
  #restarts = 0;
  #retryInMs = 0;
  /** Counts starts: what belongs to an earlier one no longer concerns us. */
  #generation = 0;

  constructor(feature: Feature, options: FeatureRunnerOptions) {
    this.feature = feature;
    this.#options = options;
    this.#delay = new RetryDelay(options.clock);
  }

  get state(): FeatureState {
    return this.#state;
  }

  get restarts(): number {
    return this.#restarts;
  }

  get reason(): string | undefined {
    return this.#state === "failed"
      ? `${this.#reason}. It is tried again in ${Math.round(this.#retryInMs / 1000)} s.`
      : this.#reason;
  }

  problems(): ReturnType<NonNullable<RunningFeature["problems"]>> {
    try {
      return this.#running?.problems?.() ?? [];
    } catch (error) {
      this.#fail(error);
      return [];
    }
  }

  async start(): Promise<void> {
    const { clock, logger, faults } = this.#options;
    const { feature } = this;
    const generation = ++this.#generation;
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    const fail = (error: unknown) => generation === this.#generation ? this.#fail(error) : undefined;
    this.#set("starting");
    const inItsName = <T>(work: () => T): T => faults.within(feature.name, fail, work);
    const context = { clock: guarded(clock, { fail, signal, inItsName }), logger, signal, fail };
    const begun = inItsName(() => attempt(() => feature.start(context)));
    try {
      const running = await withinTime(Promise.race([begun, whenAborted(signal)]), {
        clock,
        limitMs: feature.startLimitMs ?? defaultStartLimitMs,
        what: `start the feature "${feature.name}"`,
      });
      if (generation !== this.#generation) return await this.#end(running);
      this.#running = running;
      this.#set("running");
    } catch (error) {
      // What comes too late is ended when it comes.
      begun.then((running) => generation === this.#generation ? undefined : this.#end(running), () => {});
      fail(error);
    }
  }

  /** Ends it for good, or until something it needs is back. */
  async stop(state: "off" | "blocked", reason?: string): Promise<void> {
    const running = this.#release();
    this.#delay.cancel();
    this.#set(state, reason);
    if (running) await this.#end(running);
  }

  #release(): RunningFeature | undefined {
    const running = this.#running;
    this.#generation++;
    this.#running = undefined;
    this.#abort.abort();
    return running;
  }

  #fail(error: unknown): void {
    if (this.#state !== "starting" && this.#state !== "running") return;
    const reason = (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
    this.#options.logger.error("Feature failed", { feature: this.feature.name, error: reason });
    const running = this.#release();
    if (running) void this.#end(running);
    this.#retryInMs = this.#delay.again(() => {
      this.#restarts++;
      void this.start();
    });
    this.#set("failed", reason);
  }

  async #end(running: RunningFeature): Promise<void> {
    const { clock, logger } = this.#options;
    try {
      const what = `stop the feature "${this.feature.name}"`;
      await withinTime(attempt(() => running.stop()), { clock, limitMs: stopLimitMs, what });
    } catch (error) {
      logger.error("Feature did not stop cleanly", { feature: this.feature.name, error: String(error) });
    }
  }

  #set(state: FeatureState, reason?: string): void {
    this.#state = state;
    this.#reason = reason;
    this.#options.onChange();
  }
}

/** What is thrown before the first wait is a rejection, too. */
async function attempt<T>(work: () => Promise<T>): Promise<T> {
  return await work();
}

/** Never resolves; a stop does not wait for a start that hangs. */
function whenAborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  signal.addEventListener("abort", () => reject(new Error("it was stopped")), { once: true });
  return promise;
}

/** A clock whose timers end with the feature, and whose callbacks fail the feature alone. */
function guarded(
  clock: Clock,
  feature: {
    readonly fail: (error: unknown) => void;
    readonly signal: AbortSignal;
    readonly inItsName: (work: () => void) => void;
  },
): Clock {
  const { fail, signal, inItsName } = feature;
  const safely = (callback: () => void) => () => {
    try {
      inItsName(callback);
    } catch (error) {
      fail(error);
    }
  };
  const owned = (timer: Timer): Timer => {
    signal.addEventListener("abort", () => timer.cancel(), { once: true });
    return timer;
  };
  return {
    monotonicMs: () => clock.monotonicMs(),
    wallMs: () => clock.wallMs(),
    after: (delayMs, callback) => owned(clock.after(delayMs, safely(callback))),
    every: (periodMs, callback) => owned(clock.every(periodMs, safely(callback))),
  };
}
