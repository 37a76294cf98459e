import type { Clock, Logger } from "../base/mod.ts";
import type { ServiceProblem } from "./core_services.ts";

/**
 * What depends on it: `critical` features guard the coach or who may use it, `operational` ones serve its owner,
 * `maintenance` ones tell about it. A failed critical feature is P2, the others are P3; P1 is the core's alone.
 */
export type SafetyClass = "critical" | "operational" | "maintenance";

/** What every feature is given; what else it needs comes by its constructor. */
export interface FeatureContext {
  /** Timers of it belong to the feature: what they throw is its failure and nobody else's. */
  readonly clock: Clock;
  readonly logger: Logger;
  /** Aborted when the feature is to stop. */
  readonly signal: AbortSignal;
  /** Says that the feature cannot go on. */
  readonly fail: (error: unknown) => void;
}

/** A feature while it runs. */
export interface RunningFeature {
  /** Releases everything; called once. */
  stop(): Promise<void>;
  /** What is wrong while it runs; absent or empty: nothing. */
  problems?(): readonly ServiceProblem[];
}

/** An optional part of the program. */
export interface Feature {
  /** As in the configuration, e.g. `predictive_maintenance`. */
  readonly name: string;
  /** For people, e.g. `MQTT`. Default: the name in words. */
  readonly title?: string;
  /** For people: what it does. */
  readonly description: string;
  readonly safetyClass: SafetyClass;
  /** Names of the features that must run first. */
  readonly dependsOn: readonly string[];
  /** Migration that the database must have, e.g. `0007_accounts`. */
  readonly needsSchema?: string;
  /** Why it cannot run in this version or on this machine, for people; absent: it can. */
  readonly unavailable?: string;
  /** False: only a restart switches it. Default true. */
  readonly switchable?: boolean;
  /** Longest a start may take, ms. Default 10,000. */
  readonly startLimitMs?: number;
  start(context: FeatureContext): Promise<RunningFeature>;
}

/** `blocked`: it is switched on, and what it needs is not there. */
export type FeatureState = "off" | "starting" | "running" | "failed" | "blocked";

/** How one feature is. */
export interface FeatureView {
  readonly name: string;
  /** For people. */
  readonly title: string;
  readonly description: string;
  readonly safetyClass: SafetyClass;
  readonly dependsOn: readonly string[];
  readonly enabled: boolean;
  readonly switchable: boolean;
  readonly state: FeatureState;
  /** Why it is not running, for people; absent when it runs or is off. */
  readonly reason?: string;
  /** Starts after a failure. */
  readonly restarts: number;
  readonly problems: readonly ServiceProblem[];
}

/** What people call a feature. */
export function featureTitle({ name, title }: Pick<Feature, "name" | "title">): string {
  const words = name.replaceAll("_", " ");
  return title ?? words.charAt(0).toUpperCase() + words.slice(1);
}
