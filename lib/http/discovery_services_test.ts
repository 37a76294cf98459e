import assert from "node:assert/strict";
import { CoachBench, define, simulatedCoach } from "../../tests/fixtures/coach_bench.ts";
import { DiscoveryServices, RequestError } from "./mod.ts";
import { discoverySchema, listeningSchema } from "./coach_schemas.ts";

const lamp = { id: "lamp", kind: "light", name: "Lamp", area: "living", load: { instances: [14] } };

function refused(call: () => unknown): RequestError {
  try {
    call();
  } catch (error) {
    assert.ok(error instanceof RequestError);
    return error;
  }
  throw new Error("it was not refused");
}

Deno.test("DiscoveryServices shows what is unmapped, silent and moved, as the site's schemas want it", () => {
  const coach = simulatedCoach();
  const mapped = [
    ...coach.filter(({ id }) => id !== "entry_light"),
    ...define({ id: "gone", name: "Gone", kind: "tank", instance: 19, contents: "lpg" }),
  ];
  return new CoachBench({ coach, mapped }).run((one) => {
    const { hub, clock } = one;
    const services = new DiscoveryServices({ hub });
    clock.advance(120_000);
    const { unmapped, silent } = discoverySchema.parse(services.discovery());
    assert.deepEqual(silent, [{ entityId: "gone", name: "Gone", missing: ["TANK_STATUS 19 (never)"] }]);
    const [found, ...others] = unmapped;
    assert.deepEqual(others, []);
    assert.ok(found);
    const { key, sourceAddress, ageMs, proposal, ...rest } = found;
    assert.equal(key, `can0/1FEDA/${sourceAddress}/14`);
    assert.ok(ageMs <= 5000);
    assert.deepEqual(rest, {
      interface: "can0",
      message: "DC_DIMMER_STATUS_3",
      instance: 14,
      says: "brightness 0 %, load off",
    });
    assert.equal(proposal?.tryable, true);
    assert.equal(proposal.definition["id"], "light_14");
    services.listen(10_000);
    one.press(14);
    one.press(5, 50);
    clock.advance(3000.5);
    const view = listeningSchema.parse(services.listening());
    assert.deepEqual(
      view.moved.map(({ instance, change, times, entityId, proposal }) => [
        instance,
        change,
        times,
        entityId ?? proposal?.definition["id"],
      ]),
      [
        [14, "brightness 0 % → 100 %", 1, "light_14"],
        [5, "brightness 0 % → 50 %", 1, "dinette"],
      ],
    );
    assert.deepEqual([view.listening, view.remainingMs], [true, 7000]);
  });
});

Deno.test("DiscoveryServices.listen() takes 1 to 60 seconds and nothing else", () =>
  new CoachBench({ mapped: [] }).run(({ hub }) => {
    const services = new DiscoveryServices({ hub });
    for (const wrong of [0, 999, 60_001, NaN, Infinity]) {
      const { status, message } = refused(() => services.listen(wrong));
      assert.equal(status, 422);
      assert.equal(message, `Cannot listen for "${wrong}" ms: expected a time from 1000 to 60000 ms`);
    }
    assert.equal(services.listening().listening, false);
    assert.equal(services.listen(1000).remainingMs, 1000);
    assert.equal(services.listen(60_000).remainingMs, 60_000);
  }));

Deno.test("DiscoveryServices.tryOutput() gives the outcome, and a problem for what makes no sense", () => {
  const coach = simulatedCoach();
  const mapped = coach.filter(({ id }) => id !== "entry_light");
  return new CoachBench({ coach, mapped }).run(async ({ hub, clock }) => {
    clock.advance(10_000);
    const services = new DiscoveryServices({ hub });
    const answer = services.tryOutput(lamp, { command: "turnOn" });
    clock.advance(3000);
    assert.equal((await answer).outcome, "confirmed");
    await assert.rejects(services.tryOutput({ ...lamp, load: {} }, { command: "turnOn" }), (error) => {
      assert.ok(error instanceof RequestError);
      assert.equal(error.status, 422);
      assert.match(error.errors[0] ?? "", /^load\.instances: /);
      return true;
    });
    await assert.rejects(services.tryOutput(lamp, { command: "open" }), { status: 422 });
  });
});
