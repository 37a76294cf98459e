import type { KillPlan } from "./kill_plan.ts";

/** One line that a process said. */
export interface SaidLine {
  readonly text: string;
  readonly atMs: number;
}

/** A start takes about so long, ms: a kill before its end falls into it. */
const startMs = 150;
/** A process that does not come to the point where it kills itself is killed after so long, ms. */
const pointMs = 2500;
const startLimitMs = 8000;

/**
 * Runs a script in a process over a data directory, kills it as planned, and answers what it said until it died.
 *
 * @throws {Error} with what the process wrote when it failed by itself.
 */
export async function runAndKill(dataDir: string, options: {
  readonly kill: KillPlan;
  /** In this folder. */
  readonly script: string;
}): Promise<readonly SaidLine[]> {
  const { kill, script } = options;
  const path = new URL(`./${script}`, import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", path, dataDir, kill.scenario, String(kill.seed), kill.point],
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
  const plannedMs = kill.point === "-" ? kill.delayMs : pointMs;
  timers.push(setTimeout(killIt, plannedMs < 0 ? startMs + plannedMs : startLimitMs));
  const lines: SaidLine[] = [];
  for await (const text of linesOf(child.stdout)) {
    lines.push({ text, atMs: performance.now() });
    if (text === "ready" && plannedMs >= 0) timers.push(setTimeout(killIt, plannedMs));
  }
  for (const timer of timers) clearTimeout(timer);
  const { code, signal } = await child.status;
  const errors = await new Response(child.stderr).text();
  if (signal !== "SIGKILL" && code !== 0) throw new Error(`Cannot kill a process: it failed by itself: ${errors}`);
  return lines;
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}
