/**
 * The profile `sdcard` on an installed machine: what the card sees in an hour, and what is left when the power goes in
 * the midst of a copy.
 *
 * @module
 */
import assert from "node:assert/strict";
import { isLive, isOn, type SystemBench } from "./system_bench.ts";
import type { Light } from "./system_site.ts";
import { beginnings, type SystemStep } from "./system_steps.ts";

/** What is to be done. */
export interface CardOptions {
  readonly powerCuts: number;
  /** Length of the measurement, minutes: some times the interval of the copies, else chance counts them. 0: none. */
  readonly minutes: number;
}

/** Most that the card may see at normal load, MB in an hour. */
const mostMbPerHour = 5;
const sectorBytes = 512;
/** The unit of the timer; then the file system's own pages. */
const copyNow = "systemctl start coachiq-sync && sync";
/** After this a state that was told is in the live database: the writer's 500 ms, and the slowness of emulation. */
const writtenAfterMs = 2500;

/** The sequence with the profile `sdcard`. */
export function cardSteps({ powerCuts, minutes }: CardOptions): readonly SystemStep[] {
  return [
    ...beginnings("sdcard"),
    ...(minutes === 0 ? [] : [{
      name: "the card sees less than 5 MB in an hour at normal load",
      run: (bench: SystemBench) => measureWrites(bench, minutes),
    }]),
    ...Array.from({ length: powerCuts }, (_, index) => ({
      name: `the newest or the previous generation loads after power cut ${index + 1} within a copy`,
      run: cutWithinCopy,
    })),
  ];
}

/** Bytes written to the card since the boot. */
async function written(bench: SystemBench): Promise<number> {
  // Field 7 of the kernel's Documentation/block/stat: sectors written, of 512 bytes.
  return Number((await bench.machine.run("cat /sys/block/vda/stat")).trim().split(/\s+/)[6]) * sectorBytes;
}

/**
 * Lets the machine run as it does by itself, and asks its kernel what the card was told to write: databases, the file
 * system's own journal, the system's log.
 */
async function measureWrites(bench: SystemBench, minutes: number): Promise<string> {
  const { machine } = bench;
  // The backup of the day is a quarter of an hour after the start: a copy of everything, once a day.
  await machine.run("until ls /var/lib/coachiq/backups/*-daily-*.json; do sleep 5; done", { timeoutMs: 1_500_000 });
  // The file that is written into is a whole copy from the second time on.
  for (let copy = 0; copy < 2; copy++) await machine.run(copyNow, { timeoutMs: 300_000 });
  const before = await written(bench);
  const startMs = performance.now();
  await machine.run(`sleep ${minutes * 60}; sync`, { timeoutMs: (minutes + 5) * 60_000 });
  const hours = (performance.now() - startMs) / 3_600_000;
  const mbPerHour = (await written(bench) - before) / hours / 1e6;
  const live = (await bench.site.lights()).filter(isLive).length;
  const sizes = await machine.run("ls -l /var/lib/coachiq/live/*.db | awk '{print $5}'");
  const fact = `${mbPerHour.toFixed(2)} MB/h, measured over ${minutes} minutes with ${live} live lights; ` +
    `databases of ${sizes.trim().split("\n").join(" and ")} bytes`;
  assert.ok(mbPerHour < mostMbPerHour, fact);
  assert.ok(live > 0, fact);
  return fact;
}

/** On or off, of every light that the coach told. */
function pattern(lights: readonly Light[]): string {
  return lights.filter((light) => typeof isOn(light) === "boolean").map((light) => `${light.id}=${isOn(light)}`)
    .sort().join(" ");
}

async function cutWithinCopy(bench: SystemBench): Promise<string> {
  const { machine, random, site } = bench;
  const startMs = performance.now();
  await machine.run("systemctl start coachiq-sync", { timeoutMs: 300_000 });
  const copyMs = performance.now() - startMs;
  const previous = pattern(await site.lights());
  const light = random.pick((await site.lights()).filter(isLive));
  await bench.switchOver(light);
  await machine.run(`sleep ${writtenAfterMs / 1000}`);
  const newest = pattern(await site.lights());
  assert.notEqual(newest, previous);
  machine.begin("systemctl start coachiq-sync");
  const cutAfterMs = random.integer(Math.ceil(copyMs * 1.2));
  await new Promise((resolve) => void setTimeout(resolve, cutAfterMs));
  const losses = await machine.cutPower(random);
  await machine.boot();
  await bench.serviceReady();
  const found = pattern(await site.lights());
  assert.ok(found === newest || found === previous, `found ${found}\nnewest ${newest}\nprevious ${previous}`);
  await bench.startCoach();
  const which = found === newest ? "newest" : "previous";
  return `${which}, cut ${cutAfterMs} ms into a copy of ${Math.round(copyMs)} ms; unflushed blocks: ` +
    `${losses.kept} kept, ${losses.lost} lost`;
}
