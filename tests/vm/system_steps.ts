/**
 * The life of an installed machine, step by step. Each step begins where the one before ended.
 *
 * @module
 */
import assert from "node:assert/strict";
import { deferred } from "../../lib/base/mod.ts";
import { isLive, isOn, type SystemBench } from "./system_bench.ts";
import { releaseFolder } from "./system_files.ts";
import { guideLines, type GuideWords, sudo } from "./system_guide.ts";
import type { Light } from "./system_site.ts";

/** One step, named by what is true when it is done. */
export interface SystemStep {
  readonly name: string;
  /** @returns what was seen, in a line. */
  run(bench: SystemBench): Promise<string>;
}

/** What is to be done. */
export interface StepOptions {
  readonly powerCuts: number;
  readonly upgrades: boolean;
  readonly uninstall: boolean;
}

/**
 * States confirmed this long before a cut must be on the disk: the writer's 500 ms, and the slowness of emulation. A
 * machine that was slow to confirm is as slow to write.
 */
const dueAfterMs = 2500;
const timesSlowest = 3;

/** What was told of a light, when, and how long its confirmation took. */
interface Told {
  readonly on: boolean;
  readonly atMs: number;
  readonly tookMs: number;
}

/** The whole sequence with the profile `ssd`. */
export function systemSteps({ powerCuts, upgrades, uninstall }: StepOptions): readonly SystemStep[] {
  return [
    ...beginnings("ssd"),
    ...Array.from({ length: powerCuts }, (_, index) => ({
      name: index % 3 === 2
        ? `the state is back after power cut ${index + 1}, and one more while the machine starts`
        : `the state is back after power cut ${index + 1}`,
      run: (bench: SystemBench) => cutPower(bench, { again: index % 3 === 2 }),
    })),
    ...(upgrades ? upgradeSteps : []),
    ...(uninstall ? [{ name: "uninstall takes the program away and keeps the data", run: removeProgram }] : []),
  ];
}

/** From a blank disk to the first light. */
export function beginnings(profile: "ssd" | "sdcard"): readonly SystemStep[] {
  return [
    { name: "Debian boots with systemd", run: boot },
    {
      name: `what the guide types for ${profile} installs a service that is ready, and tells address and set-up code`,
      run: (bench) => install(bench, profile),
    },
    { name: "what the guide types takes the model of the coach", run: chooseCoach },
    { name: "the service is ready after a reboot, and systemd finds nothing wrong with it", run: reboot },
    {
      name: "the set-up code makes the owner, and a light that is switched by HTTP is seen by candump",
      run: firstLight,
    },
  ];
}

const upgradeSteps: readonly SystemStep[] = [
  { name: "upgrade to a good file runs it, with the state of before", run: upgrade },
  { name: "upgrade refuses a file that is cut off, and nothing stops", run: refuseTruncated },
  { name: "upgrade to a file that never becomes ready goes back by itself", run: goBack },
];

async function boot(bench: SystemBench): Promise<string> {
  await bench.unbox();
  const facts = await bench.machine.run(
    "systemctl is-system-running --wait || systemctl --failed --no-legend; uname -rm",
  );
  return facts.trim().replaceAll("\n", ", ");
}

async function install(bench: SystemBench, profile: "ssd" | "sdcard"): Promise<string> {
  const { machine } = bench;
  await machine.run(`mount ${releaseFolder} && cp ${bench.file("good")} /root/ && umount ${releaseFolder}`);
  const typed = (await guideLines("Install: the file", wordsOf(bench))).filter((line) => !/^(scp|ssh) /.test(line));
  const installs = typed.filter((line) => / install\b/.test(line));
  assert.equal(installs.length, 2, typed.join("\n"));
  const other = installs.find((line) => line.includes("sdcard") !== (profile === "sdcard"));
  const lines = typed.filter((line) => line !== other);
  const output = await machine.run(`${sudo}cd /root\n${lines.join(" &&\n")}`, { timeoutMs: 600_000 });
  await bench.serviceReady();
  assert.match(output, /http:\/\/10\.0\.2\.15:8080\//, output);
  assert.ok(output.includes(await setUpCode(bench)), output);
  return `${lines.join("; ")}: ${(await machine.run("coachiq version")).trim()}`;
}

async function chooseCoach(bench: SystemBench): Promise<string> {
  const lines = await guideLines("Choose the coach", wordsOf(bench));
  const output = await bench.machine.run(`${sudo}${lines.join(" &&\n")}`, { timeoutMs: 300_000 });
  return output.trim().split("\n").at(-1) ?? "";
}

function wordsOf({ machine: { arch } }: SystemBench): GuideWords {
  return { arch, model: "simulated_coach" };
}

/** The code that the service told at its last start. */
async function setUpCode({ machine }: SystemBench): Promise<string> {
  const log = await machine.run("journalctl -b -u coachiq -o cat --no-pager");
  const code = [...log.matchAll(/not set up yet\. Open its page and enter: (\S+)/g)].at(-1)?.[1];
  assert.ok(code, log);
  return code;
}

async function reboot(bench: SystemBench): Promise<string> {
  const { machine } = bench;
  await machine.reboot();
  await bench.serviceReady();
  await machine.run("systemctl is-enabled coachiq && systemd-analyze verify /etc/systemd/system/coachiq*.service");
  const exposure = (await machine.run("systemd-analyze security --no-pager coachiq.service")).trim().split("\n").at(-1);
  const level = Number(/(\d+\.\d+)/.exec(exposure ?? "")?.[1]);
  assert.ok(level <= 3, exposure);
  const readyUs = Number(await machine.run("systemctl show -P ActiveEnterTimestampMonotonic coachiq"));
  return `ready ${(readyUs / 1e6).toFixed(1)} s after the kernel began; ${exposure?.replace(/^\W+/, "")}`;
}

async function firstLight(bench: SystemBench): Promise<string> {
  await bench.site.setUp(await setUpCode(bench));
  const light = (await bench.startCoach()).find(isLive);
  assert.ok(light);
  const before = await bench.commandsOnBus();
  const turnedOn = await bench.switchOver(light);
  const after = await bench.commandsOnBus();
  assert.ok(after > before, `candump saw ${after - before} commands`);
  const now = (await bench.site.lights()).find(({ id }) => id === light.id);
  assert.equal(isOn(now), turnedOn);
  return `${light.id} is ${turnedOn ? "on" : "off"}`;
}

/** Switches lights over, one after the other, and cuts the power in the midst of it. */
async function cutPower(bench: SystemBench, { again }: { readonly again: boolean }): Promise<string> {
  const { machine, random, site } = bench;
  const before = (await site.lights()).filter(isLive);
  const told = new Map<string, Told>();
  const dueMs = () => dueAfterMs + timesSlowest * Math.max(...[...told.values()].map(({ tookMs }) => tookMs));
  const cut = new AbortController();
  const confirmed = deferred<number>();
  const switching = switchOver(bench, {
    lights: before,
    told,
    signal: cut.signal,
    onConfirmed: () => confirmed.resolve(performance.now()),
  }).then(() => confirmed.reject(new Error("The coach confirmed no light")));
  const firstMs = await confirmed.promise;
  const longerMs = random.integer(6000);
  // How long that is shows while it is waited for.
  while (performance.now() < firstMs + dueMs() + longerMs) await new Promise((resolve) => void setTimeout(resolve, 50));
  cut.abort();
  const cutMs = performance.now();
  const dueAtMs = cutMs - dueMs();
  const losses = await machine.cutPower(random);
  await switching;
  await machine.boot();
  if (again) {
    await new Promise((resolve) => void setTimeout(resolve, random.integer(20_000)));
    await machine.cutPower(random);
    await machine.boot();
  }
  await bench.serviceReady();
  const after = await site.lights();
  let due = 0;
  for (const light of before) {
    const now = after.find(({ id }) => id === light.id);
    const last = told.get(light.id);
    assert.ok(now && typeof isOn(now) === "boolean", `${light.id} is back: ${JSON.stringify(now)}`);
    assert.equal(now.freshness, "restored", light.id);
    if (last && last.atMs > dueAtMs) continue;
    if (last) due++;
    assert.equal(
      isOn(now),
      last?.on ?? isOn(light),
      `${light.id}, told ${last ? cutMs - last.atMs : "never"} ms before`,
    );
  }
  assert.ok(due > 0, "at least one light was switched long enough before the cut");
  await bench.startCoach();
  return `${told.size} lights switched, ${due} due; unflushed blocks: ${losses.kept} kept, ${losses.lost} lost`;
}

/** Switches each light over once, until the power goes. Never throws. */
async function switchOver(
  bench: SystemBench,
  { lights, told, signal, onConfirmed }: {
    readonly lights: readonly Light[];
    readonly told: Map<string, Told>;
    readonly signal: AbortSignal;
    readonly onConfirmed: () => void;
  },
): Promise<void> {
  for (const light of lights) {
    if (signal.aborted) return;
    // What was asked for and not answered may be either way.
    told.set(light.id, { on: isOn(light) !== true, atMs: Infinity, tookMs: 0 });
    const askedMs = performance.now();
    try {
      const on = await bench.switchOver(light);
      const atMs = performance.now();
      told.set(light.id, { on, atMs, tookMs: atMs - askedMs });
      onConfirmed();
    } catch {
      // Not confirmed: the coach was slow, or the power is gone. It stays with either way.
    }
  }
}

async function upgrade(bench: SystemBench): Promise<string> {
  const { machine, release } = bench;
  const before = await bench.site.lights();
  // The coach is off from here on: it would take half of an emulated machine.
  await machine.run(`systemctl stop bench-coach bench-candump; mount ${releaseFolder}`);
  await machine.run(`coachiq upgrade ${bench.file("next")}`, { timeoutMs: 400_000 });
  await bench.serviceReady();
  const version = await machine.run("coachiq version");
  assert.ok(version.includes(release.nextVersion), version);
  const states = (lights: readonly Light[]) => lights.map((light) => `${light.id} ${isOn(light)}`).sort();
  assert.deepEqual(states(await bench.site.lights()), states(before));
  return version.trim();
}

async function refuseTruncated(bench: SystemBench): Promise<string> {
  const { machine, release } = bench;
  const invocation = "systemctl show -P InvocationID coachiq";
  const before = await machine.run(invocation);
  const { code, output } = await machine.try(`coachiq upgrade ${bench.file("truncated")}`, { timeoutMs: 400_000 });
  assert.equal(code, 1, output);
  assert.ok((await machine.run("coachiq version")).includes(release.nextVersion));
  assert.equal(await machine.run(invocation), before, "the service ran on");
  assert.ok(await bench.site.isReady());
  return output.trim().split("\n").at(-1) ?? "";
}

async function goBack(bench: SystemBench): Promise<string> {
  const { machine, release } = bench;
  const { code, output } = await machine.try(`coachiq upgrade --limit 20 ${bench.file("neverReady")}`, {
    timeoutMs: 900_000,
  });
  assert.equal(code, 1, output);
  await bench.serviceReady();
  assert.ok((await machine.run("coachiq version")).includes(release.nextVersion));
  return output.trim().split("\n").at(-1) ?? "";
}

async function removeProgram(bench: SystemBench): Promise<string> {
  const { machine } = bench;
  const list = "cd /var/lib/coachiq && find . -type f -name '*.db' | sort";
  const before = await machine.run(list);
  assert.match(before, /user\/coachiq\.db/);
  const output = await machine.run("coachiq uninstall", { timeoutMs: 300_000 });
  assert.equal(await machine.run(list), before);
  const left = await machine.run(
    "ls -d /usr/local/lib/coachiq /usr/local/bin/coachiq /etc/systemd/system/coachiq* || true",
  );
  assert.doesNotMatch(left, /^\//m, left);
  assert.equal((await machine.try("systemctl is-active coachiq")).code === 0, false);
  return output.trim().split("\n").at(-1) ?? "";
}
