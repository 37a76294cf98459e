import { buildCanId, globalAddress, lowByteOf } from "./can_id.ts";
import { exactScale, toPhysical, toRaw } from "./exact_scale.ts";
import { nearest } from "./nearest.ts";
import { allOnes, rawOfStatus, sentinelOf } from "./sentinel.ts";
import type { MessageRow, OutgoingMessage, SignalRow, StatusReading } from "./types.ts";

/** A message that cannot be sent as asked; the message names the field, the value and what is allowed. */
export class EncodeError extends Error {
  override readonly name = "EncodeError";
}

type Value = number | string | boolean | StatusReading;

/**
 * Validates, then encodes. Bits that no value covers are ones ("leave unchanged"), but for the row's exceptions.
 *
 * @throws EncodeError
 */
export function encodeMessage(
  message: OutgoingMessage,
  rows: ReadonlyMap<string, MessageRow>,
  options: { readonly sourceAddress: number; readonly priority?: number },
): { readonly id: number; readonly data: Uint8Array } {
  const row = rows.get(message.message);
  if (row === undefined) {
    const similar = nearest(message.message, [...rows.keys()]).join(", ");
    throw new EncodeError(`Cannot encode "${message.message}": no such message, expected one such as ${similar}`);
  }
  const data = encodePayload(row, message.values);
  const id = buildCanId({
    dgn: row.dgn,
    priority: options.priority ?? row.priority,
    sourceAddress: options.sourceAddress,
    ...lowByte(row, message),
  });
  return { id, data };
}

/**
 * The data bytes alone: 8, or more for a multi-packet message.
 *
 * @throws EncodeError
 */
export function encodePayload(row: MessageRow, values: Readonly<Record<string, Value>>): Uint8Array {
  const signals = signalsFor(row, values);
  const chosen: { readonly signal: SignalRow; readonly value: Value }[] = [];
  for (const [name, value] of Object.entries(values)) {
    const signal = signals.find((candidate) => candidate.name === name);
    if (signal === undefined) {
      const similar = nearest(name, signals.map((candidate) => candidate.name), 5).join(", ");
      throw new EncodeError(`Cannot encode ${row.name}: it has no signal "${name}", nearest are ${similar || "none"}`);
    }
    chosen.push({ signal, value });
  }
  const data = new Uint8Array(lengthOf(row, values)).fill(0xff);
  for (const [byte, fill] of Object.entries(row.transmitFill ?? {})) data[Number(byte)] = fill;
  for (const { signal, value } of chosen) {
    // Bytes that a multi-packet message does not reach are not available.
    if (isNotAvailable(value) && signal.startByte + Math.ceil(signal.bitLength / 8) > data.length) continue;
    if (signal.type === "ascii" || signal.type === "bytes") writeText(data, signal, { row, value });
    else {
      const raw = rawOf(signal, { row, value });
      const { highBits } = signal;
      const lowBits = signal.bitLength - (highBits?.bitLength ?? 0);
      writeBits(data, { start: signal.startByte * 8 + signal.startBit, bits: lowBits, raw: raw % 2 ** lowBits });
      if (highBits) {
        const start = highBits.startByte * 8 + highBits.startBit;
        writeBits(data, { start, bits: highBits.bitLength, raw: Math.floor(raw / 2 ** lowBits) });
      }
    }
  }
  return data;
}

function lowByte(row: MessageRow, message: OutgoingMessage): { destination?: number; deviceType?: number } {
  const kind = lowByteOf(row.dgn);
  switch (kind) {
    case "group":
      return {};
    case "destination": {
      const destination = message.destination ?? row.defaultDestination ?? globalAddress;
      if (row.addressedOnly && destination === globalAddress) {
        throw new EncodeError(`Cannot encode ${row.name}: destination is 255, expected one node's address`);
      }
      return { destination };
    }
    case "deviceType":
      if (message.deviceType === undefined) {
        throw new EncodeError(`Cannot encode ${row.name}: no device type given, expected one from 0 to 255`);
      }
      return { deviceType: message.deviceType };
    default:
      return kind satisfies never;
  }
}

/** The row's fields, and those of the variant that the selector's value brings. */
function signalsFor(row: MessageRow, values: Readonly<Record<string, Value>>): readonly SignalRow[] {
  const { multiplex } = row;
  const chosen = multiplex && values[multiplex.selector];
  const selector = multiplex && row.signals.find((signal) => signal.name === multiplex.selector);
  if (!multiplex || !selector || chosen === undefined) return row.signals;
  const variant = multiplex.variants[rawOf(selector, { row, value: chosen })];
  return variant ? [...row.signals, ...variant] : row.signals;
}

/** 8; a multi-packet message reaches to the last field that has a value. */
function lengthOf(row: MessageRow, values: Readonly<Record<string, Value>>): number {
  let length = 8;
  for (const signal of row.signals) {
    const value = values[signal.name];
    if (signal.bitLength === 0 && typeof value === "string") {
      length = Math.max(length, signal.startByte + value.length);
    } else if (row.multiPacket && value !== undefined && !isNotAvailable(value)) {
      length = Math.max(length, signal.startByte + Math.ceil(signal.bitLength / 8));
    }
  }
  if (length > 1785) {
    throw new EncodeError(`Cannot encode ${row.name}: it would have ${length} bytes, expected at most 1785`);
  }
  return length;
}

function isNotAvailable(value: Value): boolean {
  return typeof value === "object" && value.status === "notAvailable";
}

function rawOf(signal: SignalRow, given: { readonly row: MessageRow; readonly value: Value }): number {
  const { value } = given;
  switch (typeof value) {
    case "string":
      return rawOfLabel(signal, given.row, value);
    case "boolean":
      return rawOfNumber(signal, given.row, value ? 1 : 0);
    case "number":
      return rawOfNumber(signal, given.row, value);
    default: {
      const raw = rawOfStatus(signal, value.status);
      if (raw === undefined) {
        throw new EncodeError(`Cannot encode ${given.row.name}: ${signal.name} has no way to say "${value.status}"`);
      }
      return raw;
    }
  }
}

function rawOfLabel(signal: SignalRow, row: MessageRow, label: string): number {
  const all = { ...signal.labels, ...signal.special };
  for (const [raw, name] of Object.entries(all)) if (name === label) return Number(raw);
  const labels = Object.values(all);
  const allowed = labels.length === 0 ? "a number" : `one of ${nearest(label, labels, 24).join(", ")}`;
  throw new EncodeError(`Cannot encode ${row.name}: ${signal.name} is "${label}", expected ${allowed}`);
}

function rawOfNumber(signal: SignalRow, row: MessageRow, value: number): number {
  const exact = exactScale(signal.scale ?? 1, signal.offset ?? 0);
  const raw = toRaw(exact, value);
  const top = allOnes(signal.bitLength);
  const stated = `Cannot encode ${row.name}: ${signal.name} is ${value}${signal.unit ? ` ${signal.unit}` : ""}`;
  if (!Number.isFinite(value) || raw < 0 || raw > top) {
    throw new EncodeError(`${stated}, expected ${boundsOf(signal)}`);
  }
  const special = signal.special?.[raw];
  if (special !== undefined) {
    throw new EncodeError(
      `${stated}, which on the wire means "${special}", expected ${boundsOf(signal)} or that label`,
    );
  }
  if (signal.labels?.[raw] !== undefined) return raw;
  const { range } = signal;
  if (sentinelOf(signal, raw) !== undefined || (range && (value < range[0] || value > range[1]))) {
    throw new EncodeError(`${stated}, expected ${boundsOf(signal)}`);
  }
  return raw;
}

/** The numbers a field can carry, in words. */
function boundsOf(signal: SignalRow): string {
  const exact = exactScale(signal.scale ?? 1, signal.offset ?? 0);
  let top = allOnes(signal.bitLength);
  if (signal.sentinels === "j1939" && signal.bitLength >= 8) top = 0xfb * 2 ** (signal.bitLength - 8) - 1;
  else for (; top > 0 && (sentinelOf(signal, top) || signal.special?.[top] !== undefined);) top--;
  const low = signal.range?.[0] ?? toPhysical(exact, 0);
  const high = Math.min(signal.range?.[1] ?? Infinity, toPhysical(exact, top));
  return `a number from ${low} to ${high}${signal.unit ? ` ${signal.unit}` : ""}`;
}

function writeText(
  data: Uint8Array,
  signal: SignalRow,
  given: { readonly row: MessageRow; readonly value: Value },
): void {
  const { row, value } = given;
  if (typeof value === "object" && value.status === "notAvailable") return;
  const room = signal.bitLength === 0 ? data.length - signal.startByte : signal.bitLength / 8;
  if (typeof value !== "string") {
    throw new EncodeError(`Cannot encode ${row.name}: ${signal.name} is not a text, expected one`);
  }
  const bytes = signal.type === "ascii" ? latin1Bytes(value) : hexBytes(value);
  if (bytes === undefined) {
    const wanted = signal.type === "ascii" ? "characters of ISO 8859-1" : "pairs of hexadecimal digits";
    throw new EncodeError(`Cannot encode ${row.name}: ${signal.name} is "${value}", expected ${wanted}`);
  }
  if (bytes.length > room) {
    throw new EncodeError(
      `Cannot encode ${row.name}: ${signal.name} has ${bytes.length} bytes, expected at most ${room}`,
    );
  }
  data.set(bytes, signal.startByte);
}

/** A text must not end in what the receiver takes for filling (0x00, 0xFF). */
function latin1Bytes(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const last = i === text.length - 1;
    if (code > 255 || (last && (code === 0 || code === 255))) return undefined;
    bytes[i] = code;
  }
  return bytes;
}

function hexBytes(text: string): Uint8Array | undefined {
  if (!/^([0-9A-Fa-f]{2})*$/.test(text)) return undefined;
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

function writeBits(data: Uint8Array, field: { start: number; bits: number; raw: number }): void {
  let { raw } = field;
  for (let position = field.start, left = field.bits; left > 0;) {
    const offset = position & 7;
    const take = Math.min(8 - offset, left);
    const mask = ((1 << take) - 1) << offset;
    const byte = position >>> 3;
    data[byte] = ((data[byte] ?? 0xff) & ~mask) | ((raw % (1 << take)) << offset);
    raw = Math.floor(raw / (1 << take));
    position += take;
    left -= take;
  }
}
