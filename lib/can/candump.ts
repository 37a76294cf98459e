import type { CanFrame } from "./types.ts";
import { CandumpLine } from "./candump_line.ts";

export { type CandumpKind, CandumpLine, type CandumpTime } from "./candump_line.ts";
export { CandumpWriter, formatCandump, formatCandumpConsole } from "./candump_writer.ts";

/** A line that no form of candump prints. */
export interface MalformedLine {
  readonly lineNumber: number;
  /** What is wrong with it. */
  readonly reason: string;
  /** Its bytes without the line end; of an over-long line the first {@link MAX_LINE_BYTES}. Valid during the call. */
  readonly raw: Uint8Array;
}

/** Receives what {@link CandumpReader} finds, one call per line, in order. */
export interface CandumpHandler {
  /** A classic data frame, standard or extended. `line` is overwritten by the next one. */
  onFrame(line: CandumpLine): void;
  /** A remote, CAN FD or error frame (`line.kind`). */
  onOther?(line: CandumpLine): void;
  onMalformed?(malformed: MalformedLine): void;
}

/** Longest line candump writes is a CAN FD frame in binary form, below 700 bytes; beyond this a line is cut. */
export const MAX_LINE_BYTES = 1024;

const LF = 0x0a, CR = 0x0d, ESCAPE = 0x1b, NUL = 0;

/**
 * Reads a candump log in chunks of any size, in constant memory. Takes LF and CRLF ends, a byte order mark, blocks of
 * NUL bytes as a power cut leaves them, colours, and a last line without an end. Never throws.
 */
export class CandumpReader {
  /** Lines seen, blank ones included. */
  lines = 0;
  /** Classic data frames. */
  frames = 0;
  /** Remote, CAN FD and error frames. */
  others = 0;
  malformed = 0;

  readonly #handler: CandumpHandler;
  readonly #line = new CandumpLine();
  readonly #carry = new Uint8Array(MAX_LINE_BYTES);
  #carried = 0;
  /** Inside a line of which some bytes are not in `#carry`. */
  #overlong = false;

  constructor(handler: CandumpHandler) {
    this.#handler = handler;
  }

  /** Takes the next piece of the log; the chunk is not kept. */
  push(chunk: Uint8Array): void {
    let at = 0;
    if (this.#carried > 0 || this.#overlong) {
      const end = chunk.indexOf(LF);
      this.#keep(chunk.subarray(0, end < 0 ? chunk.length : end));
      if (end < 0) return;
      this.#finishCarry();
      at = end + 1;
    }
    this.#line.source = chunk;
    for (;;) {
      const end = chunk.indexOf(LF, at);
      if (end < 0) break;
      this.#accept(chunk, { start: at, end });
      at = end + 1;
    }
    if (at < chunk.length) this.#keep(chunk.subarray(at));
  }

  /** The log is over: what came after the last line end is a line, too. */
  end(): void {
    if (this.#carried > 0 || this.#overlong) this.#finishCarry();
  }

  #keep(piece: Uint8Array): void {
    let rest = piece;
    if (this.#carried === 0 && !this.#overlong) {
      let at = 0;
      while (at < rest.length && rest[at] === NUL) at++;
      rest = rest.subarray(at);
    }
    const room = this.#carry.length - this.#carried;
    this.#carry.set(rest.subarray(0, room), this.#carried);
    this.#carried += Math.min(room, rest.length);
    if (rest.length > room) this.#overlong = true;
  }

  #finishCarry(): void {
    const range = { start: 0, end: this.#carried };
    this.#carried = 0;
    if (this.#overlong) {
      this.#overlong = false;
      this.lines++;
      this.#reject(`longer than ${MAX_LINE_BYTES} bytes`, this.#carry);
      return;
    }
    this.#line.source = this.#carry;
    this.#accept(this.#carry, range);
  }

  #accept(bytes: Uint8Array, { start, end }: { start: number; end: number }): void {
    this.lines++;
    if (end > start && bytes[end - 1] === CR) end--;
    while (start < end && bytes[start] === NUL) start++;
    if (this.lines === 1 && bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf) start += 3;
    if (start >= end) return;
    const line = this.#line;
    line.lineNumber = this.lines;
    if (end - start > MAX_LINE_BYTES) {
      this.#reject(`longer than ${MAX_LINE_BYTES} bytes`, bytes.subarray(start, start + MAX_LINE_BYTES));
    } else if (line.parse(start, end) || this.#parseWithoutColours(bytes, { start, end })) {
      if (line.kind === "data") {
        this.frames++;
        this.#handler.onFrame(line);
      } else {
        this.others++;
        this.#handler.onOther?.(line);
      }
    } else {
      const raw = bytes.subarray(start, end);
      if (raw.every(isBlank)) return;
      this.#reject(line.reason, raw);
    }
  }

  /** `candump -c` sets colours around the interface name and the whole line. */
  #parseWithoutColours(bytes: Uint8Array, { start, end }: { start: number; end: number }): boolean {
    const raw = bytes.subarray(start, end);
    if (!raw.includes(ESCAPE)) return false;
    const { reason } = this.#line;
    const plain = new Uint8Array(raw.length);
    let length = 0;
    for (let at = 0; at < raw.length; at++) {
      if (raw[at] === ESCAPE) { while (at < raw.length && raw[at] !== LETTER_M) at++; }
      else plain[length++] = raw[at]!;
    }
    this.#line.source = plain;
    const good = this.#line.parse(0, length);
    this.#line.source = bytes;
    if (!good) this.#line.reason = reason;
    return good;
  }

  #reject(reason: string, raw: Uint8Array): void {
    this.malformed++;
    this.#handler.onMalformed?.({ lineNumber: this.lines, reason, raw });
  }
}

const LETTER_M = 0x6d;

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === NUL || byte === CR;
}

/** What one line of text is. */
export type ParsedCandump =
  | { readonly kind: "frame"; readonly frame: CanFrame; readonly line: CandumpLine }
  | { readonly kind: "remote" | "fd" | "error"; readonly line: CandumpLine }
  | { readonly kind: "malformed"; readonly reason: string };

/** Parses one line of candump text of any form, with or without its line end. Never throws. */
export function parseCandump(text: string): ParsedCandump {
  let parsed: ParsedCandump = { kind: "malformed", reason: "the line is empty" };
  const reader = new CandumpReader({
    onFrame: (line) => parsed = { kind: "frame", frame: line.toFrame(), line },
    onOther: (line) => parsed = { kind: line.kind as "remote" | "fd" | "error", line },
    onMalformed: ({ reason }) => parsed = { kind: "malformed", reason },
  });
  reader.push(new TextEncoder().encode(text.replace(/[\r\n]+$/, "")));
  reader.end();
  return parsed;
}

/** Parses all of a log that is in memory; malformed lines and frames of other kinds are left out. */
export function parseCandumpLog(log: Uint8Array | string): readonly CanFrame[] {
  const frames: CanFrame[] = [];
  const reader = new CandumpReader({ onFrame: (line) => frames.push(line.toFrame()) });
  reader.push(typeof log === "string" ? new TextEncoder().encode(log) : log);
  reader.end();
  return frames;
}
