import { silentLogger } from "../base/mod.ts";
import {
  answerMappingCall,
  Audit,
  CoachMapping,
  type MappingAnswer,
  type MappingCall,
  MappingError,
  StorageInUse,
} from "../core/mod.ts";
import type { Protocol } from "../protocol/mod.ts";
import { callServer, JobRefused } from "../update/mod.ts";
import { mustBeIdle, withStorage } from "./db_job.ts";
import { type DbParts, type DbPlace, isInUse } from "./db_place.ts";
import { whileServerRuns } from "./server_watch.ts";

/** What the `coach` commands are given. */
export interface CoachParts extends DbParts {
  /** The program's models, as a URL that ends in `/`. */
  readonly modelsFolder: URL;
  readonly protocol: Protocol;
  /** All of standard input. */
  readonly readInput: () => Promise<string>;
}

/** Name under which a running server answers. */
export const coachService = "coach";

/** How long a server may take: an import makes and proves a backup first, ms. */
const patienceMs = 330_000;
/** How often a call is made when the one that had the database went away before it took it. */
const maxTries = 3;

/**
 * Has a call answered by whoever has the database: the running server, or this process, which takes the server's place
 * for a moment.
 *
 * @returns what the call is answered with.
 * @throws {MappingError} for what the mapping refuses.
 * @throws {JobRefused} with reasons when nobody can answer.
 */
export async function callMapping(place: DbPlace, call: MappingCall, parts: CoachParts): Promise<unknown> {
  const answer = await answerOf(place, call, parts);
  if (answer.state === "done") return answer.result;
  throw new MappingError(answer.kind, answer.message, { errors: answer.errors });
}

async function answerOf(place: DbPlace, call: MappingCall, parts: CoachParts): Promise<MappingAnswer> {
  const { paths, parts: { clock } } = place;
  for (let tries = 0; tries < maxTries; tries++) {
    try {
      if (!await isInUse(place)) return await answerHere(place, call, parts);
    } catch (error) {
      // One that was started in this very moment is asked.
      if (!(error instanceof StorageInUse)) throw error;
    }
    const answer = await whileServerRuns(
      place,
      (onTaken) => callServer({ service: coachService, body: call }, { paths, clock, onTaken, patienceMs }),
    );
    // Made by the same function as here, in the server.
    if (answer !== undefined) return answer as MappingAnswer;
  }
  throw new JobRefused(["The server that has the database comes and goes and gives no answer. See its log."]);
}

async function answerHere(place: DbPlace, call: MappingCall, parts: CoachParts): Promise<MappingAnswer> {
  await mustBeIdle(place);
  return await withStorage(place, async ({ storage, closedBecause }) => {
    if (closedBecause !== undefined) throw new JobRefused([closedBecause]);
    const mapping = new CoachMapping({
      storage,
      folder: parts.modelsFolder,
      protocol: parts.protocol,
      clock: parts.clock,
      logger: silentLogger,
    });
    const audit = new Audit({ store: storage.store, clock: parts.clock, logger: silentLogger });
    await mapping.start();
    try {
      return await answerMappingCall(mapping, call, { note: (note) => audit.note(note) });
    } finally {
      audit.flush();
      await mapping.stop();
    }
  });
}
