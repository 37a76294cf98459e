/**
 * Wiring only: arguments → services → HTTP; stops in reverse on SIGTERM and SIGINT.
 *
 * The one file that reads arguments and environment, makes things and hands them to each other.
 *
 * @module
 */
import { type Logger, systemClock } from "./lib/base/mod.ts";
import {
  type CanPort,
  logFile,
  logInterfaces,
  ReplayPort,
  SocketCanPoller,
  SocketCanPort,
  VirtualBus,
} from "./lib/can/mod.ts";
import {
  CliError,
  type CommandHandlers,
  decodeFile,
  describeCounts,
  doctor,
  isLoopback,
  printVersion,
  recordBus,
  replayLog,
  requirePresent,
  runCommandLine,
  type ServeOptions,
  standardOutput,
} from "./lib/cli/mod.ts";
import {
  CoachModelError,
  CoreServices,
  healthOf,
  parseBuildInfo,
  readModel,
  Recording,
  startLogging,
  version,
} from "./lib/core/mod.ts";
import { createApp, HubServices, loadAssets, WebServer } from "./lib/http/mod.ts";
import { Hub, ourIdentity } from "./lib/hub/mod.ts";
import { createProtocol, embeddedTables, parseTables, type Protocol } from "./lib/protocol/mod.ts";
import { createSimulator, type Simulator } from "./lib/simulator/mod.ts";
import { routes } from "./routes/mod.ts";

const base = new URL("./", import.meta.url);
const modelsFolder = new URL("reference/models/", base);
const siteFolder = new URL("dist/web/", base);

const output = {
  out: (text: string) => write(Deno.stdout, text),
  err: (text: string) => write(Deno.stderr, text),
};

function write(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += stream.writeSync(bytes.subarray(at));
}

/** Settles at the first SIGTERM or SIGINT; a second one ends the program at once. */
function stopSignal(): { readonly stopped: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  let asked = false;
  const stop = () => {
    if (asked) Deno.exit(1);
    asked = true;
    resolve();
  };
  Deno.addSignalListener("SIGTERM", stop);
  Deno.addSignalListener("SIGINT", stop);
  return { stopped: promise };
}

function machineId(): string {
  try {
    return Deno.readTextFileSync("/etc/machine-id").trim();
  } catch {
    return Deno.hostname();
  }
}

function protocolFor(referenceDir: string | undefined): Protocol {
  if (referenceDir === undefined) return createProtocol(embeddedTables());
  const read = (name: string): string => {
    try {
      return Deno.readTextFileSync(`${referenceDir}/${name}`);
    } catch (cause) {
      throw new CliError(`Cannot read protocol tables "${referenceDir}/${name}": ${messageOf(cause)}`, { cause });
    }
  };
  try {
    return createProtocol(parseTables({ rvc: JSON.parse(read("rvc.json")), j1939: JSON.parse(read("j1939.json")) }));
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw new CliError(`Cannot use protocol tables in "${referenceDir}": ${messageOf(cause)}`, { cause });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function dataFolder(options: ServeOptions): string {
  if (options.dataDir !== undefined) return options.dataDir;
  if (options.profile !== "development") return "/var/lib/coachiq";
  const temporary = Deno.env.get("TMPDIR") ?? "/tmp";
  return `${temporary}/coachiq-dev-${Deno.env.get("USER") ?? "user"}`;
}

/** Why this server shows but does not command; absent: it may. */
function readOnlyReason(host: string): string | undefined {
  if (isLoopback(host)) return undefined;
  return "This server can be reached from the network and has no accounts, so it shows the coach and changes nothing.";
}

interface Buses {
  readonly ports: readonly CanPort[];
  /** The simulated coach, for `--can sim`. */
  readonly simulator: Simulator | undefined;
}

async function openBuses(
  options: ServeOptions,
  parts: { readonly protocol: Protocol; readonly hubDefinitions: Definitions },
): Promise<Buses> {
  const { can } = options;
  switch (can.kind) {
    case "sim": {
      const bus = new VirtualBus({ clock: systemClock });
      const simulator = createSimulator({
        definitions: parts.hubDefinitions,
        protocol: parts.protocol,
        ports: [bus.port("coach")],
        clock: systemClock,
        seed: 1,
      });
      return { ports: [bus.port("sim")], simulator };
    }
    case "replay":
      return { ports: await replayPorts(can.file), simulator: undefined };
    case "interfaces": {
      const poller = new SocketCanPoller(systemClock);
      return {
        ports: can.names.map((name) => new SocketCanPort(name, { clock: systemClock, poller })),
        simulator: undefined,
      };
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

type Definitions = Parameters<Hub["setDefinitions"]>[0];

async function serve(options: ServeOptions): Promise<number> {
  const logger = await startLogging(options.logLevel, (line) => output.err(`${line}\n`));
  if (options.profile === "development" && !isLoopback(options.host)) {
    throw new CliError(
      `Cannot listen on "${options.host}": the development profile has no accounts and listens on 127.0.0.1 alone`,
    );
  }
  const signal = stopSignal();
  const protocol = protocolFor(options.referenceDir);
  const model = modelNamed(options.model);
  const { ports, simulator } = await openBuses(options, { protocol, hubDefinitions: model.entities });
  const { tables } = protocol;
  const hub = new Hub({
    clock: systemClock,
    logger,
    protocol,
    ports,
    definitions: model.entities,
    identity: ourIdentity({ tables, machineId: machineId(), version }),
  });
  const recording = new Recording({
    folder: `${dataFolder(options)}/logs`,
    fileName: () => `${new Date().toISOString().replaceAll(/[:.]/g, "-")}.log`,
  });
  hub.subscribe({ onFrames: (frames) => recording.onFrames(frames) });
  const coach = { id: model.id, name: model.name, areas: model.areas };
  const startedMs = systemClock.monotonicMs();
  const readOnlyBecause = readOnlyReason(options.host);
  const services = new HubServices({
    hub,
    clock: systemClock,
    protocol,
    coach: () => coach,
    recording,
    simulated: simulator !== undefined,
    health: () => ({
      ...healthOf(hub, { uptimeS: (systemClock.monotonicMs() - startedMs) / 1000 }),
      version,
      simulated: simulator !== undefined,
      coach: { id: model.id, name: model.name },
    }),
    ...(readOnlyBecause === undefined ? {} : { readOnlyBecause }),
  });
  const server = webServer(services, { options, logger });
  const core = coreServices({ hub, simulator, services, recording, ports, logger });
  try {
    // The port first: when it is taken, nothing has been put on the bus yet.
    const { url } = server.start();
    await core.start();
    output.out(`CoachIQ ${version} on ${url}\n`);
  } catch (error) {
    await server.stop();
    throw error instanceof CliError ? error : new CliError(messageOf(error), { cause: error });
  }
  logger.info("Started", { coach: model.id, can: ports.map((port) => port.interfaceName).join(",") });
  await signal.stopped;
  logger.info("Stopping");
  await server.stop();
  await core.stop();
  return 0;
}

function modelNamed(id: string) {
  try {
    return readModel(id, modelsFolder);
  } catch (error) {
    throw error instanceof CoachModelError ? new CliError(error.message, { cause: error }) : error;
  }
}

function webServer(
  services: HubServices,
  parts: { readonly options: ServeOptions; readonly logger: Logger },
): WebServer {
  const { options: { host, port }, logger } = parts;
  const app = createApp({
    services,
    assets: loadAssets(siteFolder),
    routes,
    clock: systemClock,
    logger,
    listening: { loopbackOnly: isLoopback(host) },
  });
  return new WebServer(app, { hostname: host, port, logger });
}

/** In the order in which they start; the first to start is the last to stop. */
function coreServices(parts: {
  readonly hub: Hub;
  readonly simulator: Simulator | undefined;
  readonly services: HubServices;
  readonly recording: Recording;
  readonly ports: readonly CanPort[];
  readonly logger: Logger;
}): CoreServices {
  const { hub, simulator, services, recording, ports, logger } = parts;
  const nothing = () => [];
  return new CoreServices([
    { name: "recording", start: () => Promise.resolve(), stop: () => recording.stop(), problems: nothing },
    ...(simulator
      ? [{ name: "simulator", start: () => simulator.start(), stop: () => simulator.stop(), problems: nothing }]
      : []),
    {
      name: "hub",
      start: async () => {
        await hub.start();
        try {
          for (const port of ports) requirePresent(port.status());
        } catch (error) {
          await hub.stop();
          throw error;
        }
      },
      stop: () => hub.stop(),
      problems: nothing,
    },
    {
      name: "services",
      start: () => Promise.resolve(services.start()),
      stop: () => Promise.resolve(services.stop()),
      problems: nothing,
    },
  ], { logger, clock: systemClock });
}

async function simulate(options: { readonly can: string; readonly model: string }): Promise<number> {
  const signal = stopSignal();
  const model = modelNamed(options.model);
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
  output.err(`Simulating ${model.name} on ${options.can}; end with Ctrl-C\n`);
  await signal.stopped;
  await simulator.stop();
  return 0;
}

function buildInfoText(): string | undefined {
  try {
    return Deno.readTextFileSync(new URL("build_info.json", base));
  } catch {
    return undefined;
  }
}

const handlers: CommandHandlers = {
  serve,
  simulate,
  async decode(options) {
    const counts = await decodeFile(options, { codec: createProtocol().codec, sink: standardOutput() });
    output.err(`${describeCounts(counts)}\n`);
    return 0;
  },
  record: (options) =>
    recordBus(options, { port: new SocketCanPort(options.can, { clock: systemClock }), stop: stopSignal(), output }),
  replay: (options) =>
    replayLog(options, { port: new SocketCanPort(options.can, { clock: systemClock }), stop: stopSignal(), output }),
  doctor: (options) => Promise.resolve(doctor(options, { output, siteFolder })),
  version: (options) =>
    Promise.resolve(printVersion(options, { output, version, build: parseBuildInfo(buildInfoText()) })),
};

if (import.meta.main) {
  try {
    Deno.exit(await runCommandLine(Deno.args, { handlers, output, version }));
  } catch (error) {
    // A reader that went away (`| head`) is the end, not a failure.
    if (error instanceof Deno.errors.BrokenPipe) Deno.exit(0);
    output.err(`${error instanceof Error ? error.stack ?? error.message : String(error)}\n`);
    Deno.exit(1);
  }
}
