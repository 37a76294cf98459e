import type { Command } from "commander";

/** What `coachiq can …` was asked for. */
export interface CanRequest {
  readonly command: "link";
  readonly interfaceName: string;
  readonly dataDir?: string;
}

/** Adds `can` with its sub-command. */
export function addCan(program: Command, run: (request: CanRequest) => Promise<void>): void {
  program.command("can")
    .description("look after the CAN interfaces of this machine")
    .command("link")
    .description("print the steps that bring an interface up, for: ip -batch - (none when it is up)")
    .argument("<interface>", "interface, e.g. can0")
    .option("--data-dir <folder>", "folder with the program's data (default: as for serve, also by the environment)")
    .action((interfaceName: string, { dataDir }: { dataDir?: string }) =>
      run({ command: "link", interfaceName, ...(dataDir === undefined ? {} : { dataDir }) })
    );
}
