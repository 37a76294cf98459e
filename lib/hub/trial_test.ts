import assert from "node:assert/strict";
import { CoachBench, type CoachBenchOptions, define, simulatedCoach } from "../../tests/fixtures/coach_bench.ts";
import type { EntityDefinition } from "../coach/mod.ts";
import { kindOf } from "../entities/mod.ts";
import { sampleDefinitions } from "../entities/sample_definitions.ts";
import {
  type CommandError,
  type CommandOutcome,
  type CommandReport,
  isTryable,
  trialMs,
  type TrialRequest,
} from "./mod.ts";

const bench = (options: CoachBenchOptions, test: (one: CoachBench) => Promise<void> | void) =>
  new CoachBench(options).run(test);

const lamp = { id: "lamp", kind: "light", name: "Lamp", area: "living", load: { instances: [14] } };
const chassis = { id: "chassis", kind: "chassis" };

/** The mapped part of a coach whose lamp 14 nothing maps. */
function coachWithout(...ids: string[]): CoachBenchOptions {
  const coach = simulatedCoach();
  return { coach, mapped: coach.filter(({ id }) => !ids.includes(id)) };
}

/** Asks, lets time pass until the answer is there, and gives it. */
async function tryIt(
  one: CoachBench,
  definition: unknown,
  request: TrialRequest & { readonly forMs?: number },
): Promise<CommandOutcome> {
  const answer = one.hub.trial.run(definition, request);
  one.clock.advance(request.forMs ?? 3000);
  return await answer;
}

function levelOf(one: CoachBench, instance: number): unknown {
  const found = one.hub.discovery.unmapped().find((heard) =>
    heard.instance === instance && heard.message.row.name === "DC_DIMMER_STATUS_3"
  );
  return found?.says;
}

Deno.test("Trial.run() switches the lamp that nothing maps, confirmed by its own status, and off again", () =>
  bench(coachWithout("entry_light"), async (one) => {
    one.clock.advance(10_000);
    const before = one.hub.entities().map(({ definition }) => definition.id);
    const on = await tryIt(one, lamp, { command: "turnOn", actor: "phone" });
    assert.deepEqual([on.outcome, on.reasons], ["confirmed", []]);
    assert.equal(levelOf(one, 14), "brightness 100 %, load on");
    assert.deepEqual(
      one.hub.entities().map(({ definition }) => definition.id),
      before,
      "it is an entity to nobody else",
    );
    assert.ok((one.hub.lastControlAgeMs() ?? Infinity) <= 3000, "it counts as a control");
    const off = await tryIt(one, lamp, { command: "turnOff" });
    assert.equal(off.outcome, "confirmed");
    assert.equal(levelOf(one, 14), "brightness 0 %, load off");
    const frames = one.commands("DC_DIMMER_COMMAND_2").length;
    one.clock.advance(3 * trialMs);
    assert.equal(one.commands("DC_DIMMER_COMMAND_2").length, frames, "nothing is left to be switched off");
  }));

Deno.test("Trial.run() is reported as any command is, also what is refused", () =>
  bench(coachWithout("entry_light"), async (one) => {
    one.clock.advance(10_000);
    const reports: CommandReport[] = [];
    const end = one.hub.subscribe({ onCommand: (report) => void reports.push(report) });
    await tryIt(one, lamp, { command: "turnOn", actor: "Ann", address: "10.0.0.7" });
    await tryIt(one, { ...lamp, load: { instances: [5] } }, { command: "turnOn", actor: "Ann" });
    end();
    assert.deepEqual(
      reports.map(({ entityId, name, area, label, actor, address, outcome }) => [
        entityId,
        `${name}, ${area}: ${label}`,
        actor,
        address,
        outcome,
      ]),
      [
        ["trial:lamp", "Lamp on trial, living: On", "Ann", "10.0.0.7", "confirmed"],
        ["trial:lamp", "Lamp on trial, living: On", "Ann", "", "refused"],
      ],
    );
    assert.match(reports[1]?.reasons.join(" ") ?? "", /is mapped already/);
  }));

Deno.test("Trial.run() is confirmed when the lamp is on already, by a status that does not change", () =>
  bench(coachWithout("entry_light"), async (one) => {
    one.press(14);
    one.clock.advance(10_000);
    assert.equal((await tryIt(one, lamp, { command: "turnOn" })).outcome, "confirmed");
    assert.equal((await tryIt(one, lamp, { command: "toggle" })).outcome, "confirmed");
    assert.equal(levelOf(one, 14), "brightness 0 %, load off");
  }));

Deno.test("Trial switches off what nobody switches off, at its time, when something else is tried, and at the end", async () => {
  const one = new CoachBench(coachWithout("entry_light", "dinette"));
  const other = { ...lamp, id: "other", load: { instances: [5] } };
  const offs = () => one.commands("DC_DIMMER_COMMAND_2").filter(({ data }) => data[2] === 0).map(({ data }) => data[0]);
  await one.run(async () => {
    one.clock.advance(10_000);
    await tryIt(one, lamp, { command: "turnOn" });
    one.clock.advance(trialMs - 3000);
    assert.deepEqual(offs(), [14]);
    await tryIt(one, lamp, { command: "turnOn" });
    await tryIt(one, other, { command: "turnOn" });
    assert.deepEqual(offs(), [14, 14]);
    assert.equal(levelOf(one, 14), "brightness 0 %, load off");
    assert.equal(levelOf(one, 5), "brightness 100 %, load on");
  });
  assert.deepEqual(offs(), [14, 14, 5], "the program stops");
});

Deno.test("Trial.run() moves a shade while it is asked again, and stops it when it is not", () =>
  bench(coachWithout("windshield_shade"), async (one) => {
    const shade = { id: "shade_1", kind: "shade", name: "Shade", area: "living", motor: { instance: 1 } };
    one.clock.advance(10_000);
    const answers: Promise<CommandOutcome>[] = [];
    for (let i = 0; i < 8; i++) {
      answers.push(one.hub.trial.run(shade, { command: "close" }));
      one.clock.advance(250);
    }
    const codes = () => one.commands("WINDOW_SHADE_CONTROL_COMMAND").map(({ data }) => data[3]);
    assert.ok(!codes().includes(4), "it is not stopped while it is held");
    one.clock.advance(1500);
    assert.equal(codes().at(-1), 4);
    assert.deepEqual(new Set((await Promise.all(answers)).map(({ outcome }) => outcome)), new Set(["confirmed"]));
  }));

Deno.test("Trial.run() tries an output of which nobody knows what it drives only when the coach is parked", () =>
  bench({ mapped: define(chassis) }, async (one) => {
    one.dimmer(14, 0);
    const unknown = await tryIt(one, lamp, { command: "turnOn" });
    assert.equal(unknown.outcome, "refused");
    assert.match(unknown.reasons[0] ?? "", /^What this output drives is not known/);
    assert.match(unknown.reasons[1] ?? "", /not heard on the bus/);
    const said = await tryIt(one, lamp, { command: "turnOn", parked: true });
    assert.equal(said.outcome, "notConfirmed", "it was sent; no coach answers here");
    one.say("CHASSIS_MOBILITY_STATUS", { values: { vehicle_speed: 80, park_brake_status: 0 }, from: 0xfc });
    assert.equal((await tryIt(one, lamp, { command: "turnOff" })).outcome, "notConfirmed", "what was begun is ended");
    for (const command of ["turnOn", "turnOff"]) {
      const driving = await tryIt(one, lamp, { command, parked: true });
      assert.equal(driving.outcome, "refused", command);
      assert.match(driving.reasons.join(" "), /The speed is 80 km\/h/);
    }
    one.clock.advance(5000);
    one.say("CHASSIS_MOBILITY_STATUS", { values: { vehicle_speed: 0, park_brake_status: 1 }, from: 0xfc });
    assert.equal((await tryIt(one, lamp, { command: "turnOn" })).outcome, "notConfirmed");
  }));

Deno.test("Trial.run() refuses by name an output that something mapped drives, a slide's among them", () =>
  bench(coachWithout("entry_light"), async (one) => {
    one.clock.advance(10_000);
    for (const [instance, name] of [[3, "Accent"], [40, "Driver shade"], [44, "Bedroom slide"]] as const) {
      const { outcome, reasons } = await tryIt(one, { ...lamp, load: { instances: [14, instance] } }, {
        command: "turnOn",
        parked: true,
      });
      assert.equal(outcome, "refused");
      assert.deepEqual(reasons, [`Output "dc_dimmer ${instance}" is mapped already, as "${name}". Use that one.`]);
    }
    assert.deepEqual(one.commands("DC_DIMMER_COMMAND_2"), []);
  }));

Deno.test("Trial.run() refuses instance 0, which is all of them at once, also where a stub reports it", () =>
  bench({ mapped: define(chassis) }, async (one) => {
    one.say("CHASSIS_MOBILITY_STATUS", { values: { vehicle_speed: 0, park_brake_status: 1 }, from: 0xfc });
    one.say("DC_LOAD_STATUS", { values: { instance: 0, operating_status: 0 }, from: 0x9c });
    one.dimmer(0, 0);
    const outputs: readonly (readonly [fields: object, command: string])[] = [
      [{ load: { via: "dc_load", instances: [0] } }, "turnOn"],
      [{ load: { instances: [0] } }, "toggle"],
      [{ kind: "shade", motor: { pair: { forward: 0, reverse: 5 } }, load: undefined }, "open"],
      [{ kind: "awning", motor: { instance: 0 }, load: undefined }, "retract"],
      [{ kind: "fan", driver: { instance: 0 }, load: undefined }, "turnOn"],
    ];
    for (const [fields, command] of outputs) {
      const { outcome, reasons } = await tryIt(one, JSON.parse(JSON.stringify({ ...lamp, ...fields })), {
        command,
        parked: true,
      });
      assert.equal(outcome, "refused", command);
      assert.match(reasons[0] ?? "", /0, and on the bus 0 means all of them at once/);
    }
    const commands = ["DC_LOAD_COMMAND", "DC_DIMMER_COMMAND_2", "AWNING_COMMAND", "ROOF_FAN_COMMAND_1"];
    assert.deepEqual(commands.flatMap((name) => one.commands(name)), []);
  }));

Deno.test("Trial.run() refuses an output that nothing reports", () =>
  bench(coachWithout(), async (one) => {
    const { outcome, reasons } = await tryIt(one, { ...lamp, load: { instances: [222] } }, {
      command: "turnOn",
      parked: true,
    });
    assert.equal(outcome, "refused");
    assert.match(reasons[0] ?? "", /^Nothing on the bus has reported this output/);
  }));

Deno.test("Trial.run() refuses in the safe state, and switches nothing off afterwards that it never switched on", () =>
  bench(coachWithout("entry_light"), async (one) => {
    one.press(14);
    one.clock.advance(10_000);
    one.hub.setSafe("The storage failed.");
    assert.deepEqual((await tryIt(one, lamp, { command: "turnOn" })).reasons, ["The storage failed."]);
    one.clock.advance(2 * trialMs);
    assert.deepEqual(one.commands("DC_DIMMER_COMMAND_2"), []);
    assert.equal(levelOf(one, 14), "brightness 100 %, load on");
  }));

Deno.test("Trial.run() never moves a slide or the jacks, starts no generator, and takes no kind that is shown only", () =>
  bench({ mapped: [] }, async (one) => {
    const untried = new Set<string>();
    for (const definition of sampleDefinitions().filter((sample) => !isTryable(sample))) {
      untried.add(definition.kind);
      const [spec] = kindOf(definition).commands(definition);
      const { outcome, reasons } = await tryIt(one, definition, {
        command: spec?.name ?? "extend",
        parked: true,
        forMs: 0,
      });
      assert.equal(outcome, "refused", definition.kind);
      assert.match(reasons.join(" "), /^[A-Z].*\.$/, definition.kind);
    }
    assert.equal(untried.size, 19);
    for (const kind of ["slide", "leveling", "generator", "inverter"]) assert.ok(untried.has(kind), kind);
    assert.deepEqual(one.sent.filter(({ id }) => (id >>> 16 & 0xff) < 0xe0 || (id >>> 16 & 0xff) > 0xee), []);
  }));

Deno.test("Trial.run() throws for a definition that is none and for a command that it does not have", () =>
  bench({ mapped: [] }, async (one) => {
    const errorOf = async (definition: unknown, command: string): Promise<CommandError> => {
      const error = await one.hub.trial.run(definition, { command }).then(() => undefined, (thrown) => thrown);
      assert.equal(error?.name, "CommandError");
      return error;
    };
    const wrong = await errorOf({ ...lamp, load: { instances: [300] }, colour: "red" }, "turnOn");
    assert.equal(wrong.message, "Cannot try an output: its definition is not one.");
    assert.equal(wrong.errors.length, 2, wrong.errors.join("; "));
    assert.match((await errorOf(null, "turnOn")).errors[0] ?? "", /^it: /);
    assert.match((await errorOf(lamp, "explode")).message, /^Cannot run command "explode": expected one of turnOn/);
    assert.match((await errorOf(lamp, "setBrightness")).errors[0] ?? "", /brightnessPct is missing/);
  }));

Deno.test("Trial.run() does not touch a mapped entity of the proposed id", () =>
  bench(coachWithout("entry_light"), async (one) => {
    one.clock.advance(10_000);
    const mapped = one.hub.command("dinette", { command: "turnOn", parameters: {} });
    const tried = one.hub.trial.run({ ...lamp, id: "dinette" } as unknown as EntityDefinition, { command: "turnOn" });
    one.clock.advance(3000);
    assert.deepEqual([(await mapped).outcome, (await tried).outcome], ["confirmed", "confirmed"]);
  }));
