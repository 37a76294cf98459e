import type { Clock, Logger } from "../base/mod.ts";
import type { ServiceProblem } from "./core_services.ts";
import { type Feature, featureTitle, type FeatureView, type SafetyClass } from "./feature.ts";
import { FeatureFaults, type RejectionSource } from "./feature_faults.ts";
import { featureOrder } from "./feature_order.ts";
import { FeatureRunner } from "./feature_runner.ts";
import { withinTime } from "./within_time.ts";

/** Settings of {@link FeatureManager}. */
export interface FeatureManagerOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether the configuration switches it on. */
  readonly isEnabled: (name: string) => boolean;
  /** Whether the database has this step of its schema. */
  readonly supports: (migration: string) => boolean;
  /** Told after every change of any state. */
  readonly onChange?: () => void;
  /** Told an exception that nobody caught and that belongs to no feature; absent: the runtime ends the program. */
  readonly onCrash?: (error: unknown) => void;
  /** Default: the program's own. */
  readonly rejections?: RejectionSource;
}

/** Longest all features together may take to stop, ms: the program is gone within 3 s, and states come after them. */
const stopLimitMs = 1000;

/** A problem with its weight: 2 for critical features, 3 for the others. */
export interface FeatureProblem extends ServiceProblem {
  readonly feature: string;
  readonly priority: 2 | 3;
}

/** The optional features: started after those they depend on, isolated from each other and from the core. */
export class FeatureManager {
  readonly #options: FeatureManagerOptions;
  readonly #faults: FeatureFaults;
  /** In the order of their start. */
  readonly #runners: readonly FeatureRunner[];
  #isSettling = false;
  #isDue = false;
  #isOpen = false;
  #settled: Promise<void> = Promise.resolve();

  /** @throws {Error} when a feature is missing, there twice, or depends on itself in a circle. */
  constructor(features: readonly Feature[], options: FeatureManagerOptions) {
    this.#options = options;
    const { clock, logger, onCrash } = options;
    this.#faults = new FeatureFaults(options.rejections ?? globalThis, {
      onRejection: (error) => logger.error("A promise failed and nobody looked", { error: String(error) }),
      ...(onCrash ? { onCrash } : {}),
    });
    this.#runners = featureOrder(features).map((feature) =>
      new FeatureRunner(feature, { clock, logger, faults: this.#faults, onChange: () => this.#changed() })
    );
  }

  /** Starts what is switched on. Never throws: what fails shows as failed. */
  async start(): Promise<void> {
    this.#isOpen = true;
    this.#faults.start();
    await this.settle();
  }

  /** Stops in reverse; those that are not done within a second end without being waited for. */
  async stop(): Promise<void> {
    this.#isOpen = false;
    const { clock, logger } = this.#options;
    try {
      await withinTime(this.#stopInOrder(), { clock, limitMs: stopLimitMs, what: "stop every feature" });
    } catch (error) {
      logger.error("Features did not stop cleanly", { error: String(error) });
      for (const runner of this.#runners) void runner.stop("off");
    }
    this.#faults.stop();
  }

  async #stopInOrder(): Promise<void> {
    for (const runner of this.#runners.toReversed()) await runner.stop("off");
    await this.#settled;
  }

  /** Looks at what should run and at what does, after the configuration or the schema changed. */
  settle(): Promise<void> {
    this.#isDue = true;
    if (!this.#isSettling) {
      this.#isSettling = true;
      this.#settled = this.#settleAll().finally(() => this.#isSettling = false);
    }
    return this.#settled;
  }

  views(): readonly FeatureView[] {
    return this.#runners.map((runner) => {
      const { feature, reason } = runner;
      return {
        name: feature.name,
        title: featureTitle(feature),
        description: feature.description,
        safetyClass: feature.safetyClass,
        dependsOn: feature.dependsOn,
        enabled: this.#options.isEnabled(feature.name),
        switchable: feature.switchable ?? true,
        state: runner.state,
        restarts: runner.restarts,
        problems: runner.problems(),
        ...(reason === undefined ? {} : { reason }),
      };
    });
  }

  isRunning(name: string): boolean {
    return this.#runners.some((runner) => runner.feature.name === name && runner.state === "running");
  }

  problems(): readonly FeatureProblem[] {
    return this.views().flatMap((view) => {
      const { name, title, safetyClass, state, reason } = view;
      const common = { feature: name, priority: priorityOf(safetyClass) };
      const own = view.problems.map((problem) => ({ ...common, ...problem }));
      if (state !== "failed" && state !== "blocked") return own;
      const todo = state === "failed"
        ? "Everything else goes on. It is tried again by itself; the log says more."
        : "Everything else goes on. It begins by itself when what it needs is there.";
      return [{ ...common, what: `${title} does not run: ${reason ?? state}`, todo }, ...own];
    });
  }

  async #settleAll(): Promise<void> {
    while (this.#isDue && this.#isOpen) {
      this.#isDue = false;
      for (const runner of [...this.#runners].reverse()) await this.#stopIfNeeded(runner);
      for (const runner of this.#runners) await this.#startIfPossible(runner);
    }
  }

  async #stopIfNeeded(runner: FeatureRunner): Promise<void> {
    const { feature, state } = runner;
    if (!this.#options.isEnabled(feature.name)) {
      if (state !== "off") await runner.stop("off");
      return;
    }
    const missing = this.#missing(feature);
    if (missing !== undefined && (state !== "blocked" || runner.reason !== missing)) {
      await runner.stop("blocked", missing);
    }
  }

  async #startIfPossible(runner: FeatureRunner): Promise<void> {
    const { feature, state } = runner;
    if (!this.#isOpen || !this.#options.isEnabled(feature.name)) return;
    const missing = this.#missing(feature);
    if (missing === undefined) {
      if (state === "off" || state === "blocked") await runner.start();
    } else if (state !== "blocked" || runner.reason !== missing) await runner.stop("blocked", missing);
  }

  /** Why it cannot run now, for people. */
  #missing(feature: Feature): string | undefined {
    const { needsSchema, unavailable } = feature;
    if (unavailable !== undefined) return unavailable;
    if (needsSchema !== undefined && !this.#options.supports(needsSchema)) {
      return "the database needs its update first (Settings, Database)";
    }
    for (const name of feature.dependsOn) {
      const needed = this.#runners.find((runner) => runner.feature.name === name);
      const title = needed ? featureTitle(needed.feature) : name;
      if (!this.#options.isEnabled(name)) return `it needs ${title}, which is switched off`;
      if (needed?.state !== "running") return `it needs ${title}, which does not run`;
    }
    return undefined;
  }

  #changed(): void {
    this.#options.onChange?.();
    if (this.#isOpen && !this.#isSettling) void this.settle();
    else this.#isDue = true;
  }
}

function priorityOf(safetyClass: SafetyClass): 2 | 3 {
  switch (safetyClass) {
    case "critical":
      return 2;
    case "operational":
    case "maintenance":
      return 3;
    default:
      return safetyClass satisfies never;
  }
}
