import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { actorOf } from "./actor.ts";
import type { DatabaseRequest } from "./database_services.ts";
import { HttpError } from "./problems.ts";
import type { SiteEnv } from "./route.ts";

/** What the storage is asked, and by whom. */
export function databaseRequest(
  c: Context<SiteEnv>,
  said: { readonly confirm: boolean; readonly parked: boolean },
): DatabaseRequest {
  const clientId = c.get("principal")?.clientId;
  return {
    actor: actorOf(c),
    ...(clientId === undefined ? {} : { clientId }),
    confirm: said.confirm,
    parked: said.parked,
  };
}

/** Turns away a body longer than this while it comes. */
export function atMost(maxBytes: number) {
  return bodyLimit({
    maxSize: maxBytes,
    onError: () => {
      throw new HttpError(413, { detail: `Cannot read the request: its body is longer than ${maxBytes} bytes` });
    },
  });
}

/** Longest JSON body of the database's addresses, bytes. */
export const maxJsonBytes = 4096;
