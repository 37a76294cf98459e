import { formatAddress, formatDgn, lowByteOf, parseCanId } from "./can_id.ts";
import { type CompiledRow, compileRow, type Layout } from "./compiled_row.ts";
import { encodeMessage } from "./encode.ts";
import { type Field, fieldAt, hexOf } from "./field.ts";
import { notAvailable } from "./sentinel.ts";
import type { Decoded, FrameAddress, MessageRow, OutgoingMessage, Reading } from "./types.ts";

/** A message ready to be sent. */
export interface EncodedMessage {
  /** [0, 0x1FFFFFFF] */
  readonly id: number;
  /** 8 bytes, or more for a multi-packet message, which then goes through the transport. */
  readonly data: Uint8Array;
}

/** A decoded frame as JSON, without the part that only the receiver knows (time, interface, identifier). */
export interface FrameJson {
  readonly kind: Decoded["kind"];
  /** Members of the object, without braces: `"dgn":"1FEDA","name":…,"signals":{…}`. */
  readonly members: string;
}

/** What may differ from one bus to the next. */
export interface CodecOptions {
  /** Source addresses [0, 253] whose 0FECA frames have the DM_RV layout (seen on Spyder panels). */
  readonly dmRvOnDm1From?: ReadonlySet<number>;
  /**
   * Numbers to be read as another message: seen → meant, e.g. 1AAFD → 1FFFD (a Firefly G12 repeats DC_SOURCE_STATUS_1
   * under it, one project states). Off by default; a number that has a row keeps it. The message carries the meant
   * number.
   */
  readonly readAs?: ReadonlyMap<number, number>;
}

const numbers = 0x20000;

/**
 * Decodes and encodes by rows. Pure but for its caches, which are bounded by the rows. One row per number; the rows
 * given first win.
 */
export class Codec {
  /** By 17-bit number as it is in the identifier: index + 1 into `#rows`, 0 unknown. */
  readonly #index = new Uint16Array(numbers);
  readonly #rows: MessageRow[] = [];
  readonly #compiled: (CompiledRow | undefined)[] = [];
  readonly #byName = new Map<string, MessageRow>();
  readonly #hex: readonly string[];
  readonly #dmRvFrom: ReadonlySet<number>;
  readonly #dmRvOnDm1: CompiledRow | undefined;

  constructor(rows: readonly MessageRow[], options: CodecOptions = {}) {
    for (const row of rows) this.#add(row);
    for (const [seen, meant] of options.readAs ?? []) {
      if (this.#index[seen & 0x1ffff] === 0) this.#index[seen & 0x1ffff] = this.#index[meant & 0x1ffff] ?? 0;
    }
    this.#hex = Array.from({ length: 256 }, (_, address) => formatAddress(address));
    this.#dmRvFrom = options.dmRvOnDm1From ?? new Set();
    const dmRv = rows.find((row) => row.name === "DM_1");
    this.#dmRvOnDm1 = dmRv && this.#dmRvFrom.size > 0 ? compileRow(dmRv) : undefined;
  }

  /** The row of a number, low byte ignored where it is no part of the number. */
  rowOf(dgn: number): MessageRow | undefined {
    return this.#rows[(this.#index[dgn & 0x1ffff] ?? 0) - 1];
  }

  /** The row of a name or alias. */
  rowNamed(name: string): MessageRow | undefined {
    return this.#byName.get(name);
  }

  /** Number of the message of that name or alias. */
  dgnOf(name: string): number | undefined {
    return this.#byName.get(name)?.dgn;
  }

  /**
   * Decodes one frame; never throws. A field of which bytes are missing reads `notAvailable` (RV-C 2023-11, 3.1:
   * shorter frames occur); a frame too short for any field of its row is malformed. Bytes after the row are ignored.
   */
  decode(id: number, data: Uint8Array): Decoded {
    const compiled = this.#find(id, data);
    if (compiled === undefined) return undecodable(id, data);
    if (data.length !== 8) return this.#decodeShort(id, data, compiled);
    const low = data[0]! | (data[1]! << 8) | (data[2]! << 16) | (data[3]! << 24);
    const high = data[4]! | (data[5]! << 8) | (data[6]! << 16) | (data[7]! << 24);
    const layout = compiled.selector < 0 ? compiled.base : layoutOf(compiled, data);
    const fields = layout.fields;
    const count = fields.length;
    const readings: Reading[] = new Array(count);
    for (let i = 0; i < count; i++) {
      const field = fields[i]!;
      const at = field.at;
      if (at === fieldAt.low) {
        const raw = (low >>> field.shift) & field.mask;
        readings[i] = field.small[raw] ?? field.smallReading(raw);
      } else if (at === fieldAt.high) {
        const raw = (high >>> field.shift) & field.mask;
        readings[i] = field.small[raw] ?? field.smallReading(raw);
      } else if (at === fieldAt.words) readings[i] = field.readingOf(field.rawOfWords(low, high));
      else readings[i] = readingOfBytes(field, data);
    }
    return messageOf(id, compiled.row, { layout, readings });
  }

  /** Decodes a message that came in several packets: 0 to 1785 bytes. */
  decodeLong(address: FrameAddress, data: Uint8Array): Decoded {
    const row = this.rowOf(address.dgn);
    if (row === undefined) return { kind: "unknown", ...address };
    const compiled = this.#compile(address.dgn);
    if (data.length < compiled.minBytes) return tooShort(compiled, data);
    const layout = compiled.selector < 0 ? compiled.base : layoutOf(compiled, data);
    const readings = layout.fields.map((field) => readingOfBytes(field, data));
    return { kind: "message", ...address, row, signals: layout.signals, readings };
  }

  /**
   * Builds identifier and data of a message.
   *
   * @throws EncodeError naming the field, the value and what is allowed.
   */
  encode(
    message: OutgoingMessage,
    sourceAddress: number,
    options: { readonly priority?: number } = {},
  ): EncodedMessage {
    return encodeMessage(message, this.#byName, { ...options, sourceAddress });
  }

  /** The same as `decode()`, straight to JSON: for printing logs, where the message itself is not needed. */
  frameJson(id: number, data: Uint8Array): FrameJson {
    const compiled = this.#find(id, data);
    if (compiled === undefined || data.length < compiled.minBytes) return this.#otherJson(id, data, compiled);
    const row = compiled.row;
    const low8 = (id >>> 8) & 0xff;
    let text = `${compiled.jsonHead},"priority":${id >>> 26},"sourceAddress":"${this.#hex[id & 0xff]}","destination":`;
    text += row.lowByte === "destination" ? `"${this.#hex[low8]}"` : "null";
    if (row.lowByte === "deviceType") text += `,"deviceType":"${this.#hex[low8]}"`;
    text += ',"signals":{';
    const length = data.length;
    const full = length === 8;
    const low = full ? data[0]! | (data[1]! << 8) | (data[2]! << 16) | (data[3]! << 24) : 0;
    const high = full ? data[4]! | (data[5]! << 8) | (data[6]! << 16) | (data[7]! << 24) : 0;
    const { fields } = compiled.selector < 0 ? compiled.base : layoutOf(compiled, data);
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i]!;
      if (i > 0) text += ",";
      const at = field.at;
      if (!full || at >= fieldAt.bytes) text += field.jsonOfReading(readingOfBytes(field, data));
      else if (at === fieldAt.words) text += field.jsonOf(field.rawOfWords(low, high));
      else text += field.jsonOf(((at === fieldAt.low ? low : high) >>> field.shift) & field.mask);
    }
    return { kind: "message", members: text + "}" };
  }

  /** How many readings the caches hold; bounded by the rows. */
  get keptReadings(): number {
    let kept = 0;
    for (const compiled of this.#compiled) {
      for (const field of compiled?.base.fields ?? []) kept += field.kept;
    }
    return kept;
  }

  #add(row: MessageRow): void {
    for (const name of [row.name, ...(row.aliases ?? [])]) {
      if (!this.#byName.has(name)) this.#byName.set(name, row);
    }
    if (this.#index[row.dgn] !== 0) return;
    this.#rows.push(row);
    this.#compiled.push(undefined);
    const width = lowByteOf(row.dgn) === "group" ? 1 : 256;
    this.#index.fill(this.#rows.length, row.dgn, row.dgn + width);
  }

  /** The compiled row of a well-formed frame, or `undefined`. */
  #find(id: number, data: Uint8Array): CompiledRow | undefined {
    // Bit 25 set, or more than 29 bits: neither RV-C nor J1939.
    if ((id & 0xe2000000) !== 0 || data.length > 8) return undefined;
    const dgn = (id >>> 8) & 0x1ffff;
    const index = this.#index[dgn]! - 1;
    if (index < 0) return undefined;
    if (this.#dmRvOnDm1 !== undefined && dgn === this.#dmRvOnDm1.row.dgn && this.#dmRvFrom.has(id & 0xff)) {
      return this.#dmRvOnDm1;
    }
    return this.#compiled[index] ?? this.#compile(dgn);
  }

  #compile(dgn: number): CompiledRow {
    const index = this.#index[dgn]! - 1;
    return this.#compiled[index] ??= compileRow(this.#rows[index]!);
  }

  #decodeShort(id: number, data: Uint8Array, compiled: CompiledRow): Decoded {
    if (data.length < compiled.minBytes) return tooShort(compiled, data);
    const layout = compiled.selector < 0 ? compiled.base : layoutOf(compiled, data);
    const readings = layout.fields.map((field) => readingOfBytes(field, data));
    return messageOf(id, compiled.row, { layout, readings });
  }

  #otherJson(id: number, data: Uint8Array, compiled: CompiledRow | undefined): FrameJson {
    const other = compiled === undefined ? undecodable(id, data) : tooShort(compiled, data);
    if (other.kind === "malformed") {
      const dgn = other.dgn === undefined ? "" : `"dgn":"${formatDgn(other.dgn)}",`;
      return { kind: "malformed", members: `${dgn}"reason":${JSON.stringify(other.reason)},"data":"${hexOf(data)}"` };
    }
    if (other.kind === "message") throw new Error("a frame without a row decoded as a message");
    const destination = other.destination === undefined ? "null" : `"${this.#hex[other.destination]}"`;
    const members = `"dgn":"${formatDgn(other.dgn)}","priority":${other.priority},"sourceAddress":"` +
      `${this.#hex[other.sourceAddress]}","destination":${destination},"data":"${hexOf(data)}"`;
    return { kind: "unknown", members };
  }
}

/** Reading of one field out of any number of bytes. */
function readingOfBytes(field: Field, data: Uint8Array): Reading {
  if (data.length < field.neededBytes) return notAvailable;
  if (field.at === fieldAt.ascii || field.at === fieldAt.hex) return field.textOf(data);
  return field.readingOf(field.rawOfBytes(data));
}

function layoutOf(compiled: CompiledRow, data: Uint8Array): Layout {
  const selector = compiled.base.fields[compiled.selector];
  if (selector === undefined || data.length < selector.neededBytes) return compiled.base;
  return compiled.variants.get(selector.rawOfBytes(data)) ?? compiled.base;
}

function messageOf(id: number, row: MessageRow, parts: { layout: Layout; readings: Reading[] }): Decoded {
  const priority = id >>> 26;
  const sourceAddress = id & 0xff;
  const { layout: { signals }, readings } = parts;
  const { dgn } = row;
  if (row.lowByte === "group") return { kind: "message", dgn, priority, sourceAddress, row, signals, readings };
  const low = (id >>> 8) & 0xff;
  return row.lowByte === "destination"
    ? { kind: "message", dgn, priority, sourceAddress, destination: low, row, signals, readings }
    : { kind: "message", dgn, priority, sourceAddress, deviceType: low, row, signals, readings };
}

function tooShort(compiled: CompiledRow, data: Uint8Array): Decoded {
  const { row, minBytes } = compiled;
  const reason = `frame has ${data.length} data bytes, ${row.name} needs at least ${minBytes} for its first field`;
  return { kind: "malformed", reason, dgn: row.dgn };
}

function undecodable(id: number, data: Uint8Array): Decoded {
  const address = parseCanId(id);
  if (address === undefined) {
    const reason = (id >>> 29) !== 0
      ? `identifier has more than 29 bits`
      : `bit 25 of the identifier is set, RV-C and J1939 send 0`;
    return { kind: "malformed", reason };
  }
  if (data.length > 8) {
    return { kind: "malformed", reason: `frame has ${data.length} data bytes, CAN allows 8`, dgn: address.dgn };
  }
  return { kind: "unknown", ...address };
}
