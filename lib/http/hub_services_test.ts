import assert from "node:assert/strict";
import { ManualClock, silentLogger } from "../base/mod.ts";
import { VirtualBus } from "../can/mod.ts";
import { type EntityDefinition, entityDefinitionSchema } from "../coach/mod.ts";
import { Hub, ourIdentity } from "../hub/mod.ts";
import { createProtocol, type SignalValues } from "../protocol/mod.ts";
import type { CanUpdate, EntityChange } from "../wire/mod.ts";
import { HubServices, type HubServicesOptions, RequestError } from "./mod.ts";

const protocol = createProtocol();
const idle = { recording: false, file: null, frames: 0, bytes: 0, dropped: 0 };

class Bench {
  readonly clock = new ManualClock();
  readonly bus = new VirtualBus({ clock: this.clock, deliverAfterMs: 0 });
  readonly peer = this.bus.port("peer");
  readonly hub: Hub;
  readonly services: HubServices;
  readonly changes: EntityChange[] = [];
  readonly updates: CanUpdate[] = [];
  recording = idle;

  constructor(options: Pick<HubServicesOptions, "names"> = {}) {
    const definition: EntityDefinition = entityDefinitionSchema.parse({
      id: "sofa",
      kind: "light",
      name: "Sofa",
      area: "living",
      load: { instances: [1] },
      provenance: { coach: "Mine", evidence: "switch pressed" },
    });
    this.hub = new Hub({
      clock: this.clock,
      logger: silentLogger,
      protocol,
      ports: [this.bus.port("can0")],
      definitions: [definition],
      identity: ourIdentity({ tables: protocol.tables, machineId: "test", version: "0" }),
    });
    const coach = { id: "mine", name: "Mine", areas: { living: "Living" } };
    this.services = new HubServices({
      hub: this.hub,
      clock: this.clock,
      simulated: false,
      coach: () => coach,
      health: () => ({ status: "ok", version: "0", uptimeS: 1, simulated: false, coach, problems: [] }),
      recording: {
        start: () => Promise.resolve(void (this.recording = { ...idle, recording: true })),
        stop: () => Promise.resolve(void (this.recording = idle)),
        view: () => this.recording,
      },
      ...options,
    });
    this.services.subscribe({
      onEntities: (changes) => void this.changes.push(...changes),
      onCoach() {},
      onCan: (update) => void this.updates.push(update),
      onHealth() {},
    });
  }

  async run(test: () => Promise<void> | void): Promise<void> {
    await this.peer.start({ onFrames() {}, onLink() {} });
    await this.hub.start();
    this.services.start();
    this.clock.advance(600);
    try {
      await test();
    } finally {
      this.services.stop();
      await this.hub.stop();
      await this.peer.stop();
    }
  }

  say(message: string, values: SignalValues, from = 0x9c): void {
    this.peer.send(protocol.codec.encode({ message, values }, from));
    this.clock.advance(0);
  }
}

Deno.test("HubServices tells the names that the owner gave, and sends everything again when they change", async () => {
  let names: Readonly<Record<string, string>> = {};
  const bench = new Bench({ names: () => names });
  await bench.run(() => {
    const mapped = bench.services.entities()[0]?.name;
    let sentAgain = 0;
    bench.services.subscribe({ onEntities() {}, onCan() {}, onHealth() {}, onCoach: () => void sentAgain++ });
    names = { sofa: "Reading corner", constructor: "x" };
    bench.services.shownAnew();
    assert.deepEqual([sentAgain, bench.services.entities()[0]?.name], [1, "Reading corner"]);
    assert.equal(bench.services.entity("sofa")?.name, "Reading corner");
    names = {};
    bench.services.shownAnew();
    assert.equal(bench.services.entities()[0]?.name, mapped);
  });
});

Deno.test("HubServices shows an entity with every signal, its age, its source and where it comes from", async () => {
  const bench = new Bench();
  await bench.run(() => {
    bench.say("DC_DIMMER_STATUS_3", { instance: 1, operating_status_brightness: 40, load_status: 1 });
    bench.clock.advance(1500);
    const [view] = bench.services.entities();
    assert.equal(view?.freshness, "live");
    assert.equal(view?.verified, false);
    const detail = bench.services.entity("sofa");
    const brightness = detail?.signals.find(({ name }) => name === "brightnessPct");
    assert.deepEqual(brightness?.reading, { value: 40, unit: "%" });
    assert.equal(brightness?.ageMs, 1500);
    assert.deepEqual(brightness?.source, {
      interface: "can0",
      sourceAddress: "9C",
      message: "DC_DIMMER_STATUS_3",
      dgn: "1FEDA",
    });
    assert.deepEqual(detail?.provenance, {
      source: "factory",
      coach: "Mine",
      evidence: "switch pressed",
      verified: false,
    });
    assert.equal(detail?.bindings[0]?.dgn, "1FEDA");
    assert.equal(bench.services.entity("nothing"), undefined);
    assert.equal(bench.changes.at(-1)?.id, "sofa");
  });
});

Deno.test("HubServices lists what it has told: a phone that asks after a change is not told of it again", async () => {
  const bench = new Bench();
  await bench.run(() => {
    bench.say("DC_DIMMER_STATUS_3", { instance: 1, operating_status_brightness: 0 });
    bench.clock.advance(1000);
    const on = () => bench.services.entities()[0]?.state["on"];
    assert.deepEqual(on(), { value: false });
    bench.changes.length = 0;
    bench.say("DC_DIMMER_STATUS_3", { instance: 1, operating_status_brightness: 100 });
    assert.equal(bench.changes.length, 1);
    assert.deepEqual(on(), { value: true });
  });
});

Deno.test("HubServices explains frames, filters them, and counts what it leaves out", async () => {
  const bench = new Bench();
  await bench.run(() => {
    for (let i = 0; i < 300; i++) bench.say("DC_SOURCE_STATUS_1", { dc_instance: 1, dc_voltage: 12 }, 0x46);
    bench.say("DM_RV", { operating_status_on: 1, red_lamp_status: 1, dsa: 66, spn_msb: 0, spn_isb: 1, fmi: 3 });
    bench.peer.send({ id: 0x19fbda9d, data: Uint8Array.of(1) });
    bench.clock.advance(250);
    const [frame] = bench.services.frames({ limit: 1, dgn: "1FFFD", sourceAddress: "46", interface: "can0" });
    assert.equal(frame?.name, "DC_SOURCE_STATUS_1");
    assert.equal(frame?.direction, "rx");
    const update = bench.updates.at(-1);
    assert.equal(update?.frames.length, 100);
    assert.ok((update?.omittedFrames ?? 0) >= 200);
    const [row] = bench.services.interfaces();
    assert.equal(row?.addressState, "claimed");
    assert.ok((row?.rxPerSecond ?? 0) > 0);
    const unknown = bench.services.unknown();
    assert.deepEqual(unknown.dgns.map(({ dgn }) => dgn), ["1FBDA"]);
    assert.deepEqual(unknown.instances.map(({ message }) => message), ["DC_SOURCE_STATUS_1"]);
    assert.deepEqual(unknown.silent.map(({ id }) => id), ["sofa"]);
    assert.ok(bench.services.nodes().some(({ sourceAddress }) => sourceAddress === "46"));
    assert.equal(bench.services.diagnostics()[0]?.fmi, 3);
  });
});

Deno.test("HubServices turns a wrong command into the right kind of error", async () => {
  const bench = new Bench();
  await bench.run(async () => {
    const status = async (id: string, command: string) => {
      try {
        await bench.services.command(id, { command, parameters: {} });
        return 200;
      } catch (error) {
        return error instanceof RequestError ? error.status : 500;
      }
    };
    assert.equal(await status("nothing", "turnOn"), 404);
    assert.equal(await status("sofa", "explode"), 422);
  });
});

Deno.test("HubServices records one interface at a time, and only one that is there", async () => {
  const bench = new Bench();
  await bench.run(async () => {
    await assert.rejects(bench.services.record({ action: "start", interface: "can9" }), /expected one of can0/);
    assert.equal((await bench.services.record({ action: "start", interface: "can0" })).recording, true);
    await assert.rejects(bench.services.record({ action: "start" }), /a recording is running already/);
    assert.equal((await bench.services.record({ action: "stop" })).recording, false);
    assert.equal(bench.services.recording().recording, false);
  });
});
