import type { Context } from "hono";
import { matchedRoutes } from "hono/route";

/** Path of the route that will answer; undefined: none does, or it is a file of the site. */
export function matchedPath(c: Context): string | undefined {
  return matchedRoutes(c).findLast(({ method, path }) => method !== "ALL" && path !== "*" && path !== "/*")?.path;
}
