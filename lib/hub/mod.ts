/**
 * The one owner of live state: frame in → change out, tap in → frame out.
 *
 * Lives here: which message feeds which entity, freshness, the send queue and its gaps, waiters for the coach's
 * answers, what is heard and not understood, our own node on each bus.
 * Does not live here: sockets (`lib/can`), meaning of a message (`lib/protocol`, `lib/entities`), JSON for phones
 * (`lib/wire`), storage (it declares the interface it needs).
 * May import: `lib/can`, `lib/protocol`, `lib/coach`, `lib/entities`, `lib/safety`, `lib/base`.
 *
 * @module
 */
export { armCommand, CommandError } from "./check_command.ts";
export type { BusStatus, NodeIdentity } from "./bus_node.ts";
export type { CommandOutcome } from "./commander.ts";
export type { ObservedFault } from "./fault_list.ts";
export type { Discovery, ListeningReport, MovedFinding, UnmappedFinding } from "./discovery.ts";
export * from "./hub.ts";
export type { CommandReport, HubListener } from "./hub_listener.ts";
export type { HubOptions, StoredState } from "./hub_options.ts";
export { ourIdentity } from "./identity.ts";
export type { IngestCounts } from "./ingest.ts";
export { type ObservedNode, repeatsStub, type UnknownDgn, type UnmappedInstance } from "./observations.ts";
export { type Freshness, shownFreshness, shownState } from "./restored_state.ts";
export type { SilentEntity } from "./silent_entities.ts";
export {
  type BindingStatus,
  type EntityRecord,
  type EntitySnapshot,
  signalSpecs,
  signalStatuses,
} from "./entity_table.ts";
export type { SignalStatus, Source } from "./entity_table.ts";
export type { TracedFrame } from "./trace.ts";
export { isTryable, type Trial, trialMs, type TrialRequest } from "./trial.ts";
