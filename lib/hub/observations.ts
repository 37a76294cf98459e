import type { CanFrame } from "../can/mod.ts";
import {
  decodeName,
  type FrameAddress,
  instanceOf,
  latin1Of,
  type Message,
  type NodeName,
  parseProductIdentification,
  type ProductIdentification,
} from "../protocol/mod.ts";
import { isMappableRow } from "./status_rows.ts";

/** A DGN from one node that no table describes. */
export interface UnknownDgn {
  readonly dgn: number;
  readonly interfaceName: string;
  readonly sourceAddress: number;
  count: number;
  lastData: Uint8Array;
  lastMs: number;
}

/** A status message that no entity uses. */
export interface UnmappedInstance {
  readonly interfaceName: string;
  readonly sourceAddress: number;
  readonly instance: number | undefined;
  count: number;
  last: Message;
  lastMs: number;
}

/** A node that was heard. */
export interface ObservedNode {
  readonly interfaceName: string;
  readonly sourceAddress: number;
  frames: number;
  /** Of these, frames that another interface had brought already. */
  doubled: number;
  lastMs: number;
  /** When one of its frames last differed from the one before of the same identifier, monotonic ms. */
  lastNewMs: number;
  /** Data of its ADDRESS_CLAIMED, 8 bytes. */
  nameData: Uint8Array | undefined;
  name: NodeName | undefined;
  product: ProductIdentification | undefined;
}

/** A node that changes nothing in any frame for this long, while it goes on sending, repeats a stub. */
const stubAfterMs = 600_000;
const stubFrames = 100;

/** Whether a node sends the same frames again and again without ever changing them: nobody is behind them. */
export function repeatsStub(node: ObservedNode, nowMs: number): boolean {
  return node.frames - node.doubled > stubFrames && nowMs - node.lastNewMs > stubAfterMs;
}

const claimedDgn = 0x0ee00;
const identificationDgn = 0x0feeb;
/** Most entries of a list; the bus decides how many there are, so there is a limit. */
const maxUnknown = 500;
const maxUnmapped = 1000;

/** What is on the bus and not understood, and who is there. Every list is bounded. */
export class Observations {
  readonly #unknown = new Map<string, UnknownDgn>();
  readonly #unmapped = new Map<string, UnmappedInstance>();
  /** Interface → source address → node. */
  readonly #nodes = new Map<string, (ObservedNode | undefined)[]>();

  unknown(): readonly UnknownDgn[] {
    return [...this.#unknown.values()];
  }

  unmapped(): readonly UnmappedInstance[] {
    return [...this.#unmapped.values()];
  }

  nodes(): readonly ObservedNode[] {
    return [...this.#nodes.values()].flatMap((nodes) => nodes.filter((node) => node !== undefined));
  }

  node(interfaceName: string, sourceAddress: number): ObservedNode | undefined {
    return this.#nodes.get(interfaceName)?.[sourceAddress];
  }

  /**
   * The first of the interfaces on which this node is heard: on bridged buses the frames of one interface come on the
   * other, too, in either order. Nodes of one address on separate buses double nothing.
   */
  homeOf(interfaceName: string, sourceAddress: number): string {
    const here = this.node(interfaceName, sourceAddress);
    for (const [name, nodes] of this.#nodes) {
      if (name === interfaceName) break;
      const there = nodes[sourceAddress];
      if (here && there && (here.doubled + there.doubled) * 2 > Math.min(here.frames, there.frames)) return name;
    }
    return interfaceName;
  }

  /** Any frame of a node. Answers the node so that the hot path keeps it. */
  onNode(source: { readonly interfaceName: string; readonly sourceAddress: number }, nowMs: number): ObservedNode {
    let nodes = this.#nodes.get(source.interfaceName);
    if (!nodes) {
      nodes = [];
      this.#nodes.set(source.interfaceName, nodes);
    }
    let node = nodes[source.sourceAddress];
    if (!node) {
      node = {
        interfaceName: source.interfaceName,
        sourceAddress: source.sourceAddress,
        frames: 0,
        doubled: 0,
        lastMs: nowMs,
        lastNewMs: nowMs,
        nameData: undefined,
        name: undefined,
        product: undefined,
      };
      nodes[source.sourceAddress] = node;
    }
    return node;
  }

  onUnknown(frame: CanFrame, options: { readonly address: FrameAddress; readonly nowMs: number }): void {
    const { dgn, sourceAddress } = options.address;
    const key = `${frame.interfaceName}/${dgn}/${sourceAddress}`;
    const entry = this.#unknown.get(key);
    if (entry) {
      entry.count++;
      entry.lastData = frame.data;
      entry.lastMs = options.nowMs;
    } else if (this.#unknown.size < maxUnknown) {
      this.#unknown.set(key, {
        dgn,
        interfaceName: frame.interfaceName,
        sourceAddress,
        count: 1,
        lastData: frame.data,
        lastMs: options.nowMs,
      });
    }
  }

  onUnmapped(message: Message, options: { readonly interfaceName: string; readonly nowMs: number }): void {
    if (!isMappableRow(message.row)) return;
    const instance = instanceOf(message);
    const key = `${options.interfaceName}/${message.dgn}/${message.sourceAddress}/${instance}`;
    const entry = this.#unmapped.get(key);
    if (entry) {
      entry.count++;
      entry.last = message;
      entry.lastMs = options.nowMs;
    } else if (this.#unmapped.size < maxUnmapped) {
      this.#unmapped.set(key, {
        interfaceName: options.interfaceName,
        sourceAddress: message.sourceAddress,
        instance,
        count: 1,
        last: message,
        lastMs: options.nowMs,
      });
    }
  }

  /** What a node says about itself: its claim, its identification. */
  onNetworkMessage(interfaceName: string, message: {
    readonly dgn: number;
    readonly sourceAddress: number;
    readonly data: Uint8Array;
  }): void {
    const node = this.node(interfaceName, message.sourceAddress);
    if (!node) return;
    if (message.dgn === claimedDgn && message.data.length === 8) {
      node.nameData = message.data;
      node.name = decodeName(message.data);
    } else if (message.dgn === identificationDgn) {
      node.product = parseProductIdentification(latin1Of(message.data));
    }
  }

  /** The mapping changed: what is mapped now is not unmapped, and what is described now is not unknown. */
  onMapping(now: {
    readonly isKnown: (dgn: number) => boolean;
    readonly isUnmapped: (message: Message) => boolean;
  }): void {
    for (const [key, { last }] of this.#unmapped) if (!now.isUnmapped(last)) this.#unmapped.delete(key);
    for (const [key, { dgn }] of this.#unknown) if (now.isKnown(dgn)) this.#unknown.delete(key);
  }
}
