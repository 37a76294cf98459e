/**
 * Kills CoachIQ at random instants: `deno run -A tests/kill/run.ts [kills] [seed] [lanes] [storage|card|owner|all]`. With
 * the seed that a failure names, one kill and the same scenarios it does that one again.
 *
 * @module
 */
import { runKills } from "./kill_harness.ts";
import { cardScenarios } from "./card_parts.ts";
import { databaseScenarios, ownerScenarios, type Scenario, scenarios } from "./kill_plan.ts";

const [kills = "300", seed = String(crypto.getRandomValues(new Uint32Array(1))[0] ?? 1), lanes = "2", which = "all"] =
  Deno.args;
const choices: Readonly<Record<string, readonly Scenario[]>> = {
  storage: databaseScenarios,
  card: cardScenarios,
  owner: ownerScenarios,
  all: scenarios,
};
const among = choices[which];
if (!among) throw new Error(`Cannot kill "${which}": expected storage, card, owner or all`);
console.log(`${kills} kills, seed ${seed}, scenarios: ${which}`);
const report = await runKills({
  kills: Number(kills),
  seed: Number(seed),
  lanes: Number(lanes),
  among,
  onFailure: ({ kill, wrong }) =>
    console.log(
      `seed ${kill.seed}: ${kill.scenario}${
        kill.point === "-" ? ` after ${kill.delayMs} ms` : ` at "${kill.point}"`
      }: ` +
        wrong.join("; "),
    ),
});
console.log(`${report.kills} kills in ${Math.round(report.durationMs / 1000)} s, ${report.failures.length} failures`);
console.log(Object.entries(report.byScenario).map(([scenario, count]) => `${scenario} ${count}`).join(", "));
if (report.failures.length > 0) Deno.exit(1);
