import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { compress } from "hono/compress";
import { methodNotAllowed } from "hono/method-not-allowed";
import type { Clock, Logger } from "../base/mod.ts";
import type { AccountServices } from "./account_services.ts";
import { assetResponse, type Assets } from "./assets.ts";
import type { CoachServices } from "./coach_services.ts";
import type { AuditWords } from "./audit_answer.ts";
import { auditTrail } from "./audit_trail.ts";
import { compressWhole } from "./compression.ts";
import { authorize, entrances, identify } from "./authorization.ts";
import type { ConfigServices } from "./config_services.ts";
import type { DatabaseServices } from "./database_services.ts";
import type { Listening } from "./guards.ts";
import type { FeedLimits } from "./live_client.ts";
import { LiveFeed } from "./live_feed.ts";
import { foreignPages, guard, knownBodyOnly, newRouter, secured } from "./request_checks.ts";
import type { PageRoute, RequestOrigin, RouteManifest, SiteEnv } from "./route.ts";
import type { HttpServices } from "./services.ts";
import { SiteAnswers, wantsPage } from "./site_answers.ts";
import type { SystemServices } from "./system_services.ts";

/** What the site is made of. */
export interface WebAppOptions {
  readonly services: HttpServices;
  readonly database: DatabaseServices;
  readonly coach: CoachServices;
  readonly config: ConfigServices;
  /** Absent: accounts are off; the machine itself may do all, and whoever comes through a proxy looks. */
  readonly accounts?: AccountServices;
  /** Absent: the program cannot tell of itself, and those addresses answer 503. */
  readonly system?: SystemServices;
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
  readonly fetch: (request: Request, origin?: RequestOrigin) => Response | Promise<Response>;
  /** The sockets; started and stopped by {@link WebServer}. */
  readonly feed: LiveFeed;
}

/** Builds the site. Nothing runs until `feed.start()` and requests come. */
export function createApp(options: WebAppOptions): WebApp {
  const { services, assets, clock, logger, routes, database, coach, config, accounts, system } = options;
  const feed = new LiveFeed({
    services,
    database,
    accounts,
    clock,
    logger,
    build: assets.build,
    ...(options.limits ? { limits: options.limits } : {}),
  });
  const app = newRouter();
  const sources = { services, database, coach, config, accounts, logger, ...(system ? { system } : {}) };
  const answers = new SiteAnswers({ app, ...sources, assets, routes });
  app.use(secured(options.listening), guard(options.listening));
  app.use("/api/*", foreignPages(options.listening));
  app.use(
    identify(accounts),
    auditTrail({ note: system && ((note) => system.note(note)), words: auditWords(sources) }),
  );
  app.use(authorize({ entrance: () => accounts?.isSetUp() ?? true ? entrances.signIn : entrances.setUp, wantsPage }));
  app.get("/ws", (c) => openSocket(c, feed));
  app.use(methodNotAllowed({ app, onMethodNotAllowed: (c, allowed) => answers.methodNotAllowed(c, allowed) }));
  app.use(compress(), compressWhole());
  app.use("/api/*", knownBodyOnly);
  for (const register of routes.api) register(app, { ...sources, clock });
  app.get("/api/openapi.json", (c) => c.json(answers.openapi()));
  servePages(app, { pages: routes.pages, routes, assets, answers });
  app.notFound((c) => answers.notFound(c));
  app.onError((error, c) => answers.failed(c, error));
  return { fetch: (request, origin = {}) => app.fetch(request, origin), feed };
}

/** A phone that wants to be told. */
export function openSocket(c: Context<SiteEnv>, feed: LiveFeed): Response {
  return feed.upgrade(c.req.raw, { principal: c.get("principal"), isMachine: c.env?.isMachine ?? false });
}

/** Pages and files. */
export function servePages(
  app: OpenAPIHono<SiteEnv>,
  options: {
    readonly pages: readonly PageRoute[];
    readonly routes: RouteManifest;
    readonly assets: Assets;
    readonly answers: SiteAnswers;
  },
): void {
  const { pages, routes, assets, answers } = options;
  for (const { path, page } of pages) app.get(path, routes.middleware, (c) => answers.page(c, page));
  app.use(routes.middleware);
  app.get("*", (c, next) => {
    const asset = assets.find(c.req.path);
    return asset ? Promise.resolve(assetResponse(asset, c.req.raw.headers)) : next();
  });
}

/** Names of what the record of changes tells of. */
function auditWords({ services, system }: Pick<WebAppOptions, "services" | "system">): AuditWords {
  return {
    entity: (id) => {
      const entity = services.entity(id);
      if (!entity) return undefined;
      const { name, area } = entity;
      return `${name} (${services.coach().areas[area] ?? area.replaceAll("_", " ")})`;
    },
    feature: (name) => system?.features().find((feature) => feature.name === name)?.title,
    stop: (what) => what === "motion" ? "Everything that moves: stop" : "All lights: off",
  };
}
