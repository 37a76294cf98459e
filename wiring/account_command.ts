import { type AccountRequest, runAccountCommand } from "../lib/cli/mod.ts";
import { dbParts, type DbSurroundings } from "./db.ts";

/** Looks after the accounts of a data directory, with the server that runs over it or without one. */
export function account(request: AccountRequest, surroundings: DbSurroundings): Promise<number> {
  return runAccountCommand(request, {
    ...dbParts(surroundings),
    readInput: () => new Response(Deno.stdin.readable).text(),
  });
}
