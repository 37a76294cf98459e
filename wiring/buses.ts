import { systemClock } from "../lib/base/mod.ts";
import {
  type CanPort,
  logFile,
  logInterfaces,
  ReplayPort,
  SocketCanPoller,
  SocketCanPort,
  VirtualBus,
} from "../lib/can/mod.ts";
import { CliError, type ServeOptions } from "../lib/cli/mod.ts";
import type { EntityDefinition } from "../lib/coach/mod.ts";
import type { Protocol } from "../lib/protocol/mod.ts";
import { createSimulator, type Simulator } from "../lib/simulator/mod.ts";
import { messageOf } from "./surroundings.ts";

export interface Buses {
  readonly ports: readonly CanPort[];
  /** Makes the simulated coach, for `--can sim`; it goes on being what it was made as. */
  readonly simulate:
    | ((definitions: readonly EntityDefinition[], parts: {
      readonly protocol: Protocol;
      readonly onFailure: (error: unknown) => void;
    }) => Simulator)
    | undefined;
}

/** Makes the ports that were asked for; opens nothing but a log to look at. @throws {CliError} */
export async function makeBuses(can: ServeOptions["can"]): Promise<Buses> {
  switch (can.kind) {
    case "sim": {
      const bus = new VirtualBus({ clock: systemClock });
      return {
        ports: [bus.port("sim")],
        simulate: (definitions, parts) =>
          createSimulator({ definitions, ...parts, ports: [bus.port("coach")], clock: systemClock, seed: 1 }),
      };
    }
    case "replay":
      return { ports: await replayPorts(can.file), simulate: undefined };
    case "interfaces": {
      const poller = new SocketCanPoller(systemClock);
      const ports = can.names.map((name) => new SocketCanPort(name, { clock: systemClock, poller }));
      return { ports, simulate: undefined };
    }
    default:
      return can satisfies never;
  }
}

/** One port per interface of the log; they share its time. */
async function replayPorts(file: string): Promise<readonly CanPort[]> {
  const source = logFile(file);
  try {
    const names = await logInterfaces(source);
    if (names.length === 0) throw new Error("there is no frame in it");
    return names.map((name) => new ReplayPort(name, { source, loop: true, fromInterface: name }));
  } catch (cause) {
    throw new CliError(`Cannot replay "${file}": ${messageOf(cause)}`, { cause });
  }
}
