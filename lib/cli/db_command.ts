import { Command, Option } from "commander";
import type { ResetScope } from "../update/mod.ts";
import { type DbRequest, resetScopes, type Words } from "./db_request.ts";

type Run = (request: DbRequest) => Promise<void>;

interface CommonOptions {
  readonly dataDir?: string;
  readonly json: boolean;
}

const yesHelp = "change it; without this the command only tells what would happen";
const parkedHelp = "your word that the coach is parked, where the bus does not say so";

/** Adds `db` with its sub-commands. */
export function addDb(program: Command, run: Run): void {
  const db = program.command("db")
    .description("look after the database: update, back up, check, restore; while the server runs or not");
  addLooking(db, run);
  addChanging(db, run);
  addWhole(db, run);
}

function sub(db: Command, name: string, description: string): Command {
  return db.command(name)
    .description(description)
    .option("--data-dir <folder>", "folder with the program's data (default: as for serve, also by the environment)")
    .option("--json", "print JSON", false);
}

function addLooking(db: Command, run: Run): void {
  const looking = [
    ["status", "tell the schema, what is waiting, the newest backup, and whether it is safe to update"],
    ["dry-run", "do all of an update on a copy, and tell how long it takes and what would go wrong"],
    ["backup", "make a backup and prove it"],
    ["backups", "list the backups, newest first"],
  ] as const;
  for (const [command, description] of looking) {
    sub(db, command, description).action((o: CommonOptions) => run({ command, ...o }));
  }
  sub(db, "verify", "check every page and restore on trial: one backup, or the live database and the newest backup")
    .argument("[id]", "id of a backup, as db backups lists them")
    .action((id: string | undefined, o: CommonOptions) =>
      run({ command: "verify", ...o, ...(id === undefined ? {} : { id }) })
    );
}

function addChanging(db: Command, run: Run): void {
  sub(db, "migrate", "update the database to the newest schema, after a backup")
    .option("--yes", yesHelp, false)
    .option("--parked", parkedHelp, false)
    .action((o: CommonOptions & Words) => run({ command: "migrate", ...o }));
  sub(db, "restore", "put a backup in the place of the present, of which a backup is made first")
    .argument("<id>", "id of a backup, as db backups lists them")
    .option("--yes", yesHelp, false)
    .option("--parked", parkedHelp, false)
    .action((id: string, o: CommonOptions & Words) => run({ command: "restore", id, ...o }));
  sub(db, "reset", "forget preferences, or states and history, or everything (after a backup)")
    .addOption(new Option("--scope <scope>", "what to forget").choices(resetScopes).makeOptionMandatory())
    .option("--yes", yesHelp, false)
    .option("--parked", parkedHelp, false)
    .action((o: CommonOptions & Words & { scope: ResetScope }) => run({ command: "reset", ...o }));
}

function addWhole(db: Command, run: Run): void {
  sub(db, "create", "make a new database, also of an older schema, for trials; refuses when one is there")
    .option("--at <version>", "last step of its schema, by name or number (default: the newest)")
    .action((o: CommonOptions & { at?: string }) => run({ command: "create", ...o }));
  sub(db, "export", "write what the owner made into an archive: preferences, mappings, overrides, profiles")
    .argument("<file>", "archive to write; must not exist")
    .action((file: string, o: CommonOptions) => run({ command: "export", file, ...o }));
  sub(db, "import", "take such an archive in, while no server runs; its values replace those of the same name")
    .argument("<file>", "archive that db export or the site wrote")
    .option("--yes", yesHelp, false)
    .action((file: string, o: CommonOptions & { yes: boolean }) => run({ command: "import", file, ...o }));
}
