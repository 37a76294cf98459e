import type { Command } from "commander";
import type { LegacyRequest } from "./legacy_request.ts";

interface LegacyOptions {
  readonly dataDir?: string;
  readonly mapping?: string;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/** Adds `import-legacy`. */
export function addImportLegacy(program: Command, run: (request: LegacyRequest) => Promise<void>): void {
  program.command("import-legacy")
    .description("take mapping, changes and settings over from the Python-era CoachIQ")
    .argument("<folder>", "folder of the earlier installation, or a copy of it")
    .option("--data-dir <folder>", "folder with the program's data (default: as for serve, also by the environment)")
    .option("--mapping <file>", "mapping that was in use, where there are several")
    .option("--dry-run", "only tell what would be imported and what would not", false)
    .option("--yes", "import it; without this the command only tells what would happen", false)
    .option("--json", "print JSON", false)
    .action((folder: string, o: LegacyOptions) => run({ folder, ...o }));
}
