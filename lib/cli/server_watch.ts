import { JobRefused } from "../update/mod.ts";
import { type DbPlace, isInUse } from "./db_place.ts";

/** How often is looked whether the server is still there, ms. */
const lookEveryMs = 1000;

/**
 * Asks the server that runs over a data directory, for as long as there is one. Answers undefined when it went away
 * before it took the request: it was stopping, or was a command that had the database.
 *
 * @param ask asks, and tells when the request was taken.
 * @throws {JobRefused} with the server's reasons, or when it went away in the middle.
 */
export async function whileServerRuns<T>(
  place: DbPlace,
  ask: (onTaken: () => void) => Promise<T>,
): Promise<T | undefined> {
  const gone = Promise.withResolvers<undefined>();
  let absences = 0;
  let taken = false;
  const look = async () => {
    absences = await isInUse(place) ? 0 : absences + 1;
    // Twice: its last answer may be on its way.
    if (absences < 2) return;
    if (!taken) return gone.resolve(undefined);
    gone.reject(
      new JobRefused(["The server stopped in the middle of it. Old or new, the database is whole: coachiq db status."]),
    );
  };
  const timer = place.parts.clock.every(lookEveryMs, () => void look().catch(gone.reject));
  const asked = ask(() => taken = true);
  try {
    return await Promise.race([asked, gone.promise]);
  } finally {
    timer.cancel();
    // When the server is gone nobody waits for this one any more.
    asked.catch(() => {});
  }
}
