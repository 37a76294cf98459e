import assert from "node:assert/strict";
import { createProtocol } from "../protocol/mod.ts";
import { decodeFile, type DecodeOptions, describeCounts, LogDecoder } from "./decode.ts";

const { codec } = createProtocol();
const dimmer = "(1546300800.123456) can0 19FEDA8E#0107C8FCFF0204FF";

function decode(log: string | Uint8Array, options: Partial<DecodeOptions> = {}) {
  let out = "";
  const text = new TextDecoder();
  const decoder = new LogDecoder({ file: "-", json: true, changesOnly: false, ...options }, {
    codec,
    sink: { write: (bytes) => void (out += text.decode(bytes, { stream: true })) },
  });
  decoder.push(typeof log === "string" ? new TextEncoder().encode(log) : log);
  decoder.end();
  return { lines: out.split("\n").filter((line) => line !== ""), counts: decoder.counts };
}

Deno.test("decode --json prints one object per frame with the names of the tables", () => {
  const { lines } = decode(`${dimmer}\n`);
  const { signals, ...head } = JSON.parse(lines[0] ?? "");
  assert.deepEqual(head, {
    kind: "message",
    time: 1546300800.123456,
    interface: "can0",
    id: "19FEDA8E",
    dgn: "1FEDA",
    name: "DC_DIMMER_STATUS_3",
    priority: 6,
    sourceAddress: "8E",
    destination: null,
  });
  assert.deepEqual(signals.instance, { value: 1 });
  assert.deepEqual(signals.operating_status_brightness, { value: 100, unit: "%" });
  assert.deepEqual(signals.last_command, { value: 2, label: "on_delay" });
  assert.deepEqual(signals.master_memory_value, { status: "notAvailable" });
});

Deno.test("decode --json keeps a destination, and a frame without a time", () => {
  const { lines } = decode("  vcan0  18EAFF44   [8]  DA FE 01 FF FF FF FF FF\n");
  const message = JSON.parse(lines[0] ?? "");
  assert.equal(message.time, null);
  assert.equal(message.destination, "FF");
  assert.equal(message.name, "REQUEST_FOR_DGN");
});

Deno.test("decode --json prints unknown and malformed frames and lines as such", () => {
  const { lines, counts } = decode(
    [
      "(1.0) can0 19FBDA9D#A101",
      "(1.0) can0 1BFEDB9F#00",
      "(1.0) can0 123#00",
      "(1.0) can0 19FEDA8E#R",
      "(1.0) can0 19FEDA8E#",
      "what is this",
    ].join("\n"),
  );
  const objects = lines.map((line) => JSON.parse(line));
  assert.deepEqual(objects.map(({ kind }) => kind), ["unknown", ...Array(5).fill("malformed")]);
  assert.equal(objects[0].data, "A101");
  assert.match(objects[1].reason, /bit 25/);
  assert.match(objects[2].reason, /11-bit/);
  assert.match(objects[3].reason, /remote frame/);
  assert.match(objects[4].reason, /0 data bytes/);
  assert.deepEqual(objects[5], { kind: "malformed", line: 6, reason: objects[5].reason, text: "what is this" });
  assert.equal(describeCounts(counts), "6 lines: 0 messages, 1 unknown, 5 malformed, 0 filtered out");
});

Deno.test("decode puts a long message together and shows it at its last packet", () => {
  const { lines } = decode(
    [
      "(1.00) can0 18ECFF80#20130003FFEBFE00",
      "(1.05) can0 18EBFF80#01416263642A4D6F",
      "(1.10) can0 18EBFF80#0264656C2A313233",
      "(1.15) can0 18EBFF80#032A554E4954FFFF",
    ].join("\n"),
  );
  const objects = lines.map((line) => JSON.parse(line));
  assert.equal(objects.length, 4);
  assert.deepEqual(objects.slice(0, 3).map(({ completes }) => completes), [undefined, undefined, undefined]);
  assert.equal(objects[3].completes.name, "PRODUCT_IDENTIFICATION");
  assert.deepEqual(objects[3].completes.signals.text, { value: "Abcd*Model*123*UNIT" });
});

Deno.test("decode prints lines for people without --json", () => {
  const { lines } = decode(`${dimmer}\n`, { json: false });
  assert.match(lines[0] ?? "", /^1546300800\.123456 can0 8E 1FEDA DC_DIMMER_STATUS_3 instance=1 .*brightness=100%/);
});

Deno.test("decode filters by DGN, name and source, and counts what it leaves out", () => {
  const log = [dimmer, "(2.0) can0 18EAFF44#DAFE01FFFFFFFFFF", "(3.0) can0 19FFDC93#005E010000FFFFFF"].join("\n");
  const names = (options: Partial<DecodeOptions>) => decode(log, options).lines.map((line) => JSON.parse(line).name);
  assert.deepEqual(names({ dgn: ["1FEDA"] }), ["DC_DIMMER_STATUS_3"]);
  assert.deepEqual(names({ dgn: ["generator_status_1", "0EA00"] }), ["REQUEST_FOR_DGN", "GENERATOR_STATUS_1"]);
  assert.deepEqual(names({ source: ["93", "8e"] }), ["DC_DIMMER_STATUS_3", "GENERATOR_STATUS_1"]);
  assert.equal(decode(log, { source: ["93"] }).counts.filtered, 2);
  assert.throws(() => decode(log, { dgn: ["NOPE"] }), /"NOPE": it is neither the name of a message nor/);
  assert.throws(() => decode(log, { source: ["123"] }), /"123": expected one or two hexadecimal digits/);
});

Deno.test("decode --changes-only leaves out what repeats, per identifier and instance", () => {
  const other = dimmer.replace("#01", "#02");
  const { lines, counts } = decode([dimmer, other, dimmer, other, dimmer.replace("C8", "64")].join("\n"), {
    changesOnly: true,
  });
  assert.equal(lines.length, 3);
  assert.equal(counts.filtered, 2);
});

Deno.test("decode takes 100,000 lines of garbage without a throw and counts every one", () => {
  let seed = 7;
  const random = () => (seed = Math.imul(seed, 1103515245) + 12345 >>> 0) / 2 ** 32;
  const bytes = new Uint8Array(100_000 * 21);
  let at = 0;
  for (let line = 0; line < 100_000; line++) {
    bytes[at++] = 0x21 + Math.floor(random() * 90);
    const length = Math.floor(random() * 19);
    for (let i = 0; i < length; i++) {
      const byte = Math.floor(random() * 256);
      bytes[at++] = byte === 10 ? 11 : byte;
    }
    bytes[at++] = 10;
  }
  const { counts, lines } = decode(bytes.subarray(0, at));
  assert.equal(counts.lines, 100_000);
  assert.equal(counts.messages + counts.unknown + counts.malformed, 100_000);
  assert.equal(lines.length, 100_000);
  for (const line of lines) JSON.parse(line);
});

Deno.test("decodeFile() says that a file is not there", async () => {
  await assert.rejects(
    decodeFile({ file: "no/such.log", json: true, changesOnly: false }, { codec, sink: { write() {} } }),
    /Cannot decode "no\/such\.log": there is no such file/,
  );
});
