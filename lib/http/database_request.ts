import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { DatabaseRequest } from "./database_services.ts";
import { HttpError } from "./problems.ts";
import type { SiteEnv } from "./route.ts";

/** Who asks, for the record: without accounts it is the address. */
export function databaseRequest(
  c: Context<SiteEnv>,
  said: { readonly confirm: boolean; readonly parked: boolean },
): DatabaseRequest {
  return { actor: c.env?.remoteAddress ?? "unknown", confirm: said.confirm, parked: said.parked };
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
