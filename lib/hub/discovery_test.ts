import assert from "node:assert/strict";
import { CoachBench, type CoachBenchOptions, define, simulatedCoach } from "../../tests/fixtures/coach_bench.ts";
import type { EntityDefinition } from "../coach/mod.ts";
import type { MovedFinding, UnmappedFinding } from "./mod.ts";

const bench = (options: CoachBenchOptions, test: (one: CoachBench) => Promise<void> | void) =>
  new CoachBench(options).run(test);

const light = (id: string, ...instances: number[]) => ({ id, kind: "light", load: { instances } });

function without(definitions: readonly EntityDefinition[], ...ids: string[]): readonly EntityDefinition[] {
  const left = definitions.filter(({ id }) => !ids.includes(id));
  assert.equal(left.length, definitions.length - ids.length);
  return left;
}

function brief({ of, change, times, entityId, proposal }: MovedFinding) {
  return {
    message: of.last.row.name,
    instance: of.instance,
    change,
    times,
    entityId,
    proposed: proposal?.definition.id,
  };
}

function moved({ hub }: CoachBench): readonly ReturnType<typeof brief>[] {
  return hub.discovery.listening().moved.map(brief);
}

function unmapped({ hub }: CoachBench, instance: number): UnmappedFinding | undefined {
  return hub.discovery.unmapped().find((one) => one.instance === instance);
}

Deno.test("Discovery.listen() puts the unmapped lamp of a pressed wall switch first, in a whole coach", () => {
  const coach = simulatedCoach();
  return bench({ coach, mapped: without(coach, "entry_light") }, (one) => {
    const { hub, clock } = one;
    clock.advance(120_000);
    assert.deepEqual(hub.discovery.listen(15_000), { isListening: true, remainingMs: 15_000, moved: [] });
    clock.advance(3000);
    one.press(14);
    clock.advance(3000);
    const { isListening, remainingMs, moved: [first] } = hub.discovery.listening();
    assert.equal(isListening, true);
    assert.equal(remainingMs, 9000);
    assert.ok(first);
    assert.deepEqual(brief(first), {
      message: "DC_DIMMER_STATUS_3",
      instance: 14,
      change: "brightness 0 % → 100 %",
      times: 1,
      entityId: undefined,
      proposed: "light_14",
    });
    const sender = first.of.last.sourceAddress.toString(16).toUpperCase();
    assert.deepEqual(first.proposal?.definition, {
      id: "light_14",
      name: "Light 14",
      kind: "light",
      area: "living",
      hidden: false,
      load: { via: "dc_dimmer", instances: [14], on: "on_delay" },
      dimmable: false,
      provenance: {
        source: "learned",
        evidence: `DC_DIMMER_STATUS_3, instance 14, from ${sender}: brightness 0 % → 100 %.`,
        verified: false,
      },
    });
  });
});

Deno.test("Discovery.listening() ranks each pressed switch of a busy coach first, mapped or not", () => {
  const coach = simulatedCoach();
  const unmappedLamps = ["entry_light", "dinette", "bath_vanity"];
  return bench({ coach, mapped: without(coach, ...unmappedLamps) }, (one) => {
    const { hub, clock } = one;
    one.simulator.setDriving(true);
    clock.advance(180_000);
    let looked = 0;
    for (const { id, kind, ...rest } of coach) {
      const instance = kind === "light" && "load" in rest ? rest.load.instances[0] : undefined;
      if (instance === undefined) continue;
      looked++;
      hub.discovery.listen(20_000);
      clock.advance(4000);
      // The coach has a life of its own while somebody presses.
      if (looked % 3 === 0) one.simulator.setShore(looked % 2 === 0);
      if (looked % 5 === 0) one.simulator.setDriving(looked % 2 === 0);
      one.press(instance);
      clock.advance(16_000);
      const [first] = moved(one);
      assert.equal(first?.instance, instance, `${id}: ${JSON.stringify(moved(one))}`);
      assert.equal(first.message, "DC_DIMMER_STATUS_3");
      const isMapped = !unmappedLamps.includes(id);
      assert.equal(first.entityId, isMapped ? id : undefined);
      assert.equal(first.proposed, isMapped ? undefined : `light_${instance}`);
    }
    assert.equal(looked, 15);
  });
});

Deno.test("Discovery.listening() ranks what moved in the minutes before below what did not", () =>
  bench({ mapped: [] }, (one) => {
    const { hub, clock } = one;
    one.dimmer(1, 0);
    one.dimmer(2, 0);
    for (let i = 0; i < 8; i++) {
      clock.advance(10_000);
      one.dimmer(1, i % 2 === 0 ? 100 : 0);
    }
    hub.discovery.listen(10_000);
    one.dimmer(1, 100);
    one.dimmer(2, 100);
    assert.deepEqual(moved(one).map(({ instance }) => instance), [2, 1]);
    clock.advance(400_000);
    hub.discovery.listen(10_000);
    one.dimmer(1, 0);
    one.dimmer(2, 0);
    assert.deepEqual(moved(one).map(({ instance }) => instance), [1, 2], "that is forgotten");
  }));

Deno.test("Discovery.listening() leaves out what is measured, what a command says, and what only repeats itself", () =>
  bench({ mapped: define(light("sofa", 1)) }, (one) => {
    const { hub, clock } = one;
    const battery = (volts: number) =>
      one.say("DC_SOURCE_STATUS_1", { values: { dc_instance: 1, dc_voltage: volts, dc_current: volts }, from: 0x46 });
    battery(12);
    one.dimmer(1, 50);
    hub.discovery.listen(10_000);
    battery(13);
    one.press(1);
    one.say("THERMOSTAT_AMBIENT_STATUS", { values: { instance: 1, ambient_temp: 20 } });
    one.say("THERMOSTAT_AMBIENT_STATUS", { values: { instance: 1, ambient_temp: 21 } });
    clock.advance(5000);
    one.dimmer(1, 50);
    assert.deepEqual(moved(one), []);
  }));

Deno.test("Discovery.listening() counts a ramp as one move, and shows where a switch went that came back", () =>
  bench({ mapped: [] }, (one) => {
    const { hub, clock } = one;
    one.dimmer(25, 0);
    hub.discovery.listen(60_000);
    for (const level of [10, 30, 60, 80]) {
      one.dimmer(25, level);
      clock.advance(300);
    }
    assert.deepEqual(moved(one).map(({ change, times }) => [change, times]), [["brightness 0 % → 80 %", 1]]);
    clock.advance(5000);
    one.dimmer(25, 0);
    assert.deepEqual(moved(one).map(({ change, times }) => [change, times]), [["brightness 0 % → 80 % → 0 %", 2]]);
    const definition = hub.discovery.listening().moved[0]?.proposal?.definition;
    assert.equal(definition?.kind === "light" && definition.dimmable, true, "it was seen half on");
  }));

Deno.test("Discovery.listening() stops at its time, keeps what it found, and begins anew when asked again", () =>
  bench({ mapped: [] }, (one) => {
    const { hub, clock } = one;
    one.dimmer(1, 0);
    one.dimmer(2, 0);
    hub.discovery.listen(5000);
    one.dimmer(1, 100);
    clock.advance(5000);
    one.dimmer(2, 100);
    const { isListening, remainingMs } = hub.discovery.listening();
    assert.deepEqual({ isListening, remainingMs }, { isListening: false, remainingMs: 0 });
    assert.deepEqual(moved(one).map(({ instance }) => instance), [1]);
    hub.discovery.listen(5000);
    clock.advance(4000);
    hub.discovery.listen(5000);
    clock.advance(4000);
    assert.equal(hub.discovery.listening().remainingMs, 1000);
    assert.deepEqual(moved(one), []);
  }));

Deno.test("Discovery.listening() lists what was never heard before, once everything that is sent by itself was heard", () =>
  bench({ mapped: [] }, (one) => {
    const { hub, clock } = one;
    one.dimmer(1, 0);
    hub.discovery.listen(10_000);
    one.dimmer(2, 0);
    assert.deepEqual(moved(one), [], "too early to say");
    clock.advance(90_000);
    hub.discovery.listen(10_000);
    one.say("DIGITAL_INPUT_STATUS", { values: { instance: 4, position: "on" } });
    one.dimmer(1, 100);
    assert.deepEqual(moved(one).map(({ instance, change, times }) => ({ instance, change, times })), [
      { instance: 1, change: "brightness 0 % → 100 %", times: 1 },
      { instance: 4, change: "heard for the first time, position on", times: 0 },
    ]);
  }));

Deno.test("Discovery counts what bridged buses carry once, whichever interface brings it first", () =>
  bench({ mapped: [], interfaces: ["can0", "can1"] }, (one) => {
    const { hub, clock } = one;
    const both = (level: number, first: number) => {
      one.dimmer(25, level, first);
      one.dimmer(25, level, 1 - first);
      clock.advance(1000);
    };
    both(0, 0);
    hub.discovery.listen(30_000);
    both(100, 1);
    both(0, 0);
    both(100, 1);
    assert.deepEqual(hub.discovery.unmapped().map(({ key }) => key), ["can0/1FEDA/9C/25"]);
    assert.deepEqual(hub.discovery.listening().moved.map((found) => [found.of.key, found.times, found.change]), [
      ["can0/1FEDA/9C/25", 3, "brightness 0 % → 100 %"],
    ]);
  }));

Deno.test("Discovery keeps nodes of one address on separate buses apart", () =>
  bench({ mapped: [], interfaces: ["can0", "can1"] }, (one) => {
    const { hub, clock } = one;
    for (let i = 0; i < 5; i++) {
      one.dimmer(25, 0, 0);
      one.dimmer(25, 100, 1);
      clock.advance(1000);
    }
    hub.discovery.listen(30_000);
    one.dimmer(25, 0, 0);
    clock.advance(200);
    one.dimmer(25, 0, 1);
    assert.deepEqual(hub.discovery.unmapped().map(({ key, says }) => [key, says]), [
      ["can0/1FEDA/9C/25", "brightness 0 %, load off"],
      ["can1/1FEDA/9C/25", "brightness 0 %, load off"],
    ]);
    assert.deepEqual(hub.discovery.listening().moved.map(({ of }) => of.key), ["can1/1FEDA/9C/25"]);
  }));

Deno.test("Discovery proposes a motor for two outputs that take turns", () =>
  bench({ mapped: define(light("sofa", 1)) }, (one) => {
    const { hub, clock } = one;
    const run = (instance: number) => {
      one.dimmer(instance, 100);
      clock.advance(4000);
      one.dimmer(instance, 0);
      clock.advance(4000);
    };
    for (const instance of [5, 6, 1]) one.dimmer(instance, 0);
    hub.discovery.listen(60_000);
    run(5);
    run(6);
    assert.equal(unmapped(one, 5)?.proposal?.definition.id, "light_5", "two lamps take two turns");
    run(5);
    for (const instance of [5, 6]) {
      const { definition } = unmapped(one, instance)?.proposal ?? {};
      assert.equal(definition?.kind, "awning");
      assert.deepEqual(definition.motor, { pair: { forward: 5, reverse: 6, seconds: 1 } });
    }
    assert.deepEqual(moved(one).map(({ instance, proposed, times }) => [instance, proposed, times]), [
      [5, "motor_5_and_6", 4],
      [6, "motor_5_and_6", 2],
    ]);
  }));

Deno.test("Discovery.unmapped() says what is heard, in words, with a proposal of its own id, until it is mapped", () =>
  bench({ mapped: define({ ...light("light_25", 1), area: "unsorted" }) }, (one) => {
    const { hub, clock } = one;
    one.dimmer(1, 10);
    one.dimmer(25, 50);
    one.say("EEC1", { values: { engine_speed: 700 }, from: 0 });
    clock.advance(2000);
    assert.deepEqual(
      hub.discovery.unmapped().map(({ key, says, ageMs, proposal }) => [key, says, ageMs, proposal?.definition.id]),
      [
        ["can0/0F004/00", "engine speed 700 rpm", 2000, "engine"],
        ["can0/1FEDA/9C/25", "brightness 50 %, load on", 2000, "light_25_2"],
      ],
    );
    assert.equal(unmapped(one, 25)?.proposal?.definition.area, "unsorted");
    const proposed = unmapped(one, 25)?.proposal?.definition;
    assert.ok(proposed);
    hub.setDefinitions([...hub.entities().map(({ definition }) => definition), proposed]);
    assert.deepEqual(hub.discovery.unmapped().map(({ key }) => key), ["can0/0F004/00"]);
  }));

Deno.test("Discovery.silent() lists what is mapped and never heard, once the bus was up for long enough", () =>
  bench({
    mapped: define(light("sofa", 1, 2), { id: "house", kind: "battery", instance: 1 }, {
      id: "zone",
      kind: "thermostat",
      instance: 3,
      ambientInstance: 4,
    }),
  }, (one) => {
    const { hub, clock } = one;
    const tick = (forMs: number) => {
      for (let atMs = 0; atMs < forMs; atMs += 1000) {
        one.dimmer(1, 50);
        one.say("DC_SOURCE_STATUS_1", {
          values: { dc_instance: 1, dc_voltage: 12 + atMs % 7000 / 7000, dc_current: 0 },
          from: 0x46,
        });
        clock.advance(1000);
      }
    };
    const silent = () => hub.discovery.silent().map(({ definition, missing }) => [definition.id, missing]);
    tick(10_000);
    assert.deepEqual(silent(), [], "too early to say");
    tick(10_000);
    assert.deepEqual(silent(), [
      ["zone", ["THERMOSTAT_STATUS_1 3 (never)", "THERMOSTAT_AMBIENT_STATUS 4 (never)"]],
    ]);
    tick(60_000);
    assert.deepEqual(silent()[0], ["sofa", ["DC_DIMMER_STATUS_3 2 (never)"]], "the battery sends one message of five");
    assert.equal(silent().length, 2);
  }));

Deno.test("Discovery.silent() lists what has gone silent, and takes it back when it is heard again", () => {
  const coach = simulatedCoach();
  return bench({ coach, mapped: coach }, ({ hub, clock, simulator }) => {
    clock.advance(120_000);
    assert.deepEqual(hub.discovery.silent(), []);
    const end = simulator.faults.silence("dimmer");
    clock.advance(60_000);
    const ids = hub.discovery.silent().map(({ definition }) => definition.id);
    assert.ok(ids.includes("sofa_reading") && !ids.includes("house_battery"), ids.join());
    assert.match(hub.discovery.silent()[0]?.missing[0] ?? "", /^DC_DIMMER_STATUS_3 1 \(for \d+ s\)$/);
    end();
    clock.advance(10_000);
    assert.deepEqual(hub.discovery.silent(), []);
  });
});

Deno.test("Discovery.silent() takes a measurement that never flickers for a stub, and a lamp that nobody touches not", () =>
  bench({ mapped: define(light("sofa", 1), { id: "house", kind: "battery", instance: 1 }) }, (one) => {
    const { hub, clock } = one;
    for (let i = 0; i < 700; i++) {
      one.dimmer(1, 0);
      one.say("DC_SOURCE_STATUS_1", { values: { dc_instance: 1, dc_voltage: 12.6, dc_current: 0 }, from: 0x46 });
      clock.advance(1000);
    }
    assert.deepEqual(hub.discovery.silent().map(({ definition, missing }) => [definition.id, missing[0]]), [
      ["house", "DC_SOURCE_STATUS_1 1 (its sender repeats the same frames without ever changing them)"],
    ]);
  }));

Deno.test("Discovery keeps its memory bounded whatever comes, and lists it all", () =>
  bench({ mapped: define(light("sofa", 1)) }, (one) => {
    const { hub } = one;
    let seed = 99;
    const random = () => (seed = Math.imul(seed, 1664525) + 1013904223 >>> 0) / 2 ** 32;
    hub.discovery.listen(60_000);
    for (let i = 0; i < 100_000; i++) {
      const dgn = 0x1fd00 + Math.floor(random() * 0x300);
      const data = Uint8Array.from({ length: 8 }, () => random() * 256);
      one.raw({ id: 0x18000000 + dgn * 256 + Math.floor(random() * 254), data });
    }
    assert.ok(hub.discovery.unmapped().length <= 1000);
    assert.ok(hub.discovery.listening().moved.length <= 500);
  }));
