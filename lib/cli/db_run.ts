import { StorageInUse } from "../core/mod.ts";
import { StoreError } from "../store/mod.ts";
import { JobRefused } from "../update/mod.ts";
import { CliError } from "./cli_error.ts";
import {
  backupDb,
  createDb,
  dryRunDb,
  exportDb,
  importDb,
  migrateDb,
  type OnProgress,
  resetDb,
  restoreDb,
  verifyDb,
} from "./db_actions.ts";
import { backupView } from "../core/mod.ts";
import { type DbOutcome, refusedWith } from "./db_outcome.ts";
import { type DbParts, type DbPlace, findPlace } from "./db_place.ts";
import { ProgressLines } from "./db_progress.ts";
import { printBackups, printOutcome, printStatus } from "./db_report.ts";
import type { DbRequest } from "./db_request.ts";
import { backupsIn, statusOf } from "./db_status.ts";

/** Does what `coachiq db …` was asked for. Exit code 0: done; 1: refused or failed, with the reasons. */
export async function runDb(request: DbRequest, parts: DbParts): Promise<number> {
  const { command, json } = request;
  const { output } = parts;
  const progress = new ProgressLines(output, { terminal: parts.terminal });
  let outcome: DbOutcome;
  try {
    const place = await findPlace(request.dataDir, parts, { mayBeMissing: command === "create" });
    if (command === "status") return printStatus(await statusOf(place), { json, output });
    if (command === "backups") {
      return printBackups((await backupsIn(place)).map(backupView), { json, output });
    }
    outcome = await perform(place, request, progress.show);
  } catch (error) {
    outcome = outcomeOfError(command, error);
  }
  progress.end();
  const hint = hintFor(request, outcome);
  return printOutcome(outcome, { json, output, ...(hint === undefined ? {} : { hint }) });
}

function perform(
  place: DbPlace,
  request: Exclude<DbRequest, { readonly command: "status" | "backups" }>,
  onProgress: OnProgress,
): Promise<DbOutcome> {
  switch (request.command) {
    case "migrate":
      return migrateDb(place, request, onProgress);
    case "dry-run":
      return dryRunDb(place, onProgress);
    case "backup":
      return backupDb(place, onProgress);
    case "verify":
      return verifyDb(place, request, onProgress);
    case "restore":
      return restoreDb(place, request, onProgress);
    case "create":
      return createDb(place, request);
    case "reset":
      return resetDb(place, request, onProgress);
    case "export":
      return exportDb(place, request);
    case "import":
      return importDb(place, request);
    default:
      return request satisfies never;
  }
}

/** @throws what is nobody's to clear: a mistake of the program. */
function outcomeOfError(command: string, error: unknown): DbOutcome {
  if (error instanceof JobRefused) {
    return refusedWith(command, error.reasons, { runningJobId: error.runningJobId ?? null });
  }
  if (error instanceof StoreError) return refusedWith(command, [`${error.message}. ${error.todo}`]);
  if (error instanceof CliError || error instanceof StorageInUse) return refusedWith(command, [error.message]);
  throw error;
}

/** The owner's word was not given, and may be what is missing. */
function hintFor(request: DbRequest, outcome: DbOutcome): string | undefined {
  const asked = "parked" in request && request.yes && !request.parked;
  if (!asked || outcome.state !== "refused" || outcome.runningJobId !== null) return undefined;
  return "--parked is your word that the coach is parked; it counts where the bus does not say.";
}
