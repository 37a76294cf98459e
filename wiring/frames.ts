import { systemClock } from "../lib/base/mod.ts";
import { SocketCanPort } from "../lib/can/mod.ts";
import {
  type CommandHandlers,
  decodeFile,
  describeCounts,
  recordBus,
  replayLog,
  standardOutput,
} from "../lib/cli/mod.ts";
import { createProtocol } from "../lib/protocol/mod.ts";
import { stopSignal, type Surroundings } from "./surroundings.ts";

type OptionsOf<Command extends keyof CommandHandlers> = Parameters<CommandHandlers[Command]>[0];

/** Says in words what is in a candump log. */
export async function decode(options: OptionsOf<"decode">, { output }: Surroundings): Promise<number> {
  const counts = await decodeFile(options, { codec: createProtocol().codec, sink: standardOutput() });
  output.err(`${describeCounts(counts)}\n`);
  return 0;
}

/** Writes down what is on a bus. */
export function record(options: OptionsOf<"record">, { output }: Surroundings): Promise<number> {
  return recordBus(options, { port: portOf(options), stop: stopSignal(), output });
}

/** Puts what was written down on a bus. */
export function replay(options: OptionsOf<"replay">, { output }: Surroundings): Promise<number> {
  return replayLog(options, { port: portOf(options), stop: stopSignal(), output });
}

function portOf({ can }: { readonly can: string }): SocketCanPort {
  return new SocketCanPort(can, { clock: systemClock });
}
