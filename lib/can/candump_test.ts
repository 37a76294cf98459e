import assert from "node:assert/strict";
import fc from "fast-check";
import {
  CandumpLine,
  CandumpReader,
  CandumpWriter,
  type CanFrame,
  formatCandump,
  formatCandumpConsole,
  type MalformedLine,
  MAX_LINE_BYTES,
  parseCandump,
  parseCandumpLog,
} from "./mod.ts";

const encode = (text: string) => new TextEncoder().encode(text);

interface Row {
  readonly text: string;
  readonly is: string;
}

/** What a line was read as, in one comparable string. */
function summary(text: string): string {
  const parsed = parseCandump(text);
  if (parsed.kind === "malformed") return `malformed: ${parsed.reason}`;
  const { line } = parsed;
  const id = line.id.toString(16).toUpperCase().padStart(line.extended ? 8 : 3, "0");
  const data = line.kind === "remote" ? `R${line.length}` : Array.from(
    line.data.subarray(0, line.length),
    (byte) => byte.toString(16).padStart(2, "0"),
  ).join("");
  const time = line.time === "none" ? "none" : `${line.time} ${line.timestampMs}`;
  return [line.kind, time, line.interfaceName, id, data, line.direction ?? "-"].join(" ");
}

// Printed by candump 2020.11 (Debian 12) from frames sent on vcan0, one block for each set of options.
const CAPTURED: readonly Row[] = [
  // -L
  {
    text: "(1795231464.733262) vcan0 19FEDA8E#0102030405060708",
    is: "data epoch 1795231464733.262 vcan0 19FEDA8E 0102030405060708 -",
  },
  { text: "(1795231464.788758) vcan0 123#AB", is: "data epoch 1795231464788.758 vcan0 123 ab -" },
  { text: "(1795231464.810953) vcan0 123#R", is: "remote epoch 1795231464810.953 vcan0 123 R0 -" },
  { text: "(1795231464.832878) vcan0 19FEDA8E#R3", is: "remote epoch 1795231464832.878 vcan0 19FEDA8E R3 -" },
  {
    text: "(1795231464.858797) vcan0 19FEDA8E##7000102030405060708090A0B",
    is: "fd epoch 1795231464858.797 vcan0 19FEDA8E 000102030405060708090a0b -",
  },
  { text: "(1795231464.885974) vcan0 19FEDA8E#", is: "data epoch 1795231464885.974 vcan0 19FEDA8E  -" },
  // -L -x
  {
    text: "(1795231464.733262) vcan0 19FEDA8E#0102030405060708 T",
    is: "data epoch 1795231464733.262 vcan0 19FEDA8E 0102030405060708 tx",
  },
  { text: "(1795231464.832878) vcan0 19FEDA8E#R3 T", is: "remote epoch 1795231464832.878 vcan0 19FEDA8E R3 tx" },
  { text: "(1795231464.885974) vcan0 19FEDA8E# R", is: "data epoch 1795231464885.974 vcan0 19FEDA8E  rx" },
  // -t a
  {
    text: " (1795231464.733262)  vcan0  19FEDA8E   [8]  01 02 03 04 05 06 07 08",
    is: "data epoch 1795231464733.262 vcan0 19FEDA8E 0102030405060708 -",
  },
  { text: " (1795231464.788758)  vcan0       123   [1]  AB", is: "data epoch 1795231464788.758 vcan0 123 ab -" },
  {
    text: " (1795231464.810953)  vcan0       123   [0]  remote request",
    is: "remote epoch 1795231464810.953 vcan0 123 R0 -",
  },
  {
    text: " (1795231464.832878)  vcan0  19FEDA8E   [3]  remote request",
    is: "remote epoch 1795231464832.878 vcan0 19FEDA8E R3 -",
  },
  {
    text: " (1795231464.858797)  vcan0  19FEDA8E  [12]  00 01 02 03 04 05 06 07 08 09 0A 0B",
    is: "fd epoch 1795231464858.797 vcan0 19FEDA8E 000102030405060708090a0b -",
  },
  { text: " (1795231464.885974)  vcan0  19FEDA8E   [0] ", is: "data epoch 1795231464885.974 vcan0 19FEDA8E  -" },
  // -t A, -t d, -t z, and without
  {
    text: " (2026-11-21 03:24:24.733262)  vcan0  19FEDA8E   [2]  01 02",
    is: `data date ${Date.UTC(2026, 10, 21, 3, 24, 24) + 733.262} vcan0 19FEDA8E 0102 -`,
  },
  { text: " (000.055496)  vcan0       123   [1]  AB", is: "data relative 55.496 vcan0 123 ab -" },
  { text: "  vcan0  19FEDA8E   [2]  01 02", is: "data none vcan0 19FEDA8E 0102 -" },
  // -x, -a, -e, -i
  {
    text: " (1795231464.733262)  vcan0  TX - -  19FEDA8E   [2]  01 02",
    is: "data epoch 1795231464733.262 vcan0 19FEDA8E 0102 tx",
  },
  {
    text: " (1795231464.858797)  vcan0  RX B E  19FEDA8E  [12]  00 01 02 03 04 05 06 07 08 09 0A 0B",
    is: "fd epoch 1795231464858.797 vcan0 19FEDA8E 000102030405060708090a0b rx",
  },
  {
    text: " (1795231464.906815)  vcan0  12345678   [8]  11 22 33 44 55 66 77 88   '.\"3DUfw.'",
    is: "data epoch 1795231464906.815 vcan0 12345678 1122334455667788 -",
  },
  {
    text: " (1795231464.885974)  vcan0  19FEDA8E   [0]                            ''",
    is: "data epoch 1795231464885.974 vcan0 19FEDA8E  -",
  },
  {
    text: " (1795231464.933133)  vcan0  20000044   [8]  00 08 00 00 00 00 00 00   ERRORFRAME",
    is: "error epoch 1795231464933.133 vcan0 044 0008000000000000 -",
  },
  {
    text: " (1795231464.733262)  vcan0  19FEDA8E   [2]  00000001 00000010",
    is: "malformed: data is not in bytes (candump -i?)",
  },
  // -c -c
  {
    text: " (1795231464.788758)  \x1b[1m\x1b[34mvcan0       123   [1]  AB\x1b[0m",
    is: "data epoch 1795231464788.758 vcan0 123 ab -",
  },
];

const WRITTEN: readonly Row[] = [
  {
    text: "(1546300800.123456) can0 19FEDA8E#0102030405060708\r\n",
    is: "data epoch 1546300800123.456 can0 19FEDA8E 0102030405060708 -",
  },
  { text: "(1546300800.123)    can10  19feda8e#0a.0B.0c", is: "data epoch 1546300800123 can10 19FEDA8E 0a0b0c -" },
  { text: "(0000000012.5) can0 000#", is: "data epoch 12500 can0 000  -" },
  { text: "(1546300800.123456789) can0 1FFFFFFF#FF", is: "data epoch 1546300800123.4568 can0 1FFFFFFF ff -" },
  { text: "(1546300800) can0 7FF#FF", is: "data epoch 1546300800000 can0 7FF ff -" },
  {
    text: "(1546300800.1) can0 12345678#1122334455667788_C T",
    is: "data epoch 1546300800100 can0 12345678 1122334455667788 tx",
  },
  { text: "can0 19FEDA8E#01", is: "data none can0 19FEDA8E 01 -" },
  { text: "  can0  FEDA8E  [1] 01", is: "data none can0 00FEDA8E 01 -" },
  { text: "\uFEFF(1546300800.1) can0 123#", is: "data epoch 1546300800100 can0 123  -" },
  { text: "\0\0\0(1546300800.1) can0 123#\0\0", is: "data epoch 1546300800100 can0 123  -" },
  {
    text: "(1546300800.1) can0 20000040#0000000000000000",
    is: "error epoch 1546300800100 can0 040 0000000000000000 -",
  },
];

const MALFORMED: readonly Row[] = [
  { text: "", is: "the line is empty" },
  { text: "hello", is: "no interface name and identifier" },
  { text: "hello world", is: "no CAN identifier after the interface name" },
  { text: "(abc) can0 123#", is: "the time in front is not a number" },
  { text: "(1546300800.123456 can0 123#", is: `the time in front does not end with ")"` },
  { text: "(1546300800.1234567890) can0 123#", is: "the time in front has more than 9 decimals" },
  { text: "(2026-11-2", is: "the date in front is cut off" },
  { text: "(2026-1x-21 03:24:24.733262)  can0  123   [0]", is: "the date in front is not a date" },
  { text: "(1.1) can0 123", is: `neither "#" nor "[length]" follows the identifier` },
  { text: "(1.1) can0 1234#", is: "the identifier has 4 digits, expected 3 or 8" },
  { text: "(1.1) can0 800#", is: "the identifier has 3 digits and is above 7FF" },
  { text: "(1.1) can0 4FEDA8E0#", is: "the identifier is above 1FFFFFFF" },
  { text: "(1.1) can0 123456789#", is: "no CAN identifier after the interface name" },
  { text: "(1.1) can0 123#1", is: "the data has an odd number of digits" },
  { text: "(1.1) can0 123#1x", is: "the data has an odd number of digits" },
  { text: "(1.1) can0 123#xx", is: "something other than T or R follows the data" },
  { text: "(1.1) can0 123#010203040506070809", is: "more than 8 data bytes" },
  { text: "(1.1) can0 123##", is: "no CAN FD flags after ##" },
  { text: "(1.1) can0 123#01 X", is: "something other than T or R follows the data" },
  { text: "(1.1) can0 123#01 T T", is: "something other than T or R follows the data" },
  { text: "(1.1) aVeryLongInterface 123#01", is: "the interface name is longer than 15 characters" },
  { text: "(1.1) cän0 123#01", is: "the interface name has a byte that is not printable" },
  { text: "  can0  123   [9]  01", is: "the length in brackets is 9" },
  { text: "  can0  123   [99]  01", is: "the length in brackets is 99" },
  { text: "  can0  123   [x]  01", is: "the length in brackets is not a number" },
  { text: "  can0  123   [2]  01", is: "fewer data bytes than the 2 in brackets" },
  { text: "  can0  123   [1]  01 02", is: "more data than the 1 bytes in brackets" },
  { text: "  can0  123   [2]  02`01", is: "swapped bytes (candump -S)" },
];

Deno.test("parseCandump() reads every line that candump 2020.11 prints", () => {
  for (const { text, is } of [...CAPTURED, ...WRITTEN]) assert.equal(summary(text), is, text);
});

Deno.test("parseCandump() names what is wrong with a line", () => {
  for (const { text, is } of MALFORMED) assert.equal(summary(text), `malformed: ${is}`, text);
});

Deno.test("CandumpReader reads the same whatever the size of the chunks", () => {
  const rows = [...CAPTURED, ...WRITTEN.slice(0, 8), ...MALFORMED].map(({ text }) => text.replace(/[\r\n]+$/, ""));
  const log = encode(rows.join("\r\n"));
  const read = (size: number) => {
    const seen: string[] = [];
    const reader = new CandumpReader({
      onFrame: (line) => seen.push(`${line.lineNumber} ${formatCandump(line.toFrame())}`),
      onOther: (line) => seen.push(`${line.lineNumber} ${line.kind}`),
      onMalformed: ({ lineNumber, reason }) => seen.push(`${lineNumber} ${reason}`),
    });
    for (let at = 0; at < log.length; at += size) reader.push(log.subarray(at, at + size));
    reader.end();
    return { seen, lines: reader.lines, counts: [reader.frames, reader.others, reader.malformed] };
  };
  const whole = read(log.length);
  assert.equal(whole.lines, rows.length);
  assert.equal(whole.counts.reduce((sum, count) => sum + count), rows.length - 1, "only the empty line is not counted");
  for (const size of [1, 2, 3, 7, 64, 1000]) assert.deepEqual(read(size), whole, `chunks of ${size}`);
});

Deno.test("CandumpReader rejects an over-long line once, keeps its memory, and reads on", () => {
  const malformed: MalformedLine[] = [];
  const frames: CanFrame[] = [];
  const reader = new CandumpReader({
    onFrame: (line) => frames.push(line.toFrame()),
    onMalformed: (line) => malformed.push({ ...line, raw: line.raw.slice() }),
  });
  for (let index = 0; index < 1000; index++) reader.push(new Uint8Array(10_000).fill(0x41));
  reader.push(encode("\n(1.1) can0 123#01\n"));
  reader.push(encode(`${"B".repeat(MAX_LINE_BYTES + 1)}\n(1.1) can0 123#02`));
  reader.end();
  assert.deepEqual(malformed.map(({ lineNumber, raw }) => [lineNumber, raw.length]), [
    [1, MAX_LINE_BYTES],
    [3, MAX_LINE_BYTES],
  ]);
  assert.deepEqual(frames.map(({ data }) => data[0]), [1, 2]);
});

Deno.test("CandumpReader skips the block of NUL bytes that a power cut leaves", () => {
  const reader = new CandumpReader({ onFrame() {} });
  reader.push(encode("(1.1) can0 123#01\n"));
  for (let index = 0; index < 10; index++) reader.push(new Uint8Array(4096));
  reader.push(encode("(1.2) can0 123#02\n"));
  reader.end();
  assert.deepEqual([reader.lines, reader.frames, reader.malformed], [2, 2, 0]);
});

Deno.test("CandumpReader takes 100,000 lines of garbage without a throw, and counts them all", () => {
  const chunk = new Uint8Array(65_536);
  const reader = new CandumpReader({ onFrame() {} });
  let newlines = 0;
  let seed = 12345;
  while (newlines < 100_000) {
    for (let index = 0; index < chunk.length; index++) {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      const random = seed >>> 16;
      // Half of it characters that get deep into the parser, half anything at all.
      chunk[index] = (random & 0x100) === 0 ? "(0123456789.)can0 AF#R[]\n"[random % 25]!.charCodeAt(0) : random & 255;
      if (chunk[index] === 0x0a) newlines++;
    }
    reader.push(chunk);
  }
  reader.end();
  assert.ok(reader.lines >= 100_000);
  assert.ok(reader.malformed > 80_000, `${reader.malformed} of ${reader.lines} lines are malformed, the rest blank`);
});

const frameArbitrary: fc.Arbitrary<CanFrame> = fc.record({
  interfaceName: fc.stringMatching(/^[a-z][a-z0-9_.-]{0,14}$/),
  extended: fc.boolean(),
  id: fc.integer({ min: 0, max: 0x1fffffff }),
  data: fc.uint8Array({ maxLength: 8 }).map((data) => Uint8Array.from(data)),
  timestampMs: fc.integer({ min: 0, max: 4e15 }).map((microseconds) => microseconds / 1000),
  direction: fc.constantFrom("rx" as const, "tx" as const),
}).map((frame) => ({ ...frame, id: frame.extended ? frame.id : frame.id & 0x7ff }));

Deno.test("parseCandump() reads back every frame that formatCandump() and formatCandumpConsole() write", () => {
  fc.assert(fc.property(frameArbitrary, (frame) => {
    const log = parseCandump(formatCandump(frame));
    assert.deepEqual(log.kind === "frame" && log.frame, frame);
    const console = parseCandump(formatCandumpConsole(frame));
    assert.deepEqual(console.kind === "frame" && console.frame, { ...frame, direction: "rx" });
  }));
});

Deno.test("parseCandump() answers for any text", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assert.ok(["frame", "remote", "fd", "error", "malformed"].includes(parseCandump(text).kind));
  }));
});

Deno.test("CandumpWriter collects more than its first buffer holds, and starts afresh after take()", () => {
  const frame = parseCandumpLog("(1546300800.123456) can0 19FEDA8E#0102030405060708")[0]!;
  const writer = new CandumpWriter({ direction: false });
  for (let index = 0; index < 2000; index++) writer.append(frame);
  const text = new TextDecoder().decode(writer.take());
  assert.equal(text, "(1546300800.123456) can0 19FEDA8E#0102030405060708\n".repeat(2000));
  assert.equal(writer.length, 0);
});

Deno.test("CandumpLine.toFrame() is a copy that the next line does not change", () => {
  const line = new CandumpLine();
  line.source = encode("can0 123#01can0 124#02");
  assert.ok(line.parse(0, 11));
  const first = line.toFrame();
  assert.ok(line.parse(11, 22));
  assert.deepEqual([first.id, [...first.data]], [0x123, [1]]);
});
