import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { silentLogger, systemClock } from "../../lib/base/mod.ts";
import {
  type AccountServices,
  type CoachServices,
  type ConfigServices,
  createApp,
  type DatabaseServices,
  type HttpServices,
  loadAssets,
  type SystemServices,
  WebServer,
} from "../../lib/http/mod.ts";
import { routes } from "../../routes/mod.ts";
import { FakeCoachServices } from "../fixtures/fake_coach_services.ts";
import { FakeConfigServices } from "../fixtures/fake_config_services.ts";
import { FakeDatabase } from "../fixtures/fake_database.ts";
import { FakeSystemServices } from "../fixtures/fake_system_services.ts";
import { build } from "../../tools/build.ts";

/** Where Debian, Ubuntu, Arch and NixOS put it. */
const places = [
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/google-chrome",
  "/run/current-system/sw/bin/chromium",
];

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A phone of today, 390 × 844. */
export const phone = { width: 390, height: 844 } as const;

/** The browser's program, or the sentence that says what is missing. */
export function findChromium(): { readonly path: string } | { readonly missing: string } {
  const named = Deno.env.get("CHROMIUM");
  for (const path of named ? [named] : places) {
    try {
      if (Deno.statSync(path).isFile) return { path };
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  const where = named ? `CHROMIUM names "${named}", which is not there` : `none of ${places.join(", ")} is there`;
  return { missing: `Chromium is missing: ${where}. Install the package "chromium", or set CHROMIUM to its program.` };
}

/** What a browser test works with. */
export interface BrowserTest {
  readonly browser: Browser;
  /** A page of a fresh phone: own storage, own cookies. Errors of its console fail the test. */
  open(url: string, options?: PhoneOptions): Promise<Page>;
}

export interface PhoneOptions {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: "dark" | "light";
  readonly locale?: string;
  readonly javaScriptEnabled?: boolean;
  /** With every request, as a proxy adds them. */
  readonly extraHTTPHeaders?: Readonly<Record<string, string>>;
  /** Console errors that belong to the test, e.g. those of a server that is down. */
  readonly expectedErrors?: RegExp;
}

/**
 * Registers a test in a real browser. Without a browser it is skipped with the reason; with `CI=true` that is a
 * failure.
 */
export function browserTest(name: string, body: (test: BrowserTest) => Promise<void>): void {
  const found = findChromium();
  const isMissing = "missing" in found;
  if (isMissing && Deno.env.get("CI") !== "true") {
    Deno.test.ignore(`${name} (skipped, ${found.missing})`, () => {});
    return;
  }
  // The browser's driver keeps sockets and timers of its own until it is closed.
  Deno.test({ name, sanitizeOps: false, sanitizeResources: false, fn: () => runInBrowser(found, body) });
}

let running: Promise<Browser> | undefined;

/** The browser of all tests of a file: to start one takes longer than most of them. Each has phones of its own. */
function browserOf(executablePath: string): Promise<Browser> {
  return running ??= chromium.launch({ executablePath, headless: true, args: [...flags] });
}

Deno.test.afterAll(async () => {
  await (await running)?.close();
  running = undefined;
});

async function runInBrowser(
  found: { readonly path: string } | { readonly missing: string },
  body: (test: BrowserTest) => Promise<void>,
): Promise<void> {
  if ("missing" in found) throw new Error(found.missing);
  const browser = await browserOf(found.path);
  const contexts: BrowserContext[] = [];
  const errors: string[] = [];
  try {
    await body({
      browser,
      open: async (url, options = {}) => {
        const { expectedErrors, ...context } = { viewport: phone, colorScheme: "dark" as const, ...options };
        const opened = await browser.newContext({
          hasTouch: true,
          locale: "en-GB",
          reducedMotion: "reduce",
          ...context,
        });
        contexts.push(opened);
        const page = await opened.newPage();
        page.setDefaultTimeout(30_000);
        const note = (text: string) => !expectedErrors?.test(text) && errors.push(text);
        page.on("console", (message) => message.type() === "error" && note(message.text()));
        page.on("pageerror", (error) => note(error.message));
        await page.goto(url);
        return page;
      },
    });
  } finally {
    for (const context of contexts) await context.close();
  }
  if (errors.length > 0) throw new Error(`The page reported errors: ${errors.join("; ")}`);
}

/** A site that listens; `restart()` keeps the port, as a restarted program would. */
export interface RunningSite {
  readonly url: string;
  stop(): Promise<void>;
  restart(services: HttpServices): Promise<void>;
}

let built: Promise<URL> | undefined;

/** The site, built once per test process in a folder of its own: other processes may be building theirs. */
async function buildOnce(): Promise<URL> {
  const folder = Deno.makeTempDirSync({ prefix: "coachiq-site-" });
  addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
  const outFolder = new URL(`file://${folder}/web/`);
  await build({ outFolder });
  return outFolder;
}

/** The folder of the built site. */
export function builtSite(): Promise<URL> {
  return built ??= buildOnce();
}

function upToDate(): FakeDatabase {
  const database = new FakeDatabase();
  database.needsUpdate = false;
  return database;
}

/** Starts the real site on a free loopback port, with the services given. */
export async function startSite(
  services: HttpServices,
  options: {
    readonly database?: DatabaseServices;
    readonly coach?: CoachServices;
    readonly config?: ConfigServices;
    readonly system?: SystemServices;
    /** Default: accounts are off. */
    readonly accounts?: AccountServices;
  } = {},
): Promise<RunningSite> {
  const { database = upToDate(), coach = new FakeCoachServices(), config = new FakeConfigServices() } = options;
  const { system = new FakeSystemServices() } = options;
  const siteFolder = await builtSite();
  const start = (services: HttpServices, port: number) => {
    const app = createApp({
      services,
      database,
      coach,
      config,
      system,
      ...(options.accounts ? { accounts: options.accounts } : {}),
      assets: loadAssets(siteFolder),
      routes,
      clock: systemClock,
      logger: silentLogger,
      listening: { loopbackOnly: true },
    });
    const server = new WebServer(app, { hostname: "127.0.0.1", port, logger: silentLogger });
    return { server, ...server.start() };
  };
  let running = start(services, 0);
  const { url, port } = running;
  return {
    url,
    stop: () => running.server.stop(),
    async restart(services) {
      await running.server.stop();
      running = start(services, port);
    },
  };
}

/** Waits until the page is alive: taken over by its islands, and connected. */
export async function alive(page: Page): Promise<void> {
  await page.waitForSelector("html.is-live");
  await page.waitForSelector(".unit:enabled");
  await page.waitForSelector(".banner--lost", { state: "detached" });
}
