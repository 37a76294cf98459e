import { localPlaces, machineFiles, machinePlaces, programFiles, unitNames } from "../install/mod.ts";
import { mustRun } from "./install_files.ts";
import { saveLive } from "./live_mount.ts";
import type { SetupHost } from "./setup_host.ts";
import { mustBeOursToSetUp, type SetupParts } from "./setup_parts.ts";
import type { UninstallRequest } from "./setup_request.ts";
import { SetupSteps } from "./setup_steps.ts";
import { Systemd } from "./systemd.ts";

/** What has to be typed before data goes. */
const purgeWord = "purge";
/** Where root's own runs of the program unpack it. */
const rootCache = "/var/cache/coachiq-root";

/**
 * Removes the service and the program. Data and settings stay, unless they are to be purged. Exit code 1: somebody
 * thought better of it.
 *
 * @throws {CliError} when it cannot be done.
 */
export async function runUninstall(request: UninstallRequest, parts: SetupParts): Promise<number> {
  const { host, output } = parts;
  const { self, purge, yes, dryRun } = request;
  await mustBeOursToSetUp(parts, {
    command: "uninstall",
    self,
    forPackage: purge ? "apt purge coachiq" : "apt remove coachiq",
  });
  const { dataFolder, settingsFolder } = machinePlaces;
  if (purge && !yes && !dryRun) {
    const question = `This removes ${dataFolder} with its backups, and ${settingsFolder}, for good. ` +
      `Type "${purgeWord}" to go on:`;
    const answer = parts.ask?.(question);
    if (answer?.trim() !== purgeWord) {
      output.err(`Nothing was changed${parts.ask ? "" : ": there is nobody to ask; use --yes"}.\n`);
      return 1;
    }
  }
  const steps = new SetupSteps({ output, dryRun });
  if (!purge) await saveLive({ host, steps });
  await stopUnits({ host, steps });
  await removeFiles({ host, steps });
  if (purge) await removeData({ host, steps });
  if (steps.changes === 0) steps.tell("There is nothing to remove.");
  if (!purge && (await host.kindOf(dataFolder) !== undefined || await host.kindOf(settingsFolder) !== undefined)) {
    steps.tell(`Data stays in ${dataFolder}, settings in ${settingsFolder}, and both belong to a next installation.`);
    steps.tell(`To remove them: sudo rm -r ${dataFolder} ${settingsFolder}; sudo userdel ${machinePlaces.user}`);
  }
  return 0;
}

/** What removing needs. */
interface Removal {
  readonly host: SetupHost;
  readonly steps: SetupSteps;
}

/** Stops the server before what copies its data out, and that before the folder in memory goes. */
async function stopUnits({ host, steps }: Removal): Promise<void> {
  const { unitFolder } = localPlaces;
  const systemd = new Systemd(host);
  const booted = await systemd.isRunning();
  for (const name of [unitNames.server, unitNames.fallback, unitNames.syncTimer, unitNames.sync, unitNames.live]) {
    if (await host.kindOf(`${unitFolder}/${name}`) === undefined) continue;
    const hasInstall = name === unitNames.server || name === unitNames.syncTimer;
    if (!hasInstall && !booted) continue;
    const what = [...(booted ? ["stop"] : []), ...(hasInstall ? ["disable"] : [])].join(" and ");
    await steps.step(`${what} ${name}`, async () => {
      if (booted) await systemd.order("stop", name);
      if (hasInstall) await systemd.order("disable", name);
    });
  }
  for (const folder of await host.names(unitFolder)) {
    if (!folder.endsWith(".device.wants")) continue;
    for (const unit of await host.names(`${unitFolder}/${folder}`)) {
      if (!/^coachiq-can@.+\.service$/.test(unit)) continue;
      await steps.step(`disable ${unit}`, () => systemd.order("disable", unit));
    }
  }
}

/** The files of an installation, the program last: it is what runs. */
async function removeFiles({ host, steps }: Removal): Promise<void> {
  const { executable, link } = localPlaces;
  const systemd = new Systemd(host);
  const { folder, previous, pending, next } = programFiles(executable);
  const files = machineFiles({ ...localPlaces, profile: "sdcard", canInterfaces: [] });
  const hadUnits = await host.kindOf(`${localPlaces.unitFolder}/${unitNames.server}`) !== undefined;
  const paths = [
    ...files.filter(({ role }) => role !== "settings").map(({ path }) => path),
    link,
    pending,
    next,
    previous,
    executable,
  ];
  for (const path of paths) await removeOne(path, { host, steps });
  if (await host.kindOf(folder) === "folder" && (await host.names(folder)).length === 0) {
    await removeOne(folder, { host, steps });
  }
  if (hadUnits && await systemd.isRunning()) {
    await steps.step("have systemd read its units", () => systemd.order("daemon-reload"));
  }
  for (const cache of [machinePlaces.cacheFolder, rootCache]) await removeOne(cache, { host, steps });
}

async function removeData({ host, steps }: Removal): Promise<void> {
  const { dataFolder, settingsFolder, user } = machinePlaces;
  for (const folder of [dataFolder, settingsFolder]) {
    await removeOne(folder, { host, steps });
    if (steps.isDryRun || await host.kindOf(folder) === undefined) continue;
    steps.tell(`${folder} is empty and stays: a disk is mounted there; see /etc/fstab.`);
  }
  if (!new RegExp(`^${user}:`, "m").test(await host.read("/etc/passwd") ?? "")) return;
  await steps.step(`remove the user ${user}`, () => mustRun(host, "userdel", user));
}

async function removeOne(path: string, { host, steps }: Removal): Promise<void> {
  if (await host.kindOf(path) === undefined) return;
  await steps.step(`remove ${path}`, async () => void await host.remove(path));
}
