import { type CandumpLine, CandumpReader, type MalformedLine } from "../can/mod.ts";
import { type Codec, formatDgn } from "../protocol/mod.ts";
import { DecodedText } from "./decoded_text.ts";
import { CliError } from "./cli_error.ts";

/** What `decode` was asked for. */
export interface DecodeOptions {
  /** Path of a candump log; `-` is standard input. */
  readonly file: string;
  readonly json: boolean;
  /** DGNs in hexadecimal or by name; absent: all. */
  readonly dgn?: readonly string[];
  /** Source addresses in hexadecimal; absent: all. */
  readonly source?: readonly string[];
  readonly changesOnly: boolean;
}

/** Where decoded text goes. Writes everything before it returns. */
export interface ByteSink {
  write(bytes: Uint8Array): void;
}

/** What was in the log. */
export interface DecodeCounts {
  /** Lines that were not blank. */
  lines: number;
  messages: number;
  unknown: number;
  malformed: number;
  /** Left out by a filter. */
  filtered: number;
}

/** Text is handed to the sink in pieces of about this size. */
const flushAt = 1 << 16;

/** Turns candump text into one line per message, in constant memory. */
export class LogDecoder {
  readonly counts: DecodeCounts = { lines: 0, messages: 0, unknown: 0, malformed: 0, filtered: 0 };
  readonly #sink: ByteSink;
  readonly #encoder = new TextEncoder();
  readonly #buffer = new Uint8Array(flushAt * 8);
  readonly #reader: CandumpReader;
  readonly #text: DecodedText;
  readonly #accept: (id: number) => boolean;
  readonly #filtering: boolean;
  #pending = "";

  constructor(options: DecodeOptions, parts: { readonly codec: Codec; readonly sink: ByteSink }) {
    this.#sink = parts.sink;
    this.#text = new DecodedText(parts.codec, { json: options.json, changesOnly: options.changesOnly });
    this.#accept = filterOf(options, parts.codec);
    this.#filtering = options.dgn !== undefined || options.source !== undefined;
    this.#reader = new CandumpReader({
      onFrame: (line) => this.#onFrame(line),
      onOther: (line) => this.#emit("malformed", this.#text.other(line)),
      onMalformed: (line) => this.#onMalformed(line),
    });
  }

  push(chunk: Uint8Array): void {
    this.#reader.push(chunk);
    if (this.#pending.length > 0) this.#flush();
  }

  end(): void {
    this.#reader.end();
    this.#flush();
  }

  #onFrame(line: CandumpLine): void {
    if (this.#filtering && !(line.extended && this.#accept(line.id))) {
      this.counts.lines++;
      this.counts.filtered++;
      return;
    }
    const { kind, text } = this.#text.frame(line);
    if (text === "") {
      this.counts.lines++;
      this.counts.filtered++;
    } else {
      this.#emit(kind, text);
    }
  }

  #onMalformed(line: MalformedLine): void {
    if (this.#filtering) {
      this.counts.lines++;
      this.counts.malformed++;
      return;
    }
    this.#emit("malformed", this.#text.malformed(line));
  }

  #emit(kind: "message" | "unknown" | "malformed", text: string): void {
    this.counts.lines++;
    if (kind === "message") this.counts.messages++;
    else this.counts[kind]++;
    this.#pending += text;
    if (this.#pending.length >= flushAt) this.#flush();
  }

  #flush(): void {
    const text = this.#pending;
    this.#pending = "";
    const { read, written } = this.#encoder.encodeInto(text, this.#buffer);
    this.#sink.write(this.#buffer.subarray(0, written));
    if (read < text.length) this.#sink.write(this.#encoder.encode(text.slice(read)));
  }
}

/**
 * Runs `decode` over a log.
 *
 * @throws {CliError} when a filter names no DGN or address.
 */
export async function decodeLog(options: DecodeOptions, parts: {
  readonly codec: Codec;
  readonly input: AsyncIterable<Uint8Array>;
  readonly sink: ByteSink;
}): Promise<DecodeCounts> {
  const decoder = new LogDecoder(options, parts);
  for await (const chunk of parts.input) decoder.push(chunk);
  decoder.end();
  return decoder.counts;
}

/** One sentence with all counts, for standard error. */
export function describeCounts(counts: DecodeCounts): string {
  const { lines, messages, unknown, malformed, filtered } = counts;
  return `${lines} lines: ${messages} messages, ${unknown} unknown, ${malformed} malformed, ${filtered} filtered out`;
}

function filterOf(options: DecodeOptions, codec: Codec): (id: number) => boolean {
  const dgns = options.dgn && new Set(options.dgn.map((text) => dgnOf(text, codec)));
  const sources = options.source && new Set(options.source.map(addressOf));
  return (id) => {
    if (sources && !sources.has(id & 0xff)) return false;
    if (!dgns) return true;
    const number = (id >>> 8) & 0x1ffff;
    return dgns.has(number) || (dgns.has(number & 0x1ff00) && ((number >>> 8) & 0xff) < 0xf0);
  };
}

function dgnOf(text: string, codec: Codec): number {
  const named = codec.dgnOf(text.toUpperCase());
  if (named !== undefined) return named;
  const number = /^[0-9a-f]{1,5}$/i.test(text) ? parseInt(text, 16) : NaN;
  if (!(number <= 0x1ffff)) {
    throw new CliError(
      `Cannot filter by DGN "${text}": it is neither the name of a message nor up to five hexadecimal digits ` +
        `from 0 to ${formatDgn(0x1ffff)}`,
    );
  }
  return number;
}

function addressOf(text: string): number {
  if (!/^[0-9a-f]{1,2}$/i.test(text)) {
    throw new CliError(`Cannot filter by source address "${text}": expected one or two hexadecimal digits such as 9C`);
  }
  return parseInt(text, 16);
}

/**
 * Decodes a file or standard input to a sink.
 *
 * @throws {CliError} when the file cannot be read.
 */
export async function decodeFile(options: DecodeOptions, parts: {
  readonly codec: Codec;
  readonly sink: ByteSink;
}): Promise<DecodeCounts> {
  if (options.file === "-") return await decodeLog(options, { ...parts, input: Deno.stdin.readable });
  let file: Deno.FsFile;
  try {
    file = await Deno.open(options.file);
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound
      ? "there is no such file"
      : cause instanceof Error
      ? cause.message
      : String(cause);
    throw new CliError(`Cannot decode "${options.file}": ${reason}`, { cause });
  }
  return await decodeLog(options, { ...parts, input: file.readable });
}

/** Standard output; a reader that goes away (`| head`) ends the program quietly. */
export function standardOutput(): ByteSink {
  return {
    write(bytes) {
      for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
    },
  };
}
