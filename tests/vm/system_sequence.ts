import { type BenchOptions, SystemBench } from "./system_bench.ts";
import type { SystemStep } from "./system_steps.ts";

/** How a step ended. */
export interface StepResult {
  readonly name: string;
  readonly outcome: "done" | "failed" | "notReached";
  /** What was seen, or what went wrong. */
  readonly text: string;
  readonly ms: number;
}

/** Runs the steps on a machine of their own; after one that fails the rest are not reached. */
export async function runSteps(
  steps: readonly SystemStep[],
  options: BenchOptions & { readonly onStep?: (result: StepResult) => void },
): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  const add = (result: StepResult) => {
    results.push(result);
    options.onStep?.(result);
  };
  const bench = await SystemBench.make(options);
  try {
    for (const { name, run } of steps) {
      const startMs = performance.now();
      if (results.some(({ outcome }) => outcome === "failed")) {
        add({ name, outcome: "notReached", text: "a step before it failed", ms: 0 });
        continue;
      }
      try {
        add({ name, outcome: "done", text: await run(bench), ms: performance.now() - startMs });
      } catch (error) {
        const what = error instanceof Error ? error.stack ?? error.message : String(error);
        const text = `${what}\nThe console:\n${bench.machine.console}`;
        add({ name, outcome: "failed", text, ms: performance.now() - startMs });
      }
    }
  } finally {
    await bench.dispose();
  }
  return results;
}
