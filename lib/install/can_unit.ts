import { hardening } from "./hardening.ts";
import type { InstallPlaces } from "./install_places.ts";
import { serviceUser } from "./server_unit.ts";
import { line, unitText } from "./unit_text.ts";

/**
 * `coachiq-can@.service`: brings an interface up, at the start and whenever its adapter is plugged in. What is up
 * already stays as it is.
 */
export function canUnit({ executable }: InstallPlaces): string {
  return unitText("Brings a CAN interface up with the bit rate of `can.bitrates` in the configuration.", [
    {
      name: "Unit",
      lines: [
        line("Description", "CAN interface %I for CoachIQ"),
        line("ConditionPathExists", "/sys/class/net/%I"),
        line("RequiresMountsFor", "/var/lib/coachiq"),
      ],
    },
    {
      name: "Service",
      lines: [
        line("Type", "oneshot"),
        line(
          "ExecStart",
          `/bin/sh -c 'steps=$$(${executable} can link "$$1") && printf "%%s\\n" "$$steps" | ip -batch -' sh %I`,
          "The program says the steps, `ip` of iproute2 takes them; no steps are no change.",
        ),
        line("TimeoutStartSec", "300", "It may be the first to unpack the program."),
        ...serviceUser(),
        ...hardening({
          // To set up an interface.
          capabilities: ["CAP_NET_ADMIN"],
          addressFamilies: ["AF_UNIX", "AF_NETLINK"],
          memoryMiB: 384,
        }),
      ],
    },
    {
      name: "Install",
      lines: [line("WantedBy", "sys-subsystem-net-devices-%i.device")],
    },
  ]);
}
