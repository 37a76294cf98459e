import type { OutgoingFrame } from "./types.ts";

/** Largest 29-bit identifier. */
export const MAX_EXTENDED_ID = 0x1fffffff;

/** True when a classic CAN bus can carry the frame. */
export function isSendable(frame: OutgoingFrame): boolean {
  return Number.isInteger(frame.id) && frame.id >= 0 && frame.id <= MAX_EXTENDED_ID && frame.data.length <= 8;
}

/**
 * Why no interface can have this name, undefined when one can.
 * Source: kernel, net/core/dev.c `dev_valid_name`: 1 to 15 bytes, not "." or "..", no "/", ":" or white space.
 */
export function interfaceNameProblem(name: string): string | undefined {
  if (name === "") return "the name is empty";
  if (new TextEncoder().encode(name).length > 15) return "the name is longer than 15 bytes";
  if (name === "." || name === ".." || /[/:\s\0]/.test(name)) {
    return `the name has "/", ":" or white space in it, or is dots`;
  }
  return undefined;
}
