/**
 * Arguments and environment → commands. The one file that reads either; `wiring/` makes things and hands them to each
 * other.
 *
 * @module
 */
import { systemClock } from "./lib/base/mod.ts";
import { SocketCanPort } from "./lib/can/mod.ts";
import {
  type CommandHandlers,
  decodeFile,
  describeCounts,
  doctor,
  printVersion,
  recordBus,
  replayLog,
  runCommandLine,
  runInstall,
  runUninstall,
  runUpgrade,
  standardOutput,
} from "./lib/cli/mod.ts";
import { type BuildInfo, parseBuildInfo, version } from "./lib/core/mod.ts";
import { createProtocol } from "./lib/protocol/mod.ts";
import { account } from "./wiring/account_command.ts";
import { coachCommand } from "./wiring/coach_command.ts";
import { config } from "./wiring/config.ts";
import { db } from "./wiring/db.ts";
import { importLegacy } from "./wiring/import_legacy.ts";
import { serve, simulate, type Surroundings } from "./wiring/mod.ts";
import { can, doctorParts, setupParts, withSelf } from "./wiring/setup.ts";
import { sync } from "./wiring/sync.ts";
import { stopSignal } from "./wiring/surroundings.ts";

const output = {
  out: (text: string) => write(Deno.stdout, text),
  err: (text: string) => write(Deno.stderr, text),
};

function write(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += stream.writeSync(bytes.subarray(at));
}

const surroundings: Surroundings = {
  base: new URL("./", import.meta.url),
  output,
  temporaryFolder: Deno.env.get("TMPDIR") ?? "/tmp",
  userName: Deno.env.get("USER") ?? "user",
};

function buildInfo(): BuildInfo {
  return parseBuildInfo(buildInfoText());
}

function buildInfoText(): string | undefined {
  try {
    return Deno.readTextFileSync(new URL("build_info.json", surroundings.base));
  } catch {
    return undefined;
  }
}

const handlers: CommandHandlers = {
  serve: (flags) => serve(flags, { ...surroundings, environment: Deno.env.toObject() }),
  simulate: (options) => simulate(options, surroundings),
  async decode(options) {
    const counts = await decodeFile(options, { codec: createProtocol().codec, sink: standardOutput() });
    output.err(`${describeCounts(counts)}\n`);
    return 0;
  },
  record: (options) =>
    recordBus(options, { port: new SocketCanPort(options.can, { clock: systemClock }), stop: stopSignal(), output }),
  replay: (options) =>
    replayLog(options, { port: new SocketCanPort(options.can, { clock: systemClock }), stop: stopSignal(), output }),
  install: (request) => runInstall(withSelf(request, buildInfo()), setupParts(surroundings)),
  uninstall: (request) => runUninstall(withSelf(request, buildInfo()), setupParts(surroundings)),
  upgrade: (request) => runUpgrade(withSelf(request, buildInfo()), setupParts(surroundings)),
  can: (request) => can(request, { ...surroundings, environment: Deno.env.toObject() }),
  account: (request) => account(request, surroundings),
  coach: (request) => coachCommand(request, surroundings),
  config: (request) => config(request, { ...surroundings, environment: Deno.env.toObject() }),
  db: (request) => db(request, surroundings),
  importLegacy: (request) => importLegacy(request, { ...surroundings, environment: Deno.env.toObject() }),
  sync: (request) => sync(request, surroundings),
  doctor: (options) => doctor(options, doctorParts(surroundings)),
  version: (options) => Promise.resolve(printVersion(options, { output, version, build: buildInfo() })),
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
