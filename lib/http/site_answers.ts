import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Logger } from "../base/mod.ts";
import type { Problem, TemperatureUnit } from "../wire/mod.ts";
import type { AccountServices } from "./account_services.ts";
import type { Assets } from "./assets.ts";
import type { CoachServices } from "./coach_services.ts";
import type { ConfigServices } from "./config_services.ts";
import type { DatabaseServices } from "./database_services.ts";
import { servicesFor } from "./guest_services.ts";
import { renderPage } from "./page_renderer.ts";
import { may, nobodyAt, topicAccess } from "./principal.ts";
import { headersOf, problem, problemOf, problemResponse } from "./problems.ts";
import type { OpenApiDocument, PageContext, PageHandler, RouteManifest, SiteEnv } from "./route.ts";
import type { HttpServices } from "./services.ts";
import type { SystemServices } from "./system_services.ts";

export interface SiteAnswersOptions {
  readonly app: OpenAPIHono<SiteEnv>;
  readonly services: HttpServices;
  readonly database: DatabaseServices;
  readonly coach: CoachServices;
  readonly config: ConfigServices;
  readonly accounts?: AccountServices | undefined;
  readonly system?: SystemServices | undefined;
  readonly assets: Assets;
  readonly routes: RouteManifest;
  readonly logger: Logger;
  readonly recovery?: { readonly reason: string };
}

/** Answers that are a page for people and a problem for programs. */
export class SiteAnswers {
  readonly #options: SiteAnswersOptions;
  #openapi: OpenApiDocument | undefined;

  constructor(options: SiteAnswersOptions) {
    this.#options = options;
  }

  async page(c: Context<SiteEnv>, handler: PageHandler): Promise<Response> {
    const context = await this.#context(c);
    return renderPage(await handler(context), { context, routes: this.#options.routes });
  }

  openapi(): OpenApiDocument {
    this.#openapi ??= this.#options.app.getOpenAPI31Document({
      openapi: "3.1.0",
      info: {
        title: "CoachIQ",
        version: this.#options.services.health().version,
        description: "The coach's live state, its commands, its CAN buses and its database. " +
          "Errors are RFC 9457 problems.",
      },
    }) as OpenApiDocument;
    return this.#openapi;
  }

  async notFound(c: Context<SiteEnv>): Promise<Response> {
    const body = problem(404, { detail: `There is nothing at "${c.req.path}".` });
    return wantsPage(c) ? await this.#errorPage(c, body) : problemResponse(body);
  }

  methodNotAllowed(c: Context, allowed: readonly string[]): Response {
    const allow = allowed.join(", ");
    const detail = `Cannot ${c.req.method} "${c.req.path}": expected ${allow}`;
    return problemResponse(problem(405, { detail }), { allow });
  }

  async failed(c: Context<SiteEnv>, error: Error): Promise<Response> {
    const { logger } = this.#options;
    const body = problemOf(error);
    if (body.status === 500) logger.error("Cannot answer a request", { path: c.req.path, error });
    const headers = headersOf(error);
    if (!wantsPage(c)) return problemResponse(body, headers);
    try {
      return await this.#errorPage(c, body);
    } catch (cause) {
      // The frame of the page itself cannot be drawn: the bare problem is what is left.
      logger.error("Cannot render the error page", { path: c.req.path, error: cause });
      return problemResponse(body, headers);
    }
  }

  #errorPage(c: Context<SiteEnv>, body: Problem): Promise<Response> {
    return this.page(c, (context) => this.#options.routes.error(context, body));
  }

  async #context(c: Context<SiteEnv>): Promise<PageContext> {
    const { services, database, coach, config, accounts, system, assets, recovery } = this.#options;
    const principal = c.get("principal") ?? nobodyAt(c.env?.remoteAddress ?? "unknown");
    return {
      url: new URL(c.req.url),
      params: c.req.param() as Record<string, string>,
      services: servicesFor(services, principal),
      database,
      coach,
      config,
      accounts,
      system,
      principal,
      databaseStatus: may(principal, topicAccess.database) ? await this.#databaseStatus() : undefined,
      ...(recovery ? { recovery } : {}),
      assets,
      preferences: { temperature: this.#temperature(c) },
      openapi: () => this.openapi(),
    };
  }

  /** The phone's own choice, else what the owner set, else what the phone's language suggests. */
  #temperature(c: Context<SiteEnv>): TemperatureUnit {
    const { temperature = "C", isChosen = false } = c.get("preferences") ?? {};
    if (isChosen || this.#options.recovery) return temperature;
    return this.#options.services.coach().shown?.temperature ?? temperature;
  }

  /** For the banners. The coach is shown even when its storage does not answer. */
  async #databaseStatus(): Promise<PageContext["databaseStatus"]> {
    try {
      return await this.#options.database.status();
    } catch (error) {
      this.#options.logger.error("Cannot look at the database for a page", { error });
      return undefined;
    }
  }
}

/** A browser asking for a page, as against a program or a script of the page. */
export function wantsPage(c: Context): boolean {
  const isProgram = c.req.path.startsWith("/api/") && c.req.path !== "/api/docs";
  return !isProgram && c.req.path !== "/ws" && (c.req.header("accept") ?? "").includes("text/html");
}
