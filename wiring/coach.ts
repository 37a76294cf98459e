import { systemClock } from "../lib/base/mod.ts";
import { CliError, firstModel, type ServeOptions } from "../lib/cli/mod.ts";
import { CoachMapping, CoreServices, StoreError, version } from "../lib/core/mod.ts";
import { Hub, ourIdentity } from "../lib/hub/mod.ts";
import { coreServices } from "./core_list.ts";
import { machineId } from "./inputs.ts";
import type { CoachParts } from "./parts.ts";
import { makeProgram, type Program } from "./program.ts";
import { messageOf, modelsFolder } from "./surroundings.ts";

/** How a run ended: as it was told to, or because the database cannot be believed any more. */
export type RunEnd = { readonly kind: "stopped" } | { readonly kind: "damaged"; readonly reason: string };

/**
 * Runs until told to stop, or until something broke that only another start mends; everything is stopped again then.
 *
 * @throws when a part cannot start, and {@link CliError} for an error in the program that nobody expected.
 */
export async function runCoach(options: ServeOptions, parts: CoachParts): Promise<RunEnd> {
  const { surroundings, logging: { logger }, signal, buses, storage, inCharge } = parts;
  const coach = makeCoach(options, parts);
  const program = makeProgram(options, { ...parts, ...coach });
  const lost = Promise.withResolvers<{ readonly error: unknown }>();
  const core = new CoreServices(coreServices(options, { ...parts, ...coach, program }), {
    logger,
    clock: parts.clock,
    onSafeState(reason) {
      coach.hub.setSafe(reason);
      program.noteProblems();
    },
    onLost: (error) => lost.resolve({ error }),
  });
  program.core = core;
  try {
    // The port first: when it is taken, nothing has been put on the bus yet.
    const { url } = program.server.start();
    await core.start();
    for (const note of parts.doneBefore.splice(0)) program.note(note);
    await program.features.start();
    await storage.running();
    surroundings.output.out(`CoachIQ ${version} on ${url}\n`);
    program.notifier.ready();
  } catch (error) {
    await stopAll(program, core);
    inCharge.hub = undefined;
    // A wrong interface is no fault of the database: such starts must not add up to recovery mode.
    if (error instanceof CliError) await storage.forgive();
    throw error;
  }
  logger.info("Started", {
    coach: coach.mapping.effective().id,
    can: buses.ports.map((port) => port.interfaceName).join(","),
  });
  const failure = await Promise.race([signal.stopped.then(() => undefined), lost.promise]);
  const isDamaged = failure?.error instanceof StoreError;
  logger.info("Stopping");
  if (isDamaged) program.notifier.handOver();
  else program.notifier.stopping();
  await stopAll(program, core);
  inCharge.hub = undefined;
  if (!failure) return { kind: "stopped" };
  if (isDamaged) return { kind: "damaged", reason: messageOf(failure.error) };
  throw new CliError(`Cannot go on: ${messageOf(failure.error)}. This is a mistake in CoachIQ, the log says more`, {
    cause: failure.error,
  });
}

/** Phones are told first; states are flushed last. */
async function stopAll(program: Program, core: CoreServices): Promise<void> {
  await program.server.stop();
  await program.features.stop();
  await core.stop();
}

/** The hub, and the mapping that says what is on it: one follows the other. */
function makeCoach(
  options: ServeOptions,
  parts: CoachParts,
): { readonly hub: Hub; readonly mapping: CoachMapping } {
  const { surroundings, logging, protocol, buses, storage, configuration } = parts;
  const { can: { source_address: sourceAddress } } = configuration.effective;
  const hub = new Hub({
    clock: systemClock,
    logger: logging.of("hub"),
    armingMs: () => configuration.effective.safety.arming_seconds * 1000,
    protocol,
    ports: buses.ports,
    definitions: [],
    identity: ourIdentity({ tables: protocol.tables, machineId: machineId(), version, sourceAddress }),
  });
  parts.inCharge.hub = hub;
  const mapping = new CoachMapping({
    storage,
    folder: modelsFolder(surroundings),
    protocol,
    clock: systemClock,
    logger: logging.of("coach"),
    firstModel: firstModel(options.can),
    ...(options.model === undefined ? {} : { model: options.model }),
  });
  mapping.subscribe(() => hub.setDefinitions(mapping.effective().entities, { protocol: mapping.protocol() }));
  return { hub, mapping };
}
