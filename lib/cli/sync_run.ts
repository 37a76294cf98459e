import { cardService, type SyncAnswer } from "../core/mod.ts";
import { StoreError } from "../store/mod.ts";
import { callServer, FileLock, jobLockPath, JobRefused, saveUnsynced, serverLockPath } from "../update/mod.ts";
import { CliError } from "./cli_error.ts";
import { refuse, report } from "./coach_report.ts";
import { type DbParts, type DbPlace, exists, findPlace, isInUse } from "./db_place.ts";
import { whileServerRuns } from "./server_watch.ts";
import type { SyncRequest } from "./sync_command.ts";

/** How long a server may take: a card that fails is slow, ms. */
const patienceMs = 300_000;
/** How often it is tried when who had the data folder went away meanwhile. */
const maxTries = 3;

/**
 * Does what `coachiq sync` was asked for: the running server copies its databases to the card; without one, what the
 * last server could not copy is copied. Exit code 0: everything is on the card; 1: it is not, with the reason.
 */
export async function runSync(request: SyncRequest, parts: DbParts): Promise<number> {
  const to = { json: request.json, output: parts.output };
  try {
    const place = await findPlace(request.dataDir, parts, { command: "sync" });
    const answer = await sync(place);
    return report(answer, [sentenceOf(answer)], to);
  } catch (error) {
    if (error instanceof JobRefused) return refuse({ message: error.reasons.join(" "), errors: error.reasons }, to);
    if (error instanceof StoreError) return refuse({ message: `${error.message}. ${error.todo}`, errors: [] }, to);
    if (error instanceof CliError) return refuse({ message: error.message, errors: [] }, to);
    throw error;
  }
}

async function sync(place: DbPlace): Promise<SyncAnswer> {
  const { paths, parts: { clock } } = place;
  for (let tries = 0; tries < maxTries; tries++) {
    if (!await isInUse(place)) {
      const here = await syncHere(place);
      if (here !== undefined) return here;
    }
    const answer = await whileServerRuns(
      place,
      (onTaken) => callServer({ service: cardService, body: null }, { paths, clock, onTaken, patienceMs }),
    );
    // Made by our own program.
    if (answer !== undefined) return answer as SyncAnswer;
  }
  throw new JobRefused(["The server that has the database comes and goes and gives no answer. See its log."]);
}

/** Undefined: a server was started in this very moment, or another command works on the database. */
async function syncHere({ paths }: DbPlace): Promise<SyncAnswer | undefined> {
  if (!await exists(paths.user)) return { lossWindow: null, copied: [] };
  const [server, job] = [new FileLock(serverLockPath(paths)), new FileLock(jobLockPath(paths))];
  try {
    if (await server.take(String(Deno.pid)) !== true || await job.take("{}") !== true) return undefined;
    const saved = await saveUnsynced(paths);
    return { lossWindow: null, copied: saved.map(({ database, bytes, cardMs }) => ({ database, bytes, ms: cardMs })) };
  } finally {
    job.release();
    server.release();
  }
}

function sentenceOf({ lossWindow, copied }: SyncAnswer): string {
  const bytes = copied.reduce((sum, copy) => sum + copy.bytes, 0);
  if (copied.length > 0) return `Everything is on the card: ${Math.ceil(bytes / 1000)} kB were written to it.`;
  return lossWindow === null
    ? "There is nothing in memory that is not on the disk or the card."
    : "Everything is on the card already.";
}
