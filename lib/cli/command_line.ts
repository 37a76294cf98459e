import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { logLevels, parseCanChoice, storageProfiles } from "./serve_options.ts";
import type { CanChoice } from "./serve_options.ts";
import type { ServeFlags } from "./serve_flags.ts";
import { CliError } from "./cli_error.ts";
import { addSync, type SyncRequest } from "./sync_command.ts";
import { addAccount } from "./account_command.ts";
import type { AccountRequest } from "./account_request.ts";
import { addCan, type CanRequest } from "./can_command.ts";
import { addCoach } from "./coach_command.ts";
import type { CoachRequest } from "./coach_request.ts";
import { addConfig } from "./config_command.ts";
import type { ConfigRequest } from "./config_request.ts";
import { addDb } from "./db_command.ts";
import type { DbRequest } from "./db_request.ts";
import type { DecodeOptions } from "./decode.ts";
import { addImportLegacy } from "./legacy_command.ts";
import type { LegacyRequest } from "./legacy_request.ts";
import { addSetup } from "./setup_command.ts";
import type { InstallRequest, UninstallRequest, UpgradeRequest } from "./setup_request.ts";

/** What each sub-command does; handed in, so that this file only parses. Each answers the exit code. */
export interface CommandHandlers {
  serve(flags: ServeFlags): Promise<number>;
  simulate(options: { readonly can: string; readonly model: string }): Promise<number>;
  decode(options: DecodeOptions): Promise<number>;
  record(options: { readonly can: string; readonly output: string; readonly maxMegabytes: number }): Promise<number>;
  replay(
    options: { readonly file: string; readonly can: string; readonly speed: number; readonly loop: boolean },
  ): Promise<
    number
  >;
  install(request: InstallRequest): Promise<number>;
  uninstall(request: UninstallRequest): Promise<number>;
  upgrade(request: UpgradeRequest): Promise<number>;
  can(request: CanRequest): Promise<number>;
  account(request: AccountRequest): Promise<number>;
  coach(request: CoachRequest): Promise<number>;
  config(request: ConfigRequest): Promise<number>;
  db(request: DbRequest): Promise<number>;
  importLegacy(request: LegacyRequest): Promise<number>;
  sync(request: SyncRequest): Promise<number>;
  doctor(options: { readonly json: boolean; readonly can?: readonly string[] }): Promise<number>;
  version(options: { readonly json: boolean }): Promise<number>;
}

/** Where the parser writes. */
export interface CliOutput {
  out(text: string): void;
  err(text: string): void;
}

/** Exit codes: 0 done, 1 refused or failed, 2 wrong use. */
export async function runCommandLine(args: readonly string[], options: {
  readonly handlers: CommandHandlers;
  readonly output: CliOutput;
  readonly version: string;
}): Promise<number> {
  const { handlers, output } = options;
  let exitCode = 0;
  const keep = async (code: Promise<number>) => {
    exitCode = await code;
  };
  const program = new Command("coachiq")
    .description("Runs a motorhome: RV-C on CAN, live on a phone.")
    .version(options.version, "-V, --version", "print the version")
    .exitOverride()
    .configureOutput({ writeOut: output.out, writeErr: output.err })
    .showHelpAfterError("Try --help.");
  addServe(program, (serve) => keep(handlers.serve(serve)));
  addBusCommands(program, { handlers, keep });
  addDecode(program, (decode) => keep(handlers.decode(decode)));
  addSetup(program, {
    install: (request) => keep(handlers.install(request)),
    uninstall: (request) => keep(handlers.uninstall(request)),
    upgrade: (request) => keep(handlers.upgrade(request)),
  });
  addCan(program, (request) => keep(handlers.can(request)));
  addAccount(program, (request) => keep(handlers.account(request)));
  addCoach(program, (request) => keep(handlers.coach(request)));
  addConfig(program, (request) => keep(handlers.config(request)));
  addDb(program, (request) => keep(handlers.db(request)));
  addImportLegacy(program, (request) => keep(handlers.importLegacy(request)));
  addSync(program, (request) => keep(handlers.sync(request)));
  program.command("doctor")
    .description("tell what this machine has and what is missing")
    .option("--json", "print JSON", false)
    .option("--can <interfaces>", "interfaces to look at, comma-separated", list)
    .action((o: { json: boolean; can?: string[] }) => keep(handlers.doctor(o)));
  program.command("version")
    .description("print version, build and runtime")
    .option("--json", "print JSON", false)
    .action((o: { json: boolean }) => keep(handlers.version(o)));
  try {
    await program.parseAsync([...args], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof CliError) {
      output.err(`${error.message}\n`);
      return 1;
    }
    throw error;
  }
  return exitCode;
}

function addServe(program: Command, run: (flags: ServeFlags) => Promise<void>): void {
  program.command("serve", { isDefault: true })
    .description("run the server (the default command)")
    .option("--host <address>", "address to listen on (default: server.host of the configuration, 127.0.0.1)")
    .option(
      "--port <number>",
      "port to listen on, 0 for any free one (default: server.port, 8080)",
      integerFrom(0, 65535),
    )
    .addOption(
      new Option("--profile <name>", "storage profile (default: ssd, or custom with --data-dir)")
        .choices(storageProfiles),
    )
    .option("--data-dir <folder>", "folder for what the program keeps, instead of the profile's own")
    .option(
      "--model <id>",
      "coach model to run with from now on, by id or as a .yml file (default: the one of last time; " +
        "at first simulated_coach with --can sim, else generic_rv)",
    )
    .option(
      "--can <source>",
      "sim, replay:FILE, or interfaces such as can0,can1 (default: can.interfaces, sim)",
      canChoice,
    )
    .addOption(
      new Option("--log-level <level>", "least level that is logged (default: logging.level, info)").choices(logLevels),
    )
    .option("--auto-migrate", "update an older database at the start (development profile alone)")
    .option("--reference-dir <folder>", "protocol tables from files instead of the embedded ones (for developers)")
    .action((flags: ServeFlags) => run(flags));
}

function addBusCommands(program: Command, wiring: {
  readonly handlers: CommandHandlers;
  readonly keep: (code: Promise<number>) => Promise<void>;
}): void {
  const { handlers, keep } = wiring;
  program.command("simulate")
    .description("be a coach on a real CAN interface")
    .requiredOption("--can <interface>", "interface, e.g. vcan0")
    .option("--model <id>", "coach model to be", "simulated_coach")
    .action((o: { can: string; model: string }) => keep(handlers.simulate(o)));
  program.command("record")
    .description("write every frame to a candump log until interrupted")
    .requiredOption("--can <interface>", "interface, e.g. can0")
    .requiredOption("-o, --output <file>", "candump log to write")
    .option("--max-megabytes <number>", "stop at this size", integerFrom(1, 1_000_000), 1024)
    .action((o: { can: string; output: string; maxMegabytes: number }) => keep(handlers.record(o)));
  program.command("replay")
    .description("send a candump log to an interface with its own timing")
    .argument("<file>", "candump log")
    .requiredOption("--can <interface>", "interface, e.g. vcan0")
    .option("--speed <factor>", "times the speed of the log, 0 for as fast as possible", speed, 1)
    .option("--loop", "begin again at the end", false)
    .action((file: string, o: { can: string; speed: number; loop: boolean }) => keep(handlers.replay({ file, ...o })));
}

function addDecode(program: Command, run: (options: DecodeOptions) => Promise<void>): void {
  program.command("decode")
    .description("explain a candump log, one line per message")
    .argument("[file]", "candump log, - for standard input", "-")
    .option("--json", "one JSON object per line", false)
    .option("--dgn <dgns>", "only these DGNs (hexadecimal or name), comma-separated", list)
    .option("--source <addresses>", "only these source addresses (hexadecimal), comma-separated", list)
    .option("--changes-only", "leave out messages that repeat the last one of their kind", false)
    .action((file: string, o: { json: boolean; dgn?: string[]; source?: string[]; changesOnly: boolean }) =>
      run({ file, ...o })
    );
}

function list(text: string): string[] {
  return text.split(",").map((part) => part.trim()).filter((part) => part !== "");
}

function integerFrom(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < min || value > max || text.trim() === "") {
      throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}

function speed(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0 || text.trim() === "") {
    throw new InvalidArgumentError("Expected a number, 0 or more.");
  }
  return value;
}

function canChoice(text: string): CanChoice {
  try {
    return parseCanChoice(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}
