import type { VmArch } from "./packages.ts";
import { runSteps, type StepResult } from "./system_sequence.ts";
import { type StepOptions, systemSteps } from "./system_steps.ts";
import { prepareSystem, whyNoSystem } from "./system_tree.ts";

/**
 * Registers what of the life of a machine is lived in every run of the tests, a test per step; the whole of
 * it, and what an SD card sees, is in `deno task test:vm`. Without what a machine needs the tests are
 * ignored with the reason; with `CI=true` they fail with it.
 */
export async function systemTests(arch: VmArch, plan: StepOptions): Promise<void> {
  const steps = systemSteps(plan);
  const reason = await whyNoSystem(arch) ??
    await prepareSystem(arch).then(() => undefined, (error) => String(error).split("\n")[0]);
  let life: Promise<readonly StepResult[]> | undefined;
  const live = () => {
    const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 1;
    console.log(`seed ${seed} for ${arch}`);
    const onStep = ({ name, outcome, ms }: StepResult) =>
      console.log(`${arch}, ${Math.round(ms / 1000)} s: ${name}: ${outcome}`);
    // Machines run side by side here: more cores than the host has would wait for each other.
    return runSteps(steps, { arch, seed, upgrades: plan.upgrades, cores: 1, onStep });
  };
  for (const { name } of steps) {
    const title = `System ${arch}: ${name}`;
    if (reason !== undefined && Deno.env.get("CI") !== "true") {
      Deno.test.ignore(`${title} (skipped, ${reason})`, () => {});
      continue;
    }
    Deno.test({
      name: title,
      // The machine runs from the first test to the last.
      sanitizeOps: false,
      sanitizeResources: false,
      async fn() {
        if (reason !== undefined) throw new Error(`Cannot run a machine with systemd: ${reason}`);
        const result = (await (life ??= live())).find((one) => one.name === name);
        if (result?.outcome !== "done") throw new Error(result?.text ?? "no result");
      },
    });
  }
}
