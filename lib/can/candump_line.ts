import type { CanFrame } from "./types.ts";

/** `data`: a classic data frame. The others are told apart because this program does nothing with them. */
export type CandumpKind = "data" | "remote" | "fd" | "error";

/**
 * What the time in front of a line means. `epoch`: seconds since 1970 (`-L`, `-l`, `-t a`). `date`: `-t A`, in the
 * recording machine's own time zone, read here as UTC. `relative`: `-t z` (since the first line) or `-t d` (since the
 * line before); the two look alike. `none`: no time written.
 */
export type CandumpTime = "epoch" | "date" | "relative" | "none";

const EMPTY = new Uint8Array();

const HEX = (() => {
  const table = new Int8Array(256).fill(-1);
  for (let value = 0; value < 16; value++) {
    const digit = value.toString(16);
    table[digit.charCodeAt(0)] = value;
    table[digit.toUpperCase().charCodeAt(0)] = value;
  }
  return table;
})();

/** Milliseconds in one unit of a fraction with this many digits. */
const FRACTION_MS = [1000, 100, 10, 1, 0.1, 0.01, 0.001, 0.0001, 0.00001, 0.000001] as const;

const NUL = 0, TAB = 0x09, SPACE = 0x20, HASH = 0x23, QUOTE = 0x27, OPEN = 0x28, CLOSE = 0x29, MINUS = 0x2d, DOT = 0x2e;
const COLON = 0x3a, BACKQUOTE = 0x60, BRACKET = 0x5b, BRACKET_END = 0x5d, UNDERSCORE = 0x5f;
const LETTER_E = 0x45, LETTER_R = 0x52, LETTER_T = 0x54, LETTER_X = 0x58, LOWER_R = 0x72;

/** IFNAMSIZ - 1 (kernel, include/uapi/linux/if.h). */
const MAX_NAME = 15;
const MAX_KNOWN_NAMES = 16;

/**
 * One line of candump text, parsed from bytes into fields that the next line overwrites; {@link toFrame} makes a copy
 * that stays. Reads the log form (`-L`, `-l`, cansend's dots included) and the console form with every `-t`, `-x`
 * and `-a`. Never throws.
 *
 * Source of the forms: can-utils, lib.c (`snprintf_canframe`, `snprintf_long_canframe`) and candump.c; the table in
 * candump_test.ts holds what candump 2020.11 printed.
 */
export class CandumpLine {
  /** Number of the line in its log, from 1. */
  lineNumber = 0;
  kind: CandumpKind = "data";
  time: CandumpTime = "none";
  /** As written, ms; NaN when the line has no time. */
  timestampMs = NaN;
  interfaceName = "";
  /** Without flag bits. */
  id = 0;
  extended = false;
  /** Data bytes on the line; of a remote frame, the bytes it asks for. */
  length = 0;
  /** The first {@link length} bytes are the frame's. */
  readonly data = new Uint8Array(64);
  /** Undefined when the line does not say (only `-x` does). */
  direction: "rx" | "tx" | undefined = undefined;
  /** Why the last {@link parse} answered false. */
  reason = "";

  #bytes: Uint8Array = EMPTY;
  readonly #names: { readonly bytes: Uint8Array; readonly name: string }[] = [];

  /** The bytes that {@link parse} reads from. */
  set source(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Parses one line without its line end; false leaves {@link reason} and undefined fields. */
  parse(start: number, end: number): boolean {
    const bytes = this.#bytes;
    let at = this.#skip(start, end);
    this.time = "none";
    this.timestampMs = NaN;
    this.direction = undefined;
    if (bytes[at] === OPEN && at < end) {
      at = this.#parseTime(at + 1, end);
      if (at < 0) return false;
      at = this.#skip(at, end);
    }
    at = this.#parseName(at, end);
    if (at < 0) return false;
    at = this.#skip(at, end);
    if (at + 1 < end && bytes[at + 1] === LETTER_X) {
      at = this.#parseExtra(at, end);
      if (at < 0) return false;
    }
    let id = 0;
    const first = at;
    for (; at < end; at++) {
      const digit = HEX[bytes[at]!]!;
      if (digit < 0) break;
      id = id * 16 + digit;
    }
    const digits = at - first;
    if (digits === 0 || digits > 8) return this.#fail("no CAN identifier after the interface name");
    if (bytes[at] === HASH && at < end) {
      return this.#setId(id, digits) && this.#parseLogData(at + 1, end);
    }
    // The console form of older can-utils does not fill an extended identifier up with zeros.
    const written = digits === 3 && id <= 0x7ff ? 3 : 8;
    return this.#setId(id, written) && this.#parseConsoleData(at, end);
  }

  /** A frame of its own; `direction` is `rx` unless the line says otherwise, the time 0 when there is none. */
  toFrame(): CanFrame {
    return {
      interfaceName: this.interfaceName,
      id: this.id,
      extended: this.extended,
      data: this.data.slice(0, this.length),
      timestampMs: Number.isNaN(this.timestampMs) ? 0 : this.timestampMs,
      direction: this.direction ?? "rx",
    };
  }

  #fail(reason: string): false {
    this.reason = reason;
    return false;
  }

  #failAt(reason: string): -1 {
    this.reason = reason;
    return -1;
  }

  #skip(at: number, end: number): number {
    const bytes = this.#bytes;
    while (at < end) {
      const byte = bytes[at]!;
      if (byte !== SPACE && byte !== TAB && byte !== NUL) break;
      at++;
    }
    return at;
  }

  #parseTime(at: number, end: number): number {
    const bytes = this.#bytes;
    const first = at;
    let seconds = 0;
    let byte = 0;
    for (; at < end; at++) {
      byte = bytes[at]! - 0x30;
      if (byte < 0 || byte > 9) break;
      seconds = seconds * 10 + byte;
    }
    const digits = at - first;
    if (digits === 4 && bytes[at] === MINUS) return this.#parseDate(first, end);
    if (digits === 0 || digits > 12) return this.#failAt("the time in front is not a number");
    at = this.#parseFraction(at, end);
    if (at < 0) return at;
    this.timestampMs += seconds * 1000;
    // candump writes seconds since 1970 with ten digits and differences with three (candump.c, sprint_timestamp).
    this.time = digits >= 10 ? "epoch" : "relative";
    return at;
  }

  /** `2019-01-01 00:00:00.123456)` */
  #parseDate(at: number, end: number): number {
    if (at + 19 > end) return this.#failAt("the date in front is cut off");
    const bytes = this.#bytes;
    const number = (from: number, digits: number) => {
      let value = 0;
      for (let index = at + from; index < at + from + digits; index++) {
        const digit = bytes[index]! - 0x30;
        if (digit < 0 || digit > 9) return NaN;
        value = value * 10 + digit;
      }
      return value;
    };
    const separators = bytes[at + 7] === MINUS && bytes[at + 10] === SPACE && bytes[at + 13] === COLON &&
      bytes[at + 16] === COLON;
    const ms = Date.UTC(number(0, 4), number(5, 2) - 1, number(8, 2), number(11, 2), number(14, 2), number(17, 2));
    if (!separators || Number.isNaN(ms)) return this.#failAt("the date in front is not a date");
    const next = this.#parseFraction(at + 19, end);
    if (next < 0) return next;
    this.timestampMs += ms;
    this.time = "date";
    return next;
  }

  /** `.123456)` into `timestampMs`; the fraction may be missing. */
  #parseFraction(at: number, end: number): number {
    const bytes = this.#bytes;
    let fraction = 0;
    let digits = 0;
    if (bytes[at] === DOT) {
      for (at++; at < end; at++) {
        const digit = bytes[at]! - 0x30;
        if (digit < 0 || digit > 9) break;
        fraction = fraction * 10 + digit;
        digits++;
      }
    }
    const unitMs = FRACTION_MS[digits];
    if (unitMs === undefined) return this.#failAt("the time in front has more than 9 decimals");
    if (at >= end || bytes[at] !== CLOSE) return this.#failAt(`the time in front does not end with ")"`);
    // Six digits are what candump writes; dividing keeps them exact where multiplying by 0.001 does not.
    this.timestampMs = digits === 6 ? fraction / 1000 : fraction * unitMs;
    return at + 1;
  }

  #parseName(at: number, end: number): number {
    const bytes = this.#bytes;
    for (const known of this.#names) {
      const length = known.bytes.length;
      let index = 0;
      while (index < length && known.bytes[index] === bytes[at + index]) index++;
      if (index === length && at + length < end && bytes[at + length] === SPACE) {
        this.interfaceName = known.name;
        return at + length;
      }
    }
    const first = at;
    for (; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === SPACE || byte === TAB) break;
      if (byte < 0x21 || byte > 0x7e) return this.#failAt("the interface name has a byte that is not printable");
    }
    if (at === first || at >= end) return this.#failAt("no interface name and identifier");
    if (at - first > MAX_NAME) return this.#failAt(`the interface name is longer than ${MAX_NAME} characters`);
    const name = bytes.slice(first, at);
    this.interfaceName = String.fromCharCode(...name);
    if (this.#names.length < MAX_KNOWN_NAMES) this.#names.push({ bytes: name, name: this.interfaceName });
    return at;
  }

  /** `TX - -` or `RX B E` of `-x`. */
  #parseExtra(at: number, end: number): number {
    const letter = this.#bytes[at];
    if (letter !== LETTER_R && letter !== LETTER_T) return this.#failAt("no CAN identifier after the interface name");
    this.direction = letter === LETTER_R ? "rx" : "tx";
    return this.#skip(at + 6, end);
  }

  #setId(id: number, digits: number): boolean {
    this.extended = digits === 8;
    this.kind = "data";
    if (digits === 3) {
      if (id > 0x7ff) return this.#fail("the identifier has 3 digits and is above 7FF");
    } else if (digits !== 8) {
      return this.#fail(`the identifier has ${digits} digits, expected 3 or 8`);
    } else if (id > 0x1fffffff) {
      // CAN_ERR_FLAG (kernel, include/uapi/linux/can.h)
      if (id > 0x3fffffff) return this.#fail("the identifier is above 1FFFFFFF");
      this.kind = "error";
      this.extended = false;
      id -= 0x20000000;
    }
    this.id = id;
    return true;
  }

  #parseLogData(at: number, end: number): boolean {
    const bytes = this.#bytes;
    const first = bytes[at];
    let limit = 8;
    if (at < end && (first === LETTER_R || first === LOWER_R)) {
      this.kind = "remote";
      const asked = at + 1 < end ? HEX[bytes[at + 1]!]! : -1;
      this.length = asked < 0 ? 0 : Math.min(asked, 8);
      return this.#parseTail(asked < 0 ? at + 1 : at + 2, end);
    }
    if (at < end && first === HASH) {
      this.kind = "fd";
      limit = 64;
      if (at + 1 >= end || HEX[bytes[at + 1]!]! < 0) return this.#fail("no CAN FD flags after ##");
      at += 2;
    }
    let length = 0;
    while (at < end) {
      const high = HEX[bytes[at]!]!;
      if (high < 0) {
        if (bytes[at] !== DOT) break;
        at++;
        continue;
      }
      const low = at + 1 < end ? HEX[bytes[at + 1]!]! : -1;
      if (low < 0) return this.#fail("the data has an odd number of digits");
      if (length === limit) return this.#fail(`more than ${limit} data bytes`);
      this.data[length++] = high * 16 + low;
      at += 2;
    }
    this.length = length;
    return at === end || this.#parseTail(at, end);
  }

  /** `_C` (a length code above 8) and ` T` or ` R` of `-x`. */
  #parseTail(at: number, end: number): boolean {
    const bytes = this.#bytes;
    if (bytes[at] === UNDERSCORE && at + 1 < end && HEX[bytes[at + 1]!]! > 8) at += 2;
    const next = this.#skip(at, end);
    if (next >= end) return true;
    if (next > at && this.#skip(next + 1, end) >= end) {
      const letter = bytes[next];
      if (letter === LETTER_T || letter === LETTER_R) {
        this.direction = letter === LETTER_T ? "tx" : "rx";
        return true;
      }
    }
    return this.#fail("something other than T or R follows the data");
  }

  /** `   [8]  01 02 …` */
  #parseConsoleData(at: number, end: number): boolean {
    const bytes = this.#bytes;
    at = this.#skip(at, end);
    if (at >= end || bytes[at] !== BRACKET) return this.#fail(`neither "#" nor "[length]" follows the identifier`);
    let length = 0;
    const first = ++at;
    for (; at < end; at++) {
      const digit = bytes[at]! - 0x30;
      if (digit < 0 || digit > 9) break;
      length = length * 10 + digit;
    }
    const digits = at - first;
    if (digits < 1 || digits > 2 || at >= end || bytes[at] !== BRACKET_END) {
      return this.#fail("the length in brackets is not a number");
    }
    // A classic frame has one digit in the brackets and a CAN FD frame two (lib.c).
    if (digits === 2) this.kind = "fd";
    if (length > (digits === 2 ? 64 : 8)) return this.#fail(`the length in brackets is ${length}`);
    this.length = length;
    at = this.#skip(at + 1, end);
    if (at < end && bytes[at] === LOWER_R) {
      this.kind = "remote";
      return true;
    }
    for (let index = 0; index < length; index++) {
      const high = at < end ? HEX[bytes[at]!]! : -1;
      const low = at + 1 < end ? HEX[bytes[at + 1]!]! : -1;
      if (high < 0 || low < 0) return this.#fail(`fewer data bytes than the ${length} in brackets`);
      this.data[index] = high * 16 + low;
      const next = this.#skip(at + 2, end);
      if (next === at + 2 && next < end) {
        return this.#fail(
          bytes[next] === BACKQUOTE ? "swapped bytes (candump -S)" : "data is not in bytes (candump -i?)",
        );
      }
      at = next;
    }
    if (at >= end || bytes[at] === QUOTE) return true;
    if (bytes[at] === LETTER_E && this.kind === "error") return true;
    return this.#fail(`more data than the ${length} bytes in brackets`);
  }
}
