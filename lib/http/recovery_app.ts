import type { MiddlewareHandler } from "hono";
import { compress } from "hono/compress";
import { methodNotAllowed } from "hono/method-not-allowed";
import type { Clock, Logger } from "../base/mod.ts";
import { AbsentCoach } from "./absent_coach.ts";
import { AbsentConfig } from "./absent_config.ts";
import type { Assets } from "./assets.ts";
import { callerOf } from "./auth_request.ts";
import { authorize, entrances } from "./authorization.ts";
import { openSocket, servePages, type WebApp } from "./app.ts";
import { compressWhole } from "./compression.ts";
import type { DatabaseServices } from "./database_services.ts";
import type { Listening } from "./guards.ts";
import { LiveFeed } from "./live_feed.ts";
import { problem, problemResponse } from "./problems.ts";
import type { RecoveryAccess } from "./recovery_access.ts";
import { RecoveryServices } from "./recovery_services.ts";
import { guard, knownBodyOnly, newRouter, secured } from "./request_checks.ts";
import type { RouteManifest, SiteEnv } from "./route.ts";
import { SiteAnswers, wantsPage } from "./site_answers.ts";

export interface RecoveryAppOptions {
  readonly database: DatabaseServices;
  /** Why the program does not run, for people. */
  readonly reason: string;
  /** Of the program. */
  readonly version: string;
  readonly assets: Assets;
  readonly routes: RouteManifest;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly listening: Listening;
  /** Who may, while accounts cannot be asked. */
  readonly access: RecoveryAccess;
}

const recoveryPath = "/settings/database";

/**
 * The site of a program that cannot use its database: the restore page alone. Pages lead there; everything else is 503
 * with the reason. Whoever comes from the network gives the code from the log first.
 */
export function createRecoveryApp(options: RecoveryAppOptions): WebApp {
  const { database, assets, clock, logger, routes, reason, access } = options;
  const services = new RecoveryServices(options);
  const coach = new AbsentCoach(reason);
  const config = new AbsentConfig(reason);
  const feed = new LiveFeed({
    services,
    database,
    clock,
    logger,
    build: assets.build,
    topics: ["health", "database"],
  });
  const app = newRouter();
  const answers = new SiteAnswers({
    app,
    services,
    database,
    coach,
    config,
    assets,
    routes,
    logger,
    recovery: { reason },
  });
  app.use(secured(options.listening), guard(options.listening), identify(access));
  app.use(authorize({ entrance: () => entrances.recovery, wantsPage }));
  app.get("/ws", (c) => openSocket(c, feed));
  app.use(methodNotAllowed({ app, onMethodNotAllowed: (c, allowed) => answers.methodNotAllowed(c, allowed) }));
  app.use(compress(), compressWhole());
  app.use("/api/*", knownBodyOnly);
  for (const register of routes.recovery.api) {
    register(app, { services, database, coach, config, accounts: undefined, logger, clock, recovery: access });
  }
  servePages(app, { pages: routes.recovery.pages, routes, assets, answers });
  app.notFound((c) => {
    if (wantsPage(c)) return c.redirect(recoveryPath, 303);
    // Why is nobody's business who did not give the code.
    const why = c.get("principal").role === null ? "" : `: ${reason}`;
    return problemResponse(problem(503, { detail: `Cannot answer "${c.req.path}" in recovery mode${why}` }));
  });
  app.onError((error, c) => answers.failed(c, error));
  return { fetch: (request, origin = {}) => app.fetch(request, origin), feed };
}

/** Works out who asks, once per request. */
function identify(access: RecoveryAccess): MiddlewareHandler<SiteEnv> {
  return async (c, next) => {
    c.set("principal", access.identify(callerOf(c), { isMachine: c.env?.isMachine ?? false }));
    await next();
  };
}
