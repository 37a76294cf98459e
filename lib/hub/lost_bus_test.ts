import assert from "node:assert/strict";
import { type Bench, bench } from "../../tests/suites/hub_bench.ts";
import { encodeName } from "../protocol/mod.ts";

/** One dimmer instance per direction; each ON carries 60 s. */
const awning = { id: "awning", kind: "awning", motor: { pair: { forward: 5, reverse: 6, seconds: 60 } } };

/** Orders to the awning: when since the bench has its address, from which address, and to which instance. */
function orders(one: Bench): readonly string[] {
  return one.commands("DC_DIMMER_COMMAND_2").map(({ id, data, timestampMs }) =>
    `${timestampMs - Date.UTC(2026, 0) - 600}: ${id & 0xff} ${data[3] === 3 ? "off" : "on"} ${data[0]}`
  );
}

const hold = (one: Bench, command = "extend") => one.hub.command("awning", { command, parameters: {}, parked: true });
const press = hold;

Deno.test("Hub stops a held motor as soon as it has its address again after a bus-off", () =>
  bench([awning], async (one) => {
    const held = hold(one);
    one.clock.advance(600);
    one.buses[0]?.setLink("busOff");
    const before = orders(one).length;
    one.clock.advance(100);
    one.buses[0]?.setLink("up");
    one.clock.advance(499);
    assert.equal(orders(one).length, before, "nothing is sent without an address");
    one.clock.advance(60_000);
    assert.deepEqual(orders(one).slice(before), ["1200: 159 off 5", "1250: 159 off 6"]);
    const { outcome, reasons } = await held;
    assert.equal(outcome, "notConfirmed");
    assert.match(reasons[0] ?? "", /can0 was lost while this was held/);
  }));

Deno.test("Hub sends the stop of a motor that was released while the bus was away, however long", () =>
  bench([awning], async (one) => {
    const held = hold(one);
    one.clock.advance(50);
    one.buses[0]?.setLink("down");
    const before = orders(one).length;
    one.clock.advance(3_600_000);
    one.buses[0]?.setLink("up");
    one.clock.advance(10_000);
    assert.deepEqual(orders(one).slice(before).map((order) => order.split(" ").slice(1).join(" ")), [
      "159 off 5",
      "159 off 6",
    ]);
    await held;
  }));

Deno.test("Hub takes a stop while it claims its address: it goes out before anything else, and nothing moves again", () =>
  bench([awning], async (one) => {
    const held = hold(one);
    one.clock.advance(300);
    one.buses[0]?.setLink("busOff");
    one.clock.advance(1);
    one.buses[0]?.setLink("up");
    one.clock.advance(49);
    const before = orders(one).length;
    const stopped = press(one, "stop");
    const renewed = await hold(one);
    assert.equal(renewed.outcome, "refused", "a movement is");
    one.clock.advance(20_000);
    const said = orders(one).slice(before);
    assert.ok(said.length >= 2 && said.every((order) => order.includes("off")), said.join());
    assert.equal(said[0], "801: 159 off 5");
    assert.equal((await stopped).outcome, "notConfirmed");
    await held;
  }));

Deno.test("Hub answers a stop that cannot be sent for long, and sends it all the same", () =>
  bench([awning], async (one) => {
    one.buses[0]?.setLink("down");
    const stopped = press(one, "stop");
    one.clock.advance(5000);
    const { outcome, reasons } = await stopped;
    assert.equal(outcome, "notConfirmed");
    assert.match(reasons.join(" "), /goes out as soon as .* can0 cannot send: the interface is down/);
    one.buses[0]?.setLink("up");
    one.clock.advance(1000);
    assert.deepEqual(orders(one), ["5500: 159 off 5", "5550: 159 off 6"]);
  }));

Deno.test("Hub sends nothing under an address that it lost, and stops what it held under the next one", () =>
  bench([awning], async (one) => {
    const held = hold(one);
    one.clock.advance(20);
    assert.deepEqual(orders(one), ["0: 159 off 6"], "the ON still waits for its gap");
    const name = encodeName({ ...lowName, serialNumber: 0 });
    one.raw({ id: 0x18ee009f, data: name });
    one.clock.advance(60_000);
    const [, ...later] = orders(one);
    assert.deepEqual(later, ["520: 158 off 5", "570: 158 off 6"]);
    assert.equal((await held).outcome, "refused", "it was never sent");
  }));

Deno.test("Hub stops a held motor whose renewal is refused", () =>
  bench([{ id: "front", kind: "awning", motor: { instance: 1 } }], async (one) => {
    const ask = () => one.hub.command("front", { command: "extend", parameters: {}, parked: true });
    const held = ask();
    one.clock.advance(250);
    one.say("AWNING_STATUS", { values: { instance: 1, motion: "extending", user_lock_status: "active" } });
    const words = () => one.commands("AWNING_COMMAND").map((frame) => frame.data[1]);
    assert.equal((await ask()).outcome, "refused");
    const before = words().length;
    one.clock.advance(500);
    assert.equal(words().length, before + 1, "the stop, and nothing after it");
    await held;
  }));

const lowName = {
  manufacturerCode: 0,
  nodeInstance: 0,
  functionInstance: 0,
  function: 0,
  vehicleSystem: 0,
  vehicleSystemInstance: 0,
  industryGroup: 0,
  arbitraryAddressCapable: false,
};
