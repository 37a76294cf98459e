import { type ExactScale, exactScale, toPhysical } from "./exact_scale.ts";
import { readingJson } from "./reading_json.ts";
import { notAvailable, outOfRange, sentinelOf } from "./sentinel.ts";
import type { Reading, SignalRow } from "./types.ts";

/** Where a field lies, decided once: the codec's inner loop branches on it. */
export const fieldAt = {
  /** Up to 8 bits within one of bytes 0 to 3. */
  low: 0,
  /** Up to 8 bits within one of bytes 4 to 7. */
  high: 1,
  /** A number within bytes 0 to 7 that is wider, or crosses a byte. */
  words: 2,
  /** A number beyond byte 7, or in two places. */
  bytes: 3,
  ascii: 4,
  hex: 5,
} as const;

/** Readings of a wide field that are kept for reuse; a power of two. */
const wideSlots = 64;

/**
 * One row made ready for decoding. A field of up to 8 bits keeps each of its readings once it was made; a wider one
 * keeps the last few in a table of fixed size. So memory is bounded by the rows, whatever comes off the bus.
 */
export class Field {
  readonly row: SignalRow;
  readonly at: number;
  /** Right shift within its word (`low`, `high`). */
  readonly shift: number;
  readonly mask: number;
  /** First bit, counted from bit 0 of byte 0. */
  readonly startBit: number;
  /** Bytes a frame needs to hold the whole field; for texts, to hold its first character. */
  readonly neededBytes: number;
  /** By raw value; `low` and `high` only. */
  readonly small: (Reading | undefined)[];
  readonly #exact: ExactScale;
  readonly #prefix: string;
  #smallJson: string[] = [];
  #wideRaws: Float64Array | undefined;
  #wide: (Reading | undefined)[] = [];
  #wideJsonRaws: Float64Array | undefined;
  #wideJson: string[] = [];

  constructor(row: SignalRow) {
    this.row = row;
    this.startBit = row.startByte * 8 + row.startBit;
    this.at = placeOf(row);
    this.shift = this.startBit % 32;
    this.mask = row.bitLength <= 8 ? (1 << row.bitLength) - 1 : 0;
    const text = row.type === "ascii" || row.type === "bytes";
    const high = row.highBits ? row.highBits.startByte * 8 + row.highBits.startBit + row.highBits.bitLength : 0;
    const own = this.startBit + row.bitLength - (row.highBits?.bitLength ?? 0);
    this.neededBytes = text ? row.startByte + 1 : Math.ceil(Math.max(high, own) / 8);
    this.small = this.at === fieldAt.low || this.at === fieldAt.high ? new Array(this.mask + 1).fill(undefined) : [];
    this.#exact = exactScale(row.scale ?? 1, row.offset ?? 0);
    this.#prefix = `${JSON.stringify(row.name)}:`;
  }

  /** Raw number out of the two words of a frame of 8 bytes (`words` only). [0, 2^32 − 1] */
  rawOfWords(low: number, high: number): number {
    const start = this.startBit;
    const bits = this.row.bitLength;
    let raw: number;
    if (start >= 32) raw = high >>> (start - 32);
    else if (start === 0) raw = low;
    else raw = (low >>> start) | (high << (32 - start));
    return bits === 32 ? raw >>> 0 : raw & ((1 << bits) - 1);
  }

  /** Raw number out of bytes that hold the whole field. */
  rawOfBytes(data: Uint8Array): number {
    const { highBits, bitLength } = this.row;
    if (!highBits) return bitsOf(data, this.startBit, bitLength);
    const lowBits = bitLength - highBits.bitLength;
    const top = bitsOf(data, highBits.startByte * 8 + highBits.startBit, highBits.bitLength);
    return top * 2 ** lowBits + bitsOf(data, this.startBit, lowBits);
  }

  /** The reading of a raw number, shared and frozen. */
  readingOf(raw: number): Reading {
    if (this.at === fieldAt.low || this.at === fieldAt.high) return this.small[raw] ?? this.smallReading(raw);
    const slot = (raw ^ (raw >>> 6) ^ (raw >>> 12)) & (wideSlots - 1);
    const kept = this.#wide[slot];
    if (kept !== undefined && this.#wideRaws !== undefined && this.#wideRaws[slot] === raw) return kept;
    const made = this.#make(raw);
    this.#wideRaws ??= new Float64Array(wideSlots);
    this.#wideRaws[slot] = raw;
    if (this.#wide.length === 0) this.#wide = new Array(wideSlots).fill(undefined);
    this.#wide[slot] = made;
    return made;
  }

  /** Makes and keeps the reading of a raw number of a field of up to 8 bits. */
  smallReading(raw: number): Reading {
    const made = this.#make(raw);
    this.small[raw] = made;
    return made;
  }

  /** Reading of a text or byte field: what is there of it, `notAvailable` when nothing is. */
  textOf(data: Uint8Array): Reading {
    const { row } = this;
    const end = row.bitLength === 0 ? data.length : Math.min(data.length, row.startByte + row.bitLength / 8);
    if (row.startByte >= end) return notAvailable;
    if (row.type === "bytes") return Object.freeze({ value: hexOf(data.subarray(row.startByte, end)) });
    let last = end;
    while (last > row.startByte && data[last - 1] === 0xff) last--;
    if (last === row.startByte) return notAvailable;
    while (last > row.startByte && data[last - 1] === 0) last--;
    // RV-C 2023-11, 3.2.3: character 0 is reserved; J1939-71: it says error.
    if (last === row.startByte) return sentinelText(row);
    return Object.freeze({ value: latin1Of(data.subarray(row.startByte, last)) });
  }

  /** `"name":{…}` of a raw number, for JSON. */
  jsonOf(raw: number): string {
    if (this.at === fieldAt.low || this.at === fieldAt.high) {
      return this.#smallJson[raw] ??= this.#prefix + readingJson(this.readingOf(raw));
    }
    const slot = (raw ^ (raw >>> 6) ^ (raw >>> 12)) & (wideSlots - 1);
    const kept = this.#wideJson[slot];
    if (kept !== undefined && kept !== "" && this.#wideJsonRaws?.[slot] === raw) return kept;
    const made = this.#prefix + readingJson(this.readingOf(raw));
    this.#wideJsonRaws ??= new Float64Array(wideSlots);
    this.#wideJsonRaws[slot] = raw;
    if (this.#wideJson.length === 0) this.#wideJson = new Array(wideSlots).fill("");
    this.#wideJson[slot] = made;
    return made;
  }

  /** `"name":{…}` of any reading, for JSON. */
  jsonOfReading(reading: Reading): string {
    return this.#prefix + readingJson(reading);
  }

  /** How many readings are kept, to show that they are bounded. */
  get kept(): number {
    return this.small.length + this.#smallJson.length + this.#wide.length + this.#wideJson.length;
  }

  #make(raw: number): Reading {
    const { row } = this;
    const special = row.special?.[raw];
    if (special !== undefined) return Object.freeze({ value: special, label: special });
    const label = row.labels?.[raw];
    const value = toPhysical(this.#exact, raw);
    if (label === undefined) {
      const status = sentinelOf(row, raw);
      if (status !== undefined) return status;
      if (row.range !== undefined && (value < row.range[0] || value > row.range[1])) return outOfRange;
      return Object.freeze(row.unit === undefined ? { value } : { value, unit: row.unit });
    }
    return Object.freeze(row.unit === undefined ? { value, label } : { value, unit: row.unit, label });
  }
}

function placeOf(row: SignalRow): number {
  if (row.type === "ascii") return fieldAt.ascii;
  if (row.type === "bytes") return fieldAt.hex;
  const start = row.startByte * 8 + row.startBit;
  if (row.highBits || start + row.bitLength > 64) return fieldAt.bytes;
  if (row.startBit + row.bitLength > 8) return fieldAt.words;
  return start < 32 ? fieldAt.low : fieldAt.high;
}

/** `bits` [1, 32] bits from bit `start` on, little-endian; missing bytes read as ones. */
function bitsOf(data: Uint8Array, start: number, bits: number): number {
  let raw = 0;
  let weight = 1;
  for (let position = start, left = bits; left > 0;) {
    const offset = position & 7;
    const take = Math.min(8 - offset, left);
    raw += (((data[position >>> 3] ?? 0xff) >>> offset) & ((1 << take) - 1)) * weight;
    weight *= 1 << take;
    position += take;
    left -= take;
  }
  return raw;
}

function sentinelText(row: SignalRow): Reading {
  return row.sentinels === "j1939" ? Object.freeze({ status: "error" }) : Object.freeze({ status: "reserved" });
}

/** Upper-case hexadecimal text of bytes. */
export function hexOf(data: Uint8Array): string {
  let text = "";
  for (const byte of data) text += (byte < 16 ? "0" : "") + byte.toString(16);
  return text.toUpperCase();
}

/** Text of ISO 8859-1 bytes (RV-C 2023-11, 3.2.8). */
export function latin1Of(data: Uint8Array): string {
  let text = "";
  for (const byte of data) text += String.fromCharCode(byte);
  return text;
}
