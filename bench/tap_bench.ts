/**
 * Tap → frame on the bus: from the phone's request to the moment the bus takes the command, through HTTP, checks, plan
 * and send queue; with the bus at rest and with 8,000 frames/s on it.
 */
import { silentLogger, systemClock } from "../lib/base/mod.ts";
import { VirtualBus } from "../lib/can/mod.ts";
import { readModel } from "../lib/core/mod.ts";
import { createApp, HubServices, loadAssets, WebServer } from "../lib/http/mod.ts";
import { Hub, ourIdentity } from "../lib/hub/mod.ts";
import { createProtocol } from "../lib/protocol/mod.ts";
import { routes } from "../routes/mod.ts";
import { FakeCoachServices } from "../tests/fixtures/fake_coach_services.ts";
import { FakeConfigServices } from "../tests/fixtures/fake_config_services.ts";
import { FakeDatabase } from "../tests/fixtures/fake_database.ts";

const taps = 300;
const base = new URL("../", import.meta.url);
const protocol = createProtocol();
const model = readModel("simulated_coach", new URL("reference/models/", base));
const bus = new VirtualBus();
const hub = new Hub({
  clock: systemClock,
  logger: silentLogger,
  protocol,
  ports: [bus.port("bus")],
  definitions: model.entities,
  identity: ourIdentity({ tables: protocol.tables, machineId: "bench", version: "0" }),
});
const coach = { id: model.id, name: model.name, areas: model.areas };
const services = new HubServices({
  hub,
  clock: systemClock,
  simulated: true,
  coach: () => coach,
  recording: {
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    view: () => ({ recording: false, file: null, frames: 0, bytes: 0, dropped: 0 }),
  },
  health: () => ({ status: "ok", version: "0", uptimeS: 0, simulated: true, coach, problems: [] }),
});
const app = createApp({
  services,
  database: new FakeDatabase(),
  coach: new FakeCoachServices(),
  config: new FakeConfigServices(),
  assets: loadAssets(new URL("dist/web/", base)),
  routes,
  clock: systemClock,
  logger: silentLogger,
  listening: { loopbackOnly: true },
});
const server = new WebServer(app, { hostname: "127.0.0.1", port: 0, logger: silentLogger });

const commandDgn = protocol.codec.dgnOf("DC_DIMMER_COMMAND_2");
let onCommand: (instance: number) => void = () => {};
const peer = bus.port("peer");
await peer.start({
  onFrames(frames) {
    for (const frame of frames) {
      if (frame.direction === "rx" && ((frame.id >>> 8) & 0x1ffff) === commandDgn) onCommand(frame.data[0] ?? 0);
    }
  },
  onLink() {},
});
const { url } = server.start();
services.start();
await hub.start();
await pause(700);

async function measure(name: string): Promise<void> {
  const toFrame: number[] = [];
  const toAnswer: number[] = [];
  for (let i = 0; i < taps; i++) {
    const on = i % 2 === 0;
    const start = performance.now();
    onCommand = (instance) => {
      toFrame.push(performance.now() - start);
      const level = on ? 100 : 0;
      const values = { instance, operating_status_brightness: level, load_status: on ? 1 : 0 };
      peer.send(protocol.codec.encode({ message: "DC_DIMMER_STATUS_3", values }, 0x9c));
    };
    const response = await fetch(`${url}/api/entities/living_accent/commands`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ command: on ? "turnOn" : "turnOff" }),
    });
    const { outcome } = await response.json();
    if (outcome !== "confirmed") throw new Error(`tap ${i} was ${outcome}`);
    toAnswer.push(performance.now() - start);
    await pause(60);
  }
  print(`${name}: tap to frame`, toFrame);
  print(`${name}: tap to the coach's answer`, toAnswer);
}

function print(name: string, times: number[]): void {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(2);
  console.log(`${name.padEnd(48)} p50 ${at(0.5)} ms   p95 ${at(0.95)} ms   max ${at(0.9999)} ms`);
}

function pause(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, ms);
  return promise;
}

await measure("bus at rest");
const load = setInterval(() => {
  for (let i = 0; i < 40; i++) {
    const values = { dc_instance: 1, dc_voltage: 12 + Math.floor(Math.random() * 40) * 0.05, dc_current: i };
    peer.send(protocol.codec.encode({ message: "DC_SOURCE_STATUS_1", values }, 0x46));
  }
}, 5);
await measure("8,000 frames/s");
clearInterval(load);
await server.stop();
services.stop();
await hub.stop();
await peer.stop();
