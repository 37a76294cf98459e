import { checkCardAfterKill, prepareCard } from "./card_check.ts";
import { checkConfigAfterKill, prepareConfig } from "./config_check.ts";
import { type KillPlan, planKill, type Scenario, scenarios } from "./kill_plan.ts";
import { checkMappingAfterKill } from "./mapping_check.ts";
import { MappingTemplate } from "./mapping_template.ts";
import type { StorageScenario } from "./parts.ts";
import { checkAfterKill, prepare, type Said } from "./recovery_check.ts";
import { runAndKill, type SaidLine } from "./run_and_kill.ts";

/** Settings of {@link runKills}. */
export interface KillOptions {
  readonly kills: number;
  readonly seed: number;
  /** Default: all that there are. */
  readonly among?: readonly Scenario[];
  /** Processes at a time. Default 2. */
  readonly lanes?: number;
  readonly onFailure?: (failure: KillFailure) => void;
}

/** A kill after which something that was promised did not hold. */
export interface KillFailure {
  readonly kill: KillPlan;
  readonly wrong: readonly string[];
}

/** How many kills there were of each scenario, how many at a point of their own, and what went wrong. */
export interface KillReport {
  readonly kills: number;
  readonly byScenario: Readonly<Record<string, number>>;
  readonly durationMs: number;
  readonly failures: readonly KillFailure[];
}

/** States told to the writer this long before the kill must be on the disk: its 500 ms, and as long again for a machine
 * that is busy with killing. */
const dueAfterMs = 1000;

/** Kills processes at random instants and checks each time that nothing promised is broken. */
export async function runKills(options: KillOptions): Promise<KillReport> {
  const startMs = performance.now();
  const failures: KillFailure[] = [];
  const byScenario: Record<string, number> = {};
  let next = 0;
  await using template = await MappingTemplate.make();
  const lane = async () => {
    while (next < options.kills) {
      const kill = planKill(options.seed + next++, options.among ?? scenarios);
      byScenario[kill.scenario] = (byScenario[kill.scenario] ?? 0) + 1;
      const wrong = await killOnce(kill, template);
      if (wrong.length === 0) continue;
      failures.push({ kill, wrong });
      options.onFailure?.({ kill, wrong });
    }
  };
  await Promise.all(Array.from({ length: options.lanes ?? 2 }, lane));
  return { kills: options.kills, byScenario, durationMs: performance.now() - startMs, failures };
}

/** Prepares a data directory, kills a process over it, and checks what is left. */
async function killOnce(kill: KillPlan, template: MappingTemplate): Promise<readonly string[]> {
  const dataDir = await Deno.makeTempDir({ prefix: "coachiq-kill-" });
  try {
    return await killOver(dataDir, { kill, template });
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
}

async function killOver(
  dataDir: string,
  { kill, template }: { readonly kill: KillPlan; readonly template: MappingTemplate },
): Promise<readonly string[]> {
  const { scenario } = kill;
  switch (scenario) {
    case "configSaves":
    case "profileSwitches": {
      const before = await prepareConfig(dataDir, scenario);
      const lines = await runAndKill(dataDir, { kill, script: "config_child.ts" });
      return await checkConfigAfterKill(dataDir, [...before, ...lines.map(({ text }) => text)]);
    }
    case "mappingImports":
    case "mappingUndos": {
      const before = await template.copyTo(dataDir);
      const lines = await runAndKill(dataDir, { kill, script: "mapping_child.ts" });
      return await checkMappingAfterKill(dataDir, [...before, ...lines.map(({ text }) => text)]);
    }
    case "syncs": {
      await using _memory = await prepareCard(dataDir);
      const lines = await runAndKill(dataDir, { kill, script: "card_child.ts" });
      const losesMemory = kill.seed % 2 === 0;
      return await checkCardAfterKill(dataDir, { lines: lines.map(({ text }) => text), losesMemory });
    }
    default: {
      await prepare(dataDir, scenario);
      return await checkAfterKill(
        dataDir,
        saidIn(await runAndKill(dataDir, { kill, script: "kill_child.ts" }), scenario),
      );
    }
  }
}

function saidIn(lines: readonly SaidLine[], scenario: StorageScenario): Said {
  // A process that the machine did not let run could not write either: it was alive when it said its last word but one.
  const aliveMs = lines.at(-2)?.atMs ?? 0;
  const kept = new Map<string, number>();
  const due = new Map<string, number>();
  for (const { text, atMs } of lines) {
    const [word, id = "", number = "0"] = text.split(" ");
    if (word === "kept") kept.set(id, Number(number));
    // While a job runs the writer is paused, for a moment: what is due then is in memory, as the design says.
    if (word === "mark" && scenario === "entityWrites" && aliveMs - atMs > dueAfterMs) due.set(id, Number(number));
  }
  return { kept, due };
}
