/**
 * Power cuts: a virtual machine works on a disk that loses what was not flushed. One boot does the work, recorded write
 * by write, until the machine is killed; a second boot of the same kernel starts over what the disk could hold had the
 * power gone at instants chosen at random, in each step of an update, a restore and so on.
 *
 * @module
 */
import { bundleWhole } from "../../tools/compile/bundle.ts";
import { SeededRandom } from "../kill/random.ts";
import {
  type Activity,
  type CheckPlan,
  type CutToCheck,
  heard,
  type RecordPlan,
  type Word,
} from "./guest/power_plan.ts";
import { DiskRow, LossyDisk } from "./lossy_disk.ts";
import { serveNbd } from "./nbd_server.ts";
import { commandExists, run } from "./packages.ts";
import { type BootOptions, bootVm, type VmArch, type VmRun } from "./vm.ts";

/** Settings of {@link runPowerCuts}. */
export interface PowerOptions {
  readonly arch: VmArch;
  /** Least number of cuts; each step of each activity gets at least one. */
  readonly cuts: number;
  readonly seed: number;
  readonly onLine?: (line: string) => void;
}

/** One cut and what did not hold after it. */
export interface PowerCut {
  readonly activity: Activity;
  /** What was being done: the last point that was reached. */
  readonly step: string;
  /** Writes and flushes before it. */
  readonly position: number;
  /** Writes that were not flushed: kept, lost, torn. */
  readonly unflushed: { readonly kept: number; readonly lost: number; readonly torn: number };
  /** How many things had to be there. */
  readonly promised: number;
  readonly wrong: readonly string[];
}

/** All cuts of a run. */
export interface PowerReport {
  readonly cuts: readonly PowerCut[];
  readonly recordMs: number;
  readonly checkMs: number;
}

/** Something heard from inside, and how much had been written to the disk until then. */
type Event = Word & { readonly position: number; readonly atMs: number };

/** A stretch of the recording in which one step was done. */
interface Stretch {
  readonly part: number;
  readonly activity: Activity;
  readonly step: string;
  readonly from: number;
  readonly to: number;
  readonly fromMs: number;
  readonly toMs: number;
}

const diskBytes = 96 * 1024 * 1024;
/** States told to the writer this long before the cut must be on the disk: its 500 ms, and the slowness of emulation. */
const dueAfterMs = 2500;

/** Least number of cuts in each step of an activity, where it is more than one. */
const cutsIn: Readonly<Partial<Record<Activity, number>>> = { entityWrites: 4, sync: 20 };

const script = (what: string, prepare: string) => `
while read -r module; do insmod /lib/modules/$module; done < /etc/modules-disk
mkdir -p /disk
${prepare}
cd /vm/program && exec deno run -A --no-config --no-check power.js ${what} plan.json
`;

/** Why this machine cannot make a disk; undefined when it can. */
export async function whyNoDisk(): Promise<string | undefined> {
  return await mke2fs() === undefined ? "not installed: mke2fs (Debian package e2fsprogs)" : undefined;
}

async function mke2fs(): Promise<string | undefined> {
  for (const name of ["mke2fs", "/usr/sbin/mke2fs", "/sbin/mke2fs"]) if (await commandExists(name)) return name;
  return undefined;
}

async function makeFileSystem(folder: string): Promise<Uint8Array> {
  const path = `${folder}/disk.img`;
  await Deno.writeFile(path, new Uint8Array());
  await Deno.truncate(path, diskBytes);
  await run(await mke2fs() ?? "mke2fs", { args: ["-q", "-F", "-t", "ext4", "-b", "4096", "-J", "size=4", path] });
  return await Deno.readFile(path);
}

/** Records, cuts and checks. */
export async function runPowerCuts(options: PowerOptions): Promise<PowerReport> {
  const folder = await Deno.makeTempDir({ prefix: "coachiq-power-" });
  try {
    const random = new SeededRandom(options.seed);
    const root = new URL("../../", import.meta.url).pathname.replace(/\/$/, "");
    const code = await bundleWhole({ root, entry: "tests/vm/guest/power_guest.ts" });
    const machine = { ...options, folder, code, random };
    const disk = new LossyDisk(await makeFileSystem(folder));
    const startMs = performance.now();
    const { plan, events } = await recordWork(machine, disk);
    const recordedMs = performance.now();
    const cuts = await checkCuts(machine, { disk, plan, events });
    return { cuts, recordMs: recordedMs - startMs, checkMs: performance.now() - recordedMs };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

interface Machine extends PowerOptions {
  readonly folder: string;
  readonly code: Uint8Array;
  readonly random: SeededRandom;
}

function planWork(random: SeededRandom, seed: number): RecordPlan {
  const last = random.pick(["settings", "backup", "restore"] as const);
  const parts: RecordPlan["parts"] = [
    { activity: "withoutSync", ms: 400 },
    { activity: "entityWrites", ms: 5000 },
    { activity: "settings", ms: 1500 },
    { activity: "history", ms: 1500 },
    { activity: "backup", ms: 1000 },
    { activity: "dryRun", ms: 500 },
    { activity: "update", ms: 1500 },
    { activity: "restore", ms: 500 },
    { activity: "stop", ms: 1500 },
    { activity: "sync", ms: 3000 },
    { activity: last, ms: 0 },
  ];
  return { seed, parts };
}

/** Boots, lets the machine work on the disk, and kills it at a random instant of the last activity. */
async function recordWork(
  machine: Machine,
  disk: LossyDisk,
): Promise<{ readonly plan: RecordPlan; readonly events: readonly Event[] }> {
  const { random, seed } = machine;
  const plan = planWork(random, seed);
  const events: Event[] = [];
  const powerCut = new AbortController();
  const commitS = random.pick([1, 5]);
  const writeBack = random.pick([10, 100, 3000]);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const run = await boot(machine, {
    disk,
    plan,
    script: script(
      "record",
      `mount -t ext4 -o noauto_da_alloc,commit=${commitS} /dev/vda /disk
      for what in expire writeback; do echo ${writeBack} > /proc/sys/vm/dirty_\${what}_centisecs; done`,
    ),
    powerCut: powerCut.signal,
    onWord(word) {
      events.push({ ...word, position: disk.position, atMs: performance.now() });
      if (word.word !== "begin" || word.part !== plan.parts.length - 1) return;
      timer = setTimeout(() => powerCut.abort(), 200 + random.integer(3000));
    },
  });
  clearTimeout(timer);
  if (!powerCut.signal.aborted) throw new Error(`The machine ended by itself:\n${tailOf(run)}`);
  return { plan, events };
}

/** Boots once more, over what the disk could hold after each of the cuts. */
async function checkCuts(
  machine: Machine,
  recorded: { readonly disk: LossyDisk; readonly plan: RecordPlan; readonly events: readonly Event[] },
): Promise<readonly PowerCut[]> {
  const { disk } = recorded;
  const chosen = chooseCuts(machine, recorded);
  const seeds = chosen.map(() => machine.random.integer(2 ** 31));
  const image = (index: number) => disk.afterCut(chosen[index]?.position ?? 0, new SeededRandom(seeds[index] ?? 0));
  const plan: CheckPlan = {
    imageBytes: diskBytes,
    cuts: chosen.map((cut) => promisesAt(cut, recorded.events)),
  };
  const wrong = new Map<number, readonly string[]>();
  const run = await boot(machine, {
    disk: new DiskRow({ imageBytes: diskBytes, count: chosen.length, make: (index) => image(index).image }),
    plan,
    script: script("check", ""),
    onWord: (word) => word.word === "checked" && wrong.set(word.cut, word.wrong),
  });
  return chosen.map(({ activity, step, position }, index) => {
    const { kept, lost, torn } = image(index);
    const unflushed = { kept, lost, torn };
    const { [index]: cut } = plan.cuts;
    const promised = Object.keys({ ...cut?.kept, ...cut?.due }).length;
    return {
      activity,
      step,
      position,
      unflushed,
      promised,
      wrong: wrong.get(index) ?? [`not checked:\n${tailOf(run)}`],
    };
  });
}

/** `atMs` is the last instant at which the disk was as it is at `position`. */
type ChosenCut = Pick<Stretch, "part" | "activity" | "step"> & { readonly position: number; readonly atMs: number };

/** One cut in each step that was seen, the instant at which the machine was killed, and more at random. */
function chooseCuts(
  { random, cuts }: Machine,
  recorded: { readonly disk: LossyDisk; readonly plan: RecordPlan; readonly events: readonly Event[] },
): readonly ChosenCut[] {
  const { disk, events } = recorded;
  const stretches = stretchesOf(recorded);
  const endMs = events.at(-1)?.atMs ?? 0;
  const at = (stretch: Stretch, position: number): ChosenCut => ({
    ...stretch,
    position,
    atMs: disk.timeOf(position + 1) ?? endMs,
  });
  const within = (stretch: Stretch): ChosenCut => {
    const { from, to, fromMs, toMs } = stretch;
    if (stretch.activity !== "entityWrites") return at(stretch, from + random.integer(to - from + 1));
    // States are due after a time, in which nothing need be written.
    const atMs = fromMs + random.next() * (toMs - fromMs);
    return { ...stretch, atMs, position: disk.positionAt(atMs) };
  };
  const chosen = stretches.flatMap((one) => Array.from({ length: cutsIn[one.activity] ?? 1 }, () => within(one)));
  const last = stretches.at(-1);
  if (last) chosen.push({ ...at(last, disk.position), step: "the machine was killed" });
  while (chosen.length < cuts) chosen.push(within(random.pick(stretches)));
  return chosen;
}

/** Cuts the recording at what was heard. Of a step that was done several times the first stretch is taken. */
function stretchesOf(
  { disk, plan, events }: { readonly disk: LossyDisk; readonly plan: RecordPlan; readonly events: readonly Event[] },
): readonly Stretch[] {
  const found = new Map<string, Stretch>();
  type Begun = Omit<Stretch, "to" | "toMs">;
  let open: Begun | undefined;
  const close = (to: number, toMs: number) => {
    if (open && !found.has(`${open.part} ${open.step}`)) found.set(`${open.part} ${open.step}`, { ...open, to, toMs });
    open = undefined;
  };
  for (const event of events) {
    if (event.word !== "begin" && event.word !== "end" && event.word !== "reach") continue;
    const before: Begun | undefined = open;
    const { position: from, atMs: fromMs } = event;
    close(from, fromMs);
    if (event.word === "begin") {
      const activity = plan.parts[event.part]?.activity ?? "stop";
      open = { part: event.part, activity, step: "begin", from, fromMs };
    } else if (event.word === "reach" && before) open = { ...before, step: event.point, from, fromMs };
  }
  close(disk.position, events.at(-1)?.atMs ?? 0);
  return [...found.values()];
}

/** What had been promised before the cut. */
function promisesAt({ part, activity, atMs }: ChosenCut, events: readonly Event[]): CutToCheck {
  const kept: Record<string, number | string> = {};
  const due: Record<string, number> = {};
  const said = events.filter((event) => event.atMs <= atMs);
  // A machine that did not run could not write either: it ran when it said its last word but one.
  const aliveMs = said.at(-2)?.atMs ?? 0;
  let at = -1;
  for (const event of said) {
    if (event.word === "begin") at = event.part;
    if (at !== part) continue;
    if (event.word === "kept") Object.assign(kept, event.values);
    if (event.word === "mark" && event.atMs <= aliveMs - dueAfterMs) Object.assign(due, event.values);
  }
  return { part, activity, kept, due: activity === "entityWrites" ? due : {} };
}

async function boot(
  machine: Machine,
  work: {
    readonly disk: LossyDisk | DiskRow;
    readonly plan: RecordPlan | CheckPlan;
    readonly script: string;
    readonly powerCut?: AbortSignal;
    readonly onWord: (word: Word) => void;
  },
): Promise<VmRun> {
  const socket = `${machine.folder}/disk.sock`;
  const server = serveNbd(socket, work.disk);
  const files: NonNullable<BootOptions["files"]> = {
    "vm/program/power.js": machine.code,
    "vm/program/plan.json": JSON.stringify(work.plan),
  };
  try {
    return await bootVm({
      arch: machine.arch,
      files,
      script: work.script,
      diskSockets: [socket],
      timeoutMs: 600_000,
      ...(work.powerCut ? { powerCut: work.powerCut } : {}),
      onLine(line) {
        const word = heard(line);
        if (word) work.onWord(word);
        else machine.onLine?.(line);
      },
    });
  } finally {
    await server.stop();
  }
}

function tailOf({ lines }: VmRun): string {
  return lines.slice(-30).join("\n");
}
