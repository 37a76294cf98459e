/**
 * Rows of the standards (RV-C, J1939) and what they do: decode, encode, multi-packet transport, address claim,
 * acknowledgments, diagnostics. Pure: bytes and time in, values and frames out.
 *
 * Lives here: everything that is true of the wire, each fact with its origin.
 * Does not live here: what a light or a tank is (`lib/entities`), sockets (`lib/can`).
 * May import: `lib/can` (types), `lib/base`.
 *
 * @module
 */
export * from "./address_claim.ts";
export * from "./can_id.ts";
export { Codec, type CodecOptions, type EncodedMessage, type FrameJson } from "./codec.ts";
export * from "./diagnostics.ts";
export { EncodeError } from "./encode.ts";
export * from "./fault_book.ts";
export { hexOf, latin1Of } from "./field.ts";
export * from "./message.ts";
export * from "./node_name.ts";
export * from "./product_identification.ts";
export * from "./protocol.ts";
export * from "./reading_json.ts";
export * from "./reference.ts";
export { knownUnits, parseTables } from "./reference_schema.ts";
export * from "./repeat_cache.ts";
export * from "./requests.ts";
export { errorReading, isStatus, notAvailable, outOfRange, reserved } from "./sentinel.ts";
export * from "./transport.ts";
export type { TransportEvent, TransportStep } from "./transport_frames.ts";
export type { LongMessage } from "./transport_sender.ts";
export * from "./types.ts";
