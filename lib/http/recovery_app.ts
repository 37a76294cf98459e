import { compress } from "hono/compress";
import { methodNotAllowed } from "hono/method-not-allowed";
import type { Clock, Logger } from "../base/mod.ts";
import { AbsentCoach } from "./absent_coach.ts";
import { AbsentConfig } from "./absent_config.ts";
import type { Assets } from "./assets.ts";
import { identify } from "./authorization.ts";
import { servePages, type WebApp } from "./app.ts";
import { compressWhole } from "./compression.ts";
import type { DatabaseServices } from "./database_services.ts";
import type { Listening } from "./guards.ts";
import { LiveFeed } from "./live_feed.ts";
import { problem, problemResponse } from "./problems.ts";
import { RecoveryServices } from "./recovery_services.ts";
import { guard, knownBodyOnly, newRouter, secured } from "./request_checks.ts";
import type { RouteManifest } from "./route.ts";
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
}

const recoveryPath = "/settings/database";

/**
 * The site of a program that cannot use its database: the restore page alone. Pages lead there; everything else is 503
 * with the reason.
 */
export function createRecoveryApp(options: RecoveryAppOptions): WebApp {
  const { database, assets, clock, logger, routes, reason } = options;
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
  app.use(secured(options.listening), guard(options.listening), identify(undefined));
  app.get("/ws", (c) => feed.upgrade(c.req.raw, { principal: c.get("principal") }));
  app.use(methodNotAllowed({ app, onMethodNotAllowed: (c, allowed) => answers.methodNotAllowed(c, allowed) }));
  app.use(compress(), compressWhole());
  app.use("/api/*", knownBodyOnly);
  for (const register of routes.recovery.api) {
    register(app, { services, database, coach, config, accounts: undefined, logger, clock });
  }
  servePages(app, { pages: routes.recovery.pages, routes, assets, answers });
  app.notFound((c) =>
    wantsPage(c)
      ? c.redirect(recoveryPath, 303)
      : problemResponse(problem(503, { detail: `Cannot answer "${c.req.path}" in recovery mode: ${reason}` }))
  );
  app.onError((error, c) => answers.failed(c, error));
  return { fetch: (request, origin = {}) => app.fetch(request, origin), feed };
}
