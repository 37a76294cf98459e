import type { Context, MiddlewareHandler } from "hono";
import { type AccessRow, accessTable } from "./access_table.ts";
import type { AccountServices } from "./account_services.ts";
import { matchedPath } from "./matched_path.ts";
import { type Access, machineAt, may } from "./principal.ts";
import { HttpError } from "./problems.ts";
import type { SiteEnv } from "./route.ts";

/** Paths of pages for those who are not signed in. */
export const entrancePaths = { signIn: "/sign-in", setUp: "/set-up" } as const;

/** Works out who asks, once per request; without accounts everybody is the machine itself. */
export function identify(accounts: AccountServices | undefined): MiddlewareHandler<SiteEnv> {
  return async (c, next) => {
    const remoteAddress = c.env?.remoteAddress ?? "unknown";
    if (!accounts) {
      c.set("principal", machineAt(remoteAddress));
      return await next();
    }
    if (!accounts.isReady()) {
      // An older database has no accounts: the coach is shown, and this machine itself may do the update.
      const machine = machineAt(remoteAddress);
      c.set("principal", isThisMachine(remoteAddress) ? machine : { ...machine, role: "family", mayControl: false });
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

/** Whether the other end of a connection is on this machine. */
function isThisMachine(address: string): boolean {
  return address === "::1" || /^(::ffff:)?127\./.test(address);
}

/** Turns away whoever may not. A way in that the table does not know is nobody's. */
export function authorize(options: {
  /** Whether the first account is still to be made. */
  readonly isSetUp: () => boolean;
  readonly table?: readonly AccessRow[];
  /** Answers a browser that asked for a page. */
  readonly wantsPage: (c: Context) => boolean;
}): MiddlewareHandler<SiteEnv> {
  const { isSetUp, table = accessTable, wantsPage } = options;
  const needs = new Map(table.map(([method, path, access]) => [`${method} ${path}`, access]));
  return async (c, next) => {
    const path = matchedPath(c);
    if (path === undefined) return await next();
    const method = c.req.method === "HEAD" ? "GET" : c.req.method;
    const access: Access | undefined = needs.get(`${method} ${path}`);
    const principal = c.get("principal");
    if (access !== undefined && may(principal, access)) return await next();
    if (principal.role === null && access !== undefined) {
      if (wantsPage(c)) return c.redirect(entrance(c, isSetUp()), 303);
      throw new HttpError(401, {
        detail: isSetUp()
          ? "Cannot do this without an account: sign in first."
          : "Cannot do this before CoachIQ is set up: open its page, and enter the code from its log.",
        headers: { "www-authenticate": "Bearer" },
      });
    }
    throw new HttpError(403, { detail: "Cannot do this with your account: ask the owner." });
  };
}

function entrance(c: Context, isSetUp: boolean): string {
  if (!isSetUp) return entrancePaths.setUp;
  return c.req.path === "/" ? entrancePaths.signIn : `${entrancePaths.signIn}?to=${encodeURIComponent(c.req.path)}`;
}
