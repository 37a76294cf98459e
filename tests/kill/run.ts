/**
 * Kills CoachIQ's storage at random instants: `deno run -A tests/kill/run.ts [kills] [seed] [lanes]`. With the seed that
 * a failure names and one kill it does that one again.
 *
 * @module
 */
import { runKills } from "./kill_harness.ts";

const [kills = "300", seed = String(crypto.getRandomValues(new Uint32Array(1))[0] ?? 1), lanes = "2"] = Deno.args;
console.log(`${kills} kills, seed ${seed}`);
const report = await runKills({
  kills: Number(kills),
  seed: Number(seed),
  lanes: Number(lanes),
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
