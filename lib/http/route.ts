import type { OpenAPIHono } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import type { ComponentChildren, VNode } from "preact";
import type { Clock, Logger } from "../base/mod.ts";
import type { DatabaseStatusView, Problem, TemperatureUnit } from "../wire/mod.ts";
import type { AccountServices } from "./account_services.ts";
import type { Assets } from "./assets.ts";
import type { CoachServices } from "./coach_services.ts";
import type { ConfigServices } from "./config_services.ts";
import type { DatabaseServices } from "./database_services.ts";
import type { Principal } from "./principal.ts";
import type { RecoveryAccess } from "./recovery_access.ts";
import type { HttpServices } from "./services.ts";
import type { SystemServices } from "./system_services.ts";

/** What the phone prefers, for every page. */
export interface Preferences {
  readonly temperature: TemperatureUnit;
}

/** The same before what all phones share is known. */
export interface PhonePreferences extends Preferences {
  /** Somebody chose it on this phone; else its language suggests it. */
  readonly isChosen: boolean;
}

/** Hono's environment: what the server knows of a request, and what middleware leaves for pages. */
export interface SiteEnv {
  Bindings: RequestOrigin;
  Variables: { preferences: PhonePreferences; principal: Principal };
}

/** Where a request came from. */
export interface RequestOrigin {
  /** Absent: not told, as in tests. */
  readonly remoteAddress?: string;
  /** It came over TLS. */
  readonly isSecure?: boolean;
  /** From a program on this machine, not through a proxy. */
  readonly isMachine?: boolean;
}

/** What a page is given. */
export interface PageContext {
  readonly url: URL;
  readonly params: Readonly<Record<string, string>>;
  readonly services: HttpServices;
  readonly database: DatabaseServices;
  readonly coach: CoachServices;
  readonly config: ConfigServices;
  /** Absent: the storage does not answer, or whoever looks may not know. */
  readonly databaseStatus: DatabaseStatusView | undefined;
  /** Present: only restore works, and this is why. */
  readonly recovery?: { readonly reason: string };
  readonly assets: Assets;
  readonly preferences: Preferences;
  readonly principal: Principal;
  /** Absent: accounts are off. */
  readonly accounts: AccountServices | undefined;
  /** Absent: the program cannot tell of itself, as in recovery mode. */
  readonly system?: SystemServices | undefined;
  /** The description of the API, as `/api/openapi.json` gives it. */
  openapi(): OpenApiDocument;
}

/** As much of an OpenAPI document as a page reads. */
export interface OpenApiDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly paths?: Readonly<Record<string, unknown>>;
  readonly components?: unknown;
}

/** What a page answers. */
export interface Page {
  /** Default 200. */
  readonly status?: number;
  /** Path of another page that answers in its place: browsers are led there with 303. */
  readonly location?: string;
  readonly title: string;
  /** Which entry of the navigation is lit. */
  readonly section?: "coach" | "entities" | "can" | "settings" | "docs";
  readonly body: VNode;
}

export type PageHandler = (context: PageContext) => Page | Promise<Page>;

/** One page, as its file in `routes/` exports it by default. */
export interface PageRoute {
  /** Hono's form of the file name: `entities/[id].tsx` is `/entities/:id`. */
  readonly path: string;
  readonly page: PageHandler;
}

/** What an API file in `routes/api/` exports by default: it adds its operation and delegates to the services. */
export type ApiRoute = (
  api: OpenAPIHono<SiteEnv>,
  context: ApiContext,
) => void;

/** What an API file is given. */
export interface ApiContext {
  readonly services: HttpServices;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly database: DatabaseServices;
  readonly coach: CoachServices;
  readonly config: ConfigServices;
  /** Absent: accounts are off. */
  readonly accounts: AccountServices | undefined;
  /** Absent: the program cannot tell of itself, as in recovery mode. */
  readonly system?: SystemServices | undefined;
  /** Absent: this is not recovery mode. */
  readonly recovery?: RecoveryAccess;
}

/** Props of `routes/_app.tsx`, the frame around every page. */
export interface AppProps {
  readonly title: string;
  readonly section: Page["section"];
  readonly context: PageContext;
  readonly children: ComponentChildren;
}

/** All of `routes/`, written out because a compiled program cannot look for files. */
export interface RouteManifest {
  readonly app: (props: AppProps) => VNode;
  readonly middleware: MiddlewareHandler<SiteEnv>;
  /** What did not work, for people; also for a path that leads nowhere. */
  readonly error: (context: PageContext, problem: Problem) => Page;
  readonly pages: readonly PageRoute[];
  readonly api: readonly ApiRoute[];
  /** What is left of them when only restore works. */
  readonly recovery: { readonly pages: readonly PageRoute[]; readonly api: readonly ApiRoute[] };
}
