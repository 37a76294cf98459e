import type { CanFrame } from "../can/mod.ts";
import type { BusStatus } from "./bus_node.ts";
import type { CommandOutcome } from "./commander.ts";
import type { EntitySnapshot } from "./entity_table.ts";

/** A command that was asked for, and what became of it. */
export interface CommandReport extends CommandOutcome {
  readonly entityId: string;
  /** Of the entity, for people. */
  readonly name: string;
  /** Key of the area that the entity is in. */
  readonly area: string;
  readonly command: string;
  /** Of the command, for people. */
  readonly label: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Who asked; empty: not told. */
  readonly actor: string;
  /** Network address; empty: this machine. */
  readonly address: string;
}

/** Told what happens, after the fact. Callbacks must be quick and must not throw. */
export interface HubListener {
  /** Entities that changed since the last call, each once, with their newest state. */
  onEntities?(changes: readonly EntitySnapshot[]): void;
  /** The set of entities is another one. */
  onCoach?(): void;
  /** A link went up or down, an address was claimed or lost. */
  onBus?(status: BusStatus): void;
  /** Every frame, ours included, in order. */
  onFrames?(frames: readonly CanFrame[]): void;
  /** A command that made sense has its outcome. A held one is reported each time it is renewed. */
  onCommand?(report: CommandReport): void;
  /** The hub itself broke: nothing it says holds until it was stopped and started again. */
  onFailure?(error: unknown): void;
}
