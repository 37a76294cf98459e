import type { Context, MiddlewareHandler } from "hono";
import { type AccessRow, accessTable } from "./access_table.ts";
import type { AccountServices } from "./account_services.ts";
import { matchedPath } from "./matched_path.ts";
import { type Access, machineAt, may, onlookerAt } from "./principal.ts";
import { HttpError } from "./problems.ts";
import type { SiteEnv } from "./route.ts";

/** The page for those who are not known, and what a program is told. */
export interface Entrance {
  readonly path: string;
  readonly detail: string;
}

export const entrances = {
  signIn: { path: "/sign-in", detail: "Cannot do this without an account: sign in first." },
  setUp: {
    path: "/set-up",
    detail: "Cannot do this before CoachIQ is set up: open its page, and enter the code from its log.",
  },
  recovery: {
    path: "/recovery",
    detail:
      "Cannot do this from the network in recovery mode: open the page of CoachIQ, and enter the code from its log.",
  },
} as const satisfies Readonly<Record<string, Entrance>>;

/** Works out who asks, once per request; without accounts the machine itself may do all, and the network looks. */
export function identify(accounts: AccountServices | undefined): MiddlewareHandler<SiteEnv> {
  return async (c, next) => {
    const remoteAddress = c.env?.remoteAddress ?? "unknown";
    // An older database has none either: the coach is shown, and this machine itself may do the update.
    if (!accounts?.isReady()) {
      c.set("principal", c.env?.isMachine ? machineAt(remoteAddress) : onlookerAt(remoteAddress));
      return await next();
    }
    const caller = { headers: c.req.raw.headers, remoteAddress, isSecure: c.env?.isSecure ?? false };
    const { principal, cookies } = await accounts.identify(caller);
    c.set("principal", principal);
    await next();
    // Somebody who signs in or out has a newer cookie than the one that was renewed.
    const set = new Set(c.res.headers.getSetCookie().map(nameOf));
    for (const cookie of cookies) if (!set.has(nameOf(cookie))) c.res.headers.append("set-cookie", cookie);
  };
}

function nameOf(cookie: string): string {
  return cookie.slice(0, cookie.indexOf("="));
}

/** Turns away whoever may not. A way in that the table does not know is nobody's. */
export function authorize(options: {
  /** Where somebody who is not known begins. */
  readonly entrance: () => Entrance;
  readonly table?: readonly AccessRow[];
  /** Answers a browser that asked for a page. */
  readonly wantsPage: (c: Context) => boolean;
}): MiddlewareHandler<SiteEnv> {
  const { entrance, table = accessTable, wantsPage } = options;
  const needs = new Map(table.map(([method, path, access]) => [`${method} ${path}`, access]));
  return async (c, next) => {
    const path = matchedPath(c);
    if (path === undefined) return await next();
    const method = c.req.method === "HEAD" ? "GET" : c.req.method;
    const access: Access | undefined = needs.get(`${method} ${path}`);
    const principal = c.get("principal");
    if (access !== undefined && may(principal, access)) return await next();
    if (principal.role === null && access !== undefined) {
      const { path, detail } = entrance();
      if (wantsPage(c)) return c.redirect(path === entrances.signIn.path ? signInFrom(c) : path, 303);
      throw new HttpError(401, { detail, headers: { "www-authenticate": "Bearer" } });
    }
    throw new HttpError(403, {
      detail: principal.kind === "machine"
        ? "Cannot do this from the network while there are no accounts: do it on the machine itself."
        : "Cannot do this with your account: ask the owner.",
    });
  };
}

/** The sign-in page, which leads back. */
function signInFrom(c: Context): string {
  const { path } = entrances.signIn;
  return c.req.path === "/" ? path : `${path}?to=${encodeURIComponent(c.req.path)}`;
}
