import { updatePoints } from "../../lib/update/mod.ts";
import { type Scenario, scenarios } from "./parts.ts";
import { SeededRandom } from "./random.ts";
import { checkAfterKill, prepare, type Said } from "./recovery_check.ts";

/** Settings of {@link runKills}. */
export interface KillOptions {
  readonly kills: number;
  readonly seed: number;
  /** Processes at a time. Default 2. */
  readonly lanes?: number;
  readonly onFailure?: (failure: KillFailure) => void;
}

/** A kill after which something that was promised did not hold. */
export interface KillFailure {
  readonly kill: KillPlan;
  readonly wrong: readonly string[];
}

/** One kill, all of it decided by its seed. */
export interface KillPlan {
  readonly seed: number;
  readonly scenario: Scenario;
  /** Point at which the process kills itself; `-`: it is killed after `delayMs`. */
  readonly point: string;
  /** After it said that it is ready; negative: that long before, during its start. */
  readonly delayMs: number;
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

const pointsOf: Readonly<Partial<Record<Scenario, readonly string[]>>> = {
  update: updatePoints,
  restore: ["space", "backup", "proof", "copy", "beforeSwap", "logFolded", "linked", "swapped", "reopened"],
  backup: ["space", "backup", "proof"],
  dryRun: ["migrate"],
};

/** Longest life of a process, ms: states are due after a second, the rest is over sooner. */
const longestMs: Readonly<Record<Scenario, number>> = {
  entityWrites: 1600,
  historyWrites: 200,
  settings: 200,
  backup: 300,
  dryRun: 200,
  update: 350,
  restore: 400,
  retention: 200,
  stop: 60,
};

export function planKill(seed: number): KillPlan {
  const random = new SeededRandom(seed);
  const scenario = random.pick(scenarios);
  const points = pointsOf[scenario];
  const point = points && random.next() < 0.4 ? random.pick(points) : "-";
  const delayMs = random.next() < 0.08 ? -random.integer(80) - 1 : random.integer(longestMs[scenario]);
  return { seed, scenario, point, delayMs };
}

/** Kills processes at random instants and checks each time that nothing promised is broken. */
export async function runKills(options: KillOptions): Promise<KillReport> {
  const startMs = performance.now();
  const failures: KillFailure[] = [];
  const byScenario: Record<string, number> = {};
  let next = 0;
  const lane = async () => {
    while (next < options.kills) {
      const kill = planKill(options.seed + next++);
      byScenario[kill.scenario] = (byScenario[kill.scenario] ?? 0) + 1;
      const wrong = await killOnce(kill);
      if (wrong.length === 0) continue;
      failures.push({ kill, wrong });
      options.onFailure?.({ kill, wrong });
    }
  };
  await Promise.all(Array.from({ length: options.lanes ?? 2 }, lane));
  return { kills: options.kills, byScenario, durationMs: performance.now() - startMs, failures };
}

/** Prepares a data directory, kills a process twice over it, and checks after each kill. */
export async function killOnce(kill: KillPlan): Promise<readonly string[]> {
  const dataDir = await Deno.makeTempDir({ prefix: "coachiq-kill-" });
  try {
    await prepare(dataDir, kill.scenario);
    return await checkAfterKill(dataDir, await runAndKill(dataDir, kill));
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
}

async function runAndKill(dataDir: string, kill: KillPlan): Promise<Said> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      "--quiet",
      new URL("./kill_child.ts", import.meta.url).pathname,
      dataDir,
      kill.scenario,
      String(kill.seed),
      kill.point,
    ],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const timers: ReturnType<typeof setTimeout>[] = [];
  const killIt = () => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It is dead already: it killed itself, or had nothing left to do.
    }
  };
  const plannedMs = kill.point === "-" ? kill.delayMs : 2500;
  // A start takes about 150 ms: a negative delay falls into it.
  if (plannedMs < 0) timers.push(setTimeout(killIt, 150 + plannedMs));
  else timers.push(setTimeout(killIt, 8000));
  const said = new Map<string, number>();
  const marks: { readonly id: string; readonly number: number; readonly atMs: number }[] = [];
  for await (const line of linesOf(child.stdout)) {
    const [word, id = "", number = "0"] = line.split(" ");
    if (word === "ready" && plannedMs >= 0) timers.push(setTimeout(killIt, plannedMs));
    if (word === "mark") marks.push({ id, number: Number(number), atMs: performance.now() });
    if (word === "kept") said.set(id, Number(number));
  }
  const diedMs = performance.now();
  for (const timer of timers) clearTimeout(timer);
  const { code, signal } = await child.status;
  const errors = await new Response(child.stderr).text();
  if (signal !== "SIGKILL" && code !== 0) throw new Error(`Cannot kill a process: it failed by itself: ${errors}`);
  const due = new Map<string, number>();
  // While a job runs the writer is paused, for a moment: what is due then is in memory, as the design says.
  if (kill.scenario === "entityWrites") {
    for (const { id, number, atMs } of marks) if (diedMs - atMs > dueAfterMs) due.set(id, number);
  }
  return { kept: said, due };
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}
