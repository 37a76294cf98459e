import { type Clock, guardedCall, guardedClock, type Timer } from "../base/mod.ts";
import type { CanFrame, CanPort } from "../can/mod.ts";
import type { EntityDefinition } from "../entities/mod.ts";
import {
  dgnOfId,
  globalAddress,
  type Message,
  parseRequest,
  type Protocol,
  sourceAddressOfId,
} from "../protocol/mod.ts";
import { buildNodes } from "./build_nodes.ts";
import { ChassisSystem, type CoachClock } from "./chassis_system.ts";
import { ClimateSystem } from "./climate_system.ts";
import { type CoachSystem, type CommandAnswer, instanceIn, type World } from "./coach_system.ts";
import { ExtraTraffic } from "./extra_traffic.ts";
import { Faults, type SimulatorFaults } from "./faults.ts";
import { LoadSystem } from "./load_system.ts";
import { MotionSystem } from "./motion_system.ts";
import { PowerSystem } from "./power_system.ts";
import { Random } from "./random.ts";
import type { SimNode } from "./sim_node.ts";
import { WaterSystem } from "./water_system.ts";

const tickMs = 20;
/** Longest step of the physics, s; a machine that slept does not make the coach jump. */
const longestStepS = 1;
const requestDgn = 0x0ea00;
const claimDgn = 0x0ee00;

export interface SimulatorOptions {
  /** The coach: whatever these map exists and answers; what they do not map is silent. */
  readonly definitions: readonly EntityDefinition[];
  readonly protocol: Protocol;
  /** The house bus; a second one carries the chassis. They are started and stopped with the simulator. */
  readonly ports: readonly [CanPort, ...CanPort[]];
  readonly clock: Clock;
  /** The same seed, definitions and times give the same frames. */
  readonly seed: number;
  /** Told what goes wrong in the coach itself, which then stands still until it is started again; absent: thrown on. */
  readonly onFailure?: (error: unknown) => void;
  readonly options?: {
    /** A shore cable is plugged in. Default `true`. */
    readonly shore?: boolean;
    /** Outside temperature, °C. Default 8. */
    readonly outsideC?: number;
    /** Frames per second of unmapped things, over all ports together, for benches. Default 0. */
    readonly extraFramesPerS?: number;
  };
}

/** A coach that answers. */
export interface Simulator {
  readonly faults: SimulatorFaults;
  /** Names and addresses of its nodes; the address is absent until it is claimed. */
  nodes(): readonly { readonly name: string; readonly address: number | undefined }[];
  /** Releases the park brake and drives, or stops and parks. */
  setDriving(driving: boolean): void;
  /** Plugs the shore cable in or out. */
  setShore(connected: boolean): void;
  start(): Promise<void>;
  /** Stops sending and stops the ports. Calling it twice does nothing. */
  stop(): Promise<void>;
}

/** Makes a coach; nothing is sent before `start()`. */
export function createSimulator(options: SimulatorOptions): Simulator {
  return new SimulatedCoach(options);
}

interface Receiver {
  readonly name: string;
  readonly system: CoachSystem;
  readonly handle: (message: Message) => CommandAnswer;
  /** Message whose node answers for the command. */
  readonly node: SimNode | undefined;
}

class SimulatedCoach implements Simulator {
  readonly #options: SimulatorOptions;
  readonly #world: World;
  readonly #systems: readonly CoachSystem[];
  readonly #nodes: readonly SimNode[];
  readonly #receivers: ReadonlyMap<number, Receiver>;
  readonly #traffic: ExtraTraffic;
  readonly #random: Random;
  readonly faults: Faults;
  #timer: Timer | undefined;
  #lastMs = 0;

  constructor(options: SimulatorOptions) {
    const { ports, protocol, seed } = options;
    this.#options = options;
    this.#random = new Random(seed);
    this.#world = this.#makeWorld();
    const clock: CoachClock = { lostS: undefined };
    this.#systems = [
      new LoadSystem(this.#world),
      new ClimateSystem(this.#world),
      new MotionSystem(this.#world),
      new WaterSystem(this.#world),
      new PowerSystem(this.#world),
      new ChassisSystem(this.#world, clock),
    ];
    const sources = new Map(this.#systems.flatMap(({ statuses }) => Object.entries(statuses)));
    this.#nodes = buildNodes({ world: this.#world, protocol, ports, sources });
    this.#receivers = this.#makeReceivers();
    this.#traffic = new ExtraTraffic({
      ports,
      tables: protocol.tables,
      framesPerS: options.options?.extraFramesPerS ?? 0,
      seed: seed + 1,
    });
    this.faults = new Faults({ nodes: this.#nodes, ports, clock, seed: seed + 2 });
  }

  nodes(): readonly { readonly name: string; readonly address: number | undefined }[] {
    return this.#nodes.map(({ name, address }) => ({ name, address }));
  }

  setDriving(driving: boolean): void {
    this.#world.driving = driving;
    for (const message of ["CHASSIS_MOBILITY_STATUS", "AWNING_STATUS", "LEVELING_CONTROL_STATUS"]) {
      this.#world.changed(message);
    }
  }

  setShore(connected: boolean): void {
    this.#world.shore = connected;
    for (const message of ["ATS_STATUS", "INVERTER_STATUS", "CHARGER_STATUS"]) this.#world.changed(message);
  }

  async start(): Promise<void> {
    if (this.#timer) return;
    const { ports, onFailure } = this.#options;
    const hear = (frames: readonly CanFrame[]) => this.#hear(frames);
    for (const port of ports) {
      await port.start({
        onFrames: onFailure ? guardedCall(hear, onFailure) : hear,
        onLink() {},
        ...(onFailure ? { onFailure } : {}),
      });
    }
    const clock = onFailure ? guardedClock(this.#options.clock, onFailure) : this.#options.clock;
    const nowMs = clock.monotonicMs();
    this.#lastMs = nowMs;
    for (const node of this.#nodes) {
      for (const stream of node.streams) stream.begin(nowMs, this.#random.next());
      node.start(nowMs);
    }
    this.#timer = clock.every(tickMs, () => this.#tick());
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.faults.clear();
    for (const node of this.#nodes) node.stop();
    for (const port of this.#options.ports) await port.stop();
  }

  #makeWorld(): World {
    const { clock, definitions, options } = this.#options;
    return {
      random: this.#random,
      definitions,
      wallMs: () => clock.wallMs(),
      changed: (message, instance) => this.#changed(message, instance),
      outsideC: options?.outsideC ?? 8,
      shore: options?.shore ?? true,
      driving: false,
      generatorRunning: false,
      dcLoadA: 0,
      acLoadW: 0,
      gasKgPerH: 0,
      pumpEnabled: false,
      pumpRunning: false,
      loadsOn: new Set(),
    };
  }

  /** Commands by their number, each with the node that answers for it: the one that sends the status. */
  #makeReceivers(): ReadonlyMap<number, Receiver> {
    const receivers = new Map<number, Receiver>();
    const { codec } = this.#options.protocol;
    for (const system of this.#systems) {
      const statuses = new Set(Object.keys(system.statuses));
      for (const [name, handle] of Object.entries(system.commands)) {
        const row = codec.rowNamed(name);
        if (!row) throw new Error(`Cannot simulate "${name}": the reference has no such message`);
        const family = name.replace(/_COMMAND(_\d+)?$/, "");
        const node = this.#nodes.find(({ streams }) =>
          streams.some((stream) => statuses.has(stream.row.name) && stream.row.name.startsWith(family))
        );
        receivers.set(row.dgn, { name, system, handle, node });
      }
    }
    return receivers;
  }

  #changed(message: string, instance?: number): void {
    for (const node of this.#nodes ?? []) {
      for (const stream of node.streams) {
        if (stream.row.name !== message) continue;
        if (instance === undefined || stream.key.instance === instance) stream.want();
      }
    }
  }

  #tick(): void {
    const nowMs = this.#options.clock.monotonicMs();
    const seconds = Math.min(longestStepS, (nowMs - this.#lastMs) / 1000);
    this.#lastMs = nowMs;
    for (const system of this.#systems) system.advance(seconds);
    for (const node of this.#nodes) node.tick(nowMs);
    this.#traffic.advance(seconds);
    this.faults.advance(seconds);
  }

  #hear(frames: readonly CanFrame[]): void {
    const nowMs = this.#options.clock.monotonicMs();
    for (const frame of frames) {
      if (frame.direction === "tx" || !frame.extended) continue;
      const dgn = dgnOfId(frame.id);
      if (dgn === requestDgn || dgn === claimDgn) { for (const node of this.#nodes) node.hear(frame, nowMs); }
      if (dgn === requestDgn) this.#request(frame, nowMs);
      else this.#command(frame, dgn);
    }
  }

  #request(frame: CanFrame, nowMs: number): void {
    const request = parseRequest(frame.data);
    if (!request) return;
    const from = { requester: sourceAddressOfId(frame.id), destination: (frame.id >>> 8) & globalAddress, nowMs };
    for (const node of this.#nodes) node.request(request, from);
  }

  #command(frame: CanFrame, dgn: number): void {
    const receiver = this.#receivers.get(dgn);
    if (!receiver?.node || receiver.node.silent) return;
    const message = this.#options.protocol.codec.decode(frame.id, frame.data);
    if (message.kind !== "message") return;
    const instance = instanceIn(message);
    const refused = this.faults.codeFor(receiver.name, instance);
    const answer: CommandAnswer = refused === undefined ? receiver.handle(message) : { kind: "refused", code: refused };
    if (answer.kind !== "refused") return;
    receiver.node.refuse({
      code: answer.code,
      dgn,
      requester: sourceAddressOfId(frame.id),
      instance: typeof instance === "number" ? instance : undefined,
    });
  }
}
