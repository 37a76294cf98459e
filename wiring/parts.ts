import type { Clock } from "../lib/base/mod.ts";
import type { Configuration, Environment } from "../lib/config/mod.ts";
import type { AuditNote, Logging, Storage } from "../lib/core/mod.ts";
import type { Protocol } from "../lib/protocol/mod.ts";
import type { Buses } from "./buses.ts";
import type { programFeatures } from "./features.ts";
import type { CoachInCharge } from "./storage.ts";
import type { StopSignal, Surroundings } from "./surroundings.ts";

/** What `serve` finds besides. */
export interface ServeSurroundings extends Surroundings {
  readonly environment: Environment;
}

/** Everything the coach runs on. */
export interface CoachParts {
  readonly surroundings: ServeSurroundings;
  readonly logging: Logging;
  readonly signal: StopSignal;
  readonly protocol: Protocol;
  readonly buses: Buses;
  readonly storage: Storage;
  readonly inCharge: CoachInCharge;
  readonly configuration: Configuration;
  /** What was done before there was a record of changes; the program keeps it and takes it out of here. */
  readonly doneBefore: AuditNote[];
  /** Times the starts and stops of core services and features, and the pauses before another try. */
  readonly clock: Clock;
  /** The optional features. */
  readonly featureList: typeof programFeatures;
}
