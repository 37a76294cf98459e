import assert from "node:assert/strict";
import { CoachBench, simulatedCoach } from "../../tests/fixtures/coach_bench.ts";
import { diagnosticsBundle, withoutPeople } from "./diagnostics_bundle.ts";
import { machineFacts } from "./machine.ts";
import { Redactor } from "./redactor.ts";
import { safetyView } from "./safety_view.ts";
import { stopEverything } from "./stop_everything.ts";

const coach = simulatedCoach();

Deno.test("machineFacts() tells of the disk, the memory and what else there is", () => {
  const facts = machineFacts("/");
  assert.ok(facts.memoryBytes > 1e6 && facts.diskTotalBytes >= facts.diskFreeBytes && facts.diskFreeBytes > 0);
  assert.ok(facts.load1 === undefined || facts.load1 >= 0);
});

Deno.test("safetyView() gives each piece of evidence its age, and every rule", () =>
  new CoachBench({ coach, mapped: coach }).run(({ hub, clock }) => {
    clock.advance(20_000);
    const view = safetyView(hub, clock.monotonicMs());
    assert.equal(view.driving, "parked");
    assert.ok(view.evidence.length > 0);
    for (const { ageS } of view.evidence) assert.ok(ageS !== undefined && ageS < 10);
    const rule = (kind: string, command: string) =>
      view.interlocks.find((row) => row.kind === kind && row.command === command)?.rule;
    assert.deepEqual([rule("awning", "*"), rule("awning", "stop"), rule("slide", "*")], [
      "parkedOnly",
      "always",
      "never",
    ]);
    assert.equal(view.safeReason, null);
    hub.setSafe("The database has failed.");
    assert.equal(safetyView(hub, 0).safeReason, "The database has failed.");
  }));

Deno.test("safetyView() has no age where nothing was heard", () =>
  new CoachBench({ mapped: coach }).run(({ hub }) => {
    const { driving, evidence } = safetyView(hub, 0);
    assert.deepEqual([driving, evidence], ["unknown", [{ text: "The chassis is not heard on the bus." }]]);
  }));

Deno.test("stopEverything() switches every light off, and stops everything that moves", () =>
  new CoachBench({ coach, mapped: coach }).run(async (bench) => {
    const { hub, clock } = bench;
    const finish = async <T>(work: Promise<T>): Promise<T> => {
      let isDone = false;
      void work.finally(() => isDone = true);
      for (let i = 0; !isDone && i < 500; i++) {
        clock.advance(100);
        await Promise.resolve();
      }
      return await work;
    };
    const lights = hub.entities().filter(({ definition: { kind } }) => kind === "light");
    const first = lights[0]?.definition.id ?? "";
    await finish(hub.command(first, { command: "turnOn", parameters: {} }));
    const off = await finish(stopEverything(hub, { what: "lights", actor: "Ann" }));
    assert.deepEqual(off, { done: lights.length, failed: [] });
    for (const { state } of lights) assert.deepEqual(state["on"], { value: false });
    const one = { what: "lights", actor: "Guest", maySwitch: (id: string) => id === first } as const;
    assert.deepEqual(await finish(stopEverything(hub, one)), { done: 1, failed: [] });
    const stopped = await finish(stopEverything(hub, { what: "motion", actor: "Ann" }));
    const movers = hub.entities().filter((record) =>
      record.definition.kind !== "generator" && hub.commandsOf(record).some(({ name }) => name === "stop")
    );
    assert.ok(movers.length > 0);
    assert.equal(stopped.done + stopped.failed.length, movers.length);
    hub.setSafe("No.");
    const refused = await stopEverything(hub, { what: "lights", actor: "Ann" });
    assert.equal(refused.failed.length, lights.length);
  }));

Deno.test("diagnosticsBundle() carries frames and log, and no secret, position, vehicle number or address", () =>
  new CoachBench({ coach, mapped: coach }).run((bench) => {
    const { hub, clock } = bench;
    const redactor = new Redactor();
    redactor.hide("hunter2-hunter2");
    // 1FED3 GPS_STATUS, FEF3 GPS_POSITION, FEEC vehicle identification, EB00 a packet of a long message.
    for (const id of [0x19fed39c, 0x18fef39c, 0x18feec9c, 0x18ebff9c]) {
      bench.raw({ id, data: Uint8Array.of(0xde, 0xad, 0xbe, 0xef, 1, 2, 3, 4) });
    }
    bench.raw({ id: 0x19fedaaa, data: Uint8Array.of(0xca, 0xfe, 0, 0, 0, 0, 0, 0) });
    clock.advance(1000);
    const text = diagnosticsBundle(hub, {
      health: { version: "1.2.3", password: "hunter2" },
      configuration: [{ key: "server.port", value: 8080, origin: { layer: "system" } }],
      mapping: { vin: "1FDXE45S92HA12345" },
      alerts: [],
      log: [{
        number: 1,
        atMs: 0,
        level: "info",
        area: "http",
        text: "ann@example.org signed in from 192.168.1.20 and fd00:1:2:3:4:5:6:7 with hunter2-hunter2",
        fields: {},
      }],
      redactor,
      madeAtMs: 0,
    });
    for (const secret of ["hunter2", "DEADBEEF", "1FDXE45S92HA12345", "ann@", "192.168", "fd00"]) {
      assert.ok(!text.includes(secret), secret);
    }
    const bundle = JSON.parse(text);
    assert.equal(bundle.format, "coachiq-diagnostics");
    assert.ok(bundle.frames.length > 100);
    assert.match(bundle.frames.at(-1), /^\(\d+\.\d{6}\) can0 [0-9A-F]{8}#[0-9A-F]*/);
    assert.ok(bundle.frames.some((line: string) => line.includes("CAFE")));
    assert.match(bundle.log[0].text, /\[mail\] signed in from \[address\] and \[address\] with \[hidden\]/);
    assert.equal(bundle.configuration[0].value, 8080);
  }));

Deno.test("withoutPeople() takes every form of an address, and leaves times and hardware alone", () => {
  assert.equal(
    withoutPeople(
      '{"a":"2001:db8::5","b":"fe80::1c2d:3e4f%wlan0 refused","c":"2001:db8:1:2:3:4:5:6","d":"::ffff:10.0.0.7"}',
    ),
    '{"a":"[address]","b":"[address]%wlan0 refused","c":"[address]","d":"::ffff:[address]"}',
  );
  const kept = "at 12:00:00 from ::1 by aa:bb:cc:dd:ee:ff, DGN 1FEDA::";
  assert.equal(withoutPeople(kept), kept);
});

Deno.test("withoutPeople() leaves this machine's own address and ordinary words", () => {
  assert.equal(withoutPeople("127.0.0.1 BEDROOM_CEILING_1 1.2.3"), "127.0.0.1 BEDROOM_CEILING_1 1.2.3");
});
