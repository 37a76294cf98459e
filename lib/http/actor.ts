import type { Context } from "hono";
import type { SiteEnv } from "./route.ts";

/** Who asks, for the record and for the question who else uses the coach: without accounts it is the address. */
export function actorOf(c: Context<SiteEnv>): string {
  return c.env?.remoteAddress ?? "unknown";
}
