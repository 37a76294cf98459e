import type { OutgoingFrame } from "../can/types.ts";
import { buildCanId, globalAddress, lowByteOf } from "./can_id.ts";

const requestDgn = 0x0ea00;
const acknowledgmentDgn = 0x0e800;

/** Codes of an acknowledgment (RV-C 2023-11, 3.2.4.4); 9 to 127 reserved, 128 to 250 depend on the command. */
export const acknowledgment = {
  ack: 0,
  nak: 1,
  sourceNotAcceptable: 2,
  conditionsDoNotAllow: 3,
  badFormat: 4,
  parameterOutOfRange: 5,
  passwordRequired: 6,
  moreTimeRequired: 7,
  overriddenByUser: 8,
} as const;

/** A node has this long to answer a request or command, ms (RV-C 2023-11, 3.2.4). */
export const answerWithinMs = 1250;

/** A request for a message: REQUEST_FOR_DGN. */
export interface DgnRequest {
  /** Wanted number. [0, 0x1FFFF] */
  readonly dgn: number;
  /** Wanted instance; absent: all, or not instanced. */
  readonly instance?: number;
  /** Bank or secondary instance. */
  readonly bank?: number;
}

/** Reads the data of a request: 8 bytes as RV-C sends them, 3 as J1939 does; `undefined` when it is neither. */
export function parseRequest(data: Uint8Array): DgnRequest | undefined {
  if (data.length < 3) return undefined;
  const [b0 = 0, b1 = 0, b2 = 0, instance = 0xff, bank = 0xff] = data;
  const dgn = b0 | (b1 << 8) | (b2 << 16);
  if (dgn > 0x1ffff) return undefined;
  return { dgn, ...(instance === 0xff ? {} : { instance }), ...(bank === 0xff ? {} : { bank }) };
}

/** Builds a request; `destination` default 255 (everybody). */
export function requestFrame(
  request: DgnRequest & { readonly sourceAddress: number; readonly destination?: number; readonly short?: boolean },
): OutgoingFrame {
  const { dgn, sourceAddress, destination = globalAddress } = request;
  const id = buildCanId({ dgn: requestDgn, priority: 6, sourceAddress, destination });
  const head = [dgn & 0xff, (dgn >> 8) & 0xff, dgn >> 16];
  if (request.short) return { id, data: Uint8Array.from(head) };
  return { id, data: Uint8Array.of(...head, request.instance ?? 0xff, request.bank ?? 0xff, 0xff, 0xff, 0xff) };
}

/** What an acknowledgment says. */
export interface Acknowledgment {
  readonly code: number;
  readonly instance?: number;
  readonly bank?: number;
  /** Node whose request or command is answered; absent when not stated. */
  readonly acknowledgedAddress?: number;
  /** Number that is answered; absent in frames that end before it. */
  readonly dgn?: number;
}

/** Reads the data of an acknowledgment; short frames occur and leave parts out. */
export function parseAcknowledgment(data: Uint8Array): Acknowledgment | undefined {
  const [code, instance = 0xff, bankByte = 0xff, , acknowledgedAddress = 0xff, b5 = 0, b6 = 0, b7 = 0] = data;
  if (code === undefined) return undefined;
  const bank = bankByte & 0x0f;
  const dgn = b5 | (b6 << 8) | (b7 << 16);
  return {
    code,
    ...(instance === 0xff ? {} : { instance }),
    ...(bank === 0x0f ? {} : { bank }),
    ...(acknowledgedAddress === 0xff ? {} : { acknowledgedAddress }),
    ...(data.length < 8 || dgn > 0x1ffff ? {} : { dgn }),
  };
}

/** Builds an acknowledgment to the node that asked. */
export function acknowledgmentFrame(
  answer: {
    readonly code: number;
    readonly dgn: number;
    readonly sourceAddress: number;
    /** Who asked; the answer goes to it and names it. */
    readonly requester: number;
    readonly instance?: number;
    readonly bank?: number;
  },
): OutgoingFrame {
  const { code, dgn, sourceAddress, requester, instance = 0xff, bank = 0x0f } = answer;
  const id = buildCanId({ dgn: acknowledgmentDgn, priority: 6, sourceAddress, destination: requester });
  const tail = [dgn & 0xff, (dgn >> 8) & 0xff, dgn >> 16];
  return { id, data: Uint8Array.of(code, instance, 0xf0 | bank, 0xff, requester, ...tail) };
}

/** Name of an acknowledgment code; codes from 128 on belong to the command that is answered. */
export function acknowledgmentName(code: number, names: Readonly<Record<string, string>>): string {
  return names[code] ?? (code >= 128 && code <= 250 ? `command_specific_${code}` : `reserved_${code}`);
}

/** What a node that is asked for a message does. */
export type RequestAnswer =
  /** The address claim answers it. */
  | { readonly kind: "claim" }
  /** Send the identification text. */
  | { readonly kind: "identification" }
  /** Send this message of ours. */
  | { readonly kind: "message"; readonly dgn: number; readonly instance?: number }
  | { readonly kind: "negative"; readonly frame: OutgoingFrame }
  | { readonly kind: "nothing" };

/**
 * Decides the answer to a request. A message we do not have is refused when the request was addressed to us, and
 * ignored when it went to everybody (RV-C 2023-11, 3.2.4.4).
 */
export function answerRequest(
  request: DgnRequest,
  context: {
    readonly ourAddress: number;
    readonly requester: number;
    readonly destination: number;
    /** Messages we have, by number without a low byte that is no part of it. */
    readonly has: (dgn: number) => boolean;
  },
): RequestAnswer {
  const { ourAddress, requester, destination } = context;
  if (destination !== globalAddress && destination !== ourAddress) return { kind: "nothing" };
  const dgn = lowByteOf(request.dgn) === "group" ? request.dgn : request.dgn & 0x1ff00;
  if (dgn === 0x0ee00) return { kind: "claim" };
  if (dgn === 0x0feeb) return { kind: "identification" };
  const { instance } = request;
  if (context.has(dgn)) return { kind: "message", dgn, ...(instance === undefined ? {} : { instance }) };
  if (destination === globalAddress || requester >= 254) return { kind: "nothing" };
  const frame = acknowledgmentFrame({
    code: acknowledgment.nak,
    dgn: request.dgn,
    sourceAddress: ourAddress,
    requester,
    ...(instance === undefined ? {} : { instance }),
  });
  return { kind: "negative", frame };
}
