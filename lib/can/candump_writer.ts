import type { CanFrame } from "./types.ts";

const DIGITS = new TextEncoder().encode("0123456789ABCDEF");
const INITIAL_BYTES = 16 * 1024;
/** Time, the longest name, identifier, 8 bytes, direction and line end stay below this. */
const LONGEST_LINE = 80;

/** How lines are written. */
export interface CandumpWriterOptions {
  /** Add ` T` or ` R` as `candump -x` does, so that a reader can tell own frames from received ones. Default true. */
  readonly direction?: boolean;
}

/** Collects frames as lines of the `candump -L` form, as bytes. */
export class CandumpWriter {
  readonly #direction: boolean;
  #buffer = new Uint8Array(INITIAL_BYTES);
  #length = 0;
  readonly #names = new Map<string, Uint8Array>();

  constructor(options: CandumpWriterOptions = {}) {
    this.#direction = options.direction ?? true;
  }

  /** Bytes collected since the last {@link take}. */
  get length(): number {
    return this.#length;
  }

  append(frame: CanFrame): void {
    if (this.#buffer.length - this.#length < LONGEST_LINE) this.#grow();
    const buffer = this.#buffer;
    let at = this.#length;
    buffer[at++] = 0x28;
    at = this.#time(at, frame.timestampMs);
    buffer[at++] = 0x29;
    buffer[at++] = 0x20;
    const name = this.#name(frame.interfaceName);
    buffer.set(name, at);
    at += name.length;
    buffer[at++] = 0x20;
    for (let shift = frame.extended ? 28 : 8; shift >= 0; shift -= 4) buffer[at++] = DIGITS[(frame.id >>> shift) & 15]!;
    buffer[at++] = 0x23;
    for (let index = 0; index < frame.data.length && index < 8; index++) {
      const byte = frame.data[index]!;
      buffer[at++] = DIGITS[byte >>> 4]!;
      buffer[at++] = DIGITS[byte & 15]!;
    }
    if (this.#direction) {
      buffer[at++] = 0x20;
      buffer[at++] = frame.direction === "tx" ? 0x54 : 0x52;
    }
    buffer[at++] = 0x0a;
    this.#length = at;
  }

  /** Hands the collected bytes out and starts afresh. */
  take(): Uint8Array {
    const taken = this.#buffer.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  #time(at: number, timestampMs: number): number {
    const totalUs = Math.max(0, Math.round(timestampMs * 1000)) || 0;
    const seconds = Math.floor(totalUs / 1e6);
    at = this.#decimal(at, { value: seconds, width: 10 });
    this.#buffer[at++] = 0x2e;
    return this.#decimal(at, { value: totalUs - seconds * 1e6, width: 6 });
  }

  #decimal(at: number, { value, width }: { value: number; width: number }): number {
    for (let index = at + width - 1; index >= at; index--) {
      const rest = Math.floor(value / 10);
      this.#buffer[index] = 0x30 + value - rest * 10;
      value = rest;
    }
    return at + width;
  }

  #name(name: string): Uint8Array {
    let bytes = this.#names.get(name);
    if (bytes === undefined) {
      bytes = new TextEncoder().encode(name.replace(/[^\x21-\x7e]/g, "?").slice(0, 15) || "?");
      if (this.#names.size < 64) this.#names.set(name, bytes);
    }
    return bytes;
  }

  #grow(): void {
    const bigger = new Uint8Array(this.#buffer.length * 2);
    bigger.set(this.#buffer);
    this.#buffer = bigger;
  }
}

/** One frame as a line of the `candump -L` form, without a line end. */
export function formatCandump(frame: CanFrame, options: CandumpWriterOptions = {}): string {
  const writer = new CandumpWriter(options);
  writer.append(frame);
  return new TextDecoder().decode(writer.take()).trimEnd();
}

/** One frame as `candump -t a` prints it, without a line end. */
export function formatCandumpConsole(frame: CanFrame): string {
  const [time = "", name = ""] = formatCandump(frame).split(" ");
  const id = frame.id.toString(16).toUpperCase();
  const idColumn = frame.extended ? id.padStart(8, "0") : id.padStart(3, "0").padStart(8);
  const data = Array.from(frame.data, (byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(" ");
  return ` ${time}  ${name}  ${idColumn}   [${frame.data.length}]  ${data}`;
}
