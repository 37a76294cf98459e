import { type Clock, guardedClock, type Timer } from "../base/mod.ts";
import type { CanFrame } from "../can/mod.ts";
import type { EntityDefinition } from "../coach/mod.ts";
import { kindOf } from "../entities/mod.ts";
import type { CommandSpec } from "../entities/mod.ts";
import { dgnOfId, type FrameAddress, type Message, type Protocol } from "../protocol/mod.ts";
import { type CoachState, coachState, DrivingHold } from "../safety/mod.ts";
import { Arming } from "./arming.ts";
import { BusNode, type BusStatus } from "./bus_node.ts";
import { checkCommand, CommandError, withArming } from "./check_command.ts";
import { Commander, type CommandOutcome } from "./commander.ts";
import { ControlLog } from "./control_log.ts";
import { describeAcknowledgment } from "./describe_acknowledgment.ts";
import { Discovery } from "./discovery.ts";
import { type EntityRecord, type EntitySnapshot, EntityTable, snapshotOf, type Target } from "./entity_table.ts";
import { FaultList, type ObservedFault } from "./fault_list.ts";
import type { CommandReport, HubListener } from "./hub_listener.ts";
import type { HubOptions, StoredState } from "./hub_options.ts";
import { Ingest, type IngestCounts } from "./ingest.ts";
import { messageLookup } from "./message_lookup.ts";
import type { Observations } from "./observations.ts";
import { passDoubled } from "./pass_doubled.ts";
import { type AskedCommand, performCommand } from "./perform_command.ts";
import type { Press } from "./presses.ts";
import { replayHeard } from "./replay_heard.ts";
import { Trace } from "./trace.ts";
import { Trial } from "./trial.ts";

/** How often ages are looked at, ms. */
const sweepMs = 1000;

/** The one owner of live state. */
export class Hub {
  readonly #options: HubOptions;
  readonly #clock: Clock;
  readonly #nodes: readonly BusNode[];
  readonly #ingest: Ingest;
  readonly #commander: Commander;
  readonly #arming: Arming;
  readonly #faults: FaultList;
  readonly #listeners = new Set<HubListener>();
  readonly #changed = new Set<EntityRecord>();
  readonly trace = new Trace();
  /** What the bus says that the mapping does not, and the other way round. */
  readonly discovery: Discovery;
  /** Outputs that nothing maps, switched to see what moves. */
  readonly trial: Trial;
  #protocol: Protocol;
  #table: EntityTable;
  #sweepTimer: Timer | undefined;
  #changeTimer: Timer | undefined;
  #lastChangeMs = -Infinity;
  readonly #controls: ControlLog;
  readonly #drivingHold = new DrivingHold();
  #safeReason: string | undefined;

  constructor(options: HubOptions) {
    const { protocol } = options;
    const clock = guardedClock(options.clock, (error) => this.#failed(error));
    this.#options = options;
    this.#clock = clock;
    this.#protocol = protocol;
    this.#table = new EntityTable(options.definitions, { kindOf, lookup: messageLookup(protocol) });
    this.#arming = new Arming(clock, options.armingMs);
    this.#controls = new ControlLog(clock);
    this.#faults = new FaultList(protocol);
    this.#commander = new Commander({
      clock,
      dgnOf: (name) => this.#protocol.codec.dgnOf(name),
      describeCode: (code) => describeAcknowledgment(code, protocol),
    });
    this.#ingest = new Ingest({
      codec: protocol.codec,
      table: this.#table,
      listener: {
        onChanged: (record) => this.#onChanged(record),
        onHeard: (target, message) => this.#onHeard(target, message),
        onNetwork: (frame) => this.#onNetwork(frame),
        onDoubledNetwork: (frame, first) =>
          passDoubled(frame, { to: this.#nodeNamed(frame.interfaceName), first: this.#nodeNamed(first) }),
      },
    });
    this.discovery = new Discovery({ clock, ingest: this.#ingest, table: () => this.#table });
    this.trial = new Trial({
      clock,
      ingest: this.#ingest,
      commander: this.#commander,
      protocol: () => this.#protocol,
      records: () => this.#table.all(),
      coachState: () => this.coachState(),
      perform: (record, asked) => this.#perform(record, asked),
      busOf: (record) => this.#nodeOf(record),
      report: (report) => this.#report(report),
    });
    this.#nodes = options.ports.map((port) =>
      new BusNode(port, {
        clock,
        codec: () => this.#protocol.codec,
        identity: options.identity,
        onFrames: (frames) => this.#onFrames(frames),
        onStatus: (status) => {
          this.discovery.onBus(status);
          this.#tell((listener) => listener.onBus?.(status));
        },
        onLongMessage: (message) => this.#onLongMessage(port.interfaceName, message),
        onAcknowledgment: (acknowledgment) => this.#commander.onAcknowledgment(acknowledgment),
        onSilenced: () => this.#commander.silence(port.interfaceName),
        onFailure: (error) => this.#failed(error),
      })
    );
  }

  /** Opens the ports and begins to claim addresses, again after a stop. @throws when a port can never work here. */
  async start(): Promise<void> {
    try {
      for (const node of this.#nodes) await node.start();
    } catch (error) {
      for (const node of this.#nodes.toReversed()) await node.stop();
      throw error;
    }
    this.#sweepTimer = this.#clock.every(sweepMs, () => this.#sweep());
  }

  /** Stops held motors, settles every waiting command, releases the ports. */
  async stop(): Promise<void> {
    this.#sweepTimer?.cancel();
    this.#arming.stop();
    this.discovery.stop();
    this.trial.stop();
    this.#commander.stop();
    for (const node of this.#nodes.toReversed()) await node.stop();
    this.#changeTimer?.cancel();
    this.#changeTimer = undefined;
    this.#flushChanges();
  }

  /** Gives entities the states that they had before a restart; call before {@link start}. */
  restore(states: Iterable<StoredState>): void {
    for (const stored of states) this.#table.restore(stored);
  }

  subscribe(listener: HubListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Another set of entities takes over, and other rows of messages with `protocol`. Entities that are mapped as before
   * go on as if nothing happened; the others show what their devices said last. Commands on their way to what is no
   * more end, and held motors are stopped.
   *
   * @throws {Error} when an entity listens to a message that is in no table; everything is then as before.
   */
  setDefinitions(definitions: readonly EntityDefinition[], options: { readonly protocol?: Protocol } = {}): void {
    const { protocol = this.#protocol } = options;
    const previous = this.#table;
    const lookup = messageLookup(protocol);
    const table = new EntityTable(definitions, { kindOf, lookup, previous });
    const unmapped = this.observations.unmapped();
    this.#table = table;
    this.#protocol = protocol;
    for (const record of previous.all()) {
      if (table.get(record.definition.id) === record) continue;
      this.#changed.delete(record);
      this.#commander.drop(record);
      this.#arming.use(record.definition.id);
    }
    this.#ingest.setTable(table, protocol.codec);
    const time = { nowMs: this.#clock.monotonicMs(), wallMs: this.#clock.wallMs() };
    const told = replayHeard(table, { previous, unmapped, isCurrent: lookup.isCurrent, ...time });
    for (const record of told) this.#markChanged(record);
    this.#sweep();
    this.#tell((listener) => listener.onCoach?.());
  }

  /** The rows of messages that are in use now. */
  get protocol(): Protocol {
    return this.#protocol;
  }

  entities(): readonly EntityRecord[] {
    return [...this.#table.all()];
  }

  entity(id: string): EntityRecord | undefined {
    return this.#table.get(id);
  }

  /** Commands an entity understands, `arm` included where one of them needs it. */
  commandsOf(record: EntityRecord): readonly CommandSpec[] {
    return withArming(record.kind.commands(record.definition));
  }

  /** What is heard and not understood, and who is there. */
  get observations(): Observations {
    return this.#ingest.observations;
  }

  faults(): readonly ObservedFault[] {
    return this.#faults.all();
  }

  /** Interfaces in the order in which they were given. */
  buses(): readonly (BusStatus & { readonly counts: IngestCounts })[] {
    return this.#nodes.map((node) => ({ ...node.status(), counts: this.#ingest.counts(node.interfaceName) }));
  }

  /**
   * Checks and sends a command and waits for the coach's answer.
   *
   * @throws {CommandError} for an unknown entity, an unknown command or a wrong parameter.
   */
  async command(entityId: string, request: {
    readonly command: string;
    readonly parameters: Readonly<Record<string, unknown>>;
    /** The owner's word that the coach is parked; counts only where the chassis says neither. */
    readonly parked?: boolean;
    /** Of a button that is held: nothing that arrives after its stop moves anything. */
    readonly press?: Press | undefined;
    /** Who asks: a phone, by its session or address. */
    readonly actor?: string;
    /** Where from, for the record. */
    readonly address?: string;
    /** Tells phones of one actor apart; default: the actor. */
    readonly clientId?: string;
  }): Promise<CommandOutcome> {
    const record = this.#table.get(entityId);
    if (!record) {
      throw new CommandError("unknownEntity", `Cannot run a command: there is no entity "${entityId}"`);
    }
    const checked = checkCommand(this.commandsOf(record), request);
    const outcome = await this.#perform(record, { ...checked, request });
    const { actor = "", address = "", parameters, command } = request;
    const { definition: { name, area } } = record;
    this.#report({ ...outcome, entityId, name, area, command, label: checked.spec.label, parameters, actor, address });
    return outcome;
  }

  /** Nothing is commanded and nothing is shown as live while there is a reason; undefined ends it. */
  setSafe(reason: string | undefined): void {
    if (reason !== undefined && this.#safeReason === undefined) this.#commander.stop(reason);
    this.#safeReason = reason;
    for (const record of this.#table.all()) this.#markChanged(record);
  }

  /** Why nothing may be commanded now. */
  get safeReason(): string | undefined {
    return this.#safeReason;
  }

  /** What phones are told of an entity now. */
  snapshot(record: EntityRecord): EntitySnapshot {
    const snapshot = snapshotOf(record);
    const isDoubtful = this.#safeReason !== undefined && snapshot.freshness === "live";
    return isDoubtful ? { ...snapshot, freshness: "stale" } : snapshot;
  }

  #report(report: CommandReport): void {
    this.#tell((listener) => listener.onCommand?.(report));
  }

  async #perform(record: EntityRecord, asked: AskedCommand): Promise<CommandOutcome> {
    return await performCommand(record, {
      ...asked,
      commander: this.#commander,
      arming: this.#arming,
      controls: this.#controls,
      safeReason: this.#safeReason,
      coach: this.coachState(),
      entities: this.#table.all(),
      bus: this.#nodeOf(record),
    });
  }

  /** Commands that wait for the coach's answer. */
  get commandsInFlight(): number {
    return this.#commander.waiting;
  }

  /** Since anybody but `except` had a command let through, ms; undefined: nobody has. */
  lastControlAgeMs({ except }: { readonly except?: string } = {}): number | undefined {
    return this.#controls.ageMs(except);
  }

  /** Whether the coach is parked, and by what evidence. */
  coachState(): CoachState {
    return this.#drivingHold.judge(coachState(this.#table.all()), this.#clock.monotonicMs());
  }

  /** The interface the entity was heard on last; the first one when it never was. */
  #nodeOf(record: EntityRecord): BusNode | undefined {
    const name = record.source?.interfaceName;
    return this.#nodes.find((node) => node.interfaceName === name) ?? this.#nodes[0];
  }

  #onFrames(frames: readonly CanFrame[]): void {
    const time = { nowMs: this.#clock.monotonicMs(), wallMs: this.#clock.wallMs() };
    for (const frame of frames) {
      this.trace.add(frame);
      if (frame.direction === "rx") this.#ingest.onFrame(frame, time);
    }
    this.#tell((listener) => listener.onFrames?.(frames));
  }

  #onChanged(record: EntityRecord): void {
    const { kind } = record.definition;
    // So that no sign of driving is missed, however short.
    if (kind === "chassis" || kind === "engine") this.coachState();
    this.#markChanged(record);
  }

  #onHeard(target: Target, message: Message): void {
    this.#commander.onHeard(target.record, { binding: target.status, message });
  }

  #onNetwork(frame: CanFrame): void {
    this.#onNetworkMessage(frame.interfaceName, {
      dgn: dgnOfId(frame.id),
      sourceAddress: frame.id & 0xff,
      data: frame.data,
    });
    this.#nodeNamed(frame.interfaceName)?.onNetworkFrame(frame);
  }

  #nodeNamed(interfaceName: string): BusNode | undefined {
    return this.#nodes.find((node) => node.interfaceName === interfaceName);
  }

  #onLongMessage(
    interfaceName: string,
    message: { readonly address: FrameAddress; readonly data: Uint8Array },
  ): void {
    const { address, data } = message;
    this.#onNetworkMessage(interfaceName, { dgn: address.dgn, sourceAddress: address.sourceAddress, data });
    this.#ingest.onLongMessage(this.#protocol.codec.decodeLong(address, data), {
      interfaceName,
      nowMs: this.#clock.monotonicMs(),
      wallMs: this.#clock.wallMs(),
    });
  }

  #onNetworkMessage(
    interfaceName: string,
    message: { readonly dgn: number; readonly sourceAddress: number; readonly data: Uint8Array },
  ): void {
    const nowMs = this.#clock.monotonicMs();
    this.#faults.onMessage(message, { interfaceName, nowMs, wallMs: this.#clock.wallMs() });
    this.observations.onNetworkMessage(interfaceName, message);
  }

  #sweep(): void {
    const nowMs = this.#clock.monotonicMs();
    const { observations } = this.#ingest;
    const changed = this.#table.sweep(
      nowMs,
      ({ interfaceName, sourceAddress }) => observations.node(interfaceName, sourceAddress)?.lastMs,
    );
    for (const record of changed) this.#markChanged(record);
    this.#faults.tick(nowMs, this.#clock.wallMs());
  }

  #markChanged(record: EntityRecord): void {
    this.#changed.add(record);
    if (this.#changeTimer) return;
    const periodMs = this.#options.changePeriodMs ?? 100;
    const sinceMs = this.#clock.monotonicMs() - this.#lastChangeMs;
    this.#changeTimer = this.#clock.after(sinceMs >= periodMs ? 0 : periodMs - sinceMs, () => {
      this.#changeTimer = undefined;
      this.#flushChanges();
    });
  }

  #flushChanges(): void {
    if (this.#changed.size === 0) return;
    this.#lastChangeMs = this.#clock.monotonicMs();
    const changes = [...this.#changed].map((record) => this.snapshot(record));
    this.#changed.clear();
    this.#tell((listener) => listener.onEntities?.(changes));
  }

  /** The line itself broke. With nobody to tell, it is thrown on. */
  #failed(error: unknown): void {
    if (!this.#listeners.values().some(({ onFailure }) => onFailure)) throw error;
    this.#tell((listener) => listener.onFailure?.(error));
  }

  /** A side branch that fails is its own problem; the line goes on. */
  #tell(call: (listener: HubListener) => void): void {
    for (const listener of this.#listeners) {
      try {
        call(listener);
      } catch (error) {
        this.#options.logger.error("A listener of the hub failed", { error: String(error) });
      }
    }
  }
}
