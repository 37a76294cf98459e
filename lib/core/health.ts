import type { Hub } from "../hub/mod.ts";
import type { ServiceProblem } from "./core_services.ts";

/** Something that is wrong, with its weight: 1 the coach cannot be commanded, 2 something important is off, 3 the rest. */
export interface WeighedProblem extends ServiceProblem {
  readonly priority: 1 | 2 | 3;
}

/** How the program is, and what to do about what is wrong, the gravest first. */
export interface Health {
  readonly status: "ok" | "degraded" | "failed";
  /** Since the start, s. */
  readonly uptimeS: number;
  readonly problems: readonly WeighedProblem[];
}

/** Looks at every bus. `failed`: something is wrong, and not one of them works. */
export function healthOf(hub: Hub, options: {
  readonly uptimeS: number;
  /** All that is wrong, the buses included. */
  readonly problems: readonly WeighedProblem[];
}): Health {
  const problems = options.problems.toSorted((a, b) => a.priority - b.priority);
  const { working } = busProblems(hub);
  const status = problems.length === 0 ? "ok" : working === 0 ? "failed" : "degraded";
  return { status, uptimeS: Math.round(options.uptimeS), problems };
}

/** What is wrong with the buses. While one of them works the coach can be commanded by it. */
export function busProblems(hub: Hub): { readonly problems: readonly WeighedProblem[]; readonly working: number } {
  const buses = hub.buses();
  const problems: ServiceProblem[] = [];
  let working = 0;
  for (const { port, address, untaken } of buses) {
    const { interfaceName, link } = port;
    if (link === "up" || link === "errorPassive") working++;
    if (untaken !== undefined) problems.push({ what: untaken, todo: linkAdvice.errorPassive });
    else if (link !== "up") {
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
  const priority = working === 0 ? 1 : 2;
  return { working, problems: problems.map((problem) => ({ priority, ...problem })) };
}

const linkAdvice = {
  down: "Bring it up: ip link set NAME up type can bitrate 250000.",
  busOff: "Check the wiring, the termination and the bit rate.",
  errorPassive: "Check the wiring, the termination and the bit rate.",
  missing: "Plug the CAN adapter in.",
} as const;
