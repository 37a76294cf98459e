import assert from "node:assert/strict";
import { Bench, bench, define, light } from "../../tests/suites/hub_bench.ts";
import { ManualClock, silentLogger } from "../base/mod.ts";
import type { CanPort, CanPortListener } from "../can/mod.ts";
import { Hub } from "./hub.ts";
import { ourIdentity } from "./identity.ts";
import { protocol } from "../../tests/suites/hub_bench.ts";

/** An interface that breaks when it is told to. */
class BrokenPort implements CanPort {
  readonly interfaceName = "can0";
  listener: CanPortListener | undefined;

  start(listener: CanPortListener): Promise<void> {
    this.listener = listener;
    return Promise.resolve();
  }
  send() {
    return "queued" as const;
  }
  status() {
    const counters = { rxFrames: 0, txFrames: 0, rxDropped: 0, txDropped: 0, errorFrames: 0, queued: 0 };
    return { interfaceName: "can0", link: "up" as const, sinceMs: 0, ...counters };
  }
  stop(): Promise<void> {
    this.listener = undefined;
    return Promise.resolve();
  }
}

function brokenHub() {
  const port = new BrokenPort();
  const clock = new ManualClock();
  const identity = ourIdentity({ tables: protocol.tables, machineId: "m", version: "1.0.0", sourceAddress: 144 });
  const hub = new Hub({ clock, logger: silentLogger, protocol, ports: [port], definitions: [], identity });
  return { hub, port, clock };
}

Deno.test("Hub tells that a port broke, and that a frame of it could not be handled", async () => {
  const { hub, port, clock } = brokenHub();
  const told: unknown[] = [];
  hub.subscribe({ onFailure: (error) => told.push(error) });
  await hub.start();
  const dead = new Error("poll: Bad file descriptor");
  port.listener?.onFailure?.(dead);
  assert.deepEqual(told, [dead]);
  // No port hands out such a frame; what matters is that the reader of the port does not die of it.
  port.listener?.onFrames([{ interfaceName: "can0", id: 1, extended: true, timestampMs: 0, direction: "rx" } as never]);
  assert.equal(told.length, 2);
  assert.ok(told[1] instanceof TypeError);
  await hub.stop();
  assert.equal(clock.pending, 0);
});

Deno.test("Hub throws on what breaks when there is nobody to tell", async () => {
  const { hub, port } = brokenHub();
  await hub.start();
  assert.throws(() => port.listener?.onFailure?.(new Error("poll failed")), /poll failed/);
  await hub.stop();
});

Deno.test("Hub.start() works again after a stop: it claims its address anew and commands are answered", () =>
  bench([light("lamp", 1)], async (one) => {
    one.dimmer(1, 0);
    const waiting = one.hub.command("lamp", { command: "turnOn", parameters: {} });
    await one.hub.stop();
    assert.equal((await waiting).outcome, "notConfirmed");
    assert.equal(one.hub.buses()[0]?.address.sourceAddress, undefined);
    await one.hub.start();
    const early = await one.hub.command("lamp", { command: "turnOn", parameters: {} });
    assert.match(early.reasons[0] ?? "", /still claiming its address/);
    one.clock.advance(600);
    assert.equal(one.hub.buses()[0]?.address.sourceAddress, 159);
    const answer = one.hub.command("lamp", { command: "turnOn", parameters: {} });
    one.clock.advance(100);
    one.dimmer(1, 100);
    assert.equal((await answer).outcome, "confirmed");
  }));

Deno.test("Hub.start() leaves no port open when one of several cannot work", async () => {
  const one = new Bench(define(light("lamp", 1)), ["can0"]);
  const broken = new BrokenPort();
  broken.start = () => Promise.reject(new Error("no CAN in this kernel"));
  const good = new BrokenPort();
  const identity = ourIdentity({ tables: protocol.tables, machineId: "m", version: "1.0.0", sourceAddress: 144 });
  const { clock } = one;
  const hub = new Hub({ clock, logger: silentLogger, protocol, ports: [good, broken], definitions: [], identity });
  await assert.rejects(hub.start(), /no CAN in this kernel/);
  assert.equal(good.listener, undefined);
  assert.equal(clock.pending, 0);
});
