import type { Context } from "hono";
import { machineAt } from "./principal.ts";
import type { SiteEnv } from "./route.ts";

/** Who asks for a command: for the record, and for the question who else uses the coach. */
export function whoAsks(c: Context<SiteEnv>): {
  readonly actor: string;
  readonly address: string;
  readonly clientId: string;
} {
  const { actor, address, clientId } = c.get("principal") ?? machineAt(c.env?.remoteAddress ?? "unknown");
  return { actor, address, clientId };
}

/** Who asks, for the record: an account, a token, or an address. */
export function actorOf(c: Context<SiteEnv>): string {
  return c.get("principal")?.actor ?? c.env?.remoteAddress ?? "unknown";
}
