import { z } from "zod";
import { knownUnits } from "../protocol/mod.ts";

/** Name of a message, as RV-C writes them. */
export const messageName = z.string().regex(
  /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/,
  "expected upper snake case such as SLIDE_ROOM_STATUS",
);

const fieldName = z.string().regex(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/, "expected lower snake case such as valve_position");
const rawKey = z.string().regex(/^(0|[1-9][0-9]*)$/, "expected a raw number such as 3");

/** One field of a declared message: the row of `lib/protocol`, without what only the standards need. */
const extensionSignal = z.strictObject({
  name: fieldName,
  /** 0-based first byte. [0, 7] */
  startByte: z.int().min(0).max(7),
  /** [0, 7], 0 is the least significant bit of `startByte`. */
  startBit: z.int().min(0).max(7).default(0),
  /** Width in bits, little-endian across bytes. A number has up to 32, a text whole bytes. [1, 64] */
  bitLength: z.int().min(1).max(64),
  type: z.enum(["uint", "bitmap", "bytes", "ascii"]).default("uint"),
  /** Physical = raw × scale + offset. Default 1. [0.000001, 1000000] */
  scale: z.number().min(1e-6).max(1e6).optional(),
  /** In the field's unit. Default 0. [−1000000, 1000000] */
  offset: z.number().min(-1e6).max(1e6).optional(),
  unit: z.enum(knownUnits).optional(),
  /** Raw value → its name. */
  labels: z.record(rawKey, z.string().min(1).max(60)).optional(),
  /** `standard`: all ones mean not available, and so on; `none`: every raw value is data. */
  sentinels: z.enum(["standard", "none"]).default("standard"),
});

/** A message that the standards do not have, as somebody found it on a coach. */
export const protocolExtensionSchema = z.strictObject({
  /** Five hexadecimal digits as RV-C prints them, e.g. `1FACE`. */
  dgn: z.string().regex(/^[01][0-9A-F]{4}$/, "expected five hexadecimal digits such as 1FACE, at most 1FFFF"),
  /** `status` says what is, `command` asks for something; state comes from status messages alone. */
  direction: z.enum(["status", "command"]).default("status"),
  /** Name of the field that carries the instance; absent when the message has none. */
  instanceField: fieldName.optional(),
  signals: z.array(extensionSignal).min(1).max(64),
  /** Where the layout comes from. */
  note: z.string().max(500).optional(),
});

export type ProtocolExtension = z.infer<typeof protocolExtensionSchema>;
