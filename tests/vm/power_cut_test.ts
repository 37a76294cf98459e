import assert from "node:assert/strict";
import { whyNotNow } from "./cases.ts";
import { type PowerReport, runPowerCuts, whyNoDisk } from "./power_cuts.ts";

const cuts = 40;
const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 1;
const reason = await whyNoDisk() ?? await whyNotNow("x86_64");
const isSkipped = reason !== undefined && Deno.env.get("CI") !== "true";

let running: Promise<PowerReport> | undefined;

/** All tests look at one run. */
function powerTest(name: string, judge: (report: PowerReport) => void): void {
  if (isSkipped) {
    Deno.test.ignore(`${name} (skipped, ${reason})`, () => {});
    return;
  }
  Deno.test(name, async () => {
    if (reason !== undefined) throw new Error(`Cannot cut the power of a virtual machine: ${reason}`);
    running ??= cutPower();
    judge(await running);
  });
}

function cutPower(): Promise<PowerReport> {
  console.log(`seed ${seed}: deno run -A tests/vm/power_run.ts ${cuts} ${seed} does the same work and cuts again`);
  return runPowerCuts({ arch: "x86_64", cuts, seed });
}

powerTest("VM x86_64: the disk of the power cuts loses what was not synced", (report) => {
  const control = report.cuts.filter(({ activity }) => activity === "withoutSync");
  assert.ok(control.length > 0);
  assert.ok(control.some(({ wrong }) => wrong.some((one) => one.includes("written without sync and is lost"))));
});

powerTest("VM x86_64: after 20 power cuts while the databases are copied to the card the last copy loads", (report) => {
  const syncs = report.cuts.filter(({ activity }) => activity === "sync");
  assert.ok(syncs.length >= 20, `${syncs.length} cuts`);
  assert.ok(syncs.some(({ unflushed: { lost, torn } }) => lost + torn > 0), "some took what was being written");
  assert.deepEqual(syncs.filter(({ wrong }) => wrong.length > 0), []);
});

powerTest(
  "VM x86_64: the storage keeps everything it promised when the power goes, in every step it takes",
  (report) => {
    const promised = report.cuts.filter(({ activity }) => activity !== "withoutSync");
    assert.deepEqual(promised.filter(({ wrong }) => wrong.length > 0), []);
    assert.ok(promised.length >= 20, `${promised.length} cuts`);
    const steps = new Set(promised.map(({ activity, step }) => `${activity} ${step}`));
    for (
      const step of ["backup", "proof", "copy", "migrate", "check", "beforeSwap", "logFolded", "linked", "swapped"]
    ) {
      assert.ok(steps.has(`update ${step}`), `a cut of an update at "${step}"`);
    }
    for (const step of ["backup", "proof", "copy", "beforeSwap", "logFolded", "linked", "swapped", "reopened"]) {
      assert.ok(steps.has(`restore ${step}`), `a cut of a restore at "${step}"`);
    }
  },
);
