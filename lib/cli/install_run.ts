import {
  canUnitName,
  defaultBitrate,
  localPlaces,
  machineFiles,
  type MachineOptions,
  machinePlaces,
  unitNames,
} from "../install/mod.ts";
import { presentInterfaces } from "./can_interface_names.ts";
import { CliError } from "./cli_error.ts";
import { addressesOf, setUpCodeIn } from "./first_page.ts";
import { makeUserAndFolders, putFiles } from "./install_files.ts";
import { type InstalledSettings, readInstalledSettings } from "./installed_settings.ts";
import { liveMountOptions } from "./live_mount.ts";
import { indented, logHint, mustBeOursToSetUp, type SetupParts, versionOf } from "./setup_parts.ts";
import type { InstallRequest } from "./setup_request.ts";
import { SetupSteps } from "./setup_steps.ts";
import { Systemd } from "./systemd.ts";
import { waitUntilReady } from "./wait_until_ready.ts";

/** Longest wait for the first start, which unpacks the program, ms. */
const startLimitMs = 330_000;
/** How long the set-up code may take from the server to the journal: tries, ms apart. */
const codeTries = 10;
const codeRetryMs = 300;

/**
 * Installs the program as a service of this machine. Running it again repairs what is not as it should be, and changes
 * nothing else. Exit code 0: done; 1: the service does not become ready.
 *
 * @throws {CliError} when it cannot be done.
 */
export async function runInstall(request: InstallRequest, parts: SetupParts): Promise<number> {
  const { host, output, version } = parts;
  const { self, dryRun } = request;
  await mustBeOursToSetUp(parts, { command: "install", self, forPackage: "apt install ./coachiq_….deb" });
  if (self === undefined) {
    throw new CliError(`Cannot install: this is the program's source; build the file first: deno task compile`);
  }
  const systemd = new Systemd(host);
  const steps = new SetupSteps({ output, dryRun });
  const settings = await readInstalledSettings(host);
  const { options, leftAlone } = await planOf(request, { parts, settings });
  await putProgram(self, { parts, steps });
  const files = await putFiles(options, { host, steps });
  await makeUserAndFolders(options, { host, steps, filesChanged: files.entriesChanged });
  if (settings === undefined) await writeSettings(options, { parts, steps });
  else steps.tell(`The settings in ${machinePlaces.settings} stay as they are.`);
  const booted = await systemd.isRunning();
  if (files.kernelChanged && booted) {
    await steps.step(
      "give CAN sockets room to receive, and services the ports of the web",
      () => systemd.order("restart", "systemd-sysctl.service"),
    );
  }
  if (files.unitsChanged && booted) {
    await steps.step("have systemd read its units", () => systemd.order("daemon-reload"));
  }
  if (files.liveChanged && booted && await liveMountOptions(host) !== undefined) {
    // Mounted anew it would be empty.
    await steps.step("give the databases in memory their room", () => systemd.order("reload", unitNames.live));
  }
  await enable(options, { steps, systemd, parts });
  if (leftAlone.length > 0) steps.tell(aboutOthers(leftAlone));
  if (steps.changes === 0) steps.tell("Everything is in place already.");
  if (dryRun) return 0;
  if (!booted || !request.start) {
    steps.tell(
      `CoachIQ ${version} is installed. ${booted ? "It was not" : "systemd does not run here: it is not"} started.`,
    );
    return 0;
  }
  return await startAndTell(options, { parts, systemd, again: steps.changes > 0 });
}

/** What is to be installed. */
interface InstallPlan {
  readonly options: MachineOptions;
  /** Interfaces that are there, and not used because nobody named them. */
  readonly leftAlone: readonly string[];
}

/** What the settings say, and where there are none, the flags. @throws {CliError} */
async function planOf(
  request: InstallRequest,
  { parts: { host }, settings }: { readonly parts: SetupParts; readonly settings: InstalledSettings | undefined },
): Promise<InstallPlan> {
  if (settings !== undefined) {
    mustAgree(request, settings);
    return { options: { ...localPlaces, ...settings }, leftAlone: [] };
  }
  const { profile = "ssd", can, port = 8080, model } = request;
  // Where there is none yet the adapter of can0 may come. Only one: another bus may have another speed, and an interface
  // at a wrong one disturbs everybody on it.
  const [first = "can0", ...others] = can === undefined ? await presentInterfaces((path) => host.read(path)) : [];
  const asked = can ?? [{ name: first }];
  return {
    options: {
      ...localPlaces,
      profile,
      canInterfaces: asked.map(({ name }) => name),
      bitrates: new Map(asked.flatMap(({ name, bitrate }) => bitrate === undefined ? [] : [[name, bitrate] as const])),
      port,
      ...(model === undefined ? {} : { model }),
    },
    leftAlone: others,
  };
}

/** @throws {CliError} when a flag says other than the settings of this machine. */
function mustAgree({ profile, can, port }: InstallRequest, settings: InstalledSettings): void {
  const wanted = new Map(can?.map(({ name, bitrate }) => [name, bitrate]));
  const canText = (names: readonly string[], rateOf: (name: string) => number | undefined) =>
    names.map((name) => wanted.get(name) === undefined ? name : `${name}=${rateOf(name)}`).join(",");
  const asked = { profile, can: can && canText([...wanted.keys()], (name) => wanted.get(name)), port };
  const found = {
    profile: settings.profile,
    can: canText(settings.canInterfaces, (name) => settings.bitrates.get(name) ?? defaultBitrate),
    port: settings.port,
  };
  for (const key of ["profile", "can", "port"] as const) {
    if (asked[key] === undefined || asked[key] === found[key]) continue;
    throw new CliError(
      `Cannot install with --${key} ${asked[key] || "sim"}: the settings of this machine say "${
        found[key] || "sim"
      }"; ` +
        `change them first in ${machinePlaces.settings}, or on the site, and run this again without it`,
    );
  }
}

function aboutOthers(names: readonly string[]): string {
  const [one = "", ...more] = names;
  const what = more.length === 0 ? `${one} was found as well and is` : `${names.join(", ")} were found as well and are`;
  return `${what} left alone, because a chassis bus may run at another bit rate. To listen there, too: name it in ` +
    `can.interfaces and its bit rate in can.bitrates of ${machinePlaces.settings}, and run: sudo coachiq install`;
}

/** Copies the program that runs to its place. @throws {CliError} when another version is there, which is an upgrade. */
async function putProgram(
  self: string,
  { parts: { host, version }, steps }: { readonly parts: SetupParts; readonly steps: SetupSteps },
): Promise<void> {
  const { executable, link } = localPlaces;
  const isHere = self === executable || await host.haveSameBytes(self, executable);
  if (!isHere) await mustBeWhole(self, host);
  if (!isHere) {
    if (await host.kindOf(executable) !== undefined) {
      const installed = await versionOf(executable, host);
      if ("version" in installed) {
        throw new CliError(
          `Cannot install CoachIQ ${version}: ${installed.version} is installed, in another file; ` +
            `run: sudo ${self} upgrade ${self}`,
        );
      }
      steps.tell(`What is in ${executable} does not run: ${installed.reason}.`);
    }
    await steps.step(`copy the program to ${executable}`, () => host.copyProgram(self, executable));
  }
  if (await host.targetOf(link) !== executable) {
    await steps.step(`link ${link} to it`, () => host.link(link, executable));
  }
}

/** It runs, but perhaps from what another file of this content unpacked before. @throws {CliError} */
async function mustBeWhole(file: string, host: SetupParts["host"]): Promise<void> {
  const found = await versionOf(file, host, { wholeFile: true });
  if ("reason" in found) throw new CliError(`Cannot install "${file}": ${found.reason}`);
}

async function writeSettings(
  options: MachineOptions,
  { parts: { host }, steps }: { readonly parts: SetupParts; readonly steps: SetupSteps },
): Promise<void> {
  for (const { path, text, mode, role } of machineFiles(options)) {
    if (role === "settings") await steps.step(`write the settings ${path}`, () => host.write(path, text, { mode }));
  }
}

/** Has the units start with the machine, and no interface that is not the coach's any more. */
async function enable(
  { canInterfaces, profile, unitFolder }: MachineOptions,
  { steps, systemd, parts: { host } }: {
    readonly steps: SetupSteps;
    readonly systemd: Systemd;
    readonly parts: SetupParts;
  },
): Promise<void> {
  const wanted = [
    unitNames.server,
    ...canInterfaces.map(canUnitName),
    ...(profile === "sdcard" ? [unitNames.syncTimer] : []),
  ];
  for (const name of await host.names(unitFolder)) {
    if (!name.endsWith(".device.wants")) continue;
    for (const unit of await host.names(`${unitFolder}/${name}`)) {
      if (!/^coachiq-can@.+\.service$/.test(unit) || wanted.includes(unit)) continue;
      await steps.step(`disable ${unit}`, () => systemd.order("disable", unit));
    }
  }
  for (const unit of wanted) {
    if (await systemd.is("is-enabled", unit)) continue;
    await steps.step(`enable ${unit}`, () => systemd.order("enable", unit));
  }
}

/** Starts what is not running or was changed, and tells how to go on. */
async function startAndTell(
  { port = 8080, profile }: MachineOptions,
  { parts, systemd, again }: { readonly parts: SetupParts; readonly systemd: Systemd; readonly again: boolean },
): Promise<number> {
  const { host, output, version, clock, pause } = parts;
  const { server: unit } = unitNames;
  const before = await systemd.state(unit);
  if (again || before.active !== "active") {
    output.out("start CoachIQ; the first start takes a moment\n");
    await host.run("systemctl", ["reset-failed", unit]);
    await systemd.order("restart", "--no-block", unit);
    const outcome = await waitUntilReady(systemd, {
      unit,
      clock,
      pause,
      limitMs: startLimitMs,
      settleMs: 0,
      before: before.invocation,
    });
    if (outcome.kind === "failed") {
      const lines = await systemd.lastLines(unit, { count: 15 });
      output.err(`CoachIQ is installed and does not start: ${outcome.reason}. Its log ends with:\n${indented(lines)}`);
      return 1;
    }
  }
  // Not before: with nothing in memory yet there is nothing to copy out.
  if (profile === "sdcard") await systemd.order("start", unitNames.syncTimer);
  output.out(`CoachIQ ${version} runs, and starts with the machine.\n`);
  const addresses = await addressesOf({ host, systemd }, port);
  output.out(`Open ${addresses.length === 0 ? `port ${port} of this machine` : addresses.join(" or ")}\n`);
  const code = await setUpCode(systemd, pause);
  if (code !== undefined) output.out(`Set-up code, asked for once: ${code}\n`);
  else output.out(`It has an owner already; if it asks for a set-up code, that is in the log: ${logHint}\n`);
  return 0;
}

/** The journal has it a moment after the server said it. */
async function setUpCode(systemd: Systemd, pause: SetupParts["pause"]): Promise<string | undefined> {
  const { server: unit } = unitNames;
  for (let tries = 0; tries < codeTries; tries++) {
    if (tries > 0) await pause(codeRetryMs);
    const { invocation } = await systemd.state(unit);
    const lines = await systemd.lastLines(unit, { count: 200, invocation });
    const code = setUpCodeIn(lines);
    // A server with an owner says no code: then its address is the last that it says.
    if (code !== undefined || lines.some((line) => / on https?:\/\//.test(line))) return code;
  }
  return undefined;
}
