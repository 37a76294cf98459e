import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { compress } from "hono/compress";
import { methodNotAllowed } from "hono/method-not-allowed";
import type { Clock, Logger } from "../base/mod.ts";
import { assetResponse, type Assets } from "./assets.ts";
import { isKnownHost, isSameOrigin, type Listening } from "./guards.ts";
import type { FeedLimits } from "./live_client.ts";
import { LiveFeed } from "./live_feed.ts";
import { renderPage } from "./page_renderer.ts";
import { HttpError, problem, problemOf, problemResponse } from "./problems.ts";
import type { OpenApiDocument, Page, PageContext, RouteManifest, SiteEnv } from "./route.ts";
import { securityHeaders } from "./security_headers.ts";
import type { HttpServices } from "./services.ts";

/** What the site is made of. */
export interface WebAppOptions {
  readonly services: HttpServices;
  readonly assets: Assets;
  /** All of `routes/`, from `routes/mod.ts`. */
  readonly routes: RouteManifest;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly listening: Listening;
  readonly limits?: Partial<FeedLimits>;
}

/** The site, ready to listen. */
export interface WebApp {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** The sockets; started and stopped by {@link WebServer}. */
  readonly feed: LiveFeed;
}

/** Builds the site. Nothing runs until `feed.start()` and requests come. */
export function createApp(options: WebAppOptions): WebApp {
  const { services, assets, clock, logger, routes } = options;
  const feed = new LiveFeed({
    services,
    clock,
    logger,
    build: assets.build,
    ...(options.limits ? { limits: options.limits } : {}),
  });
  const app = newRouter();
  const site = new Site(app, options);
  app.use(guard(options.listening));
  app.get("/ws", (c) => feed.upgrade(c.req.raw));
  app.use(methodNotAllowed({ app, onMethodNotAllowed: (c, allowed) => site.methodNotAllowed(c, allowed) }));
  app.use(compress());
  app.use("/api/*", jsonBodyOnly);
  for (const register of routes.api) register(app, { services, logger });
  app.get("/api/openapi.json", (c) => c.json(site.openapi()));
  for (const { path, page } of routes.pages) {
    app.get(path, routes.middleware, (c) => site.answer(c, page(site.context(c))));
  }
  app.use(routes.middleware);
  app.get("*", (c, next) => {
    const asset = assets.find(c.req.path);
    return asset ? Promise.resolve(assetResponse(asset, c.req.raw.headers)) : next();
  });
  app.notFound((c) => site.notFound(c));
  app.onError((error, c) => site.failed(error, c));
  return { fetch: (request) => app.fetch(request), feed };
}

function newRouter(): OpenAPIHono<SiteEnv> {
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

/** Turns away strangers, and puts the security headers on every answer but the sockets'. */
function guard(listening: Listening): MiddlewareHandler<SiteEnv> {
  return async (c, next) => {
    const host = c.req.header("host") ?? null;
    if (!isKnownHost(host, listening)) {
      throw new HttpError(421, { detail: `Cannot answer for "${host ?? ""}": CoachIQ does not know this name` });
    }
    const isSocket = c.req.path === "/ws";
    const isRead = c.req.method === "GET" || c.req.method === "HEAD";
    if ((isSocket || !isRead) && !isSameOrigin(c.req.raw.headers)) {
      throw new HttpError(403, { detail: "Cannot do this for another site: the request came from a foreign page" });
    }
    await next();
    if (isSocket && c.res.status === 101) return;
    for (const [name, value] of Object.entries(securityHeaders(host ?? ""))) c.res.headers.set(name, value);
  };
}

/** Forms of other sites can post text and form data without asking; JSON they cannot. */
const jsonBodyOnly: MiddlewareHandler<SiteEnv> = async (c, next) => {
  const writes = c.req.method === "POST" || c.req.method === "PUT" || c.req.method === "PATCH";
  const contentType = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (writes && contentType !== "application/json") {
    throw new HttpError(415, { detail: "Cannot read the request: expected a body of type application/json" });
  }
  await next();
};

/** Answers that are a page for people and a problem for programs. */
class Site {
  readonly #app: OpenAPIHono<SiteEnv>;
  readonly #options: WebAppOptions;
  #openapi: OpenApiDocument | undefined;

  constructor(app: OpenAPIHono<SiteEnv>, options: WebAppOptions) {
    this.#app = app;
    this.#options = options;
  }

  context(c: Context<SiteEnv>): PageContext {
    const { services, assets } = this.#options;
    return {
      url: new URL(c.req.url),
      params: c.req.param() as Record<string, string>,
      services,
      assets,
      preferences: c.get("preferences") ?? { temperature: "C" },
      openapi: () => this.openapi(),
    };
  }

  answer(c: Context<SiteEnv>, page: Page): Response {
    return renderPage(page, { context: this.context(c), routes: this.#options.routes });
  }

  openapi(): OpenApiDocument {
    this.#openapi ??= this.#app.getOpenAPI31Document({
      openapi: "3.1.0",
      info: {
        title: "CoachIQ",
        version: this.#options.services.health().version,
        description: "The coach's live state, its commands and its CAN buses. Errors are RFC 9457 problems.",
      },
    }) as OpenApiDocument;
    return this.#openapi;
  }

  notFound(c: Context<SiteEnv>): Response {
    const body = problem(404, { detail: `There is nothing at "${c.req.path}".` });
    if (!wantsPage(c)) return problemResponse(body);
    return this.answer(c, this.#options.routes.error(this.context(c), body));
  }

  methodNotAllowed(c: Context, allowed: readonly string[]): Response {
    const allow = allowed.join(", ");
    const detail = `Cannot ${c.req.method} "${c.req.path}": expected ${allow}`;
    return problemResponse(problem(405, { detail }), { allow });
  }

  failed(error: Error, c: Context<SiteEnv>): Response {
    const { logger, routes } = this.#options;
    const body = problemOf(error);
    if (body.status >= 500) logger.error("Cannot answer a request", { path: c.req.path, error });
    const headers = error instanceof HttpError ? error.headers : {};
    if (!wantsPage(c)) return problemResponse(body, headers);
    try {
      return this.answer(c, routes.error(this.context(c), body));
    } catch (cause) {
      // The frame of the page itself cannot be drawn: the bare problem is what is left.
      logger.error("Cannot render the error page", { path: c.req.path, error: cause });
      return problemResponse(body, headers);
    }
  }
}

/** A browser asking for a page, as against a program or a script of the page. */
function wantsPage(c: Context): boolean {
  const isProgram = c.req.path.startsWith("/api/") && c.req.path !== "/api/docs";
  return !isProgram && c.req.path !== "/ws" && (c.req.header("accept") ?? "").includes("text/html");
}
