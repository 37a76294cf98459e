import assert from "node:assert/strict";
import type { Hub } from "../hub/mod.ts";
import { busProblems, healthOf } from "./health.ts";

type Bus = ReturnType<Hub["buses"]>[number];

/** A hub with buses in these states, of which nothing but the states is looked at. */
function hubWith(
  ...buses: readonly (Partial<Bus["port"]> & { readonly claim?: string; readonly untaken?: string })[]
): Hub {
  const all = buses.map(({ claim = "claimed", untaken, ...port }, i) => ({
    untaken,
    port: { interfaceName: `can${i}`, link: "up", rxDropped: 0, ...port },
    address: { state: claim },
  }));
  return { buses: () => all } as unknown as Hub;
}

Deno.test("busProblems() weighs a lost bus 2, and 1 when no bus is left to command the coach by", () => {
  const one = busProblems(hubWith({ link: "down" }, { link: "up" }));
  assert.deepEqual(one.problems.map(({ priority, what }) => [priority, what]), [[2, "can0: down"]]);
  const none = busProblems(hubWith({ link: "down" }, { link: "busOff", problem: "The bus is off." }));
  assert.deepEqual(none.problems.map(({ priority, what }) => [priority, what]), [
    [1, "can0: down"],
    [1, "can1: The bus is off."],
  ]);
  assert.deepEqual([one.working, none.working], [1, 0]);
  const alone = busProblems(hubWith({ link: "errorPassive", untaken: "can0 takes no frames." }));
  assert.deepEqual(alone.problems.map(({ priority, what }) => [priority, what]), [[2, "can0 takes no frames."]]);
  const lossy = busProblems(hubWith({ rxDropped: 12, claim: "cannotClaim" }));
  assert.deepEqual(lossy.problems.map(({ priority }) => priority), [2, 2]);
  assert.ok(lossy.problems.every(({ todo }) => todo.length > 0));
});

Deno.test("healthOf() tells the gravest first, and fails when something is wrong and no bus works", () => {
  const problems = [
    { priority: 3, what: "C", todo: "c" },
    { priority: 1, what: "A", todo: "a" },
  ] as const;
  const health = healthOf(hubWith({}), { uptimeS: 1.4, problems });
  assert.deepEqual([health.status, health.uptimeS], ["degraded", 1]);
  assert.deepEqual(health.problems.map(({ what }) => what), ["A", "C"]);
  assert.equal(healthOf(hubWith({}), { uptimeS: 1, problems: [] }).status, "ok");
  assert.equal(healthOf(hubWith({ link: "missing" }), { uptimeS: 1, problems }).status, "failed");
});
