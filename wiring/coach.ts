import { type Logger, systemClock } from "../lib/base/mod.ts";
import { CliError, coachService, firstModel, requirePresent, type ServeOptions } from "../lib/cli/mod.ts";
import {
  answerMappingCall,
  CoachMapping,
  CoachModelError,
  type CoreService,
  CoreServices,
  MappingError,
  Recording,
  StateKeeper,
  type Storage,
  version,
} from "../lib/core/mod.ts";
import { Hub, ourIdentity } from "../lib/hub/mod.ts";
import type { Protocol } from "../lib/protocol/mod.ts";
import type { Buses } from "./buses.ts";
import { machineId } from "./inputs.ts";
import { makeSite } from "./site.ts";
import type { CoachInCharge } from "./storage.ts";
import { messageOf, modelsFolder, type StopSignal, type Surroundings } from "./surroundings.ts";

/** Everything the coach runs on. */
export interface CoachParts {
  readonly surroundings: Surroundings;
  readonly logger: Logger;
  readonly signal: StopSignal;
  readonly protocol: Protocol;
  readonly buses: Buses;
  readonly storage: Storage;
  readonly inCharge: CoachInCharge;
}

/** Runs until told to stop. @throws when a part cannot start; everything is stopped again then. */
export async function runCoach(options: ServeOptions, parts: CoachParts): Promise<number> {
  const { surroundings, logger, signal, buses, storage } = parts;
  const { hub, mapping } = makeCoach(options, parts);
  const recording = new Recording({
    folder: `${storage.dataDir}/logs`,
    fileName: () => `${new Date().toISOString().replaceAll(/[:.]/g, "-")}.log`,
  });
  hub.subscribe({ onFrames: (frames) => recording.onFrames(frames) });
  const simulated = buses.simulate !== undefined;
  const { services, server } = makeSite(options, { ...parts, hub, mapping, recording, simulated });
  const keeper = new StateKeeper({ hub, store: storage.store });
  const core = new CoreServices([
    { name: "storage", start: () => storage.start(), stop: () => storage.stop() },
    ...(options.autoMigrate
      ? [{ name: "update", start: () => updateAtStart(storage), stop: () => Promise.resolve() }]
      : []),
    mappingService(mapping, storage),
    { name: "states", start: () => keeper.start(), stop: () => keeper.stop() },
    { name: "recording", start: () => Promise.resolve(), stop: () => recording.stop() },
    ...(buses.simulate ? [simulatorService(buses.simulate, mapping)] : []),
    hubService(hub, buses),
    {
      name: "services",
      start: () => Promise.resolve(services.start()),
      stop: () => Promise.resolve(services.stop()),
    },
  ], { logger, clock: systemClock });
  try {
    // The port first: when it is taken, nothing has been put on the bus yet.
    const { url } = server.start();
    await core.start();
    await storage.running();
    surroundings.output.out(`CoachIQ ${version} on ${url}\n`);
  } catch (error) {
    await server.stop();
    await core.stop();
    // A wrong interface is no fault of the database: such starts must not add up to recovery mode.
    if (error instanceof CliError) await storage.forgive();
    throw error;
  }
  logger.info("Started", {
    coach: mapping.effective().id,
    can: buses.ports.map((port) => port.interfaceName).join(","),
  });
  await signal.stopped;
  logger.info("Stopping");
  await server.stop();
  await core.stop();
  return 0;
}

/** The hub, and the mapping that says what is on it: one follows the other. */
function makeCoach(
  options: ServeOptions,
  parts: CoachParts,
): { readonly hub: Hub; readonly mapping: CoachMapping } {
  const { surroundings, logger, protocol, buses, storage } = parts;
  const hub = new Hub({
    clock: systemClock,
    logger,
    protocol,
    ports: buses.ports,
    definitions: [],
    identity: ourIdentity({ tables: protocol.tables, machineId: machineId(), version }),
  });
  parts.inCharge.hub = hub;
  const mapping = new CoachMapping({
    storage,
    folder: modelsFolder(surroundings),
    protocol,
    clock: systemClock,
    logger,
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
    problems: () => mapping.problems(),
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

/** The hub on its interfaces; one that is not there at the start is a mistake, one that goes away later is a state. */
function hubService(hub: Hub, buses: Buses): CoreService {
  return {
    name: "hub",
    async start() {
      try {
        await hub.start();
      } catch (cause) {
        throw new CliError(messageOf(cause), { cause });
      }
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
