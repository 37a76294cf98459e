import assert from "node:assert/strict";
import { CoachBench, define } from "../../tests/fixtures/coach_bench.ts";

/** What older mappings may have, each a command that once went out. */
const coach = define(
  { id: "chassis", kind: "chassis" },
  { id: "everything", kind: "light", load: { via: "dc_load", instances: [0] } },
  { id: "awning", kind: "awning", motor: { pair: { forward: 0, reverse: 5 } } },
  { id: "outlet", kind: "switch", name: "Outlet", load: { instances: [9] } },
  { id: "set", kind: "light", group: true, load: { instances: [9] } },
  {
    id: "generator",
    kind: "generator",
    driver: { start: { instances: [34], on: "on_delay" }, stop: { instances: [35], on: "on_delay" } },
  },
);

/** Asks for a command and gives its reasons against it. */
async function refusalOf(one: CoachBench, id: string, command: string): Promise<string> {
  const answer = one.hub.command(id, { command, parameters: {}, parked: true });
  one.clock.advance(3000);
  const { outcome, reasons } = await answer;
  assert.equal(outcome, "refused", `${id} ${command}`);
  return reasons.join(" ");
}

function sentBy(one: CoachBench): readonly unknown[] {
  return ["DC_LOAD_COMMAND", "DC_DIMMER_COMMAND_2"].flatMap((name) => one.commands(name));
}

Deno.test("Hub.command() sends nothing to instance 0, and pulses a starter or leaves it alone", () =>
  new CoachBench({ mapped: coach }).run(async (one) => {
    one.clock.advance(1000);
    for (const command of ["turnOn", "turnOff", "toggle"]) {
      assert.match(
        await refusalOf(one, "everything", command),
        /dc_load 0, and on the bus 0 means all of them at once/,
      );
    }
    for (const command of ["extend", "retract", "stop"]) {
      assert.match(await refusalOf(one, "awning", command), /dc_dimmer 0, and on the bus 0 means all of them at once/);
    }
    await one.hub.command("generator", { command: "arm", parameters: {} });
    assert.match(await refusalOf(one, "generator", "start"), /^The output that starts the generator would stay on/);
    assert.match(await refusalOf(one, "generator", "stop"), /^The output that stops the generator would stay on/);
    assert.deepEqual(sentBy(one), []);
  }));

Deno.test("Hub.command() switches by a group no more than by what shares its outputs", () =>
  new CoachBench({ mapped: coach }).run(async (one) => {
    one.clock.advance(1000);
    one.say("CHASSIS_MOBILITY_STATUS", { values: { vehicle_speed: 80, park_brake_status: 0 }, from: 0xfc });
    assert.match(await refusalOf(one, "outlet", "turnOn"), /^A switched output may be anything/);
    assert.match(await refusalOf(one, "set", "turnOn"), /^It shares dc_dimmer 9 with "Outlet"\. A switched output/);
    assert.deepEqual(sentBy(one), []);
  }));
