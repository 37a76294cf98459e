import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import type { Locator, Page } from "playwright-core";
import { fakeSystem } from "../fixtures/fake_system.ts";
import { FakeServices } from "../fixtures/fake_services.ts";
import { FakeSystemServices } from "../fixtures/fake_system_services.ts";
import { becomes, tells } from "./expectations.ts";
import { alive, type BrowserTest, browserTest, phone, type RunningSite, startSite } from "./harness.ts";

type SystemTest = BrowserTest & {
  readonly services: FakeServices;
  readonly system: FakeSystemServices;
  readonly site: RunningSite;
};

function systemTest(name: string, body: (all: SystemTest) => Promise<void>): void {
  browserTest(name, async (test) => {
    const [services, system] = [new FakeServices(), new FakeSystemServices()];
    const site = await startSite(services, { system });
    try {
      await body({ ...test, services, system, site });
    } finally {
      // A page that is still open would complain that its program is gone.
      for (const context of test.browser.contexts()) await context.close();
      await site.stop();
    }
  });
}

async function openAt(test: SystemTest, path: string, options = {}): Promise<Page> {
  const page = await test.open(`${test.site.url}${path}`, options);
  await alive(page);
  return page;
}

const at = "/settings/system";
const button = (place: Page | Locator, name: string | RegExp) => place.getByRole("button", { name, exact: true });
const toast = (page: Page, text: string) => page.locator(".toast.is-shown", { hasText: text });
const raisedAt = new Date(Date.now() - 5 * 60_000).toISOString();
const wrong = [
  {
    id: "feature.mqtt",
    priority: 3,
    what: "MQTT does not run: the broker does not answer.",
    todo: "It is tried again by itself.",
    raisedAt,
    clearedAt: null,
  },
  {
    id: "can.can1",
    priority: 2,
    what: "Interface can1 is down.",
    todo: "Check its plug and the bit rate.",
    raisedAt,
    clearedAt: null,
  },
] as const;

/** What a page in trouble has to show. */
function trouble({ services, system }: Pick<SystemTest, "services" | "system">): void {
  services.healthStatus = "degraded";
  system.alertList = [...wrong, {
    id: "clock",
    priority: 3,
    what: "The clock of this machine is not set.",
    todo: "Connect it to a network once.",
    raisedAt: "2026-11-20T08:00:00.000Z",
    clearedAt: "2026-11-20T08:04:00.000Z",
  }];
}

systemTest("the page of a program that is well says so first, then its parts with their numbers", async (test) => {
  const page = await openAt(test, at);
  await becomes(() => page.locator(".verdict h2").innerText(), "All is well");
  await tells(page.locator(".system"), /The coach is parked\s+The park brake is set\./);
  await tells(
    page.locator('[data-bus="can0"]'),
    /can0\s+Up\s+412 frames\/s\s+Last frame just now · Our address F9[^]*Unknown\s+1204/,
  );
  await tells(page.locator('[data-bus="can1"]'), /Down[^]*Nothing was heard yet · No address claimed/);
  const words = await page.locator("main").innerText();
  match(words, /All 7 run[^]*21 GB of 31 GB free[^]*58\.5 °C[^]*0\.42[^]*Right/);
  match(words, /148 heard, 3 silent, 11 never heard\s+162[^]*aarch64\s+Deno 2\.9\.5/);
  await page.locator("details.keys > summary").tap();
  await page.getByText("Live updates").waitFor();
});

systemTest("the page follows: what goes wrong comes with its weight and what to do, and goes again", async (test) => {
  // A failed program's health is 503, and carries what the page shows.
  const page = await openAt(test, at, { expectedErrors: /503/ });
  trouble(test);
  await page.locator(".verdict h2", { hasText: "2 things are not as they should be" }).waitFor();
  const said = await page.locator(".verdict").innerText();
  match(said, /P2 · Soon\s+for 5 min\s+Interface can1 is down\.\s+Check its plug[^]*P3 · When there is time[^]*MQTT/);
  await page.getByRole("heading", { name: "What was wrong before" }).waitFor();
  await page.getByText("The clock of this machine is not set.").waitFor();
  test.services.healthStatus = "failed";
  test.system.safetyView = { ...test.system.safetyView, driving: "driving", safeReason: "The database has failed." };
  const core = fakeSystem.core.map((one) =>
    one.name === "database" ? { ...one, state: "failed" as const, reason: "the disk is full", restarts: 2 } : one
  );
  test.system.system = { ...fakeSystem, core };
  await page.locator(".verdict h2", { hasText: "Nothing can be commanded" }).waitFor();
  await tells(page.locator(".verdict li").first(), /P1 · Now\s+The database has failed\./);
  await page.getByText("6 of 7 run").waitFor();
  await tells(page.locator(".system"), /the disk is full\s+Started again 2 times\s+Failed/);
  test.services.healthStatus = "ok";
  test.system.safetyView = { ...test.system.safetyView, safeReason: null };
  test.system.alertList = [];
  test.system.system = fakeSystem;
  await page.locator(".verdict h2", { hasText: "All is well" }).waitFor();
});

systemTest("a feature is switched at a tap and back from the sentence, a failed one says why", async (test) => {
  const page = await openAt(test, at);
  const row = (name: string) => page.locator(`[data-feature="${name}"]`);
  await tells(row("mqtt"), /MQTT\s+Failed[^]*The broker at mqtt\.lan does not answer; it is tried again in 40 s\./);
  await tells(row("predictive_maintenance"), /Waits[^]*It needs System analytics/);
  await becomes(() => row("authentication").getByRole("switch").count(), 0);
  await tells(row("authentication"), /Only a restart switches it\./);
  const control = row("firefly").getByRole("switch", { name: "Firefly" });
  await control.tap();
  await toast(page, "Firefly is off.").waitFor();
  await becomes(() => control.getAttribute("aria-checked"), "false");
  await button(page, "Undo").tap();
  await toast(page, "Firefly is on.").waitFor();
  await becomes(() => control.getAttribute("aria-checked"), "true");
  deepStrictEqual(test.system.asked.map(([, what]) => what), ["firefly off", "firefly on"]);
});

systemTest("a file for whoever helps is downloaded from the page", async (test) => {
  const page = await openAt(test, at);
  const coming = page.waitForEvent("download");
  await page.getByRole("link", { name: /Diagnostics/ }).tap();
  match((await coming).suggestedFilename(), /^coachiq-diagnostics-\d{4}-\d\d-\d\d\.json$/);
});

systemTest("the log is newest first, follows, is sifted, paused, kept, and made louder", async (test) => {
  const page = await openAt(test, `${at}/log`);
  const entries = page.locator(".log__entry");
  await becomes(() => entries.count(), 40);
  await tells(entries.first(), /error[^]*the disk is full/);
  await tells(entries.nth(1), /mqtt\s+warning\s+The broker does not answer\s+host: mqtt\.lan · againInS: 40/);
  test.system.say({ level: "warning", area: "mqtt", text: "The broker is back" });
  await entries.first().filter({ hasText: "The broker is back" }).waitFor();

  await page.getByLabel("From").selectOption("mqtt");
  await entries.filter({ hasText: "CoachIQ is ready" }).first().waitFor({ state: "detached" });
  await becomes(() => entries.count(), 11);
  await page.getByRole("searchbox").fill("is back");
  await entries.filter({ hasText: "does not answer" }).first().waitFor({ state: "detached" });
  await becomes(() => entries.count(), 1);
  await page.getByRole("searchbox").fill("no such words");
  await page.getByText("Nothing of this was logged.").waitFor();
  await page.getByRole("searchbox").fill("");
  await page.getByLabel("From").selectOption("");
  await page.getByLabel("Show").selectOption("error");
  await entries.filter({ hasText: "is ready" }).first().waitFor({ state: "detached" });
  await page.getByLabel("Show").selectOption("debug");
  await entries.filter({ hasText: "is ready" }).first().waitFor();

  await button(page, "Pause").tap();
  test.system.say({ level: "error", area: "store", text: "While nobody looked" });
  await page.getByText("One new event").waitFor();
  await becomes(() => entries.filter({ hasText: "While nobody looked" }).count(), 0);
  await button(page, "Go on").tap();
  await entries.first().filter({ hasText: "While nobody looked" }).waitFor();

  await page.locator("summary", { hasText: "What is logged" }).tap();
  const levels = page.getByRole("group", { name: "What is logged" });
  await becomes(() => button(levels, "Events").getAttribute("aria-pressed"), "true");
  await button(levels, "Everything").tap();
  await levels.locator('[aria-pressed="true"]', { hasText: "Everything" }).waitFor();
  deepStrictEqual(test.system.logLevels(), { level: "debug", areas: { can: "warning" } });
  const coming = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download" }).tap();
  match((await coming).suggestedFilename(), /^coachiq-log-.*\.txt$/);
});

systemTest("the log of a program that started anew begins anew", async (test) => {
  const page = await openAt(test, `${at}/log`, { expectedErrors: /WebSocket|ERR_CONNECTION/ });
  const entries = page.locator(".log__entry");
  await becomes(() => entries.count(), 40);
  test.system.restart();
  test.system.say({ level: "info", area: "program", text: "CoachIQ is ready again" });
  await test.site.restart(test.services);
  await entries.nth(1).waitFor({ state: "detached" });
  await tells(entries, /CoachIQ is ready again/);
});

systemTest("the record of changes is newest first, sifted by kind, and goes back page by page", async (test) => {
  const page = await openAt(test, `${at}/changes`);
  const entries = page.locator(".log__entry");
  await becomes(() => entries.count(), 50);
  await tells(entries.first(), /Configuration 70\s+Ann, 192\.168\.8\.21/);
  await tells(entries.filter({ hasText: "Refused" }).first(), /The coach is driving\./);
  await button(page, "Earlier").tap();
  await page.locator('[data-id="1"]').waitFor();
  await becomes(() => entries.count(), 70);
  await becomes(() => button(page, "Earlier").count(), 0);
  await page.getByRole("link", { name: "Sign-ins" }).tap();
  await entries.filter({ hasText: "command" }).first().waitFor({ state: "detached" });
  await becomes(() => entries.count(), 17);
  await page.getByRole("link", { name: "Database" }).tap();
  await page.getByText("Nothing of this was done yet.").waitFor();
});

systemTest("everything that moves stops at one tap, also from the strip of areas", async (test) => {
  const page = await openAt(test, "/");
  const places = button(page, "Stop everything that moves");
  await becomes(() => places.count(), 2);
  const strip = page.locator(".jump__stop");
  const box = await strip.boundingBox();
  ok(box !== null && box.y > phone.height * 0.75 && box.x < 60, "within reach of the thumb, without scrolling");
  await strip.tap();
  await toast(page, "Everything that moves was told to stop, and says that it stands.").waitFor();
  test.system.deaf = ["Patio awning"];
  await page.locator(".at-once button").first().tap();
  await toast(page, "did not confirm it: Patio awning. Look whether it stands.").waitFor();
  deepStrictEqual(test.system.asked.map(([, what]) => what), ["motion", "motion"]);
});

systemTest("all lights go off at a tap, and those that were on can be lit again as they were", async (test) => {
  const lit = test.services.entities().filter(({ kind, state }) => {
    const { on } = state;
    return kind === "light" && on !== undefined && "value" in on && on.value === true;
  });
  const page = await openAt(test, "/");
  await button(page, "All lights off").tap();
  await toast(page, "All lights are off.").waitFor();
  await button(page, "Undo").tap();
  const all = () => new Set(test.services.commands.map(({ id }) => id));
  while (all().size < lit.length) await page.waitForResponse(/commands$/);
  deepStrictEqual(all(), new Set(lit.map(({ id }) => id)));
  for (const { id, command, parameters } of test.services.commands) {
    const level = lit.find((one) => one.id === id)?.state["brightnessPct"];
    if (command === "setBrightness") {
      deepStrictEqual(parameters["brightnessPct"], level && "value" in level && level.value);
    } else strictEqual(command, "turnOn");
  }
});

systemTest("the settings lead to the system in two words", async (test) => {
  const page = await openAt(test, "/settings");
  await page.getByRole("link", { name: /^System/ }).tap();
  await page.waitForURL(/settings\/system$/);
  test.services.healthStatus = "degraded";
  const settings = await openAt(test, "/settings");
  await tells(settings.getByRole("link", { name: /^System/ }), /One problem/);
});

systemTest("the pages are readable without JavaScript", async (test) => {
  trouble(test);
  const options = { javaScriptEnabled: false };
  const main = async (path: string) => {
    const page = await test.open(`${test.site.url}${path}`, options);
    return page.locator("main");
  };
  await tells(await main(at), /2 things are not as they should be[^]*Interface can1 is down\.[^]*412 frames\/s/);
  await tells(await main(`${at}/log`), /The broker does not answer/);
  const signIns = await main(`${at}/changes?action=signIn`);
  await tells(signIns, /SignIn 67/);
  await becomes(() => signIns.getByText("Command 1").count(), 0);
});

systemTest("no page of the system scrolls sideways, and every target is big enough", async (test) => {
  trouble(test);
  test.system.say({ level: "error", area: "store", text: "A".repeat(300), fields: { path: "/very/long".repeat(30) } });
  for (const colorScheme of ["dark", "light"] as const) {
    for (const path of [at, `${at}/log`, `${at}/changes`, "/"]) {
      const page = await openAt(test, path, { viewport: phone, colorScheme });
      await becomes(() => page.evaluate(() => document.documentElement.scrollWidth), phone.width, path);
      const small = await page.locator("main :is(button, a.button, a.row, summary, select, input)").evaluateAll((all) =>
        all.map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()] as const)
          .filter(([, box]) => box.width > 0 && (box.width < 43.5 || box.height < 43.5)).map(([html]) => html)
      );
      deepStrictEqual(small, [], path);
      await page.close();
    }
  }
});
