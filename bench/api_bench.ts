/**
 * `GET /api/entities` while two saturated 500 kbit/s buses (8,000 frames/s) pass and five phones watch: how long five
 * clients wait, first with a moment between their requests, then asking again at once.
 *
 * `deno run -A bench/api_bench.ts [seconds]`
 */
import { pause, phone, startReplay } from "./coach_traffic.ts";

const seconds = Number(Deno.args[0] ?? 10);
const phones = 5;
const clients = 5;
/** What a client does with an answer before it asks again, ms. */
const thinkMs = 100;
const limitMs = 10;
const entities = 200;

/** One client, until `endMs`. Answers how long each request took, ms. */
async function ask(url: string, options: { readonly endMs: number; readonly thinkMs: number }): Promise<number[]> {
  const times: number[] = [];
  while (performance.now() < options.endMs) {
    const startMs = performance.now();
    const response = await fetch(url);
    const { byteLength } = await response.arrayBuffer();
    times.push(performance.now() - startMs);
    if (!response.ok || byteLength < 1000) throw new Error(`${url}: ${response.status}, ${byteLength} bytes`);
    if (options.thinkMs > 0) await pause(options.thinkMs * (0.5 + Math.random()));
  }
  return times;
}

/** Answers the 95th percentile, ms. */
async function measure(name: string, options: { readonly url: string; readonly thinkMs: number }): Promise<number> {
  const endMs = performance.now() + seconds * 1000;
  const asking = Array.from({ length: clients }, () => ask(options.url, { endMs, thinkMs: options.thinkMs }));
  const times = (await Promise.all(asking)).flat().sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)] ?? 0;
  const numbers = [0.5, 0.95, 0.99].map((share) => `p${share * 100} ${at(share).toFixed(2)} ms`).join("   ");
  console.log(`${name.padEnd(40)} ${(times.length / seconds).toFixed(0).padStart(5)}/s   ${numbers}`);
  return at(0.95);
}

/** A large coach: the simulated one, and lights that follow the dimmers of the traffic. */
function writeModel(path: string): void {
  const text = Deno.readTextFileSync(new URL("../reference/models/simulated_coach.yml", import.meta.url));
  const there = text.match(/^ {2}- id:/gm)?.length ?? 0;
  const more = Array.from({ length: entities - there }, (_, i) => [
    `  - id: lamp_${i}`,
    "    kind: light",
    `    name: Lamp ${i}`,
    "    area: living",
    "    group: true",
    `    load: { instances: [${1 + i % 15}] }`,
    '    provenance: { coach: "The simulated coach", evidence: "made for the bench", verified: true }',
  ]);
  const own = text.replace("id: simulated_coach", "id: large_coach").trimEnd();
  Deno.writeTextFileSync(path, `${own}\n${more.flat().join("\n")}\n`);
}

const folder = Deno.makeTempDirSync();
writeModel(`${folder}/large_coach.yml`);
const { url, server } = await startReplay(folder, ["--model", `${folder}/large_coach.yml`]);
try {
  const watching = Array.from({ length: phones }, () => phone(url));
  await pause(3000);
  for (const path of ["/api/entities", "/api/entities/house_battery"]) {
    await measure(`${path}, at once`, { url: url + path, thinkMs: 0 });
    const p95 = await measure(`${path}, ${thinkMs} ms apart`, { url: url + path, thinkMs });
    if (p95 > limitMs) console.log(`    above the limit of ${limitMs} ms`);
  }
  for (const one of watching) one.close();
} finally {
  server.kill("SIGTERM");
  await server.status;
  Deno.removeSync(folder, { recursive: true });
}
