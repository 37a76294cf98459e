import type { VmArch } from "./packages.ts";
import { runSteps, type StepResult } from "./system_sequence.ts";
import { systemSteps } from "./system_steps.ts";
import { prepareSystem, whyNoSystem } from "./system_tree.ts";

const ci = Deno.env.get("CI") === "true";

/**
 * What of the life of a machine is lived in every run of the tests. Upgrades and an emulated arm64 take too long for
 * that: they and the rest are in `deno task test:vm`.
 */
const plans: readonly { readonly arch: VmArch; readonly powerCuts: number; readonly upgrades: boolean }[] = [
  { arch: "x86_64", powerCuts: 1, upgrades: false },
];

const lives = new Map<VmArch, Promise<readonly StepResult[]>>();

function live({ arch, powerCuts, upgrades }: (typeof plans)[number]): Promise<readonly StepResult[]> {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 1;
  console.log(`seed ${seed} for ${arch}`);
  return runSteps(systemSteps({ powerCuts, upgrades, uninstall: true }), { arch, seed, upgrades });
}

async function ready(arch: VmArch): Promise<string | undefined> {
  const reason = await whyNoSystem(arch);
  if (reason !== undefined) return reason;
  return await prepareSystem(arch).then(() => undefined, (error) => String(error).split("\n")[0] ?? "");
}

const reasons = await Promise.all(plans.map(({ arch }) => ready(arch)));
for (const [index, plan] of plans.entries()) {
  const reason = reasons[index];
  for (const { name } of systemSteps({ ...plan, uninstall: true })) {
    const title = `System ${plan.arch}: ${name}`;
    if (reason !== undefined && !ci) {
      Deno.test.ignore(`${title} (skipped, ${reason})`, () => {});
      continue;
    }
    Deno.test({
      name: title,
      // The machines run from the first test to the last.
      sanitizeOps: false,
      sanitizeResources: false,
      async fn() {
        if (reason !== undefined) throw new Error(`Cannot run a machine with systemd: ${reason}`);
        if (lives.size === 0) { for (const one of plans) lives.set(one.arch, live(one)); }
        const results = await lives.get(plan.arch);
        const result = results?.find((one) => one.name === name);
        if (result?.outcome !== "done") throw new Error(result?.text ?? "no result");
      },
    });
  }
}
