import type { Reading, ReadingStatus, SignalRow, StatusReading } from "./types.ts";

/** The field says that it has no value, or the frame ends before it. */
export const notAvailable: StatusReading = Object.freeze({ status: "notAvailable" });
/** The sender cannot tell the value. */
export const errorReading: StatusReading = Object.freeze({ status: "error" });
/** A raw value that the standard keeps for later. */
export const reserved: StatusReading = Object.freeze({ status: "reserved" });
/** A number outside of the row's range. */
export const outOfRange: StatusReading = Object.freeze({ status: "outOfRange" });

/** The shared reading of a status. */
export function statusReading(status: ReadingStatus): StatusReading {
  switch (status) {
    case "notAvailable":
      return notAvailable;
    case "error":
      return errorReading;
    case "reserved":
      return reserved;
    case "outOfRange":
      return outOfRange;
    default:
      return status satisfies never;
  }
}

/** True for a reading without a value. */
export function isStatus(reading: Reading): reading is StatusReading {
  return "status" in reading;
}

/** Largest raw number of a field of `bits` [1, 32]. */
export function allOnes(bits: number): number {
  return 2 ** bits - 1;
}

/**
 * What a raw number without a label of its own stands for, or `undefined` when it is data.
 *
 * RV-C 2023-11, 3.2.3: exactly three raw values, and two below 8 bits. Widths the text does not name (3, 5, 6, 7)
 * know "not available" alone. J1939-71: ranges by the top byte.
 */
export function sentinelOf(row: SignalRow, raw: number): StatusReading | undefined {
  const bits = row.bitLength;
  const below = allOnes(bits) - raw;
  switch (row.sentinels) {
    case "none":
      return undefined;
    case "standard":
      if (bits === 1 || below > 2) return undefined;
      if (below === 0) return notAvailable;
      if (bits >= 8) return bits % 8 !== 0 ? undefined : below === 1 ? errorReading : reserved;
      return below === 1 && (bits === 2 || bits === 4) ? errorReading : undefined;
    case "j1939": {
      if (bits === 1) return undefined;
      if (bits >= 8 && bits % 8 === 0) {
        const top = Math.floor(raw / 2 ** (bits - 8));
        if (top < 0xfb) return undefined;
        return top === 0xff ? notAvailable : top === 0xfe ? errorReading : reserved;
      }
      if (below === 0) return notAvailable;
      return below === 1 && bits <= 4 ? errorReading : undefined;
    }
    default:
      return row.sentinels satisfies never;
  }
}

/** The raw number that says `status` in this field, or `undefined` when the field cannot say it. */
export function rawOfStatus(row: SignalRow, status: ReadingStatus): number | undefined {
  if (status === "outOfRange") return undefined;
  const step = status === "notAvailable" ? 0 : status === "error" ? 1 : 2;
  const bits = row.bitLength;
  let raw = allOnes(bits) - step;
  if (row.sentinels === "j1939" && bits >= 8 && bits % 8 === 0) raw = allOnes(bits) - step * 2 ** (bits - 8);
  if (row.labels?.[raw] !== undefined || row.special?.[raw] !== undefined) return undefined;
  // All ones also means "leave unchanged", in every field.
  if (step === 0 && row.sentinels === "none") return raw;
  return raw >= 0 && sentinelOf(row, raw)?.status === status ? raw : undefined;
}
