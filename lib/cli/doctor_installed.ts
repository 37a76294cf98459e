import {
  canUnitName,
  canWantsFolder,
  type InstallPlaces,
  localPlaces,
  machineFiles,
  machinePlaces,
  packagePlaces,
  programFiles,
  unitNames,
} from "../install/mod.ts";
import { CliError } from "./cli_error.ts";
import { doubtful, type Finding, good, wrong } from "./finding.ts";
import { type InstalledSettings, readInstalledSettings } from "./installed_settings.ts";
import { liveMountOptions } from "./live_mount.ts";
import type { SetupHost } from "./setup_host.ts";
import { isNixOs, nixOsPage } from "./setup_parts.ts";

const { server: unit } = unitNames;
const { user, dataFolder, settingsFolder, settings: settingsFile, liveFolder } = machinePlaces;
/** The group of processes of the service, as the kernel shows it. */
const processes = `/sys/fs/cgroup/system.slice/${unit}/cgroup.procs`;

/** What an installed machine has, what of it is missing; `settings` are what the rest is looked at by. */
export interface InstalledReport {
  readonly findings: readonly Finding[];
  /** Absent: nothing is installed, or its settings are wrong. */
  readonly settings?: InstalledSettings;
}

/** Looks at the service as it was installed. Starts no program: files alone tell. */
export async function examineInstalled(host: SetupHost): Promise<InstalledReport> {
  const places = await installedPlaces(host);
  if (places === undefined) return await isNixOs(host) ? await nixOsReport(host) : { findings: [notInstalled] };
  const how = places === localPlaces ? "sudo coachiq install" : "sudo apt install --reinstall coachiq";
  const { finding, settings } = await settingsReport(host, how);
  return {
    findings: [
      good("installation", places.executable),
      ...await programFindings(places, host),
      finding,
      ...await unitFindings(places, { host, settings, how }),
      ...await accountFindings(host, how),
      await runningFinding(places, host),
    ],
    ...(settings === undefined ? {} : { settings }),
  };
}

const notInstalled = doubtful(
  "installation",
  "CoachIQ is not installed as a service of this machine",
  "sudo FILE install, with the file of the program.",
);

/** What NixOS makes is in the hands of its module; whether it runs can be seen. */
async function nixOsReport(host: SetupHost): Promise<InstalledReport> {
  if (await host.kindOf(`/etc/systemd/system/${unit}`) === undefined) {
    return { findings: [doubtful("installation", "CoachIQ is no service of this NixOS", `${nixOsPage} tells how.`)] };
  }
  const { finding, settings } = await settingsReport(host, `${nixOsPage} tells how.`);
  return {
    findings: [good("installation", "a service of NixOS"), finding, await runningFinding(localPlaces, host)],
    ...(settings === undefined ? {} : { settings }),
  };
}

async function settingsReport(
  host: SetupHost,
  how: string,
): Promise<{ readonly finding: Finding; readonly settings?: InstalledSettings }> {
  try {
    const settings = await readInstalledSettings(host);
    if (settings === undefined) {
      return { finding: doubtful("settings", `there is no ${settingsFile}: the program's own hold`, how) };
    }
    return { finding: good("settings", `${settingsFile}, profile ${settings.profile}`), settings };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const todo = `sudo coachiq config check ${settingsFile}`;
    return { finding: wrong("settings", error.message.replaceAll("\n", " "), todo) };
  }
}

async function installedPlaces(host: SetupHost): Promise<InstallPlaces | undefined> {
  for (const places of [localPlaces, packagePlaces]) {
    if (await host.kindOf(places.executable) !== undefined) return places;
  }
  return undefined;
}

async function programFindings({ executable }: InstallPlaces, host: SetupHost): Promise<readonly Finding[]> {
  const { pending, previous } = programFiles(executable);
  const findings: Finding[] = [];
  if ((await host.modeOf(executable) ?? 0) !== 0o755) {
    findings.push(wrong("program", `${executable} cannot be run by everybody`, `sudo chmod 755 ${executable}`));
  }
  if (await host.kindOf(pending) === undefined) return findings;
  const canGoBack = await host.kindOf(previous) !== undefined;
  const todo = `sudo systemctl restart coachiq${canGoBack ? "; it goes back by itself if it fails" : ""}`;
  return [...findings, doubtful("upgrade", "the installed version was not seen to become ready yet", todo)];
}

/** Units as this version of the program wants them, and whether they start with the machine. */
async function unitFindings(places: InstallPlaces, { host, settings, how }: {
  readonly host: SetupHost;
  readonly settings: InstalledSettings | undefined;
  readonly how: string;
}): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  if (settings !== undefined && places === localPlaces) {
    const files = machineFiles({ ...places, ...settings }).filter(({ role }) => role !== "settings");
    const differing: string[] = [];
    for (const { path, text } of files) if (await host.read(path) !== text) differing.push(path);
    findings.push(
      differing.length === 0
        ? good("units", `${files.length} files, as this version has them`)
        : doubtful("units", `not as this version and the settings have them: ${differing.join(", ")}`, how),
    );
  }
  const isEnabled = await host.kindOf(`/etc/systemd/system/multi-user.target.wants/${unit}`) !== undefined;
  if (!isEnabled) {
    findings.push(wrong("start", "it does not start with the machine", `sudo systemctl enable --now ${unit}`));
  }
  for (const name of settings?.canInterfaces ?? []) {
    const wants = `${canWantsFolder(name)}/${canUnitName(name)}`;
    const there = await Promise.all(
      [localPlaces.unitFolder, places.unitFolder].map((folder) => host.kindOf(`${folder}/${wants}`)),
    );
    if (there.some((kind) => kind !== undefined)) continue;
    // The package has units for two interfaces, and no program that makes more.
    const todo = places === localPlaces ? how : `sudo systemctl enable --now '${canUnitName(name)}'`;
    findings.push(doubtful(`start of ${name}`, "nobody brings it up when its adapter is plugged in", todo));
  }
  return findings;
}

async function accountFindings(host: SetupHost, how: string): Promise<readonly Finding[]> {
  const row = (await host.read("/etc/passwd"))?.split("\n").find((line) => line.startsWith(`${user}:`));
  if (row === undefined) return [wrong("user", `there is no user "${user}"`, how)];
  const uid = Number(row.split(":")[2]);
  const owner = await host.ownerOf(dataFolder);
  if (owner === undefined) return [wrong("data", `there is no ${dataFolder}`, how)];
  const todo = `sudo chown -R ${user}:${user} ${dataFolder}`;
  const data = owner === uid
    ? good("data", `${dataFolder}, of the user ${user}`)
    : wrong("data", `${dataFolder} belongs to user ${owner}, expected ${uid} (${user})`, todo);
  return [data, ...await linkFindings(host, how)];
}

/** The way from the data to the settings; only root and the service's user may look. */
async function linkFindings(host: SetupHost, how: string): Promise<readonly Finding[]> {
  try {
    const target = await host.targetOf(`${dataFolder}/config`);
    if (target === settingsFolder) return [];
    return [wrong("settings link", `${dataFolder}/config does not lead to ${settingsFolder}`, how)];
  } catch {
    return [doubtful("data", "this user may not look into it", "sudo coachiq doctor")];
  }
}

/** Whether the service runs, and as the version that is installed. */
async function runningFinding({ executable }: InstallPlaces, host: SetupHost): Promise<Finding> {
  const what = "service";
  if (await host.kindOf("/run/systemd/system") === undefined) {
    return doubtful(what, "systemd does not run here", "It starts with the machine that this is for.");
  }
  const pid = (await host.read(processes))?.trim().split("\n")[0] ?? "";
  if (pid === "") {
    return wrong(what, "it does not run", `sudo systemctl start ${unit}; journalctl -u ${unit} tells why it ended`);
  }
  // A self-unpacking file runs from a folder that is named after its content, which its head states.
  const runs = /\/([0-9a-f]{64})\//.exec(await host.read(`/proc/${pid}/cmdline`) ?? "")?.[1];
  const installed = runs === undefined ? undefined : /^sha=([0-9a-f]{64})$/m.exec(await host.begin(executable))?.[1];
  if (installed !== undefined && runs !== installed) {
    return doubtful(what, "another version runs than the one that is installed", `sudo systemctl restart ${unit}`);
  }
  return good(what, `it runs, process ${pid}`);
}

/** Where the profile `sdcard` keeps its live databases: is it there, and large enough. */
export async function memoryFindings(host: SetupHost, settings: InstalledSettings): Promise<readonly Finding[]> {
  if (settings.profile !== "sdcard") return [];
  const options = await liveMountOptions(host);
  const what = "databases in memory";
  if (options !== undefined) return [good(what, `${liveFolder}, ${/size=(\w+)/.exec(options)?.[1] ?? "no limit"}`)];
  return [wrong(what, `${liveFolder} is not in memory`, `sudo systemctl start ${unitNames.live}`)];
}
