import assert from "node:assert/strict";
import { Bench, define } from "../../tests/suites/hub_bench.ts";
import type { EntityState } from "../entities/mod.ts";
import type { Store } from "../store/mod.ts";
import { StateKeeper } from "./state_keeper.ts";

interface Stored {
  readonly id: string;
  readonly state: EntityState;
  readonly updatedAtMs: number | undefined;
}

/** As much of the store as the keeper needs, in memory. */
class FakeStates {
  readonly rows = new Map<string, Stored>();

  store(): Store {
    const states = {
      restore: () => [...this.rows.values()],
      latest: () => this.rows.values(),
      remove: (ids: Iterable<string>) => {
        for (const id of ids) this.rows.delete(id);
      },
      mark: (row: Stored) => void this.rows.set(row.id, row),
    };
    // The keeper uses these alone.
    return { states, history: { record() {} } } as unknown as Store;
  }
}

Deno.test("StateKeeper keeps no reading that only comes from before the restart once its message should have come", async () => {
  const states = new FakeStates();
  const ambientC = { value: 22, unit: "degC" };
  const one = new Bench(define({ id: "zone", kind: "thermostat", instance: 1, ambientInstance: 2 }));
  const keeper = new StateKeeper({ hub: one.hub, store: states.store() });
  states.rows.set("zone", { id: "zone", state: { ambientC, fanMode: { value: "auto" } }, updatedAtMs: 5 });
  await keeper.start();
  await one.start();
  const zone = () => {
    one.say("THERMOSTAT_STATUS_1", { values: { instance: 1, operating_mode: "heat", fan_mode: "on" } });
    one.clock.advance(1000);
  };
  zone();
  assert.deepEqual(states.rows.get("zone")?.state["ambientC"], ambientC);
  for (let second = 0; second < 20; second++) zone();
  assert.deepEqual(states.rows.get("zone")?.state["fanMode"], { value: "on" });
  assert.equal(states.rows.get("zone")?.state["ambientC"], undefined);
  await keeper.stop();
  await one.stop();
});
