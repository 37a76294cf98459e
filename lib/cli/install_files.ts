import { type MachineFile, machineFiles, type MachineOptions, machinePlaces, unitNames } from "../install/mod.ts";
import { CliError } from "./cli_error.ts";
import { saveLive } from "./live_mount.ts";
import type { SetupHost } from "./setup_host.ts";
import type { SetupSteps } from "./setup_steps.ts";

/** What was changed. */
export interface FilesOutcome {
  /** A unit is new, changed or gone. */
  readonly unitsChanged: boolean;
  /** The file system in memory has another size. */
  readonly liveChanged: boolean;
  /** User or folders are to be made. */
  readonly entriesChanged: boolean;
  /** The kernel is to be told. */
  readonly kernelChanged: boolean;
}

/**
 * Puts the files of an installation in place; those that are right already, and settings, stay as they are.
 *
 * @throws {CliError} when that would lose what is in memory alone; nothing was changed then.
 */
export async function putFiles(
  options: MachineOptions,
  { host, steps }: { readonly host: SetupHost; readonly steps: SetupSteps },
): Promise<FilesOutcome> {
  const changed = new Set<MachineFile["role"]>();
  let liveChanged = false;
  const unwanted = options.profile === "ssd" ? await cardUnits(options.unitFolder, host) : [];
  if (unwanted.length > 0) await saveLive({ host, steps });
  for (const file of machineFiles(options)) {
    const { path, text, mode, role } = file;
    if (role === "settings") continue;
    if (await host.read(path) === text && await host.modeOf(path) === mode) continue;
    changed.add(role);
    if (path.endsWith(`/${unitNames.live}`)) liveChanged = true;
    await steps.step(`write ${path}`, () => host.write(path, text, { mode }));
  }
  for (const path of unwanted) {
    changed.add("unit");
    await steps.step(`remove ${path}, which the profile "ssd" does not have`, async () => {
      await host.run("systemctl", ["disable", "--now", path.slice(path.lastIndexOf("/") + 1)]);
      await host.remove(path);
    });
  }
  return {
    unitsChanged: changed.has("unit"),
    liveChanged,
    entriesChanged: changed.has("accounts") || changed.has("folders"),
    kernelChanged: changed.has("kernel"),
  };
}

/** Paths of units of the profile `sdcard` that an earlier installation left. */
async function cardUnits(unitFolder: string, host: SetupHost): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of [unitNames.syncTimer, unitNames.sync, unitNames.live]) {
    const path = `${unitFolder}/${name}`;
    if (await host.kindOf(path) !== undefined) found.push(path);
  }
  return found;
}

/** Makes the user and the folders, as their files say. @throws {CliError} when the settings would not be found. */
export async function makeUserAndFolders(
  { sysusersFolder, tmpfilesFolder }: MachineOptions,
  { host, steps, filesChanged }: {
    readonly host: SetupHost;
    readonly steps: SetupSteps;
    readonly filesChanged: boolean;
  },
): Promise<void> {
  const { dataFolder, cacheFolder, settingsFolder, user } = machinePlaces;
  const inData = `${dataFolder}/config`;
  const kind = await host.kindOf(inData);
  if (kind === "file" || kind === "folder") {
    throw new CliError(
      `Cannot install: the program would read its settings in "${inData}" and not in "${settingsFolder}"; ` +
        `move what is there to ${settingsFolder}, remove ${inData}, and run this again`,
    );
  }
  const there = await Promise.all([settingsFolder, dataFolder, cacheFolder].map((path) => host.kindOf(path)));
  const isComplete = kind === "link" && there.every((found) => found === "folder") && await hasUser(host);
  if (isComplete && !filesChanged) return;
  await steps.step(
    `make the user ${user} and the folders ${settingsFolder}, ${dataFolder}, ${cacheFolder}`,
    async () => {
      await mustRun(host, "systemd-sysusers", `${sysusersFolder}/coachiq.conf`);
      await mustRun(host, "systemd-tmpfiles", "--create", `${tmpfilesFolder}/coachiq.conf`);
    },
  );
}

async function hasUser(host: SetupHost): Promise<boolean> {
  return new RegExp(`^${machinePlaces.user}:`, "m").test(await host.read("/etc/passwd") ?? "");
}

/** @throws {Error} with what the program says when it fails. */
export async function mustRun(host: SetupHost, program: string, ...args: readonly string[]): Promise<void> {
  const { code, err } = await host.run(program, args);
  if (code === 127) throw new Error(`${program} is not there; install the package "systemd"`);
  if (code !== 0) throw new Error(`${program} says: ${err.trim() || `exit code ${code}`}`);
}
