import type { CanLink, CanPort } from "../can/mod.ts";
import type { CoachClock } from "./chassis_system.ts";
import { Random } from "./random.ts";
import type { SimNode } from "./sim_node.ts";

/** A command that is refused instead of obeyed. */
export interface RefusedCommand {
  /** Name of the command's row, e.g. `DC_DIMMER_COMMAND_2`. */
  readonly message: string;
  /** Absent: every instance. */
  readonly instance?: number;
  /** Code of the acknowledgment [1, 250]; see `acknowledgment` of `lib/protocol`. */
  readonly code: number;
}

/** A port that can be made to fail, as those of a virtual bus can. */
interface FailingPort extends CanPort {
  setLink(link: CanLink): void;
}

/** What can go wrong, on demand. Each call returns the function that ends the fault; `clear()` ends all of them. */
export interface SimulatorFaults {
  /** A node says nothing more and hears nothing, as with its fuse pulled. */
  silence(node: string): () => void;
  /** A status is frozen: the same bytes again and again, whatever happens. */
  stick(message: string, instance?: number): () => void;
  refuse(command: RefusedCommand): () => void;
  /** Every frame comes twice, as over bridged buses. */
  duplicate(): () => void;
  /** The clock of the coach says the year 2000. */
  loseClock(): () => void;
  /** Frames of no sense: random identifiers, lengths and bytes. */
  storm(framesPerS: number): () => void;
  /**
   * The coach's own controllers leave the bus, or come back with `up`.
   *
   * @throws when the port is real: only a virtual bus can be told to fail.
   */
  link(link: CanLink): () => void;
  clear(): void;
}

/** Faults of a running simulator. */
export class Faults implements SimulatorFaults {
  readonly #nodes: readonly SimNode[];
  readonly #ports: readonly CanPort[];
  readonly #clock: CoachClock;
  readonly #refused = new Set<RefusedCommand>();
  readonly #storms = new Set<{ readonly framesPerS: number }>();
  readonly #ends = new Set<() => void>();
  readonly #random: Random;
  #stormDebt = 0;

  constructor(
    parts: {
      readonly nodes: readonly SimNode[];
      readonly ports: readonly CanPort[];
      readonly clock: CoachClock;
      readonly seed: number;
    },
  ) {
    this.#nodes = parts.nodes;
    this.#ports = parts.ports;
    this.#clock = parts.clock;
    this.#random = new Random(parts.seed);
  }

  silence(node: string): () => void {
    const found = this.#nodes.find(({ name }) => name === node);
    if (!found) {
      const names = this.#nodes.map(({ name }) => name).join(", ");
      throw new RangeError(`Cannot silence "${node}": no such node, expected one of ${names}`);
    }
    found.silent = true;
    return this.#ending(() => void (found.silent = false));
  }

  stick(message: string, instance?: number): () => void {
    const targets = this.#nodes.map((node) => ({
      node,
      streams: node.streams.filter((stream) =>
        stream.row.name === message && (instance === undefined || stream.key.instance === instance)
      ),
    })).filter(({ streams }) => streams.length > 0);
    if (targets.length === 0) {
      throw new RangeError(`Cannot stick "${message}" ${instance ?? ""}: no node of this coach sends it`);
    }
    for (const { node, streams } of targets) node.stick(streams, true);
    return this.#ending(() => targets.forEach(({ node, streams }) => node.stick(streams, false)));
  }

  refuse(command: RefusedCommand): () => void {
    this.#refused.add(command);
    return this.#ending(() => void this.#refused.delete(command));
  }

  duplicate(): () => void {
    const set = (doubled: boolean) => this.#nodes.forEach((node) => node.doubled = doubled);
    set(true);
    return this.#ending(() => set(false));
  }

  loseClock(): () => void {
    this.#clock.lostS = 0;
    return this.#ending(() => void (this.#clock.lostS = undefined));
  }

  storm(framesPerS: number): () => void {
    const storm = { framesPerS };
    this.#storms.add(storm);
    return this.#ending(() => void this.#storms.delete(storm));
  }

  link(link: CanLink): () => void {
    const ports = this.#ports.filter((port): port is FailingPort => "setLink" in port);
    if (ports.length < this.#ports.length) {
      throw new Error(`Cannot make the bus ${link}: only ports of a virtual bus can be told to fail`);
    }
    ports.forEach((port) => port.setLink(link));
    return this.#ending(() => ports.forEach((port) => port.setLink("up")));
  }

  clear(): void {
    for (const end of [...this.#ends]) end();
  }

  /** Code with which a command is refused, if it is. */
  codeFor(message: string, instance: number | "all" | undefined): number | undefined {
    for (const refused of this.#refused) {
      const fits = refused.instance === undefined || refused.instance === instance;
      if (refused.message === message && fits) return refused.code;
    }
    return undefined;
  }

  /** Sends the frames of the storms for this much time. */
  advance(seconds: number): void {
    for (const { framesPerS } of this.#storms) this.#stormDebt += framesPerS * seconds;
    for (; this.#stormDebt >= 1; this.#stormDebt--) {
      const data = Uint8Array.from({ length: this.#random.below(9) }, () => this.#random.below(256));
      // Half of them are identifiers that no RV-C node may use: bit 25 set.
      const id = (this.#random.below(0x20000000) | (this.#random.below(2) ? 0x02000000 : 0)) >>> 0;
      for (const port of this.#ports) port.send({ id, data });
    }
  }

  #ending(end: () => void): () => void {
    const once = () => {
      if (this.#ends.delete(once)) end();
    };
    this.#ends.add(once);
    return once;
  }
}
