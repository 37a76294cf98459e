import assert from "node:assert/strict";
import fc from "fast-check";
import { bench, light, protocol } from "../../tests/suites/hub_bench.ts";
import { kindOf } from "../entities/mod.ts";
import { sampleDefinitions } from "../entities/sample_definitions.ts";
import { acknowledgmentFrame, requestFrame } from "../protocol/mod.ts";
import { ChangeMonitor } from "./change_monitor.ts";
import { EntityTable } from "./entity_table.ts";
import { Ingest } from "./ingest.ts";
import { messageLookup } from "./message_lookup.ts";

const off = { operating_status_brightness: 0, load_status: 0, lock_status: 0 };
const on = { operating_status_brightness: 100, load_status: 1, lock_status: 0 };

Deno.test("Ingest takes a message that returns to an earlier value for news: the pump is off again", () =>
  bench([{ id: "pump", kind: "water_pump", driver: { dgn: "water_pump" } }], (one) => {
    const disabled = { values: { operating_status: "disabled", pump_status: "not_running" } };
    one.say("WATER_PUMP_STATUS", disabled);
    one.say("WATER_PUMP_STATUS", { values: { operating_status: "enabled", pump_status: "running" } });
    assert.deepEqual(one.hub.entity("pump")?.state["on"], { value: true });
    one.say("WATER_PUMP_STATUS", disabled);
    assert.deepEqual(one.hub.entity("pump")?.state["on"], { value: false });
    one.clock.advance(200);
    assert.deepEqual(one.changes.at(-1)?.state["on"], { value: false });
    return Promise.resolve();
  }));

Deno.test("Ingest takes the generator's own word when it has stopped as it was before it ran", () =>
  bench([{ id: "generator", kind: "generator", driver: { dgn: "generator" } }], (one) => {
    for (const status of ["stopped", "cranking", "running", "stopped"]) {
      one.say("GENERATOR_STATUS_1", { values: { status } });
      assert.deepEqual(one.hub.entity("generator")?.state["status"], { value: status });
    }
    return Promise.resolve();
  }));

Deno.test("Ingest takes a lamp's message that another node has contradicted meanwhile", () =>
  bench([light("sofa", 5)], (one) => {
    one.say("DC_DIMMER_STATUS_3", { values: { instance: 5, ...off }, from: 0x9c });
    one.say("DC_DIMMER_STATUS_3", { values: { instance: 5, ...on }, from: 0x9d });
    one.say("DC_DIMMER_STATUS_3", { values: { instance: 5, ...off }, from: 0x9c });
    assert.deepEqual(one.hub.entity("sofa")?.state["on"], { value: false });
    return Promise.resolve();
  }));

Deno.test("Ingest lets nobody extend an awning when the park brake was released again", () =>
  bench([{ id: "engine", kind: "engine" }], (one) => {
    const brake = (parking_brake_switch: string, brake_switch = "released") =>
      one.say("CCVS1", { values: { parking_brake_switch, brake_switch, wheel_based_vehicle_speed: 0 }, from: 0 });
    one.say("EEC1", { values: { engine_speed: 700 }, from: 0 });
    brake("set");
    brake("not_set");
    brake("set", "depressed");
    brake("not_set");
    assert.equal(one.hub.coachState().driving, "driving");
    return Promise.resolve();
  }));

Deno.test("Ingest notes every move of an unmapped device, the way back to an earlier value, too", () => {
  const { codec } = protocol;
  const table = new EntityTable([], { kindOf, lookup: messageLookup(protocol) });
  const ingest = new Ingest({
    codec,
    table,
    listener: { onChanged() {}, onHeard() {}, onNetwork() {}, onDoubledNetwork() {} },
  });
  for (const [i, operating_status] of ["disabled", "enabled", "disabled", "disabled"].entries()) {
    const { id, data } = codec.encode({ message: "WATER_PUMP_STATUS", values: { operating_status } }, 0x9c);
    const frame = { interfaceName: "can0", id, extended: true, data, timestampMs: 0, direction: "rx" } as const;
    ingest.onFrame(frame, { nowMs: i * 3000, wallMs: i * 3000 });
  }
  const [pump] = ingest.changes.all();
  assert.deepEqual(pump?.moves, [3000, 6000]);
});

Deno.test("Ingest keeps shore and a generator that stands apart at the inputs of a transfer switch", () =>
  bench([{ id: "power", kind: "ac_source", point: "transfer_switch", instance: 1 }], (one) => {
    const voltages = () => {
      const { primaryLine1VoltageV: primary, secondaryLine1VoltageV: secondary } = one.hub.entity("power")?.state ?? {};
      return [primary, secondary];
    };
    for (let i = 0; i < 3; i++) {
      for (const [source, rms_voltage] of [["primary", 120], ["secondary", 0]] as const) {
        one.say("ATS_AC_STATUS_1", {
          values: { transfer_switch_instance: 1, input_output: "input", source, leg: "leg_1", rms_voltage },
        });
      }
      assert.deepEqual(voltages(), [{ value: 120, unit: "V" }, { value: 0, unit: "V" }]);
    }
    return Promise.resolve();
  }));

Deno.test("Ingest lets each bridged bus know of a claim that another one brought first, and counts it as doubled", () =>
  bench([], (one) => {
    const addresses = () => one.hub.buses().map(({ address }) => address.sourceAddress);
    assert.deepEqual(addresses(), [159, 159]);
    // A lower NAME than ours: it wins the address.
    const claim = { id: 0x18ee009f, data: new Uint8Array(8) };
    one.raw(claim, 0);
    one.clock.advance(1);
    one.raw(claim, 1);
    assert.deepEqual(one.hub.buses().map(({ counts }) => counts.doubled), [0, 1]);
    one.clock.advance(1000);
    assert.deepEqual(addresses(), [158, 158]);
    return Promise.resolve();
  }, ["can0", "can1"]));

Deno.test("Ingest has a request that bridged buses double answered once", () =>
  bench([], (one) => {
    const request = requestFrame({ dgn: 0x0feeb, sourceAddress: 0x9c, destination: 159 });
    one.heard.length = 0;
    one.raw(request, 0);
    one.raw(request, 1);
    one.clock.advance(2000);
    assert.equal(one.commands("INITIAL_PACKET").length, 1);
    return Promise.resolve();
  }, ["can0", "can1"]));

Deno.test("Ingest tells a command on the second of two bridged buses that it is refused", () =>
  bench([light("sofa", 1)], async (one) => {
    one.dimmer(1, 0, 1);
    const answer = one.hub.command("sofa", { command: "turnOn", parameters: {} });
    one.clock.advance(10);
    const nak = acknowledgmentFrame({ code: 3, dgn: 0x1fedb, sourceAddress: 0x9c, instance: 1, requester: 159 });
    one.raw(nak, 0);
    one.raw(nak, 1);
    one.clock.advance(5000);
    assert.equal((await answer).outcome, "refused");
  }, ["can0", "can1"]));

/** A frame of one of the messages that an entity listens to, from one of two nodes. */
interface Said {
  readonly binding: number;
  readonly sourceAddress: number;
  readonly data: Uint8Array;
}

Deno.test("Ingest ends in the same state for every kind as when each frame is decoded anew", () => {
  const { codec } = protocol;
  const lookup = messageLookup(protocol);
  let looked = 0;
  for (const definition of sampleDefinitions()) {
    const bindings = kindOf(definition).bindings(definition);
    // Few different bytes, so that messages return to what they said before.
    const said = fc.record<Said>({
      binding: fc.nat({ max: bindings.length - 1 }),
      sourceAddress: fc.constantFrom(0x00, 0x9c),
      data: fc.array(fc.constantFrom(0x00, 0x01, 0x14, 0xfc, 0xff), { minLength: 8, maxLength: 8 })
        .map((bytes) => Uint8Array.from(bytes)),
    });
    const repeated = fc.tuple(fc.array(said, { minLength: 1, maxLength: 4 }), fc.array(fc.nat({ max: 3 })));
    fc.assert(
      fc.property(repeated, ([frames, order]) => {
        const table = new EntityTable([definition], { kindOf, lookup });
        const listener = { onChanged() {}, onHeard() {}, onNetwork() {}, onDoubledNetwork() {} };
        const ingest = new Ingest({ codec, table, listener });
        const anew = new EntityTable([definition], { kindOf, lookup });
        const changes = new ChangeMonitor((name) => name);
        for (const [i, place] of [...frames.keys(), ...order].entries()) {
          const frame = frames[place % frames.length]!;
          const { message, instance } = bindings[frame.binding]!;
          const data = Uint8Array.from(frame.data);
          const row = codec.rowNamed(message)!;
          if (instance !== undefined && row.signals[0]?.name === row.instanceField && row.signals[0]?.bitLength === 8) {
            data[0] = instance;
          }
          const id = 6 * 2 ** 26 + row.dgn * 256 + frame.sourceAddress;
          const time = { nowMs: i * 1000, wallMs: i * 1000 };
          ingest.onFrame({ interfaceName: "can0", id, extended: true, data, timestampMs: 0, direction: "rx" }, time);
          const decoded = codec.decode(id, data);
          if (decoded.kind !== "message") continue;
          changes.onMessage(decoded, { interfaceName: "can0", nowMs: i * 1000 });
          for (const target of anew.route(decoded)) {
            anew.hear(target, { message: decoded, interfaceName: "can0", ...time });
          }
          looked++;
          assert.deepEqual(table.get(definition.id)?.state, anew.get(definition.id)?.state, definition.kind);
        }
        const values = (monitor: ChangeMonitor) => [...monitor.all()].map(({ values, moves }) => ({ values, moves }));
        assert.deepEqual(values(ingest.changes), values(changes), definition.kind);
      }),
      { numRuns: 100 },
    );
  }
  assert.ok(looked > 10_000, `looked at ${looked} messages`);
});
