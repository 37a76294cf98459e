import assert from "node:assert/strict";
import { ManualClock } from "../base/mod.ts";
import { VirtualBus } from "../can/mod.ts";
import { entityDefinitionSchema } from "../coach/mod.ts";
import { createProtocol } from "../protocol/mod.ts";
import { createSimulator } from "./mod.ts";

const protocol = createProtocol();

Deno.test("createSimulator() tells what breaks in the coach, and goes on after another start", async () => {
  const clock = new ManualClock();
  const bus = new VirtualBus({ clock, deliverAfterMs: 1 });
  const told: unknown[] = [];
  const broken = new Error("the physics broke");
  let isBroken = false;
  const port = bus.port("coach");
  const send = port.send.bind(port);
  port.send = (frame) => {
    if (isBroken) throw broken;
    return send(frame);
  };
  const definitions = [
    entityDefinitionSchema.parse({ id: "lamp", name: "Lamp", kind: "light", area: "a", load: { instances: [1] } }),
  ];
  const simulator = createSimulator({
    definitions,
    protocol,
    ports: [port],
    clock,
    seed: 1,
    onFailure: (error) => told.push(error),
  });
  await simulator.start();
  clock.advance(1000);
  assert.deepEqual(told, []);
  isBroken = true;
  clock.advance(10_000);
  assert.equal(told[0], broken);
  await simulator.stop();
  isBroken = false;
  await simulator.start();
  const before = port.status().txFrames;
  clock.advance(10_000);
  assert.ok(port.status().txFrames > before);
  await simulator.stop();
  assert.equal(clock.pending, 0);
});
