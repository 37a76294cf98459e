/**
 * What the site costs: changes to five phones on real sockets at the hub's pace, the same as fast as it goes, and the
 * pages and answers under that load. The phones are another process, so that the CPU share is the server's alone.
 */
import process from "node:process";
import { silentLogger, systemClock } from "../lib/base/mod.ts";
import { createApp, loadAssets, WebServer } from "../lib/http/mod.ts";
import { routes } from "../routes/mod.ts";
import { FakeCoachServices } from "../tests/fixtures/fake_coach_services.ts";
import { FakeConfigServices } from "../tests/fixtures/fake_config_services.ts";
import { FakeDatabase } from "../tests/fixtures/fake_database.ts";
import { FakeServices } from "../tests/fixtures/fake_services.ts";
import { build } from "../tools/build.ts";

const phones = 5;
const seconds = 5;
const setsPerSecond = 10;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function bePhones(url: string): Promise<void> {
  let messages = 0;
  const opened = Array.from({ length: phones }, () =>
    new Promise<void>((resolve) => {
      const socket = new WebSocket(url);
      socket.onopen = () => socket.send(JSON.stringify({ type: "subscribe", topics: ["entities", "can"] }));
      socket.onmessage = ({ data }) => {
        messages++;
        if (data.includes('"topic":"can"')) resolve();
      };
      socket.onclose = () => {
        console.log(messages);
        Deno.exit(0);
      };
    }));
  await Promise.all(opened);
  console.log("ready");
}

/** Every entity says something new. */
function tellEverything(services: FakeServices, round: number): void {
  services.change(
    services.entities().map((entity) => ({
      id: entity.id,
      state: { ...entity.state, round: { value: round } },
      updatedAt: new Date().toISOString(),
      freshness: "live",
      heardAgeMs: 0,
      source: entity.source,
    })),
  );
}

function p95(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? 0;
}

async function paced(services: FakeServices, url: string): Promise<void> {
  for (let i = 0; i < 50; i++) await (await fetch(i % 2 === 0 ? url : `${url}/api/entities`)).text();
  const before = process.cpuUsage();
  const startMs = performance.now();
  const [api, page]: [number[], number[]] = [[], []];
  for (let round = 0; round < seconds * setsPerSecond; round++) {
    tellEverything(services, round);
    services.can();
    if (round % 2 === 0) {
      const askedMs = performance.now();
      await (await fetch(`${url}/api/entities`)).text();
      api.push(performance.now() - askedMs);
      await (await fetch(url)).text();
      page.push(performance.now() - askedMs - (api.at(-1) ?? 0));
    }
    await pause(Math.max(0, startMs + (round + 1) * 1000 / setsPerSecond - performance.now()));
  }
  const { user, system } = process.cpuUsage(before);
  const share = (user + system) / 1000 / (performance.now() - startMs) * 100;
  const count = services.entities().length;
  console.log(`${phones} phones, ${setsPerSecond} × ${count} changes/s and the bus: ${share.toFixed(1)} % of a core`);
  console.log(`GET /api/entities p95 ${p95(api).toFixed(1)} ms, GET / p95 ${p95(page).toFixed(1)} ms`);
}

async function asFastAsItGoes(services: FakeServices): Promise<void> {
  const startMs = performance.now();
  let rounds = 0;
  while (performance.now() - startMs < 2000) {
    for (let i = 0; i < 10; i++) tellEverything(services, rounds++);
    await pause(0);
  }
  const perSecond = rounds * services.entities().length / ((performance.now() - startMs) / 1000);
  console.log(`as fast as it goes: ${Math.round(perSecond).toLocaleString("en-US")} changes/s to ${phones} phones`);
}

async function run(): Promise<void> {
  await build();
  const services = new FakeServices();
  const app = createApp({
    services,
    database: new FakeDatabase(),
    coach: new FakeCoachServices(),
    config: new FakeConfigServices(),
    assets: loadAssets(new URL("../dist/web/", import.meta.url)),
    routes,
    clock: systemClock,
    logger: silentLogger,
    listening: { loopbackOnly: true },
  });
  const server = new WebServer(app, { hostname: "127.0.0.1", port: 0, logger: silentLogger });
  const { url } = server.start();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", new URL(import.meta.url).pathname, `${url.replace("http", "ws")}/ws`],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  await paced(services, url);
  await asFastAsItGoes(services);
  const { kept, dropped } = app.feed.status();
  console.log(`changes merged for phones that were behind: ${kept}, phones dropped: ${dropped}`);
  await server.stop();
  reader.releaseLock();
  await child.stdout.cancel();
  await child.status;
}

const [phonesOf] = Deno.args;
if (import.meta.main) await (phonesOf?.startsWith("ws:") ? bePhones(phonesOf) : run());
