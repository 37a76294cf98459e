import assert from "node:assert/strict";
import { Bench, bench, define, light } from "../../tests/suites/hub_bench.ts";
import { acknowledgmentFrame } from "../protocol/mod.ts";

Deno.test("Hub claims an address before it sends anything but claims", () =>
  bench([light("sofa", 1)], ({ hub }) => {
    const [bus] = hub.buses();
    assert.equal(bus?.address.state, "claimed");
    assert.equal(bus?.address.sourceAddress, 159);
    return Promise.resolve();
  }));

Deno.test("Hub refuses a command while it claims its address, and while the interface is down", async () => {
  const one = new Bench(define(light("sofa", 1)));
  await one.hub.start();
  const early = await one.hub.command("sofa", { command: "turnOn", parameters: {} });
  assert.equal(early.outcome, "refused");
  assert.match(early.reasons[0] ?? "", /still claiming its address on can0/);
  one.clock.advance(600);
  one.buses[0]?.setLink("down");
  const down = await one.hub.command("sofa", { command: "turnOn", parameters: {} });
  assert.equal(down.outcome, "refused");
  assert.match(down.reasons[0] ?? "", /can0 cannot send: the interface is down/);
  await one.stop();
});

Deno.test("Hub leaves an entity unseen until its own status comes, and never seeds it", () =>
  bench([light("sofa", 1), light("desk", 2)], (one) => {
    assert.equal(one.hub.entity("sofa")?.freshness, "unseen");
    assert.deepEqual(one.hub.entity("sofa")?.state, {});
    one.dimmer(1, 50);
    const sofa = one.hub.entity("sofa");
    assert.equal(sofa?.freshness, "live");
    assert.deepEqual(sofa?.state["on"], { value: true });
    assert.equal(one.hub.entity("desk")?.freshness, "unseen");
    return Promise.resolve();
  }));

Deno.test("Hub takes no state from a command frame", () =>
  bench([light("sofa", 1)], (one) => {
    one.say("DC_DIMMER_COMMAND_2", { values: { instance: 1, desired_level: 100, command: "on_delay" } });
    assert.equal(one.hub.entity("sofa")?.freshness, "unseen");
    return Promise.resolve();
  }));

Deno.test("Hub.command() sends the frame at once and is confirmed by the coach's own status", () =>
  bench([light("sofa", 1)], async (one) => {
    one.dimmer(1, 0);
    const answer = one.hub.command("sofa", { command: "turnOn", parameters: {} });
    one.clock.advance(0);
    const [frame] = one.commands("DC_DIMMER_COMMAND_2");
    assert.equal(frame?.data.toHex().toUpperCase(), "01FFC802FF00FFFF");
    one.clock.advance(40);
    one.dimmer(1, 0);
    one.clock.advance(40);
    one.dimmer(1, 100);
    const result = await answer;
    assert.equal(result.outcome, "confirmed");
    assert.equal(result.latencyMs, 80);
  }));

Deno.test("Hub.lastControlAgeMs() knows who used a control, and asks about the others", () =>
  bench([light("lamp", 1)], async ({ hub, clock }) => {
    assert.equal(hub.lastControlAgeMs(), undefined);
    const outcome = hub.command("lamp", { command: "turnOn", parameters: {}, actor: "phone 1" });
    clock.advance(10_000);
    await outcome;
    assert.equal(hub.lastControlAgeMs(), 10_000);
    assert.equal(hub.lastControlAgeMs({ except: "phone 2" }), 10_000);
    assert.equal(hub.lastControlAgeMs({ except: "phone 1" }), undefined);
  }));

Deno.test("Hub.setSafe() refuses every command and shows nothing as live until it is lifted", () =>
  bench([light("lamp", 1)], async (one) => {
    one.dimmer(1, 50);
    one.clock.advance(200);
    const waiting = one.hub.command("lamp", { command: "turnOn", parameters: {} });
    one.hub.setSafe("The database has failed.");
    assert.deepEqual((await waiting).reasons, ["The database has failed."]);
    one.clock.advance(200);
    assert.equal(one.changes.at(-1)?.freshness, "stale");
    const refused = await one.hub.command("lamp", { command: "turnOn", parameters: {} });
    assert.deepEqual([refused.outcome, refused.reasons], ["refused", ["The database has failed."]]);
    one.hub.setSafe(undefined);
    one.clock.advance(200);
    assert.equal(one.changes.at(-1)?.freshness, "live");
    assert.equal(one.hub.safeReason, undefined);
  }));

Deno.test("Hub tells of every command that made sense, with who asked and what became of it", () =>
  bench([light("lamp", 1)], async ({ hub }) => {
    const reports: unknown[] = [];
    hub.subscribe({
      onCommand: ({ entityId, command, parameters, actor, outcome }) =>
        reports.push({ entityId, command, parameters, actor, outcome }),
    });
    hub.setSafe("No.");
    await hub.command("lamp", { command: "turnOff", parameters: {}, actor: "Ann" });
    await assert.rejects(hub.command("lamp", { command: "explode", parameters: {} }));
    assert.deepEqual(reports, [
      { entityId: "lamp", command: "turnOff", parameters: {}, actor: "Ann", outcome: "refused" },
    ]);
  }));

Deno.test("Hub.command() asks for the status half-way, then says that the coach did not answer", () =>
  bench([light("sofa", 1)], async (one) => {
    one.dimmer(1, 0);
    const answer = one.hub.command("sofa", { command: "turnOn", parameters: {} });
    one.clock.advance(5000);
    const result = await answer;
    assert.equal(result.outcome, "notConfirmed");
    assert.match(result.reasons[0] ?? "", /did not answer/);
    const [request] = one.commands("REQUEST_FOR_DGN").filter((frame) => frame.data[0] === 0xda);
    assert.equal(request?.data.toHex().toUpperCase(), "DAFE0101FFFFFFFF");
  }));

Deno.test("Hub.command() is refused by a NAK that names us", () =>
  bench([light("sofa", 1)], async (one) => {
    const answer = one.hub.command("sofa", { command: "turnOn", parameters: {} });
    one.clock.advance(10);
    const nak = { code: 3, dgn: 0x1fedb, sourceAddress: 0x9c, instance: 1 };
    one.raw(acknowledgmentFrame({ ...nak, requester: 0x77 }));
    one.raw(acknowledgmentFrame({ ...nak, requester: 159, instance: 9 }));
    one.raw(acknowledgmentFrame({ ...nak, requester: 159 }));
    const result = await answer;
    assert.equal(result.outcome, "refused");
    assert.match(result.reasons[0] ?? "", /code 3/);
  }));

Deno.test("Hub.command() waits longer when a node asks for more time", () =>
  bench([light("sofa", 1)], async (one) => {
    const answer = one.hub.command("sofa", { command: "turnOn", parameters: {} });
    one.clock.advance(10);
    one.raw(acknowledgmentFrame({ code: 7, dgn: 0x1fedb, sourceAddress: 0x9c, instance: 1, requester: 159 }));
    one.clock.advance(4000);
    one.dimmer(1, 100);
    assert.equal((await answer).outcome, "confirmed");
  }));

Deno.test("Hub.command() fans out to every instance and wants each of them to confirm", () =>
  bench([light("sofa", 1, 2)], async (one) => {
    const answer = one.hub.command("sofa", { command: "turnOn", parameters: {} });
    one.clock.advance(60);
    assert.deepEqual(one.commands("DC_DIMMER_COMMAND_2").map((frame) => frame.data[0]), [1, 2]);
    one.dimmer(1, 100);
    one.clock.advance(10_000);
    assert.equal((await answer).outcome, "notConfirmed");
  }));

Deno.test("Hub.command() sends the newest value of a drag only, at least 50 ms apart", () =>
  bench([light("sofa", 1)], async (one) => {
    const answers = [10, 20, 30, 40, 50].map((brightnessPct) =>
      one.hub.command("sofa", { command: "setBrightness", parameters: { brightnessPct } })
    );
    one.clock.advance(60);
    assert.deepEqual(one.commands("DC_DIMMER_COMMAND_2").map((frame) => frame.data[2]), [20, 100]);
    one.dimmer(1, 50);
    const outcomes = (await Promise.all(answers)).map((answer) => answer.outcome);
    assert.deepEqual(outcomes, ["notConfirmed", "notConfirmed", "notConfirmed", "notConfirmed", "confirmed"]);
  }));

Deno.test("Hub counts a frame from a bridged second bus once, and keeps the entity live through either", () =>
  bench([light("sofa", 1)], (one) => {
    one.dimmer(1, 50, 0);
    one.dimmer(1, 50, 1);
    assert.deepEqual(one.hub.buses().map(({ counts }) => counts.doubled), [0, 1]);
    one.dimmer(1, 20, 1);
    assert.deepEqual(one.hub.entity("sofa")?.state["brightnessPct"], { value: 20, unit: "%" });
    assert.equal(one.hub.entity("sofa")?.source?.interfaceName, "can1");
    return Promise.resolve();
  }, ["can0", "can1"]));

Deno.test("Hub sends to the bridged bus that still brings the status when the other one is lost", () =>
  bench([light("sofa", 1)], async (one) => {
    one.dimmer(1, 0, 0);
    one.dimmer(1, 0, 1);
    one.buses[0]?.setLink("down");
    one.clock.advance(1000);
    one.dimmer(1, 0, 1);
    assert.equal(one.hub.entity("sofa")?.source?.interfaceName, "can1");
    const answer = one.hub.command("sofa", { command: "turnOn", parameters: {} });
    one.clock.advance(50);
    one.dimmer(1, 100, 1);
    assert.equal((await answer).outcome, "confirmed");
  }, ["can0", "can1"]));

Deno.test("Hub calls an entity stale when its node has gone silent, and live again with the same frame as before", () =>
  bench([light("sofa", 1)], (one) => {
    one.dimmer(1, 50);
    one.clock.advance(14_000);
    assert.equal(one.hub.entity("sofa")?.freshness, "live");
    one.clock.advance(3_000);
    assert.equal(one.hub.entity("sofa")?.freshness, "stale");
    assert.equal(one.changes.at(-1)?.freshness, "stale");
    one.dimmer(1, 50);
    assert.equal(one.hub.entity("sofa")?.freshness, "live");
    return Promise.resolve();
  }));

Deno.test("Hub keeps an on-change entity live while its node says anything at all", () =>
  bench([light("sofa", 1)], (one) => {
    one.dimmer(1, 50);
    for (let i = 0; i < 10; i++) {
      one.clock.advance(5_000);
      one.dimmer(200, i);
    }
    assert.equal(one.hub.entity("sofa")?.freshness, "live");
    return Promise.resolve();
  }));

Deno.test("Hub tells changes together, the first at once and then at most ten times a second", () =>
  bench([light("sofa", 1)], (one) => {
    for (let level = 1; level <= 100; level++) {
      one.dimmer(1, level);
      one.clock.advance(10);
    }
    assert.ok(one.changes.length >= 9 && one.changes.length <= 11, `${one.changes.length} changes told`);
    one.clock.advance(200);
    assert.deepEqual(one.changes.at(-1)?.state["brightnessPct"], { value: 100, unit: "%" });
    return Promise.resolve();
  }));

Deno.test("Hub repeats a held motor every 100 ms and stops it by itself when nobody renews", () =>
  bench([{ id: "shade", kind: "shade", motor: { instance: 3 } }], async (one) => {
    const answer = one.hub.command("shade", { command: "open", parameters: {} });
    one.clock.advance(5000);
    await answer;
    const codes = one.commands("WINDOW_SHADE_CONTROL_COMMAND").map((frame) => frame.data[3]);
    assert.ok(codes.length >= 4, `${codes.length} frames`);
    assert.equal(codes.at(-1), 4, "the last frame is stop");
    assert.equal(codes.filter((code) => code === 4).length, 1);
  }));

Deno.test("Hub.stop() ends holds and settles every waiting command", async () => {
  const one = new Bench(define({ id: "shade", kind: "shade", motor: { instance: 3 } }, light("sofa", 1)));
  await one.start();
  const held = one.hub.command("shade", { command: "open", parameters: {} });
  const lit = one.hub.command("sofa", { command: "turnOn", parameters: {} });
  one.clock.advance(10);
  const stopped = one.hub.stop();
  one.clock.advance(0);
  await stopped;
  assert.deepEqual((await Promise.all([held, lit])).map(({ outcome }) => outcome), ["notConfirmed", "notConfirmed"]);
  await one.stop();
});

Deno.test("Hub lists unknown DGNs, unmapped instances, nodes and faults", () =>
  bench([light("sofa", 1)], (one) => {
    one.raw({ id: 0x19fbda9d, data: Uint8Array.of(0xa1, 1) });
    one.dimmer(77, 10);
    one.say("DM_RV", {
      values: { operating_status_on: 1, red_lamp_status: 1, dsa: 66, spn_msb: 0, spn_isb: 1, spn_lsb: 0, fmi: 3 },
    });
    assert.deepEqual(one.hub.observations.unknown().map(({ dgn }) => dgn), [0x1fbda]);
    assert.deepEqual(one.hub.observations.unmapped().map(({ instance }) => instance), [77]);
    assert.deepEqual(one.hub.observations.nodes().map(({ sourceAddress }) => sourceAddress).sort(), [0x9c, 0x9d]);
    const [fault] = one.hub.faults();
    assert.deepEqual([fault?.spn, fault?.fmi, fault?.redLamp, fault?.active], [8, 3, true, true]);
    return Promise.resolve();
  }));

Deno.test("Hub.restore() shows what was known before, as restored, until the bus says it itself", async () => {
  const one = new Bench(define(light("sofa", 1), light("desk", 2)));
  one.hub.restore([
    { id: "sofa", state: { on: { value: true }, brightnessPct: { value: 40, unit: "%" } }, updatedAtMs: 5 },
    { id: "gone", state: { on: { value: true } }, updatedAtMs: 5 },
  ]);
  const sofa = one.hub.entity("sofa");
  assert.equal(sofa?.freshness, "restored");
  assert.deepEqual(sofa?.state, {}, "commands and interlocks do not rest on it");
  assert.equal(one.hub.entity("desk")?.freshness, "unseen");
  await one.start();
  one.dimmer(1, 0);
  assert.equal(sofa?.freshness, "live");
  assert.deepEqual(sofa?.restored, {});
  assert.deepEqual(one.changes.at(-1)?.state["on"], { value: false });
  await one.stop();
});

Deno.test("Hub shows nothing as live while a part of it is restored, and gives that part up when it does not come", async () => {
  const one = new Bench(define({ id: "zone", kind: "thermostat", instance: 1, ambientInstance: 2 }));
  const ambientC = { value: 22, unit: "degC" };
  one.hub.restore([{ id: "zone", state: { ambientC }, updatedAtMs: 5 }]);
  await one.start();
  const shown = () => {
    one.say("THERMOSTAT_STATUS_1", { values: { instance: 1, operating_mode: "heat" } });
    one.clock.advance(1000);
    const record = one.hub.entity("zone");
    assert.ok(record);
    return one.hub.snapshot(record);
  };
  const first = shown();
  assert.deepEqual([first.freshness, first.state["ambientC"]], ["restored", ambientC]);
  assert.equal(one.hub.entity("zone")?.freshness, "live", "what the bus said is live: interlocks rest on it");
  for (let second = 0; second < 20; second++) shown();
  const later = shown();
  assert.deepEqual([later.freshness, later.state["ambientC"]], ["live", undefined]);
  one.clock.advance(200);
  assert.equal(one.changes.at(-1)?.state["ambientC"], undefined, "phones are told");
  await one.stop();
});

Deno.test("Hub takes 200,000 random frames without a throw, counts every one, and keeps its lists bounded", () =>
  bench([light("sofa", 1)], (one) => {
    let seed = 12345;
    const random = () => (seed = Math.imul(seed, 1664525) + 1013904223 >>> 0) / 2 ** 32;
    const before = one.hub.buses()[0]?.counts.frames ?? 0;
    for (let i = 0; i < 200_000; i++) {
      const data = Uint8Array.from({ length: Math.floor(random() * 9) }, () => random() * 256);
      one.raw({ id: Math.floor(random() * 0x20000000), data });
    }
    const [bus] = one.hub.buses();
    assert.equal((bus?.counts.frames ?? 0) - before, 200_000);
    assert.ok(one.hub.observations.unknown().length <= 500);
    assert.ok(one.hub.observations.unmapped().length <= 1000);
    assert.ok(one.hub.faults().length <= 1300);
    return Promise.resolve();
  }));
