/**
 * How fast the codec is on one core: decode, repeated frames, JSON, encode. Prints one line per measurement.
 *
 * Run: `deno run -A bench/protocol_bench.ts`
 *
 * @module
 */
import {
  createProtocol,
  type Decoded,
  embeddedTables,
  type MessageRow,
  type OutgoingMessage,
  RepeatCache,
  signalsJson,
} from "../lib/protocol/mod.ts";
import vectorsJson from "../tests/fixtures/rvc_vectors.json" with { type: "json" };

interface Frame {
  readonly id: number;
  readonly data: Uint8Array;
}

const secondsPerRun = 1;

/** Runs `once` (which handles `perCall` things) for about a second after a warm-up and prints things per second. */
function measure(name: string, perCall: number, once: () => number): void {
  let sink = 0;
  for (const end = performance.now() + 300; performance.now() < end;) sink += once();
  let calls = 0;
  const start = performance.now();
  const end = start + secondsPerRun * 1000;
  while (performance.now() < end) {
    sink += once();
    calls++;
  }
  const rate = (calls * perCall) / ((performance.now() - start) / 1000);
  console.log(`${name.padEnd(52)} ${Math.round(rate).toLocaleString("en-US").padStart(12)} /s${sink === 0 ? " " : ""}`);
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}

/** Numbers of a fixed sequence, so that runs compare. */
function random(): () => number {
  let state = 0x12345678;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0);
}

function idOf(row: MessageRow): number {
  return ((row.priority << 26) | (row.dgn << 8) | 0x42) >>> 0;
}

const protocol = createProtocol();
const { codec } = protocol;
const rows = embeddedTables().rvc.messages;
const known: Frame[] = vectorsJson.vectors.map(({ id, data }) => ({
  id: Number.parseInt(id, 16),
  data: bytesOf(data),
}));
const next = random();
const randomData = () => Uint8Array.from({ length: 8 }, () => next() >>> 24);
const everyRow: Frame[] = rows.flatMap((row) =>
  Array.from({ length: 16 }, () => ({ id: idOf(row), data: randomData() }))
);
const fixedRow: Frame[] = rows.map((row) => ({ id: idOf(row), data: randomData() }));
/** Too many for any cache: what decoding costs when no byte ever repeats. */
const unrepeated: Frame[] = Array.from({ length: 200_000 }, (_, i) => {
  return { id: idOf(rows[i % rows.length]!), data: randomData() };
});
const changing: Frame[] = Array.from({ length: 4096 }, (_, i) => {
  const frame = known[i % known.length]!;
  const data = frame.data.slice();
  data[2 + (i % 3)] = next() >>> 24;
  return { id: frame.id, data };
});

/** The last messages are kept, so that none can be optimized away. */
const lastDecoded: Decoded[] = [];

function decodeAll(frames: readonly Frame[]): () => number {
  return () => {
    let signals = 0;
    let at = 0;
    for (const { id, data } of frames) {
      const decoded = codec.decode(id, data);
      lastDecoded[at++ & 255] = decoded;
      if (decoded.kind === "message") signals += decoded.readings.length;
    }
    return signals;
  };
}

const cache = new RepeatCache(codec);
const messages = known.map(({ id, data }) => codec.decode(id, data)).filter((decoded) => decoded.kind === "message");
const commands: OutgoingMessage[] = [
  {
    message: "DC_DIMMER_COMMAND_2",
    values: { instance: 5, desired_level: 50, command: "set_level", delay_duration: "continuous" },
  },
  {
    message: "THERMOSTAT_COMMAND_1",
    values: { instance: 1, operating_mode: "heat", setpoint_temp_heat: 20, setpoint_temp_cool: 25 },
  },
  { message: "GENERATOR_COMMAND", values: { command: "stop" } },
];
const messageRate = messages.reduce((sum, message) => sum + message.readings.length, 0) / messages.length;
console.log(`known mix: ${known.length} frames of the test vectors, ${messageRate.toFixed(1)} signals each`);
measure("decode, known mix", known.length, decodeAll(known));
measure("decode, known mix with changing bytes", changing.length, decodeAll(changing));
measure("decode, all RV-C rows, same bytes each time", fixedRow.length, decodeAll(fixedRow));
measure("decode, all RV-C rows, random bytes", everyRow.length, decodeAll(everyRow));
measure("decode, all RV-C rows, bytes never repeat", unrepeated.length, decodeAll(unrepeated));
measure("decode, repeated frames through the cache", known.length, () => {
  let messagesSeen = 0;
  for (const { id, data } of known) if (cache.decode(id, data).kind === "message") messagesSeen++;
  return messagesSeen;
});
measure("frame to JSON members, known mix", known.length, () => {
  let length = 0;
  for (const { id, data } of known) length += codec.frameJson(id, data).members.length;
  return length;
});
measure("frame to JSON members, changing bytes", changing.length, () => {
  let length = 0;
  for (const { id, data } of changing) length += codec.frameJson(id, data).members.length;
  return length;
});
measure("message to JSON, known mix", messages.length, () => {
  let length = 0;
  for (const message of messages) length += signalsJson(message).length;
  return length;
});
measure("encode, three commands", commands.length, () => {
  let sum = 0;
  for (const command of commands) sum += codec.encode(command, 0x9d).data[0] ?? 0;
  return sum;
});
