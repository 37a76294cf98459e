import { systemClock } from "../lib/base/mod.ts";
import { SocketCanPort } from "../lib/can/mod.ts";
import { CliError, requirePresent } from "../lib/cli/mod.ts";
import { createProtocol } from "../lib/protocol/mod.ts";
import { createSimulator } from "../lib/simulator/mod.ts";
import { modelNamed } from "./inputs.ts";
import { messageOf, modelsFolder, stopSignal, type Surroundings } from "./surroundings.ts";

/** Is a coach on a real interface until told to stop. @throws {CliError} */
export async function simulate(
  options: { readonly can: string; readonly model: string },
  surroundings: Surroundings,
): Promise<number> {
  const signal = stopSignal();
  const model = modelNamed(options.model, modelsFolder(surroundings));
  const port = new SocketCanPort(options.can, { clock: systemClock });
  const simulator = createSimulator({
    definitions: model.entities,
    protocol: createProtocol(),
    ports: [port],
    clock: systemClock,
    seed: 1,
  });
  try {
    await simulator.start();
    requirePresent(port.status());
  } catch (error) {
    await simulator.stop();
    throw error instanceof CliError ? error : new CliError(messageOf(error), { cause: error });
  }
  surroundings.output.err(`Simulating ${model.name} on ${options.can}; end with Ctrl-C\n`);
  await signal.stopped;
  await simulator.stop();
  return 0;
}
