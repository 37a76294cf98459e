import type { CandumpLine, MalformedLine } from "../can/mod.ts";
import {
  type Codec,
  formatAddress,
  formatDgn,
  type Message,
  parseCanId,
  type Reading,
  signalsJson,
} from "../protocol/mod.ts";
import { LongMessages } from "./long_messages.ts";

/** What one log line became. `text` is empty when it was left out. */
export interface LineText {
  readonly kind: "message" | "unknown" | "malformed";
  readonly text: string;
}

/** The last frame of one identifier and first byte, and its text without time and interface. */
interface Last {
  low: number;
  high: number;
  length: number;
  kind: LineText["kind"];
  body: string;
}

interface PerId {
  readonly hex: string;
  /** A packet of a long message: what it means depends on those before it. */
  readonly isPacket: boolean;
  readonly last: (Last | undefined)[];
}

/** Identifiers remembered; beyond that all is forgotten, which costs time and changes no output but repeats. */
const maxIds = 4096;
const maxLasts = 65_536;

/** Text of decoded frames: JSON objects or lines for people. Repeated frames are not decoded again. */
export class DecodedText {
  readonly #codec: Codec;
  readonly #json: boolean;
  readonly #changesOnly: boolean;
  #ids = new Map<number, PerId>();
  #lasts = 0;
  readonly #longMessages: LongMessages;
  readonly #decoder = new TextDecoder();

  constructor(codec: Codec, options: { readonly json: boolean; readonly changesOnly: boolean }) {
    this.#codec = codec;
    this.#longMessages = new LongMessages(codec);
    this.#json = options.json;
    this.#changesOnly = options.changesOnly;
  }

  frame(line: CandumpLine): LineText {
    if (!line.extended) {
      return { kind: "malformed", text: this.#standard(line) };
    }
    const { data, length } = line;
    for (let i = length; i < 8; i++) data[i] = 0;
    const low = data[0]! | data[1]! << 8 | data[2]! << 16 | data[3]! << 24;
    const high = data[4]! | data[5]! << 8 | data[6]! << 16 | data[7]! << 24;
    const perId = this.#perId(line.id);
    if (perId.isPacket) return this.#packet(line, perId.hex);
    const key = length === 0 ? 256 : data[0]!;
    let last = perId.last[key];
    if (last && last.low === low && last.high === high && last.length === length) {
      if (this.#changesOnly) return { kind: last.kind, text: "" };
    } else {
      const { kind, body } = this.#body(line, perId.hex);
      if (!last) this.#lasts++;
      last = { low, high, length, kind, body };
      perId.last[key] = last;
    }
    return { kind: last.kind, text: this.#head(line, last.kind) + last.body };
  }

  /** A packet's own text, and in it the long message that it completes. */
  #packet(line: CandumpLine, hex: string): LineText {
    const { kind, body } = this.#body(line, hex);
    const whole = this.#longMessages.onPacket(line);
    const head = this.#head(line, kind);
    if (whole?.kind !== "message") return { kind, text: head + body };
    if (!this.#json) return { kind, text: `${head}${body.trimEnd()} completes ${plainMessage(whole)}\n` };
    const completed = `{"dgn":"${formatDgn(whole.dgn)}","name":"${whole.row.name}","signals":${signalsJson(whole)}}`;
    return { kind, text: `${head}${body.slice(0, -2)},"completes":${completed}}\n` };
  }

  /** A remote, CAN FD or error frame: it carries no message. */
  other(line: CandumpLine): string {
    const id = hexId(line.id);
    const reason = `a ${line.kind} frame carries no RV-C message`;
    return this.#json
      ? `${this.#jsonHead(line, "malformed")},"id":"${id}","reason":"${reason}"}\n`
      : `${this.#plainHead(line)} ${id} malformed: ${reason}\n`;
  }

  malformed(line: MalformedLine): string {
    const text = this.#decoder.decode(line.raw.subarray(0, 200));
    return this.#json
      ? `{"kind":"malformed","line":${line.lineNumber},"reason":${JSON.stringify(line.reason)},"text":${
        JSON.stringify(text)
      }}\n`
      : `line ${line.lineNumber} malformed: ${line.reason}: ${JSON.stringify(text)}\n`;
  }

  #standard(line: CandumpLine): string {
    const id = line.id.toString(16).toUpperCase().padStart(3, "0");
    const reason = "an 11-bit identifier, RV-C and J1939 use 29 bits";
    return this.#json
      ? `${this.#jsonHead(line, "malformed")},"id":"${id}","reason":"${reason}"}\n`
      : `${this.#plainHead(line)} ${id} malformed: ${reason}\n`;
  }

  #perId(id: number): PerId {
    let perId = this.#ids.get(id);
    if (!perId) {
      if (this.#ids.size >= maxIds || this.#lasts >= maxLasts) {
        this.#ids = new Map();
        this.#lasts = 0;
      }
      perId = { hex: hexId(id), isPacket: LongMessages.isPacket(id), last: [] };
      this.#ids.set(id, perId);
    }
    return perId;
  }

  #body(line: CandumpLine, hex: string): { readonly kind: LineText["kind"]; readonly body: string } {
    const data = line.data.subarray(0, line.length);
    if (this.#json) {
      const { kind, members } = this.#codec.frameJson(line.id, data);
      return { kind, body: `,"id":"${hex}",${members}}\n` };
    }
    const decoded = this.#codec.decode(line.id, data.slice());
    switch (decoded.kind) {
      case "message":
        return { kind: "message", body: ` ${plainMessage(decoded)}\n` };
      case "unknown": {
        const { dgn, sourceAddress } = parseCanId(line.id) ?? decoded;
        return {
          kind: "unknown",
          body: ` ${formatAddress(sourceAddress)} ${formatDgn(dgn)} unknown ${hexOf(data)}\n`,
        };
      }
      case "malformed":
        return { kind: "malformed", body: ` ${hex} malformed: ${decoded.reason}\n` };
      default:
        return decoded satisfies never;
    }
  }

  #head(line: CandumpLine, kind: LineText["kind"]): string {
    return this.#json ? this.#jsonHead(line, kind) : this.#plainHead(line);
  }

  #jsonHead(line: CandumpLine, kind: LineText["kind"]): string {
    return `{"kind":"${kind}","time":${seconds(line.timestampMs) ?? "null"},"interface":${
      JSON.stringify(line.interfaceName)
    }`;
  }

  #plainHead(line: CandumpLine): string {
    return `${seconds(line.timestampMs) ?? "-"} ${line.interfaceName}`;
  }
}

/** Seconds with six decimals, as candump writes them; undefined when the line had no time. */
function seconds(ms: number): string | undefined {
  if (Number.isNaN(ms)) return undefined;
  return (ms / 1000).toFixed(6);
}

function hexId(id: number): string {
  return id.toString(16).toUpperCase().padStart(8, "0");
}

function hexOf(data: Uint8Array): string {
  return data.toHex().toUpperCase();
}

function plainMessage(message: Message): string {
  const to = message.destination === undefined ? "" : `>${formatAddress(message.destination)}`;
  let text = `${formatAddress(message.sourceAddress)}${to} ${formatDgn(message.dgn)} ${message.row.name}`;
  for (let i = 0; i < message.signals.length; i++) {
    const reading = message.readings[i];
    if (reading) text += ` ${message.signals[i]!.name}=${plainReading(reading)}`;
  }
  return text;
}

/** A reading for a terminal: `118.05V`, `on`, `not available`. */
export function plainReading(reading: Reading): string {
  if ("status" in reading) return reading.status;
  if (reading.label !== undefined) return reading.label;
  return `${reading.value}${reading.unit ?? ""}`;
}
