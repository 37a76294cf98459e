import type { Clock, Logger } from "../base/mod.ts";
import type { CanPort } from "../can/mod.ts";
import type { EntityDefinition } from "../coach/mod.ts";
import type { EntityState } from "../entities/mod.ts";
import type { Protocol } from "../protocol/mod.ts";
import type { NodeIdentity } from "./bus_node.ts";

/** A state as storage keeps it over a restart. */
export interface StoredState {
  readonly id: string;
  readonly state: EntityState;
  /** Wall-clock ms of the last change; undefined: not known. */
  readonly updatedAtMs: number | undefined;
}

/** Everything the hub is made of; nothing is acquired before {@link Hub.start}. */
export interface HubOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly protocol: Protocol;
  readonly ports: readonly CanPort[];
  readonly definitions: readonly EntityDefinition[];
  readonly identity: NodeIdentity;
  /** Changes are told together, at most this often, ms. The first one after a pause is told at once. Default 100. */
  readonly changePeriodMs?: number;
  /** How long the generator stays armed, ms. Default 30,000. */
  readonly armingMs?: () => number;
}
