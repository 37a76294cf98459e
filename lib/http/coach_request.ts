import type { Context } from "hono";
import type { CoachServices, MappingAuthor } from "./coach_services.ts";
import { actorOf } from "./actor.ts";
import { HttpError } from "./problems.ts";
import type { SiteEnv } from "./route.ts";

/** Longest bodies of the mapping's addresses, bytes. */
export const maxMappingBytes = {
  /** A few words. */
  words: 4096,
  /** A definition, or a choice for each conflict. */
  value: 256 * 1024,
  /** All edits of a coach. */
  patch: 1024 * 1024,
  /** A whole coach model. */
  model: 2 * 1024 * 1024,
} as const;

/** Who changes the mapping, for the record, and why if they said it. */
export function authorOf(c: Context<SiteEnv>, reason: string | undefined): MappingAuthor {
  return { actor: actorOf(c), ...(reason === undefined || reason === "" ? {} : { reason }) };
}

/** @throws {HttpError} 409 with the reason when nothing of the mapping can be changed now. */
export function mayChangeMapping(coach: CoachServices): void {
  const { readOnlyBecause } = coach.status();
  if (readOnlyBecause === undefined) return;
  throw new HttpError(409, {
    detail: `Cannot change the coach's mapping: ${readOnlyBecause}`,
    errors: [readOnlyBecause],
  });
}
