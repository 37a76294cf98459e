import { type Command, InvalidArgumentError, Option } from "commander";
import { CliError } from "./cli_error.ts";
import type { InstallRequest, UninstallRequest, UpgradeRequest } from "./setup_request.ts";

/** Commands that set up this machine. */
export interface SetupHandlers {
  install(request: InstallRequest): Promise<void>;
  uninstall(request: UninstallRequest): Promise<void>;
  upgrade(request: UpgradeRequest): Promise<void>;
}

/** Adds `install`, `uninstall` and `upgrade`. */
export function addSetup(program: Command, run: SetupHandlers): void {
  sub(program, "install", "install this file as a service of this machine: user, folders, units, settings (as root)")
    .addOption(new Option("--profile <name>", "where data is kept (default: ssd)").choices(["ssd", "sdcard"]))
    .option(
      "--can <interfaces>",
      "interfaces of the coach, comma-separated; sim: a simulated coach (default: those that are there, else can0)",
      interfaces,
    )
    .option("--model <id>", "coach model for the settings (default: the program's choice)", modelId)
    .option("--port <number>", "port of the site (default: 8080)", port)
    .option("--dry-run", "tell what would be done, and do nothing", false)
    .option("--no-start", "put everything in place and start nothing")
    .action((o: InstallRequest) => run.install(o));
  sub(program, "uninstall", "remove the service and the program; data and settings stay (as root)")
    .option("--purge", "remove data and settings as well; asks first", false)
    .option("--yes", "do not ask", false)
    .option("--dry-run", "tell what would be done, and do nothing", false)
    .action((o: UninstallRequest) => run.uninstall(o));
  sub(program, "upgrade", "put another version in the place of the installed one, and go back if it does not start")
    .argument("[file]", "file of the other version")
    .option("--back", "return to the version before", false)
    .option("--force", "with --back: also when the database was updated meanwhile", false)
    .option("--limit <seconds>", "longest wait for the new version to become ready", seconds, 330)
    .action((file: string | undefined, { back, force, limit: limitS, self }: UpgradeFlags) => {
      const common = { limitS, ...(self === undefined ? {} : { self }) };
      if (back !== (file === undefined)) {
        throw new CliError("Cannot upgrade: name the file of the other version, or --back, and not both");
      }
      return run.upgrade(file === undefined ? { ...common, back: true, force } : { ...common, back: false, file });
    });
}

interface UpgradeFlags {
  readonly self?: string;
  readonly back: boolean;
  readonly force: boolean;
  readonly limit: number;
}

function sub(program: Command, name: string, description: string): Command {
  // The file that runs tells where it is; a person need not.
  return program.command(name).description(description).addOption(new Option("--self <file>").hideHelp());
}

function interfaces(text: string): readonly string[] {
  if (text === "sim") return [];
  const names = text.split(",");
  // As in `can.bitrates` of the configuration.
  const wrong = names.find((name) => !/^[A-Za-z0-9_-]{1,15}$/.test(name));
  if (wrong !== undefined) {
    throw new InvalidArgumentError(`"${wrong}" is no interface, expected names such as can0,can1, or sim`);
  }
  if (new Set(names).size !== names.length) throw new InvalidArgumentError(`"${text}" names an interface twice`);
  return names;
}

function modelId(text: string): string {
  if (/^[A-Za-z0-9_./-]{1,200}$/.test(text)) return text;
  throw new InvalidArgumentError("expected the id of a coach model such as generic_rv");
}

function port(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 65535) return value;
  throw new InvalidArgumentError("expected an integer from 1 to 65535");
}

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 10 && value <= 3600) return value;
  throw new InvalidArgumentError("expected an integer from 10 to 3600");
}
