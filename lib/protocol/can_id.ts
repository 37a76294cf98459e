import type { FrameAddress } from "./types.ts";

/** Largest 29-bit identifier. */
export const maxCanId = 0x1fffffff;
/** The destination that means everybody. */
export const globalAddress = 255;
/** The source address of a node that has claimed none. */
export const nullAddress = 254;

/** Bit 25 of an identifier; RV-C always sends 0 (RV-C 2023-11, 3.1). */
const reservedBit = 0x02000000;

/** A number below PF 0xF0 carries a destination or a device type in its low byte (RV-C 2023-11, 3.1). */
export function lowByteOf(dgn: number): "group" | "destination" | "deviceType" {
  if (((dgn >>> 8) & 0xff) >= 0xf0) return "group";
  // 16000 to 16FFF: the driver blocks, whose low byte is a device type (RV-C 2023-11, 6.50).
  return (dgn & 0x1f000) === 0x16000 ? "deviceType" : "destination";
}

/** The 17-bit number under which a row is found: low byte zero for PDU1 and for the driver blocks. */
export function dgnOfId(id: number): number {
  const dgn = (id >>> 8) & 0x1ffff;
  return (dgn & 0xff00) >= 0xf000 ? dgn : dgn & 0x1ff00;
}

/** Source address of an identifier. [0, 255] */
export function sourceAddressOfId(id: number): number {
  return id & 0xff;
}

/** Reads an identifier; `undefined` when it is no RV-C or J1939 identifier (bit 25 set, or more than 29 bits). */
export function parseCanId(id: number): FrameAddress | undefined {
  if ((id >>> 29) !== 0 || (id & reservedBit) !== 0) return undefined;
  const number = (id >>> 8) & 0x1ffff;
  const priority = id >>> 26;
  const sourceAddress = id & 0xff;
  const kind = lowByteOf(number);
  switch (kind) {
    case "group":
      return { dgn: number, priority, sourceAddress };
    case "destination":
      return { dgn: number & 0x1ff00, priority, sourceAddress, destination: number & 0xff };
    case "deviceType":
      return { dgn: number & 0x1ff00, priority, sourceAddress, deviceType: number & 0xff };
    default:
      return kind satisfies never;
  }
}

/**
 * Builds an identifier; the result is unsigned. Low byte for PDU1: `destination` (default 255); for the driver
 * blocks: `deviceType` (default 0).
 *
 * @throws RangeError when a part is outside of its range.
 */
export function buildCanId(address: FrameAddress): number {
  const { dgn, priority, sourceAddress } = address;
  check("DGN", dgn, 0x1ffff);
  check("priority", priority, 7);
  check("source address", sourceAddress, 255);
  let low = dgn & 0xff;
  const kind = lowByteOf(dgn);
  if (kind === "destination") low = check("destination", address.destination ?? globalAddress, 255);
  if (kind === "deviceType") low = check("device type", address.deviceType ?? 0, 255);
  return ((priority << 26) | ((dgn & 0x1ff00) << 8) | (low << 8) | sourceAddress) >>> 0;
}

/** A 17-bit number as five upper-case hexadecimal digits, as RV-C prints it. */
export function formatDgn(dgn: number): string {
  return dgn.toString(16).toUpperCase().padStart(5, "0");
}

/** An address as two upper-case hexadecimal digits. */
export function formatAddress(address: number): string {
  return address.toString(16).toUpperCase().padStart(2, "0");
}

function check(what: string, value: number, high: number): number {
  if (!Number.isInteger(value) || value < 0 || value > high) {
    throw new RangeError(`Cannot build identifier: ${what} is ${value}, expected an integer from 0 to ${high}`);
  }
  return value;
}
