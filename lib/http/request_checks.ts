import { OpenAPIHono } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import { isKnownHost, isPreflight, isSameOrigin, type Listening } from "./guards.ts";
import { HttpError } from "./problems.ts";
import type { SiteEnv } from "./route.ts";
import { securityHeaders } from "./security_headers.ts";

/** A router whose validation answers problems. */
export function newRouter(): OpenAPIHono<SiteEnv> {
  return new OpenAPIHono<SiteEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      const errors = result.error.issues.map((issue) => {
        const where = issue.path.join(".");
        return where === "" ? issue.message : `${where}: ${issue.message}`;
      });
      throw new HttpError(422, { detail: "Cannot read the request: it is not what this address takes", errors });
    },
  });
}

/** Puts the security headers on every answer but the sockets', also on those that turn somebody away. */
export function secured(listening: Listening): MiddlewareHandler<SiteEnv> {
  return async (c, next) => {
    await next();
    if (c.res.status === 101) return;
    const host = c.req.header("host") ?? null;
    const known = isKnownHost(host, listening) ? host ?? undefined : undefined;
    const headers = securityHeaders(known, { isSecure: c.env?.isSecure ?? false });
    for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value);
    // What the API says is of this moment and for this reader; what a route says of itself counts.
    if (c.req.path.startsWith("/api/") && !c.res.headers.has("cache-control")) {
      c.res.headers.set("cache-control", "no-store");
    }
  };
}

/** Turns away strangers. */
export function guard(listening: Listening): MiddlewareHandler<SiteEnv> {
  return async (c, next) => {
    const host = c.req.header("host") ?? null;
    if (!isKnownHost(host, listening)) {
      throw new HttpError(421, { detail: `Cannot answer for "${host ?? ""}": CoachIQ does not know this name` });
    }
    const isRead = (c.req.method === "GET" || c.req.method === "HEAD") && c.req.path !== "/ws";
    const asksOnly = c.req.path.startsWith("/api/") && isPreflight(c.req.raw, listening);
    if (!isRead && !asksOnly && !isSameOrigin(c.req.raw.headers, listening)) {
      throw new HttpError(403, { detail: "Cannot do this for another site: the request came from a foreign page" });
    }
    await next();
  };
}

/** Lets pages of the listed sites read the API's answers, never with cookies. */
export function foreignPages({ corsOrigins = [] }: Listening): MiddlewareHandler<SiteEnv> {
  if (corsOrigins.length === 0) return (_, next) => next();
  return cors({
    origin: [...corsOrigins],
    allowMethods: ["GET", "POST", "PUT", "DELETE"],
    allowHeaders: ["authorization", "content-type"],
    exposeHeaders: ["retry-after"],
    maxAge: 600,
  });
}

/** Addresses that take a file as it is. Like JSON, a form of another site cannot send these types without asking. */
const fileTypes: Readonly<Record<string, readonly string[]>> = {
  "/api/database/backups/upload": ["application/octet-stream", "application/vnd.sqlite3", "application/x-sqlite3"],
  "/api/coach/upload": ["text/yaml", "application/yaml", "application/x-yaml"],
  "/api/coach/patch": ["application/json-patch+json", "application/json"],
  "/api/config/profiles/import": ["application/toml", "text/toml"],
  "/api/database/user-data": ["application/gzip", "application/x-gzip", "application/octet-stream"],
};

/** What a body may be announced as, bytes; each address has its own, smaller limit for what it reads. */
const mostAnnouncedBytes = 16 * 1024 * 1024;
/** A backup is streamed to the disk, and counts for itself. */
const streamed = "/api/database/backups/upload";

/** Forms of other sites can post text and form data without asking; JSON they cannot. No body at all is harmless. */
export const knownBodyOnly: MiddlewareHandler<SiteEnv> = async (c, next) => {
  const writes = c.req.method === "POST" || c.req.method === "PUT" || c.req.method === "PATCH";
  const announced = Number(c.req.header("content-length") ?? 0);
  if (writes && announced > mostAnnouncedBytes && c.req.path !== streamed) {
    throw new HttpError(413, {
      detail: `Cannot read the request: its body is longer than ${mostAnnouncedBytes} bytes`,
    });
  }
  const contentType = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  const allowed = fileTypes[c.req.path] ?? ["application/json"];
  if (writes && !isWithoutBody(c.req.raw.headers) && !allowed.includes(contentType)) {
    const wanted = allowed.join(" or ");
    throw new HttpError(415, { detail: `Cannot read the request: expected a body of type ${wanted}` });
  }
  await next();
};

/** RFC 9112, 6.3: a request without both headers has no body. The server gives it an empty stream all the same. */
function isWithoutBody(headers: Headers): boolean {
  return !headers.has("content-type") && !headers.has("transfer-encoding") &&
    (headers.get("content-length") ?? "0") === "0";
}
