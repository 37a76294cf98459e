import { type CoachRequest, runCoachCommand } from "../lib/cli/mod.ts";
import { createProtocol } from "../lib/protocol/mod.ts";
import { dbParts, type DbSurroundings } from "./db.ts";
import { modelsFolder } from "./surroundings.ts";

/** Looks after the coach's mapping in a data directory, with the server that runs over it or without one. */
export function coachCommand(request: CoachRequest, surroundings: DbSurroundings): Promise<number> {
  return runCoachCommand(request, {
    ...dbParts(surroundings),
    modelsFolder: modelsFolder(surroundings),
    protocol: createProtocol(),
    readInput: () => new Response(Deno.stdin.readable).text(),
  });
}
