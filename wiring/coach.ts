import { systemClock } from "../lib/base/mod.ts";
import { CliError, coachService, firstModel, requirePresent, type ServeOptions } from "../lib/cli/mod.ts";
import {
  answerMappingCall,
  CoachMapping,
  CoachModelError,
  type CoreService,
  CoreServices,
  MappingError,
  StateKeeper,
  type Storage,
  version,
} from "../lib/core/mod.ts";
import { Hub, ourIdentity } from "../lib/hub/mod.ts";
import type { Buses } from "./buses.ts";
import { machineId } from "./inputs.ts";
import { followDatabase } from "./configuration.ts";
import { isService } from "./notifier.ts";
import { makeProgram, type Program } from "./program.ts";
import type { CoachParts } from "./parts.ts";
import { messageOf, modelsFolder } from "./surroundings.ts";

/** Runs until told to stop. @throws when a part cannot start; everything is stopped again then. */
export async function runCoach(options: ServeOptions, parts: CoachParts): Promise<number> {
  const { surroundings, logging: { logger }, signal, buses, storage } = parts;
  const coach = makeCoach(options, parts);
  const program = makeProgram(options, { ...parts, ...coach });
  const core = new CoreServices(coreServices(options, { ...parts, ...coach, program }), {
    logger,
    clock: systemClock,
    onSafeState: (reason) => coach.hub.setSafe(reason),
  });
  program.core = core;
  try {
    // The port first: when it is taken, nothing has been put on the bus yet.
    const { url } = program.server.start();
    await core.start();
    await program.features.start();
    await storage.running();
    surroundings.output.out(`CoachIQ ${version} on ${url}\n`);
    program.notifier.ready();
  } catch (error) {
    await program.server.stop();
    await core.stop();
    // A wrong interface is no fault of the database: such starts must not add up to recovery mode.
    if (error instanceof CliError) await storage.forgive();
    throw error;
  }
  logger.info("Started", {
    coach: coach.mapping.effective().id,
    can: buses.ports.map((port) => port.interfaceName).join(","),
  });
  await signal.stopped;
  logger.info("Stopping");
  program.notifier.stopping();
  await program.server.stop();
  await program.features.stop();
  await core.stop();
  return 0;
}

/** The core, in the order of its start. No key of the configuration switches any of it off. */
function coreServices(
  options: ServeOptions,
  parts: CoachParts & { readonly hub: Hub; readonly mapping: CoachMapping; readonly program: Program },
): readonly CoreService[] {
  const { storage, buses, hub, mapping, configuration, program, protocol, logging } = parts;
  const keeper = new StateKeeper({ hub, store: storage.store });
  return [
    { name: "storage", start: () => storage.start(), stop: () => storage.stop() },
    ...(options.autoMigrate
      ? [{ name: "update", start: () => updateAtStart(storage), stop: () => Promise.resolve() }]
      : []),
    mappingService(mapping, storage),
    {
      name: "configuration",
      async start() {
        followDatabase(configuration, { storage, mapping, tables: protocol.tables, logger: logging.of("config") });
        await configuration.watch();
      },
      stop: () => Promise.resolve(),
    },
    { name: "states", start: () => keeper.start(), stop: () => keeper.stop() },
    { name: "recording", start: () => Promise.resolve(), stop: () => program.recording.stop() },
    ...(buses.simulate ? [simulatorService(buses.simulate, mapping)] : []),
    hubService(hub, buses, { mustBePresent: !isService(parts.surroundings) }),
    { name: "websocket", start: () => program.start(), stop: () => program.stop() },
  ];
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

/** Brings an older database to the newest schema before anything uses it. @throws with the reason when it fails. */
async function updateAtStart(storage: Storage): Promise<void> {
  const request = { actor: "development", confirm: true, parked: true };
  if (!(await storage.updater.status(request)).needsUpdate) return;
  const { done } = await storage.updater.update(request);
  const { state, message } = await done;
  if (state === "failed") throw new Error(message);
}

/** A model that cannot be used is a mistake of who named it, one sentence and no more. */
function mappingService(mapping: CoachMapping, storage: Storage): CoreService {
  let silence = () => {};
  return {
    name: "coach",
    async start() {
      try {
        await mapping.start();
        silence = storage.answerCalls(coachService, (body) => answerMappingCall(mapping, body));
      } catch (cause) {
        if (cause instanceof CoachModelError) throw new CliError(cause.message, { cause });
        if (!(cause instanceof MappingError)) throw cause;
        throw new CliError([`${cause.message}.`, ...cause.errors].join("\n"), { cause });
      }
    },
    stop() {
      silence();
      return mapping.stop();
    },
  };
}

/** A coach that is what the mapping says at the start: what is edited later it does not know, as any coach. */
function simulatorService(simulate: NonNullable<Buses["simulate"]>, mapping: CoachMapping): CoreService {
  let simulator: ReturnType<typeof simulate> | undefined;
  return {
    name: "simulator",
    start() {
      simulator = simulate(mapping.effective().entities, mapping.protocol());
      return simulator.start();
    },
    stop: () => simulator?.stop() ?? Promise.resolve(),
  };
}

/**
 * The hub on its interfaces; one that is not there at the start is a mistake, one that goes away later is a state. For a
 * service it is a state from the start: the adapter may be slow, or come back tomorrow, and the page tells.
 */
function hubService(hub: Hub, buses: Buses, { mustBePresent }: { readonly mustBePresent: boolean }): CoreService {
  return {
    name: "hub",
    async start() {
      try {
        await hub.start();
      } catch (cause) {
        throw new CliError(messageOf(cause), { cause });
      }
      if (!mustBePresent) return;
      try {
        for (const port of buses.ports) requirePresent(port.status());
      } catch (error) {
        await hub.stop();
        throw error;
      }
    },
    stop: () => hub.stop(),
  };
}
