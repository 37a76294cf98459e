import type { Context } from "hono";
import type { SiteEnv } from "./route.ts";

/** Longest body with keys and values, bytes; a whole configuration has a tenth of it. */
export const maxConfigBytes = 65_536;

/** Who changes something, for the record: without accounts it is the address. */
export function actorOf(c: Context<SiteEnv>): string {
  return c.env?.remoteAddress ?? "unknown";
}
