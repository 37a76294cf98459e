/**
 * Rates of the candump text forms. Run: `deno run bench/candump_bench.ts`.
 *
 * @module
 */
import { CandumpReader, CandumpWriter, type CanFrame } from "../lib/can/mod.ts";

const LINES = 200_000;
const ROUNDS = 6;

/** A made-up bus: 40 identifiers, two interfaces, changing data. */
function sampleFrames(count: number): CanFrame[] {
  return Array.from({ length: count }, (_, index) => ({
    interfaceName: index % 3 === 0 ? "can1" : "can0",
    id: 0x19fe0000 + (index % 40) * 0x100 + 0x8e,
    extended: true,
    data: Uint8Array.from({ length: index % 10 === 0 ? 3 : 8 }, (_, byte) => (index * 7 + byte * 31) & 255),
    timestampMs: 1_546_300_800_000 + index * 0.137,
    direction: "rx" as const,
  }));
}

/** Best of several rounds, per second. */
function rate(count: number, body: () => void): number {
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const startMs = performance.now();
    body();
    best = Math.max(best, count / ((performance.now() - startMs) / 1000));
  }
  return Math.round(best);
}

const frames = sampleFrames(LINES);
const writer = new CandumpWriter({ direction: false });
for (const frame of frames) writer.append(frame);
const log = writer.take();
let sum = 0;

const parsed = rate(LINES, () => {
  const reader = new CandumpReader({ onFrame: (line) => sum += line.id + line.length });
  for (let at = 0; at < log.length; at += 65_536) reader.push(log.subarray(at, at + 65_536));
  reader.end();
  if (reader.frames !== LINES) throw new Error(`Parsed ${reader.frames} frames, expected ${LINES}`);
});
console.log(`candump parse: ${parsed.toLocaleString("en")} lines/s`);

const copied = rate(LINES, () => {
  const reader = new CandumpReader({ onFrame: (line) => sum += line.toFrame().data.length });
  reader.push(log);
  reader.end();
});
console.log(`candump parse into frames: ${copied.toLocaleString("en")} lines/s`);

const written = rate(LINES, () => {
  for (const frame of frames) {
    writer.append(frame);
    if (writer.length > 60_000) sum += writer.take().length;
  }
});
console.log(`candump write: ${written.toLocaleString("en")} lines/s`);
if (sum === 0) console.log("nothing read");
