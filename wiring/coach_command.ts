import { type CoachRequest, runCoachCommand } from "../lib/cli/mod.ts";
import { createProtocol } from "../lib/protocol/mod.ts";
import { dbParts } from "./db.ts";
import { modelsFolder, type Surroundings } from "./surroundings.ts";

/** Looks after the coach's mapping in a data directory, with the server that runs over it or without one. */
export function coachCommand(request: CoachRequest, surroundings: Surroundings): Promise<number> {
  return runCoachCommand(request, {
    ...dbParts(surroundings),
    modelsFolder: modelsFolder(surroundings),
    protocol: createProtocol(),
    readInput: () => new Response(Deno.stdin.readable).text(),
  });
}
