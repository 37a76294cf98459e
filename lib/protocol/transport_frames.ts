import type { OutgoingFrame } from "../can/types.ts";
import { buildCanId, dgnOfId, globalAddress, lowByteOf, sourceAddressOfId } from "./can_id.ts";
import type { FrameAddress } from "./types.ts";

/** Numbers of the transport: connection management (INITIAL_PACKET) and data (DATA_PACKET). */
export const connectionDgn = 0x0ec00;
export const dataDgn = 0x0eb00;

/** First byte of a connection management frame: 32 is all of RV-C 2023-11, 3.2.7; the others are J1939-21. */
export const control = { requestToSend: 16, clearToSend: 17, endOfMessage: 19, broadcast: 32, abort: 255 } as const;

/** Why a session was aborted, as J1939-21 numbers it. */
export const abortReason = { busy: 1, resources: 2, timeout: 3, badSequence: 7, tooLong: 9 } as const;

/** Longest message: 255 packets of 7 bytes. */
export const maxMessageBytes = 1785;
/** Shortest message that needs packets. */
export const minMessageBytes = 9;

/** One of the two transport frames, read out of its identifier. */
export interface TransportFrame {
  readonly kind: "connection" | "data";
  readonly sourceAddress: number;
  readonly destination: number;
  readonly priority: number;
  readonly data: Uint8Array;
}

/** The transport frame in `id` and `data`, or `undefined` when it is none or not of 8 bytes. */
export function transportFrame(id: number, data: Uint8Array): TransportFrame | undefined {
  if ((id & 0xe2000000) !== 0 || data.length !== 8) return undefined;
  const dgn = dgnOfId(id);
  if (dgn !== connectionDgn && dgn !== dataDgn) return undefined;
  const kind = dgn === connectionDgn ? "connection" : "data";
  return { kind, sourceAddress: sourceAddressOfId(id), destination: (id >>> 8) & 0xff, priority: id >>> 26, data };
}

/** What a connection management frame says. */
export interface ConnectionHead {
  readonly control: number;
  /** Bytes 1 and 2: length of the message, or for CTS count and number of the next packet. */
  readonly byte1: number;
  readonly byte2: number;
  readonly length: number;
  readonly packets: number;
  /** Most packets per CTS; 255 any number. */
  readonly perClearance: number;
  /** Number of the message carried; `undefined` when it has more than 17 bits. */
  readonly dgn: number | undefined;
}

/** Reads the 8 bytes of a connection management frame. */
export function connectionHead(data: Uint8Array): ConnectionHead {
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0, b4 = 0, b5 = 0, b6 = 0, b7 = 0] = data;
  const dgn = b5 | (b6 << 8) | (b7 << 16);
  return {
    control: b0,
    byte1: b1,
    byte2: b2,
    length: b1 | (b2 << 8),
    packets: b3,
    perClearance: b4,
    dgn: dgn > 0x1ffff ? undefined : dgn,
  };
}

/** Builds a connection management frame. `middle`: bytes 1 to 4. */
export function connectionFrame(
  kind: number,
  parts: {
    readonly from: number;
    readonly to: number;
    readonly dgn: number;
    readonly middle: readonly [number, number, number, number];
    readonly priority?: number;
  },
): OutgoingFrame {
  const { from, to, dgn, middle } = parts;
  const id = buildCanId({ dgn: connectionDgn, priority: parts.priority ?? 7, sourceAddress: from, destination: to });
  return { id, data: Uint8Array.of(kind, ...middle, dgn & 0xff, (dgn >> 8) & 0xff, dgn >> 16) };
}

/** Builds packet `sequence` [1, 255] of a message; the last one is filled with ones. */
export function dataFrame(
  message: Uint8Array,
  parts: { readonly from: number; readonly to: number; readonly sequence: number; readonly priority?: number },
): OutgoingFrame {
  const { from, to, sequence } = parts;
  const id = buildCanId({ dgn: dataDgn, priority: parts.priority ?? 7, sourceAddress: from, destination: to });
  const data = new Uint8Array(8).fill(0xff);
  data[0] = sequence;
  data.set(message.subarray((sequence - 1) * 7, sequence * 7), 1);
  return { id, data };
}

/** Address of a message that came in packets. */
export function addressOf(
  dgn: number,
  parts: { readonly sourceAddress: number; readonly destination: number; readonly priority: number },
): FrameAddress {
  const { sourceAddress, destination, priority } = parts;
  const kind = lowByteOf(dgn);
  switch (kind) {
    case "group":
      return { dgn, priority, sourceAddress };
    case "destination":
      return { dgn: dgn & 0x1ff00, priority, sourceAddress, destination };
    case "deviceType":
      return { dgn: dgn & 0x1ff00, priority, sourceAddress, deviceType: dgn & 0xff };
    default:
      return kind satisfies never;
  }
}

/** What the transport tells its owner. */
export type TransportEvent =
  | { readonly kind: "message"; readonly address: FrameAddress; readonly data: Uint8Array }
  | { readonly kind: "sent"; readonly dgn: number; readonly destination: number }
  | {
    readonly kind: "dropped";
    readonly direction: "receive" | "send";
    readonly dgn: number;
    /** The other node; 255 for a broadcast of ours. */
    readonly address: number;
    /** A sentence: what happened. */
    readonly reason: string;
  };

/** Result of one step: what happened, and what to put on the bus, in order. */
export interface TransportStep {
  readonly events: readonly TransportEvent[];
  readonly frames: readonly OutgoingFrame[];
}

/** A step in the making. */
export interface StepBuilder {
  readonly events: TransportEvent[];
  readonly frames: OutgoingFrame[];
}

/** An empty step to fill. */
export function newStep(): StepBuilder {
  return { events: [], frames: [] };
}

/** True when everybody is addressed. */
export function isGlobal(destination: number): boolean {
  return destination === globalAddress;
}
