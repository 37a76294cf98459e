import type { Context } from "hono";
import type { AccountServices, Caller, SignedIn } from "./account_services.ts";
import { machineAt, type Principal } from "./principal.ts";
import { HttpError } from "./problems.ts";
import type { SiteEnv } from "./route.ts";

/** Longest bodies of the accounts' addresses, bytes. */
export const maxAuthBytes = {
  /** What anyone may send. */
  proof: 4096,
  /** An account with the entities of a guest. */
  account: 32 * 1024,
} as const;

/** Answers of accounts are nobody else's business. */
export const privately = { "cache-control": "no-store" } as const;

/** As much of a request as tells who it comes from. */
export function callerOf(c: Context<SiteEnv>): Caller {
  return {
    headers: c.req.raw.headers,
    remoteAddress: c.env?.remoteAddress ?? "unknown",
    isSecure: c.env?.isSecure ?? false,
  };
}

/** Who asks. */
export function principalOf(c: Context<SiteEnv>): Principal {
  return c.get("principal") ?? machineAt(c.env?.remoteAddress ?? "unknown");
}

/** @throws {HttpError} 409 where accounts are off. */
export function mustHaveAccounts(accounts: AccountServices | undefined): AccountServices {
  if (accounts) return accounts;
  throw new HttpError(409, { detail: "Cannot use accounts: they are off in the configuration." });
}

/** Puts the cookies of a sign-in or sign-out on the answer. */
export function answered(c: Context<SiteEnv>, { me, cookies }: SignedIn): SignedIn["me"] {
  for (const cookie of cookies) c.header("set-cookie", cookie, { append: true });
  return me;
}
