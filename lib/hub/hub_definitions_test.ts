import assert from "node:assert/strict";
import { Bench, bench, define, light, protocol } from "../../tests/suites/hub_bench.ts";
import { createProtocol, type MessageRow } from "../protocol/mod.ts";

const done = () => Promise.resolve();

Deno.test("Hub.setDefinitions() lets entities appear and vanish without a restart", () =>
  bench([light("sofa", 1)], (one) => {
    let told = 0;
    one.hub.subscribe({ onCoach: () => void told++ });
    one.dimmer(1, 50);
    one.hub.setDefinitions(define(light("desk", 2)));
    assert.equal(told, 1);
    assert.equal(one.hub.entity("sofa"), undefined);
    one.dimmer(2, 50);
    assert.equal(one.hub.entity("desk")?.freshness, "live");
    return done();
  }));

Deno.test("Hub.setDefinitions() leaves an entity as it is when only its name, area or provenance changed", () =>
  bench([light("sofa", 1), light("desk", 2)], (one) => {
    one.dimmer(1, 50);
    const sofa = one.hub.entity("sofa");
    const state = sofa?.state;
    const renamed = { ...light("sofa", 1), name: "Couch", area: "den", hidden: true, provenance: { verified: true } };
    one.hub.setDefinitions(define(light("desk", 2), renamed));
    assert.equal(one.hub.entity("sofa"), sofa, "the very record");
    assert.equal(sofa?.state, state);
    assert.equal(sofa?.definition.name, "Couch");
    assert.deepEqual(one.hub.entities().map(({ definition }) => definition.id), ["desk", "sofa"]);
    one.dimmer(1, 60);
    assert.deepEqual(sofa?.state["brightnessPct"], { value: 60, unit: "%" });
    return done();
  }));

Deno.test("Hub.setDefinitions() keeps of a changed entity the readings that still have a source", () =>
  bench([light("sofa", 1, 2)], (one) => {
    one.dimmer(1, 50);
    one.dimmer(2, 50);
    const before = one.hub.entity("sofa");
    const updatedAtMs = before?.updatedAtMs;
    one.clock.advance(2000);
    one.hub.setDefinitions(define(light("sofa", 2, 3)));
    const after = one.hub.entity("sofa");
    assert.notEqual(after, before);
    assert.deepEqual([...after?.heard.keys() ?? []], ["dimmer:2"]);
    assert.deepEqual(after?.state["brightnessPct"], { value: 50, unit: "%" });
    assert.equal(after?.updatedAtMs, updatedAtMs, "as old as it is");
    one.hub.setDefinitions(define(light("sofa", 7)));
    assert.deepEqual(one.hub.entity("sofa")?.state, {});
    assert.equal(one.hub.entity("sofa")?.freshness, "unseen");
    return done();
  }));

Deno.test("Hub.setDefinitions() shows a new entity as its device said last, mapped as another or not at all", () =>
  bench([light("sofa", 1)], (one) => {
    one.dimmer(1, 50);
    one.dimmer(9, 30);
    one.clock.advance(1000);
    one.hub.setDefinitions(define({ ...light("couch", 1), group: true }, light("porch", 9)));
    one.clock.advance(200);
    assert.deepEqual(one.hub.entity("couch")?.state["brightnessPct"], { value: 50, unit: "%" });
    assert.deepEqual(one.hub.entity("porch")?.state["brightnessPct"], { value: 30, unit: "%" });
    assert.equal(one.hub.entity("porch")?.freshness, "live");
    assert.deepEqual(one.changes.slice(-2).map(({ id }) => id).sort(), ["couch", "porch"], "it is told, and stored");
    assert.deepEqual(one.hub.observations.unmapped(), []);
    return done();
  }));

Deno.test("Hub.setDefinitions() calls what has been silent for long stale, in a new entity, too", () =>
  bench([light("sofa", 1)], (one) => {
    one.dimmer(1, 50);
    one.clock.advance(60_000);
    one.hub.setDefinitions(define(light("couch", 1)));
    assert.equal(one.hub.entity("couch")?.freshness, "stale");
    return done();
  }));

Deno.test("Hub.setDefinitions() keeps what was known before a restart, where the mapping is the same", async () => {
  const one = new Bench(define(light("sofa", 1)));
  one.hub.restore([{ id: "sofa", state: { on: { value: true } }, updatedAtMs: 5 }]);
  one.hub.setDefinitions(define({ ...light("sofa", 1), name: "Couch" }));
  assert.equal(one.hub.entity("sofa")?.freshness, "restored");
  one.hub.setDefinitions(define(light("sofa", 2)));
  assert.equal(one.hub.entity("sofa")?.freshness, "unseen", "another lamp");
  await one.stop();
});

Deno.test("Hub.setDefinitions() changes nothing when an entity listens to a message that is in no table", () =>
  bench([light("sofa", 1)], (one) => {
    one.dimmer(1, 50);
    const sensor = { id: "valve", kind: "sensor", message: "VALVE_POSITION", field: "position" };
    assert.throws(
      () => one.hub.setDefinitions(define({ ...light("sofa", 1), name: "Couch" }, sensor)),
      /"valve": message "VALVE_POSITION" has no field "position"/,
    );
    assert.equal(one.hub.entity("sofa")?.definition.name, "Thing");
    one.dimmer(1, 60);
    assert.deepEqual(one.hub.entity("sofa")?.state["brightnessPct"], { value: 60, unit: "%" });
    return done();
  }));

Deno.test("Hub.setDefinitions() ends commands on their way to what is no more, and lets the others go on", () =>
  bench([light("sofa", 1), light("desk", 2), light("lamp", 3)], async (one) => {
    const [sofa, desk, lamp] = ["sofa", "desk", "lamp"].map((id) =>
      one.hub.command(id, { command: "turnOn", parameters: {} })
    );
    one.clock.advance(200);
    one.hub.setDefinitions(define({ ...light("sofa", 1), name: "Couch" }, light("desk", 5)));
    one.dimmer(1, 100);
    assert.equal((await sofa)?.outcome, "confirmed");
    for (const dropped of [await desk, await lamp]) {
      assert.equal(dropped?.outcome, "notConfirmed");
      assert.match(dropped?.reasons[0] ?? "", /mapping of this entity was changed/);
    }
    assert.equal(one.hub.commandsInFlight, 0);
  }));

Deno.test("Hub.setDefinitions() stops a held motor whose mapping changes, and disarms what was armed", () =>
  bench([
    { id: "shade", kind: "shade", motor: { instance: 3 } },
    { id: "generator", kind: "generator", driver: { dgn: "generator" } },
  ], async (one) => {
    const held = one.hub.command("shade", { command: "open", parameters: {} });
    await one.hub.command("generator", { command: "arm", parameters: {} });
    one.clock.advance(250);
    one.hub.setDefinitions(define(
      { id: "shade", kind: "shade", motor: { instance: 4 } },
      { id: "generator", kind: "generator", driver: { start: { instances: [8] }, stop: { instances: [9] } } },
    ));
    one.clock.advance(500);
    await held;
    const frames = one.commands("WINDOW_SHADE_CONTROL_COMMAND");
    assert.equal(frames.at(-1)?.data[0], 3);
    assert.equal(frames.at(-1)?.data[3], 4, "the last frame is stop");
    const start = await one.hub.command("generator", { command: "start", parameters: {} });
    assert.equal(start.outcome, "refused");
  }));

/** A message that no standard has. */
const declared: MessageRow = {
  dgn: 0x1fbda,
  name: "VALVE_POSITION",
  standard: "rvc",
  origin: "seen on a coach",
  priority: 6,
  lowByte: "group",
  signals: [{ name: "position", startByte: 0, startBit: 0, bitLength: 8, type: "uint", sentinels: "standard" }],
};

Deno.test("Hub.setDefinitions() hears messages that were declared a moment ago, and forgets them again", () =>
  bench([light("sofa", 1)], (one) => {
    one.dimmer(1, 50);
    const valve = { id: 0x19fbda9d, data: Uint8Array.of(40, 255, 255, 255, 255, 255, 255, 255) };
    one.raw(valve);
    assert.equal(one.hub.observations.unknown().length, 1);
    const sensor = { id: "valve", kind: "sensor", message: "VALVE_POSITION", field: "position" };
    const { tables } = protocol;
    const messages = [...tables.rvc.messages, declared];
    const extended = createProtocol({ ...tables, rvc: { ...tables.rvc, messages } });
    one.hub.setDefinitions(define(light("sofa", 1), sensor), { protocol: extended });
    assert.equal(one.hub.protocol, extended);
    assert.deepEqual(one.hub.observations.unknown(), []);
    assert.deepEqual(one.hub.entity("sofa")?.state["brightnessPct"], { value: 50, unit: "%" });
    one.raw(valve);
    assert.equal(Object.values(one.hub.entity("valve")?.state ?? {}).length, 1);
    one.hub.setDefinitions(define(light("sofa", 1)), { protocol });
    one.raw(valve);
    assert.equal(one.hub.observations.unknown().length, 1);
    return done();
  }));

Deno.test("Hub.setDefinitions() takes a sensor of a field that a multiplexer selects", () =>
  bench([light("sofa", 1)], (one) => {
    const message = "AGS_CRITERION_STATUS";
    const sensor = { id: "threshold", kind: "sensor", message, instance: 1, meaning: "generic" };
    one.hub.setDefinitions(define({ ...sensor, field: "dc_voltage_threshold" }));
    one.say(message, { values: { instance: 1, criterion_type: 0, dc_voltage_threshold: 12 } });
    assert.deepEqual(one.hub.entity("threshold")?.state, { value: { value: 12, unit: "V" } });
    assert.throws(() => one.hub.setDefinitions(define({ ...sensor, field: "voltage_threshold" })), /has no field/);
    return done();
  }));
