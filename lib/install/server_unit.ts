import { hardening } from "./hardening.ts";
import { canUnitName, type InstallPlaces, machinePlaces, programFiles, unitNames } from "./install_places.ts";
import { line, type UnitLine, unitText } from "./unit_text.ts";

/** Most memory of the server without what it keeps in memory on purpose, MiB. A peak of 180 was seen. */
const serverMemoryMiB = 512;

/** What the unit of the server depends on. */
interface ServerOptions extends InstallPlaces {
  readonly profile: "ssd" | "sdcard";
  readonly canInterfaces: readonly string[];
  readonly liveMiB: number;
}

/** `coachiq.service`. */
export function serverUnit(options: ServerOptions): string {
  return unitText("CoachIQ: runs a motorhome, live on a phone.", [
    { name: "Unit", lines: startLines(options) },
    { name: "Service", lines: serviceLines(options) },
    { name: "Install", lines: [line("WantedBy", "multi-user.target")] },
  ]);
}

function startLines({ profile, canInterfaces }: ServerOptions): readonly UnitLine[] {
  const { dataFolder, liveFolder } = machinePlaces;
  const can = canInterfaces.map(canUnitName).join(" ");
  return [
    line("Description", "CoachIQ"),
    line("After", "network.target"),
    ...(can === "" ? [] : [
      line("Wants", can, "It runs without its interfaces as well, and takes them when they come."),
    ]),
    line("RequiresMountsFor", profile === "sdcard" ? `${dataFolder} ${liveFolder}` : dataFolder),
    line(
      "OnFailure",
      unitNames.fallback,
      "When it does not start: back to the version before, if there was an upgrade; else another try later.",
    ),
    line(
      "StartLimitIntervalSec",
      "3600",
      "Five starts that hang until their end is waited for fit in, on a card as well.",
    ),
    line("StartLimitBurst", "5"),
  ];
}

function serviceLines({ executable, profile, liveMiB }: ServerOptions): readonly UnitLine[] {
  const inMemory = profile === "sdcard";
  return [
    line("Type", "notify"),
    line("ExecStart", `${executable} serve`),
    line(
      "ExecStartPost",
      `+/bin/rm -f ${programFiles(executable).pending}`,
      "Runs when the server is ready: from then on a new version is not taken back.",
    ),
    line(
      "ExecStartPost",
      `-+/bin/systemctl reset-failed ${unitNames.server}`,
      "Starts that end well do not count as tries, however often somebody restarts it.",
    ),
    line("TimeoutStartSec", "300", "The first start after an upgrade unpacks the program, on a slow card for long."),
    inMemory
      ? line("TimeoutStopSec", "120", "The databases are copied out to the card.")
      : line("TimeoutStopSec", "30"),
    line(
      "WatchdogSec",
      "90",
      "The sign of life comes every 45 s; a database that is locked for 30 s is no reason to end it.",
    ),
    line("Restart", "always"),
    line("RestartSec", "3"),
    ...serviceUser(),
    ...hardening({
      // A raw CAN socket on an interface that is up needs no capability.
      addressFamilies: ["AF_UNIX", "AF_INET", "AF_INET6", "AF_CAN"],
      memoryMiB: serverMemoryMiB + (inMemory ? liveMiB : 0),
    }),
  ];
}

/** Who runs it, and where it may write. */
export function serviceUser(): readonly UnitLine[] {
  const { user } = machinePlaces;
  return [
    line("User", user),
    line("Group", user),
    line("StateDirectory", "coachiq"),
    line("StateDirectoryMode", "0750"),
    line("CacheDirectory", "coachiq"),
    line("CacheDirectoryMode", "0700"),
  ];
}
