/**
 * Arguments and environment → commands. The one file that reads either; `wiring/` makes things and hands them to each
 * other.
 *
 * @module
 */
import { type CommandHandlers, runCommandLine } from "./lib/cli/command_line.ts";
import { printVersion } from "./lib/cli/version.ts";
import { type BuildInfo, parseBuildInfo, version } from "./lib/core/version.ts";
import type { Surroundings } from "./wiring/surroundings.ts";

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

const withEnvironment = () => ({ ...surroundings, environment: Deno.env.toObject() });
const withBuild = () => ({ ...surroundings, build: buildInfo() });

/** Each command loads its own parts when it is asked for: all of the program takes a Pi a second or two to load. */
const handlers: CommandHandlers = {
  serve: async (flags) => (await import("./wiring/serve.ts")).serve(flags, withEnvironment()),
  simulate: async (options) => (await import("./wiring/simulate.ts")).simulate(options, surroundings),
  decode: async (options) => (await import("./wiring/frames.ts")).decode(options, surroundings),
  record: async (options) => (await import("./wiring/frames.ts")).record(options, surroundings),
  replay: async (options) => (await import("./wiring/frames.ts")).replay(options, surroundings),
  install: async (request) => (await import("./wiring/setup.ts")).install(request, withBuild()),
  uninstall: async (request) => (await import("./wiring/setup.ts")).uninstall(request, withBuild()),
  upgrade: async (request) => (await import("./wiring/setup.ts")).upgrade(request, withBuild()),
  can: async (request) => (await import("./wiring/machine.ts")).can(request, withEnvironment()),
  account: async (request) => (await import("./wiring/account_command.ts")).account(request, withEnvironment()),
  coach: async (request) => (await import("./wiring/coach_command.ts")).coachCommand(request, withEnvironment()),
  config: async (request) => (await import("./wiring/config.ts")).config(request, withEnvironment()),
  db: async (request) => (await import("./wiring/db.ts")).db(request, withEnvironment()),
  importLegacy: async (request) => (await import("./wiring/import_legacy.ts")).importLegacy(request, withEnvironment()),
  sync: async (request) => (await import("./wiring/sync.ts")).sync(request, withEnvironment()),
  doctor: async (options) => (await import("./wiring/machine.ts")).doctor(options, surroundings),
  version: (options) => Promise.resolve(printVersion(options, { output, version, build: buildInfo() })),
};

try {
  Deno.exit(await runCommandLine(Deno.args, { handlers, output, version }));
} catch (error) {
  // A reader that went away (`| head`) is the end, not a failure.
  if (error instanceof Deno.errors.BrokenPipe) Deno.exit(0);
  output.err(`${error instanceof Error ? error.stack ?? error.message : String(error)}\n`);
  Deno.exit(1);
}
