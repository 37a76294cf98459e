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
export * from "./types.ts";
