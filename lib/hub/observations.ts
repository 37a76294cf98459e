import type { CanFrame } from "../can/mod.ts";
import type { FrameAddress, Message } from "../protocol/mod.ts";
import { instanceOf } from "../protocol/mod.ts";

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
  lastMs: number;
  /** When one of its frames last differed from the one before of the same identifier, monotonic ms. */
  lastNewMs: number;
  /** ADDRESS_CLAIMED data, 8 bytes. */
  name: Uint8Array | undefined;
  /** Text of PRODUCT_IDENTIFICATION. */
  product: ProductIdentification | undefined;
}

/** The four parts of PRODUCT_IDENTIFICATION (RV-C 2023-11, 3.2.6). */
export interface ProductIdentification {
  readonly make: string;
  readonly model: string;
  readonly serialNumber: string;
  readonly unitNumber: string;
}

/** Most entries of a list; the bus decides how many there are, so there is a limit. */
const maxUnknown = 500;
const maxUnmapped = 1000;

/** What is on the bus and not understood, and who is there. Every list is bounded. */
export class Observations {
  readonly #unknown = new Map<string, UnknownDgn>();
  readonly #unmapped = new Map<string, UnmappedInstance>();
  readonly #nodes = new Map<string, ObservedNode>();

  unknown(): readonly UnknownDgn[] {
    return [...this.#unknown.values()];
  }

  unmapped(): readonly UnmappedInstance[] {
    return [...this.#unmapped.values()];
  }

  nodes(): readonly ObservedNode[] {
    return [...this.#nodes.values()];
  }

  node(interfaceName: string, sourceAddress: number): ObservedNode | undefined {
    return this.#nodes.get(`${interfaceName}/${sourceAddress}`);
  }

  /** Any frame of a node. Answers the node so that the hot path keeps it. */
  onNode(source: { readonly interfaceName: string; readonly sourceAddress: number }, nowMs: number): ObservedNode {
    const key = `${source.interfaceName}/${source.sourceAddress}`;
    let node = this.#nodes.get(key);
    if (!node) {
      node = {
        interfaceName: source.interfaceName,
        sourceAddress: source.sourceAddress,
        frames: 0,
        lastMs: nowMs,
        lastNewMs: nowMs,
        name: undefined,
        product: undefined,
      };
      this.#nodes.set(key, node);
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
    if (!isStatus(message)) return;
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

  /** The mapping changed: what is unmapped must be found out again. */
  forgetUnmapped(): void {
    this.#unmapped.clear();
  }
}

/** Messages that state something about a device; commands, configuration and network management are not for owners. */
function isStatus({ row }: Message): boolean {
  return row.standard === "rvc" && row.lowByte === "group" && row.name.includes("STATUS") &&
    !row.name.includes("CONFIG") && row.name !== "COMMUNICATION_STATUS";
}
