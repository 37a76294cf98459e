import assert from "node:assert/strict";
import { runKills } from "./kill_harness.ts";
import { databaseScenarios, ownerScenarios, planKill, type Scenario, scenarios } from "./kill_plan.ts";

async function survives(kills: number, of: { readonly which: string; readonly among: readonly Scenario[] }) {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 1;
  console.log(`seed ${seed}: deno run -A tests/kill/run.ts ${kills} ${seed} 2 ${of.which} does it again`);
  const report = await runKills({ kills, seed, among: of.among });
  assert.deepEqual(report.failures, []);
  assert.equal(Object.values(report.byScenario).reduce((sum, count) => sum + count, 0), kills);
}

Deno.test("planKill() is decided by its seed and reaches every scenario and every point", () => {
  assert.deepEqual(planKill(7), planKill(7));
  const plans = Array.from({ length: 2000 }, (_, seed) => planKill(seed));
  assert.deepEqual(new Set(plans.map(({ scenario }) => scenario)), new Set(scenarios));
  assert.ok(plans.some(({ delayMs }) => delayMs < 0));
  assert.ok(plans.filter(({ point }) => point !== "-").length > 300);
  for (const kind of ["call:", "statement:", "proof"]) assert.ok(plans.some(({ point }) => point.startsWith(kind)));
});

Deno.test("The storage survives 100 kills at random instants with everything it promised", () =>
  survives(100, { which: "storage", among: databaseScenarios }));

Deno.test("Overrides, profiles and the mapping survive 100 kills: old or new, whole, with backups that load", () =>
  survives(100, { which: "owner", among: ownerScenarios }));
