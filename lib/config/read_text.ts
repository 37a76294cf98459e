import type { ParseLimits } from "./parse_limits.ts";
import type { Mistake } from "./written.ts";

/** The text of a file without its byte order mark, or why it is none. */
export type TextReading = { readonly text: string } | { readonly mistake: Mistake };

/** Decodes a file: UTF-8 alone, of a size, with lines that end in LF or CRLF. */
export function readText(data: string | Uint8Array, limits: ParseLimits): TextReading {
  const bytes = sizeOf(data, limits);
  if (bytes > limits.maxBytes) {
    return refuse({ text: `is ${bytes} bytes long, expected at most ${limits.maxBytes}` });
  }
  const decoded = typeof data === "string" ? data : decode(data);
  if (typeof decoded !== "string") return { mistake: decoded };
  const text = decoded.startsWith("\ufeff") ? decoded.slice(1) : decoded;
  if (!text.isWellFormed()) return refuse({ text: "holds half a character, expected whole ones" });
  const nul = text.indexOf("\0");
  if (nul >= 0) return refuse({ offset: nul, text: "there is a NUL character, expected text in UTF-8" });
  const lone = text.search(/\r(?!\n)/);
  if (lone >= 0) {
    return refuse({ offset: lone, text: "a line ends with a carriage return alone, expected LF or CRLF" });
  }
  if (text.length > limits.maxWords && text.split("\n", limits.maxWords + 1).length > limits.maxWords) {
    return refuse({ text: `has more than ${limits.maxWords} lines, expected at most that` });
  }
  return { text };
}

function refuse(mistake: Mistake): TextReading {
  return { mistake };
}

/** Bytes of the file; of a text that is too long in any encoding, its length. */
function sizeOf(data: string | Uint8Array, { maxBytes }: ParseLimits): number {
  if (typeof data !== "string" || data.length > maxBytes) return data.length;
  return new TextEncoder().encode(data).length;
}

function decode(data: Uint8Array): string | Mistake {
  const [first, second] = data;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return { text: "is written in UTF-16, expected UTF-8" };
  }
  try {
    // The mark is taken away by the caller, who gets it from texts too.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    return { line: lineOfBadBytes(data), text: "there are bytes that are no UTF-8, expected UTF-8" };
  }
}

/** The first line that does not decode; a line feed is never part of a longer character. */
function lineOfBadBytes(data: Uint8Array): number {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for (let line = 1, start = 0;; line++) {
    const feed = data.indexOf(0x0a, start);
    const end = feed < 0 ? data.length : feed;
    try {
      decoder.decode(data.subarray(start, end));
    } catch {
      return line;
    }
    start = end + 1;
  }
}
