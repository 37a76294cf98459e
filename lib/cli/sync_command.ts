import type { Command } from "commander";

/** What `coachiq sync` was asked for. */
export interface SyncRequest {
  readonly dataDir?: string;
  readonly json: boolean;
}

/** Adds `sync`. */
export function addSync(program: Command, run: (request: SyncRequest) => Promise<void>): void {
  program.command("sync")
    .description("copy the databases to the SD card now (storage profile sdcard), while the server runs or not")
    .option("--data-dir <folder>", "folder with the program's data (default: as for serve, also by the environment)")
    .option("--json", "print JSON", false)
    .action((request: SyncRequest) => run(request));
}
