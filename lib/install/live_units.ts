import { hardening } from "./hardening.ts";
import { type InstallPlaces, machinePlaces, unitNames } from "./install_places.ts";
import { serviceUser } from "./server_unit.ts";
import { line, unitText } from "./unit_text.ts";

/** Most memory of a copy without the live databases, MiB. */
const syncMemoryMiB = 384;

/** `var-lib-coachiq-live.mount`: where the live databases of the profile `sdcard` are. */
export function liveMount({ liveMiB }: { readonly liveMiB: number }): string {
  const { liveFolder, user } = machinePlaces;
  return unitText("The live databases of CoachIQ, in memory: the card is written to seldom.", [
    {
      name: "Unit",
      lines: [
        line("Description", "Live databases of CoachIQ, in memory"),
        line("After", "systemd-sysusers.service"),
        line("RequiresMountsFor", machinePlaces.dataFolder),
      ],
    },
    {
      name: "Mount",
      lines: [
        line("What", "tmpfs"),
        line("Where", liveFolder),
        line("Type", "tmpfs"),
        line("Options", `size=${liveMiB}M,mode=0700,uid=${user},gid=${user},nosuid,nodev,noexec`),
      ],
    },
  ]);
}

/** `coachiq-sync.service`: copies the live databases to the card. */
export function syncUnit({ executable, liveMiB }: InstallPlaces & { readonly liveMiB: number }): string {
  const { dataFolder, liveFolder } = machinePlaces;
  return unitText("Copies the live databases of CoachIQ to the card.", [
    {
      name: "Unit",
      lines: [
        line("Description", "Copy of CoachIQ's databases to the card"),
        line("RequiresMountsFor", `${dataFolder} ${liveFolder}`),
      ],
    },
    {
      name: "Service",
      lines: [
        line("Type", "oneshot"),
        line("ExecStart", `${executable} sync`),
        line("TimeoutStartSec", "600", "A slow card takes its time."),
        ...serviceUser(),
        ...hardening({ addressFamilies: ["AF_UNIX"], memoryMiB: syncMemoryMiB + liveMiB }),
      ],
    },
  ]);
}

/** `coachiq-sync.timer`. The server copies out by itself; this holds when it does not run, or hangs. */
export function syncTimer(): string {
  return unitText("Copies the live databases of CoachIQ to the card now and then, whatever the server does.", [
    { name: "Unit", lines: [line("Description", "Copies of CoachIQ's databases to the card")] },
    {
      name: "Timer",
      lines: [
        line("OnBootSec", "1h"),
        line("OnUnitActiveSec", "1h"),
        line("AccuracySec", "5min"),
        line("Unit", unitNames.sync),
      ],
    },
    { name: "Install", lines: [line("WantedBy", "timers.target")] },
  ]);
}
