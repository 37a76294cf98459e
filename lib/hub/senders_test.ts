import assert from "node:assert/strict";
import { type Bench, bench, protocol } from "../../tests/suites/hub_bench.ts";
import { reading } from "../protocol/mod.ts";
import { Senders } from "./senders.ts";

const engine = { id: "engine", kind: "engine" };
const door = { id: "door", kind: "lock", motor: { instance: 1 } };

/** CCVS1 of the brakes' node, and one of a node that knows nothing but the cruise control. */
function drive(one: Bench, values: Readonly<Record<string, number | string>>): void {
  one.say("CCVS1", { values, from: 0x00 });
  one.say("CCVS1", { values: { cruise_active: "on" }, from: 0x31 });
}

Deno.test("Senders keep what one node says against another that says not available: 90 km/h stay 90 km/h", () =>
  bench([engine, door], async (one) => {
    for (let i = 0; i < 30; i++) {
      drive(one, { wheel_based_vehicle_speed: 90, parking_brake_switch: "not_set" });
      one.clock.advance(100);
      assert.deepEqual(one.hub.entity("engine")?.state["speedKmh"], { value: 90, unit: "km/h" });
      assert.equal(one.hub.coachState().driving, "driving");
    }
    const { outcome } = await one.hub.command("door", { command: "unlock", parameters: {} });
    assert.equal(outcome, "refused");
  }));

Deno.test("Senders take back what the same node takes back", () =>
  bench([engine], (one) => {
    drive(one, { wheel_based_vehicle_speed: 90 });
    drive(one, { wheel_based_vehicle_speed: 0 });
    assert.deepEqual(one.hub.entity("engine")?.state["speedKmh"], { value: 0, unit: "km/h" });
    one.say("CCVS1", { values: {}, from: 0x00 });
    assert.deepEqual(one.hub.entity("engine")?.state["speedKmh"], { status: "notAvailable" });
    return Promise.resolve();
  }));

Deno.test("Senders call a reading stale when its node goes silent, though another node goes on, and driving stays", () =>
  bench([engine], (one) => {
    drive(one, { wheel_based_vehicle_speed: 90 });
    for (let i = 0; i < 20; i++) {
      one.clock.advance(1000);
      one.say("CCVS1", { values: { cruise_active: "on" }, from: 0x31 });
    }
    assert.equal(one.hub.entity("engine")?.freshness, "stale");
    assert.equal(one.hub.coachState().driving, "driving");
    for (let minute = 0; minute < 11; minute++) {
      one.clock.advance(60_000);
      one.say("CCVS1", { values: { cruise_active: "on" }, from: 0x31 });
    }
    assert.equal(one.hub.entity("engine")?.freshness, "live");
    assert.deepEqual(one.hub.entity("engine")?.state["speedKmh"], { status: "notAvailable" });
    return Promise.resolve();
  }));

Deno.test("Senders that contradict each other never make a driving coach parked", () =>
  bench([engine], (one) => {
    one.say("EEC1", { values: { engine_speed: 700 }, from: 0x00 });
    for (let i = 0; i < 100; i++) {
      one.say("EEC1", { values: { engine_speed: 700 }, from: 0x00 });
      one.say("CCVS1", { values: { parking_brake_switch: "not_set" }, from: 0x0b });
      one.say("CCVS1", { values: { parking_brake_switch: "set" }, from: 0x31 });
      assert.equal(one.hub.coachState().driving, "driving");
      one.clock.advance(100);
    }
    return Promise.resolve();
  }));

Deno.test("Hub holds that the coach drives for some seconds when the speed fails for a moment", () =>
  bench([engine], (one) => {
    const ccvs1 = (values: Readonly<Record<string, number | string>>) => {
      one.say("CCVS1", { values, from: 0 });
      return one.hub.coachState();
    };
    ccvs1({ wheel_based_vehicle_speed: 90 });
    const gone = ccvs1({});
    assert.equal(gone.driving, "driving");
    assert.match(gone.evidence[0] ?? "", /drove less than 5 s ago/);
    one.clock.advance(4000);
    assert.equal(ccvs1({}).driving, "driving");
    one.clock.advance(2000);
    assert.equal(ccvs1({}).driving, "unknown");
    return Promise.resolve();
  }));

Deno.test("Hub takes the brake of the chassis and the engine's speed together", () =>
  bench([engine, { id: "chassis", kind: "chassis" }], (one) => {
    one.say("EEC1", { values: { engine_speed: 700 }, from: 0 });
    one.say("CHASSIS_MOBILITY_STATUS", { values: { park_brake_status: "released" }, from: 0x42 });
    assert.equal(one.hub.coachState().driving, "driving");
    return Promise.resolve();
  }));

Deno.test("Senders remember no more nodes than their limit, those that spoke last", () => {
  const senders = new Senders();
  const say = (sourceAddress: number, values: Readonly<Record<string, number>>) => {
    const { id, data } = protocol.codec.encode({ message: "CCVS1", values }, sourceAddress);
    const message = protocol.codec.decode(id, data);
    assert.ok(message.kind === "message");
    senders.hear(message, 1000);
  };
  const speed = () => {
    const merged = senders.merged(0);
    return merged && reading(merged.message, "wheel_based_vehicle_speed");
  };
  say(1, { wheel_based_vehicle_speed: 90 });
  for (let address = 2; address <= 16; address++) say(address, {});
  assert.deepEqual(speed(), { value: 90, unit: "km/h" });
  say(17, {});
  assert.deepEqual(speed(), { status: "notAvailable" });
});
