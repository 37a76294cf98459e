/** The whole program with its simulated coach, as a process, on phones in a real browser. */
import { ok, strictEqual } from "node:assert";
import type { Page, WebSocketRoute } from "playwright-core";
import { build } from "../../tools/build.ts";
import { type RunningServer, startServer } from "../flow/program.ts";
import { becomes, tells } from "./expectations.ts";
import { alive, type BrowserTest, browserTest } from "./harness.ts";

const accent = '[data-entity="living_accent"]';

/** What a test works with; `server` may be put in the place of another. */
interface ProgramTest extends BrowserTest {
  server: RunningServer;
  /** Arguments with which the same program starts again, on the same port, with the same data. */
  readonly again: readonly string[];
}

function programTest(name: string, body: (test: ProgramTest) => Promise<void>): void {
  browserTest(name, async (test) => {
    await build();
    const data = ["--can", "sim", "--data-dir", await Deno.makeTempDir({ prefix: "coachiq-browser-" })];
    const server = await startServer(data);
    const all: ProgramTest = { ...test, server, again: [...data, "--port", new URL(server.url).port] };
    try {
      await ready(server.url);
      await body(all);
    } finally {
      // A page that is still open would complain that its program is gone.
      for (const context of test.browser.contexts()) await context.close();
      await all.server.stop();
      await Deno.remove(data.at(-1) ?? "", { recursive: true });
    }
  });
}

async function api<T>(url: string, body?: unknown): Promise<T> {
  const response = await fetch(
    url,
    body === undefined
      ? {}
      : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) },
  );
  return await response.json();
}

/** Waits until the coach answers a command: before its address is claimed the program sends nothing. */
async function ready(url: string): Promise<void> {
  const turnOff = () =>
    api<{ outcome?: string }>(`${url}/api/entities/living_accent/commands`, { command: "turnOff", parameters: {} });
  while ((await turnOff()).outcome !== "confirmed");
}

async function openHome(test: ProgramTest, options = {}): Promise<Page> {
  const page = await test.open(test.server.url, options);
  await alive(page);
  return page;
}

const headline = (page: Page, tile: string) => page.locator(`${tile} .tile__headline`).first();
const says = (page: Page, tile: string, text: string | RegExp) =>
  headline(page, tile).filter({ hasText: text }).waitFor();

/** A live feed that can be held back. */
class HeldFeed {
  #held: (() => void)[] | undefined;

  hold(): void {
    this.#held = [];
  }

  release(): void {
    for (const send of this.#held ?? []) send();
    this.#held = undefined;
  }

  /** Comes between the page and the program. */
  join(socket: WebSocketRoute): void {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      if (this.#held) this.#held.push(() => socket.send(message));
      else socket.send(message);
    });
  }
}

programTest("the program shows its coach on a phone, by area, live", async (test) => {
  const page = await openHome(test);
  const coach = await api<readonly { id: string; hidden: boolean }[]>(`${test.server.url}/api/entities`);
  await becomes(() => page.locator(".tile").count(), coach.filter(({ hidden }) => !hidden).length);
  await becomes(async () => (await page.locator("h2").count()) > 3, true);
  await says(page, accent, "Off");
  await tells(page.locator(".top"), /Simulated/);
});

programTest(
  "a tap toggles a light; the tile changes with the coach's status, and a second phone sees it",
  async (test) => {
    const feed = new HeldFeed();
    const page = await test.open("about:blank");
    await page.routeWebSocket(/\/ws$/, (socket) => feed.join(socket));
    await page.goto(test.server.url);
    await alive(page);
    const second = await openHome(test);
    await says(page, accent, "Off");
    feed.hold();
    const answer = page.waitForResponse(/living_accent\/commands/);
    await page.tap(`${accent} .tile__main`);
    await says(second, accent, /^On|%/);
    strictEqual((await (await answer).json()).outcome, "confirmed");
    await becomes(() => headline(page, accent).textContent(), "Off", "the answer to the tap is not the coach's status");
    feed.release();
    await says(page, accent, /^On|%/);
    await page.locator(`${accent} .tile__main[aria-pressed=true]`).waitFor();
    await second.tap(`${accent} .tile__main`);
    await says(page, accent, "Off");
  },
);

programTest("the program is killed and started again, and the page recovers by itself", async (test) => {
  const page = await openHome(test, { expectedErrors: /WebSocket|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET/ });
  await page.tap(`${accent} .tile__main`);
  await says(page, accent, /^On|%/);
  const killed = test.server.ended;
  Deno.kill(test.server.pid, "SIGKILL");
  await killed;
  await page.waitForSelector(".banner--lost");
  await becomes(() => page.locator(`${accent} .tile__main`).isDisabled(), true);
  test.server = await startServer(test.again);
  await alive(page);
  await ready(test.server.url);
  await says(page, accent, "Off");
  await page.tap(`${accent} .tile__main`);
  await says(page, accent, /^On|%/);
});

programTest("a shade moves while its button is held, and stops on release", async (test) => {
  const page = await openHome(test);
  const shade = '[data-entity="driver_shade"]';
  const open = page.locator(`${shade} [data-command="open"]`);
  await open.scrollIntoViewIfNeeded();
  await open.hover();
  await page.mouse.down();
  await says(page, shade, /opening/i);
  const answers: string[] = [];
  // Held for several repetitions of the command: the coach would stop by itself without them.
  while (answers.length < 4) {
    const response = await page.waitForResponse(/driver_shade\/commands/);
    answers.push((await response.json()).outcome);
  }
  await tells(headline(page, shade), /opening/i);
  await page.mouse.up();
  await says(page, shade, /stopped/i);
  ok(answers.every((outcome) => outcome === "confirmed"), answers.join());
});

programTest("the generator starts only after it was armed, and while its button is held", async (test) => {
  const page = await openHome(test);
  const tile = page.locator('[data-entity="generator"]');
  await tile.scrollIntoViewIfNeeded();
  await says(page, '[data-entity="generator"]', /stopped|off/i);
  await becomes(() => tile.getByRole("button", { name: /Start/ }).count(), 0);
  const url = `${test.server.url}/api/entities/generator/commands`;
  strictEqual((await api<{ outcome: string }>(url, { command: "start", parameters: {} })).outcome, "refused");
  await tile.getByRole("button", { name: "Arm" }).tap();
  const start = tile.getByRole("button", { name: /Hold: Start/ });
  await start.waitFor();
  await start.hover();
  await page.mouse.down();
  await says(page, '[data-entity="generator"]', /start|crank|running|preheat/i);
  await page.mouse.up();
});

programTest("the bus page shows the frames that pass, and who sends them", async (test) => {
  const page = await test.open(`${test.server.url}/can`);
  await alive(page);
  const newest = () => page.locator(".frame__time").first().textContent();
  const before = await newest();
  await page.waitForFunction((old) => document.querySelector(".frame__time")?.textContent !== old, before);
  await page.locator(".field--message input").fill("tank");
  await page.waitForFunction(() => {
    const names = [...document.querySelectorAll(".frame__name")].map(({ textContent }) => textContent);
    return names.length > 0 && names.every((name) => name === "TANK_STATUS");
  });
  await tells(page.locator(".bus"), /\d+ frames\/s/);
});
