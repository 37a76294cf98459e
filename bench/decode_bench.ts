/**
 * `decode --json`: candump text to JSON text, everything but the disk. A known mix of real frames with changing bytes,
 * and the same log where most frames repeat.
 */
import { LogDecoder } from "../lib/cli/decode.ts";
import { createProtocol } from "../lib/protocol/mod.ts";
import vectorsJson from "../tests/fixtures/rvc_vectors.json" with { type: "json" };

const lines = 300_000;
const chunk = 1 << 16;
const { codec } = createProtocol();

function log(changing: boolean): Uint8Array {
  const texts: string[] = [];
  const { vectors } = vectorsJson;
  for (let i = 0; i < lines; i++) {
    const vector = vectors[(i * 7) % vectors.length];
    if (!vector) continue;
    const byte = (i * 31 & 0xff).toString(16).padStart(2, "0").toUpperCase();
    const data = changing && vector.data.length >= 6
      ? vector.data.slice(0, 4) + byte + vector.data.slice(6)
      : vector.data;
    texts.push(`(${(1_700_000_000 + i / 4000).toFixed(6)}) can0 ${vector.id}#${data}`);
  }
  return new TextEncoder().encode(texts.join("\n") + "\n");
}

for (const [name, bytes] of [["changing bytes", log(true)], ["repeated frames", log(false)]] as const) {
  for (let round = 0; round < 3; round++) {
    let written = 0;
    const decoder = new LogDecoder({ file: "-", json: true, changesOnly: false }, {
      codec,
      sink: { write: (piece) => void (written += piece.length) },
    });
    const start = performance.now();
    for (let at = 0; at < bytes.length; at += chunk) decoder.push(bytes.subarray(at, at + chunk));
    decoder.end();
    const rate = Math.round(lines / (performance.now() - start) * 1000);
    console.log(
      `decode --json, ${name.padEnd(16)} ${rate.toLocaleString("en-US").padStart(10)} lines/s, ${written} bytes`,
    );
  }
}
