/**
 * Cuts the power of a virtual machine: `deno run -A tests/vm/power_run.ts [cuts] [seed] [x86_64|aarch64]`.
 *
 * @module
 */
import { runPowerCuts } from "./power_cuts.ts";
import type { VmArch } from "./vm.ts";

const [cuts = "100", seed = String(crypto.getRandomValues(new Uint32Array(1))[0] ?? 1), arch = "x86_64"] = Deno.args;
console.log(`${cuts} cuts, seed ${seed}, ${arch}`);
const report = await runPowerCuts({
  cuts: Number(cuts),
  seed: Number(seed),
  arch: arch as VmArch,
  onLine: (line) => line.trim() !== "" && console.log(`  | ${line}`),
});
let failed = 0;
for (const { activity, step, position, unflushed, promised, wrong } of report.cuts) {
  const { kept, lost, torn } = unflushed;
  console.log(
    `${activity} ${step}, write ${position}: ${promised} promises; unflushed: ${kept} kept, ${lost} lost, ${torn} torn`,
  );
  for (const one of wrong) console.log(`    ${one}`);
  if (wrong.length > 0 && activity !== "withoutSync") failed++;
}
const seconds = (ms: number) => Math.round(ms / 1000);
console.log(
  `${report.cuts.length} cuts, ${failed} failures; work ${seconds(report.recordMs)} s, checks ${
    seconds(report.checkMs)
  } s`,
);
if (failed > 0) Deno.exit(1);
