import { CliError, coachService, requirePresent, type ServeOptions } from "../lib/cli/mod.ts";
import {
  answerMappingCall,
  type AuditNote,
  type CoachMapping,
  CoachModelError,
  type CoreService,
  MappingError,
  StateKeeper,
  type Storage,
} from "../lib/core/mod.ts";
import type { Hub } from "../lib/hub/mod.ts";
import type { Buses } from "./buses.ts";
import { followDatabase } from "./configuration.ts";
import { isService } from "./notifier.ts";
import type { CoachParts } from "./parts.ts";
import type { Program } from "./program.ts";
import { messageOf } from "./surroundings.ts";

/** What the core services are made of. */
export interface CoreParts extends CoachParts {
  readonly hub: Hub;
  readonly mapping: CoachMapping;
  readonly program: Program;
}

/** Longest the databases may take to open, ms. A card may be slow: giving up would count a sound start as failed. */
const storageStartMs = 120_000;
/** Longest the data may take to be written at the stop, ms. */
const storageStopMs = 2000;
/** The same with databases in memory: a card is slow, and the unit waits for it for 120 s. */
const cardStopMs = 100_000;
/** Open requests are waited for, ms. */
const siteStopMs = 1500;

/**
 * The core, in the order of its start. No key of the configuration switches any of it off. Each says how it fails after
 * its start, where that can be seen.
 */
export function coreServices(options: ServeOptions, parts: CoreParts): readonly CoreService[] {
  const { storage, buses, hub, mapping, program } = parts;
  const keeper = new StateKeeper({ hub, store: storage.store });
  return [
    {
      name: "storage",
      start: () => storage.start(),
      stop: () => storage.stop(),
      startLimitMs: storageStartMs,
      stopLimitMs: storage.cardSync ? cardStopMs : storageStopMs,
      onFailure: (report) => void storage.subscribeDamaged(report),
      restarts: "program",
    },
    ...(options.autoMigrate
      ? [{ name: "update", start: () => updateAtStart(storage), stop: () => Promise.resolve() }]
      : []),
    mappingService(mapping, { storage, note: (note) => program.note(note) }),
    configurationService(parts),
    { name: "states", start: () => keeper.start(), stop: () => keeper.stop() },
    { name: "recording", start: () => Promise.resolve(), stop: () => program.recording.stop() },
    ...(buses.simulate ? [simulatorService(buses.simulate, mapping)] : []),
    hubService(hub, buses, { mustBePresent: !isService(parts.surroundings) }),
    siteService(program),
    {
      name: "program",
      start: () => Promise.resolve(),
      stop: () => Promise.resolve(),
      onFailure: (report) => void program.crashes.subscribe(report),
      restarts: "program",
    },
  ];
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
function mappingService(
  mapping: CoachMapping,
  { storage, note }: { readonly storage: Storage; readonly note: (note: AuditNote) => void },
): CoreService {
  let silence = () => {};
  return {
    name: "coach",
    async start() {
      try {
        await mapping.start();
        silence = storage.answerCalls(coachService, (body) => answerMappingCall(mapping, body, { note }));
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
    onFailure: (report) => void mapping.subscribeFailure(report),
  };
}

/** Layers of the database and changes by others are followed. */
function configurationService(parts: CoreParts): CoreService {
  const { configuration, storage, mapping, protocol, logging } = parts;
  let unfollow = () => {};
  return {
    name: "configuration",
    async start() {
      const { tables } = protocol;
      unfollow = followDatabase(configuration, { storage, mapping, tables, logger: logging.of("config") });
      await configuration.watch();
    },
    stop() {
      unfollow();
      return configuration.stop();
    },
    onFailure: (report) => void configuration.subscribeFailure(report),
  };
}

/** A coach that is what the mapping says at its start: what is edited later it does not know, as any coach. */
function simulatorService(simulate: NonNullable<Buses["simulate"]>, mapping: CoachMapping): CoreService {
  let simulator: ReturnType<typeof simulate> | undefined;
  let onFailure = (_error: unknown) => {};
  return {
    name: "simulator",
    start() {
      simulator = simulate(mapping.effective().entities, { protocol: mapping.protocol(), onFailure });
      return simulator.start();
    },
    stop: () => simulator?.stop() ?? Promise.resolve(),
    onFailure: (report) => onFailure = report,
  };
}

/**
 * The hub on its interfaces; one that is not there at the first start is a mistake, one that goes away later is a state.
 * For a service it is a state from the start: the adapter may be slow, or come back tomorrow, and the page tells.
 */
function hubService(hub: Hub, buses: Buses, { mustBePresent }: { readonly mustBePresent: boolean }): CoreService {
  let hasStarted = !mustBePresent;
  return {
    name: "hub",
    async start() {
      try {
        await hub.start();
      } catch (cause) {
        throw new CliError(messageOf(cause), { cause });
      }
      if (hasStarted) return;
      try {
        for (const port of buses.ports) requirePresent(port.status());
      } catch (error) {
        await hub.stop();
        throw error;
      }
      hasStarted = true;
    },
    stop: () => hub.stop(),
    onFailure: (report) => void hub.subscribe({ onFailure: report }),
  };
}

/** The site listens before the others start, so that a port that is taken is the first thing to be known. */
function siteService(program: Program): CoreService {
  return {
    name: "websocket",
    async start() {
      await program.start();
      if (!program.server.isListening) program.server.start();
    },
    async stop() {
      await program.server.stop();
      await program.stop();
    },
    stopLimitMs: siteStopMs,
    onFailure: (report) => void program.server.subscribeFailure(report),
  };
}
