/**
 * The whole life of an installed machine, on both architectures, and what an SD card sees of it:
 * `deno task test:vm [x86_64|aarch64] [ssd|sdcard] [--cuts 10] [--card-cuts 20] [--minutes 30] [--seed N]`.
 *
 * @module
 */
import { parseArgs } from "node:util";
import type { VmArch } from "./packages.ts";
import { cardSteps } from "./system_card.ts";
import { runSteps, type StepResult } from "./system_sequence.ts";
import { type SystemStep, systemSteps } from "./system_steps.ts";
import { prepareSystem, whyNoSystem } from "./system_tree.ts";

const { values, positionals } = parseArgs({
  args: [...Deno.args],
  allowPositionals: true,
  options: {
    cuts: { type: "string", default: "10" },
    "card-cuts": { type: "string", default: "20" },
    minutes: { type: "string", default: "30" },
    seed: { type: "string", default: String(crypto.getRandomValues(new Uint32Array(1))[0] ?? 1) },
    verbose: { type: "boolean", default: false },
  },
});
const known: readonly VmArch[] = ["x86_64", "aarch64"];
const asked = known.filter((arch) => positionals.includes(arch));
const archs = asked.length === 0 ? known : asked;
const seed = Number(values.seed);
const allLives: readonly {
  readonly title: string;
  readonly upgrades: boolean;
  readonly steps: readonly SystemStep[];
}[] = [
  {
    title: "ssd",
    upgrades: true,
    steps: systemSteps({ powerCuts: Number(values.cuts), upgrades: true, uninstall: true }),
  },
  {
    title: "sdcard",
    upgrades: false,
    steps: cardSteps({ powerCuts: Number(values["card-cuts"]), minutes: Number(values.minutes) }),
  },
];
const askedLives = allLives.filter(({ title }) => positionals.includes(title));
const lives = askedLives.length === 0 ? allLives : askedLives;
const unknown = positionals.find((word) =>
  !known.some((arch) => arch === word) && !askedLives.some(({ title }) => title === word)
);
if (unknown !== undefined) throw new Error(`Cannot run "${unknown}": expected x86_64, aarch64, ssd or sdcard`);

const marks = { done: "ok", failed: "FAILED", notReached: "not reached" } as const;
const table: string[] = [];

function tell(title: string, { name, outcome, text, ms }: StepResult): void {
  const line = `${title}: ${name}: ${marks[outcome]} (${Math.round(ms / 1000)} s)`;
  const fact = text.trim().replaceAll("\n", " / ");
  table.push(outcome === "failed" ? line : `${line}: ${fact}`);
  console.log(outcome === "failed" ? `${line}\n${text}` : `${line}: ${fact}`);
}

async function runAll(): Promise<boolean> {
  let good = true;
  for (const arch of archs) {
    const reason = await whyNoSystem(arch);
    if (reason !== undefined) throw new Error(`Cannot run a machine with systemd for ${arch}: ${reason}`);
    await prepareSystem(arch, (line) => console.log(line));
    for (const { title, upgrades, steps } of lives) {
      const results = await runSteps(steps, {
        arch,
        seed,
        upgrades,
        onStep: (result) => tell(`${arch} ${title}`, result),
        ...(values.verbose ? { onLine: (line: string) => console.log(`  | ${line}`) } : {}),
      });
      good &&= results.every(({ outcome }) => outcome === "done");
    }
  }
  return good;
}

console.log(`seed ${seed}`);
const build = await new Deno.Command(Deno.execPath(), {
  args: ["run", "--quiet", "-A", new URL("../../tools/build.ts", import.meta.url).pathname],
}).output();
if (!build.success) throw new Error(`Cannot build the islands: ${new TextDecoder().decode(build.stderr)}`);
const good = await runAll();
console.log(`\n== summary, seed ${seed} ==\n${table.join("\n")}`);
Deno.exitCode = good ? 0 : 1;
