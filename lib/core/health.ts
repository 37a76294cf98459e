import type { Hub } from "../hub/mod.ts";
import type { ServiceProblem } from "./core_services.ts";

/** How the program is, and what to do about what is wrong. */
export interface Health {
  readonly status: "ok" | "degraded" | "failed";
  /** Since the start, s. */
  readonly uptimeS: number;
  readonly problems: readonly ServiceProblem[];
}

/** Looks at every bus. `failed`: not one of them works. */
export function healthOf(hub: Hub, options: {
  readonly uptimeS: number;
  /** What is wrong besides the buses. */
  readonly problems?: readonly ServiceProblem[];
}): Health {
  const buses = hub.buses();
  const problems: ServiceProblem[] = [...options.problems ?? []];
  let working = 0;
  for (const { port, address } of buses) {
    const { interfaceName, link } = port;
    if (link === "up" || link === "errorPassive") working++;
    if (link !== "up") {
      problems.push({ what: `${interfaceName}: ${port.problem ?? link}`, todo: linkAdvice[link] });
    }
    if (port.rxDropped > 0) {
      problems.push({
        what: `${interfaceName} lost ${port.rxDropped} frames: the machine is too slow for the bus.`,
        todo: "Stop other programs on this machine.",
      });
    }
    if (address.state === "cannotClaim") {
      problems.push({
        what: `${interfaceName} has no free address for CoachIQ, so it only listens.`,
        todo: "Remove another control panel, or restart when it is gone.",
      });
    }
  }
  const status = problems.length === 0 ? "ok" : working === 0 ? "failed" : "degraded";
  return { status, uptimeS: Math.round(options.uptimeS), problems };
}

const linkAdvice = {
  down: "Bring it up: ip link set NAME up type can bitrate 250000.",
  busOff: "Check the wiring, the termination and the bit rate.",
  errorPassive: "Check the wiring, the termination and the bit rate.",
  missing: "Plug the CAN adapter in.",
} as const;
