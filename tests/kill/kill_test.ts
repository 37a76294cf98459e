import assert from "node:assert/strict";
import { planKill, runKills } from "./kill_harness.ts";
import { scenarios } from "./parts.ts";

Deno.test("planKill() is decided by its seed and reaches every scenario and every point", () => {
  assert.deepEqual(planKill(7), planKill(7));
  const plans = Array.from({ length: 2000 }, (_, seed) => planKill(seed));
  assert.deepEqual(new Set(plans.map(({ scenario }) => scenario)), new Set(scenarios));
  assert.ok(plans.some(({ delayMs }) => delayMs < 0));
  assert.ok(plans.filter(({ point }) => point !== "-").length > 300);
});

Deno.test("The storage survives 300 kills at random instants with everything it promised", async () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 1;
  console.log(`seed ${seed}: deno run -A tests/kill/run.ts 300 ${seed} does it again`);
  const report = await runKills({ kills: 300, seed });
  assert.deepEqual(report.failures, []);
  assert.equal(Object.values(report.byScenario).reduce((sum, count) => sum + count, 0), 300);
});
