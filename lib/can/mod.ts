/**
 * CAN frames and the ports that carry them: SocketCAN by FFI, an in-process bus, replay of candump logs; the
 * candump text forms and the recorder.
 *
 * Lives here: bytes and identifiers, interface states, the only FFI of the program.
 * Does not live here: the meaning of a frame (`lib/protocol`).
 * May import: `lib/base`.
 *
 * @module
 */
export * from "./types.ts";
export * from "./candump.ts";
export { type SocketCanOptions, SocketCanPort } from "./socketcan.ts";
export type { CanFilter } from "./socketcan_ffi.ts";
export { SocketCanPoller } from "./socketcan_poller.ts";
export * from "./kernel_file.ts";
export * from "./log_interfaces.ts";
export * from "./recorder.ts";
export * from "./replay_port.ts";
export * from "./virtual_port.ts";
