import type { Context } from "hono";
import type { SiteEnv } from "./route.ts";

/** Who asks, for the record: an account, a token, or an address. */
export function actorOf(c: Context<SiteEnv>): string {
  return c.get("principal")?.actor ?? c.env?.remoteAddress ?? "unknown";
}
