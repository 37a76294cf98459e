import { type Command, InvalidArgumentError, Option } from "commander";
import { CliError } from "./cli_error.ts";
import type { AskedInterface, InstallRequest, UninstallRequest, UpgradeRequest } from "./setup_request.ts";

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
      "interfaces of the coach, as can0 or can0,can1=500000 with a bit rate other than that of RV-C; sim: a simulated " +
        "coach (default: the first that is there, else can0)",
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

const bitrates = [125_000, 250_000, 500_000, 1_000_000] as const;

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

function interfaces(text: string): readonly AskedInterface[] {
  if (text === "sim") return [];
  const asked = text.split(",").map(askedInterface);
  if (new Set(asked.map(({ name }) => name)).size === asked.length) return asked;
  throw new InvalidArgumentError(`"${text}" names an interface twice`);
}

function askedInterface(text: string): AskedInterface {
  const [name = "", rate, ...more] = text.split("=");
  // Both as in `can.bitrates` of the configuration.
  if (!/^[A-Za-z0-9_-]{1,15}$/.test(name) || more.length > 0) {
    throw new InvalidArgumentError(`"${text}" is no interface, expected names such as can0,can1=500000, or sim`);
  }
  if (rate === undefined) return { name };
  const bitrate = bitrates.find((known) => String(known) === rate);
  if (bitrate !== undefined) return { name, bitrate };
  throw new InvalidArgumentError(`"${rate}" is no bit rate of "${name}", expected one of ${bitrates.join(", ")}`);
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
