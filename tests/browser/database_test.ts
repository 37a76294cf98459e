import { deepStrictEqual, match, strictEqual } from "node:assert";
import { Buffer } from "node:buffer";
import type { Locator, Page } from "playwright-core";
import { silentLogger, systemClock } from "../../lib/base/mod.ts";
import { createRecoveryApp, loadAssets, RecoveryAccess, WebServer } from "../../lib/http/mod.ts";
import { routes } from "../../routes/mod.ts";
import { FakeDatabase } from "../fixtures/fake_database.ts";
import { manualBackupId } from "../fixtures/fake_records.ts";
import { FakeServices } from "../fixtures/fake_services.ts";
import { becomes, tells } from "./expectations.ts";
import { alive, type BrowserTest, browserTest, builtSite, phone, type RunningSite, startSite } from "./harness.ts";

type DatabaseTest = BrowserTest & { readonly database: FakeDatabase; readonly site: RunningSite };

function databaseTest(name: string, body: (all: DatabaseTest) => Promise<void>): void {
  browserTest(name, async (test) => {
    const database = new FakeDatabase();
    const site = await startSite(new FakeServices(), { database });
    try {
      await body({ ...test, database, site });
    } finally {
      await closePages(test);
      await site.stop();
    }
  });
}

/** A page that is still open would complain that its program is gone. */
async function closePages({ browser }: BrowserTest): Promise<void> {
  for (const context of browser.contexts()) await context.close();
}

async function openDatabase(test: DatabaseTest, options = {}): Promise<Page> {
  const page = await test.open(`${test.site.url}/settings/database`, options);
  await alive(page);
  return page;
}

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const job = (page: Page, text: string) => page.locator(".job", { hasText: text });

/** Holds a button until it has acted: the finger stays until the answer of the server is there. */
async function hold(page: Page, target: Locator, path: RegExp): Promise<void> {
  await target.scrollIntoViewIfNeeded();
  await target.hover();
  await page.mouse.down();
  await page.waitForResponse((response) => path.test(response.url()) && response.request().method() !== "GET");
  await page.mouse.up();
}

databaseTest("the update is shown in plain words, and a tap is not consent", async (test) => {
  const page = await openDatabase(test);
  const card = page.locator(".update");
  await tells(card, /version 3 \(coach mappings\) to 5[^]*Keeps a list of your backups[^]*Nothing is in the/);
  await button(page, "Hold to update").tap();
  await page.locator(".toast.is-shown", { hasText: "until its ring is full" }).waitFor();
  deepStrictEqual(test.database.requests, []);
});

databaseTest("a held button updates; both phones see every step and the result", async (test) => {
  const [page, second] = [await openDatabase(test), await openDatabase(test)];
  const other = await test.open(test.site.url);
  await other.locator(".banner--update", { hasText: "update is available" }).waitFor();
  await hold(page, button(page, "Hold to update"), /database\/update$/);
  deepStrictEqual(test.database.requests.map(({ what, confirm }) => [what, confirm]), [["update", true]]);
  for (const [step, percent] of [["backup", 20], ["migrate", 62], ["swap", 92]] as const) {
    test.database.go({ step, percent, message: `At ${step}.` });
    for (const one of [page, second]) await job(one, `${percent} %`).filter({ hasText: `At ${step}.` }).waitFor();
  }
  await other.locator(".banner--update", { hasText: "being updated: 92 %" }).waitFor();
  await becomes(() => page.locator(".stages .is-current").innerText(), "Swap");
  await becomes(() => second.getByRole("button", { name: "Back up now" }).isDisabled(), true);
  test.database.go({ state: "done", step: "done", percent: 100, message: "The database is up to date." });
  for (const one of [page, second]) {
    await job(one, "The database is updated").waitFor();
    await one.locator(".current", { hasText: "Up to date" }).waitFor();
  }
  await other.locator(".banner--update").waitFor({ state: "detached" });
  await button(page, "Close").tap();
  await page.locator(".job").waitFor({ state: "detached" });
});

databaseTest("an answer that is slower than the socket does not bring an older step back", async (test) => {
  const page = await openDatabase(test);
  await page.route(/\/progress$/, async (route) => {
    const older = await route.fetch();
    test.database.go({ step: "backup", percent: 20, message: "At backup." });
    await job(page, "20 %").waitFor();
    await route.fulfill({ response: older });
  });
  const answered = page.waitForEvent("requestfinished", (request) => request.url().endsWith("/progress"));
  await hold(page, button(page, "Hold to update"), /database\/update$/);
  match(await (await (await answered).response())?.text() ?? "", /"percent":0/);
  // Asked for after the answer: the page has worked on it when this is there.
  await page.waitForResponse(/\/api\/database\/status/);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await tells(page.locator(".job"), /20 %[^]*At backup\./);
});

databaseTest("a failed update says why, and can be tried again", async (test) => {
  const page = await openDatabase(test);
  await hold(page, button(page, "Hold to update"), /database\/update$/);
  test.database.go({ state: "failed", message: "The disk is full. Nothing was changed." });
  await page.locator(".job.is-failed", { hasText: "The disk is full. Nothing was changed." }).waitFor();
  await page.locator(".update .consent:enabled").waitFor();
});

databaseTest("what blocks is said, and the owner's word that the coach is parked clears its own part", async (test) => {
  test.database.chassisUnknown = true;
  test.database.reasons = ["Somebody else used a control just now. Try again in 12 s."];
  const page = await openDatabase(test);
  await page.locator(".checks", { hasText: "Try again in 12 s" }).waitFor();
  await becomes(() => button(page, "Hold to update").isDisabled(), true);
  await page.locator(".word input").tap();
  await page.waitForFunction(() => document.querySelectorAll(".checks li").length === 1);
  await becomes(() => button(page, "Hold to update").isDisabled(), true);
  test.database.reasons = [];
  await page.locator(".update .consent:enabled").waitFor();
  await hold(page, button(page, "Hold to update"), /database\/update$/);
  strictEqual(test.database.requests[0]?.parked, true);
});

databaseTest("a dry run reports time, room, steps and conflicts", async (test) => {
  const page = await openDatabase(test);
  await button(page, "Try it on a copy").tap();
  await job(page, "Trying the update on a copy").waitFor();
  test.database.go({
    state: "done",
    percent: 100,
    message: "The update would fail.",
    report: { durationMs: 1_840, diskBytes: 6_800_000, freeBytes: 9e10, steps: [], conflicts: ["Row 12 is odd."] },
  });
  await tells(job(page, "Dry run finished"), /would fail:[^]*Row 12 is odd\.[^]*1\.8 s[^]*6\.8 MB[^]*90 GB/);
  deepStrictEqual(test.database.requests, []);
});

databaseTest("a backup is restored by holding, checked by a tap, deleted by holding", async (test) => {
  const page = await openDatabase(test);
  const backup = page.locator(`[data-backup="${manualBackupId}"]`);
  await backup.locator("summary").tap();
  await becomes(
    () => backup.getByRole("link", { name: "Download" }).getAttribute("href"),
    `/api/database/backups/${manualBackupId}/file`,
  );
  await backup.getByRole("button", { name: "Check" }).tap();
  await job(page, "Checking a backup").waitFor();
  test.database.go({ state: "done", message: "It is good." });
  await job(page, "The backup is good").waitFor();
  await hold(page, backup.getByRole("button", { name: "Hold to restore" }), /restore/);
  await job(page, "Restoring a backup").waitFor();
  strictEqual(test.database.requests.at(-1)?.what, `restore ${manualBackupId}`);
  test.database.go({ state: "done", message: "Restored." });
  await job(page, "The backup is restored").waitFor();
  await hold(page, backup.getByRole("button", { name: "Hold to delete" }), /backups/);
  await backup.waitFor({ state: "detached" });
});

databaseTest("a file is uploaded, whole, and its check is seen", async (test) => {
  const page = await openDatabase(test);
  const bytes = new Uint8Array(400_000).fill(3);
  await page.locator('#backups ~ .actions input[type="file"]').setInputFiles({
    name: "coach.db",
    mimeType: "application/octet-stream",
    buffer: Buffer.from(bytes),
  });
  await job(page, "Checking the file").waitFor();
  deepStrictEqual(test.database.uploads, [bytes]);
  test.database.go({ state: "failed", message: "It has a trigger that CoachIQ did not write." });
  await page.locator(".job.is-failed", { hasText: "a trigger" }).waitFor();
});

databaseTest("a factory reset lies behind its own hold", async (test) => {
  const page = await openDatabase(test);
  await page.locator(".reset summary").tap();
  await hold(page, button(page, "Hold to reset everything"), /reset/);
  strictEqual(test.database.requests.at(-1)?.what, "reset all");
});

databaseTest("when another phone was quicker, this one is told and sees its job", async (test) => {
  const page = await openDatabase(test, { expectedErrors: /409/ });
  const begin = test.database.update.bind(test.database);
  test.database.update = async (request) => {
    await test.database.backup();
    return await begin(request);
  };
  await hold(page, button(page, "Hold to update"), /database\/update$/);
  await page.locator(".toast.is-shown", { hasText: "Another job" }).waitFor();
  await job(page, "Making a backup").waitFor();
});

databaseTest("a lost connection during a job is bridged by asking", async (test) => {
  const page = await openDatabase(test, { expectedErrors: /WebSocket|ERR_/ });
  await page.routeWebSocket(/\/ws/, (socket) => void socket.close());
  await page.reload();
  await page.waitForSelector("html.is-live");
  await page.locator(".banner--lost").waitFor();
  await hold(page, button(page, "Hold to update"), /database\/update$/);
  test.database.go({ step: "copy", percent: 47, message: "Copying." });
  await job(page, "47 %").waitFor();
});

databaseTest("storage problems are said on every page", async (test) => {
  test.database.problems = [{ what: "The disk is full.", todo: "Remove old recordings." }];
  for (const path of ["/", "/entities", "/settings/database"]) {
    const page = await test.open(test.site.url + path);
    await page.locator(".banner--storage", { hasText: "The disk is full. Remove old recordings." }).waitFor();
    await page.close();
  }
});

databaseTest("the page is readable without JavaScript", async (test) => {
  const page = await test.open(`${test.site.url}/settings/database`, { javaScriptEnabled: false });
  await tells(
    page.locator("main"),
    /An update is waiting[^]*Daily backup[^]*Settings and states[^]*Live states[^]*Updated[^]*Factory reset/,
  );
  await becomes(() => button(page, "Hold to update").isDisabled(), true);
});

databaseTest("no page of the settings scrolls sideways at 390 px, and every target is big enough", async (test) => {
  test.database.chassisUnknown = true;
  for (const path of ["/settings", "/settings/database", "/entities/living_climate", "/entities/living_sofa"]) {
    const page = await test.open(test.site.url + path, { viewport: phone });
    await alive(page);
    await page.evaluate(() => document.querySelectorAll("details").forEach((one) => one.open = true));
    await becomes(() => page.evaluate(() => document.documentElement.scrollWidth), phone.width, path);
    const small = await page.locator("main button, main a.button, main summary, main label, nav a").evaluateAll((all) =>
      all.map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()] as const)
        .filter(([, box]) => box.width > 0 && (box.width < 43.5 || box.height < 43.5)).map(([html]) => html)
    );
    deepStrictEqual(small, [], path);
    await page.close();
  }
});

databaseTest(
  "an entity's history is a chart with a band, for a day, a week and a month, and a CSV file",
  async (test) => {
    const page = await test.open(`${test.site.url}/entities/living_climate`);
    await alive(page);
    const history = page.locator(".history");
    await history.locator("canvas").waitFor();
    await tells(history, /Lowest 12\.5\s°C, highest 27\.5\s°C/);
    const month = page.waitForRequest(/history\?signal=ambientC&from=-30d/);
    await button(page, "30 d").tap();
    await month;
    await history.locator("canvas").waitFor();
    await history.locator('a[href*="history.csv?signal=ambientC"]', { hasText: "CSV" }).waitFor();
    await page.tap(".unit");
    await history.getByText("highest 82 °F").waitFor();
  },
);

databaseTest("the history of a switch is a strip with its changes in words", async (test) => {
  const page = await test.open(`${test.site.url}/entities/living_sofa`);
  await alive(page);
  await page.locator(".history__choice button").first().tap();
  await page.locator(".strip").waitFor();
  await tells(page.locator(".changes"), /Off[^]*No value[^]*On/);
});

/** The program in recovery mode. */
async function startRecovery() {
  const database = new FakeDatabase();
  database.recoveryReason = "The new version did not start.";
  const codes: string[] = [];
  const announceCode = (code: string) => void codes.push(code);
  const access = new RecoveryAccess({ clock: systemClock, logger: silentLogger, announceCode });
  access.start();
  const app = createRecoveryApp({
    database,
    reason: database.recoveryReason,
    version: "0.1.0",
    assets: loadAssets(await builtSite()),
    routes,
    clock: systemClock,
    logger: silentLogger,
    listening: { loopbackOnly: true },
    access,
  });
  const server = new WebServer(app, { hostname: "127.0.0.1", port: 0, logger: silentLogger });
  return { database, codes, server, ...server.start() };
}

browserTest("in recovery a phone gives the code from the log, and then sees the restore page", async (test) => {
  const { codes, server, url } = await startRecovery();
  try {
    const page = await test.open(url, {
      extraHTTPHeaders: { "x-forwarded-for": "192.168.8.20" },
      expectedErrors: /401/,
    });
    await page.waitForSelector("html.is-live");
    strictEqual(new URL(page.url()).pathname, "/recovery");
    const code = page.getByLabel("Code from the log");
    await code.fill("AAAA-AAAA");
    await button(page, "Continue").tap();
    await page.getByText("the code is not the newest one").waitFor();
    await code.fill(codes[0] ?? "");
    await button(page, "Continue").tap();
    await page.waitForURL(/\/settings\/database$/);
    await tells(page.locator("body"), /Recovery[^]*The new version did not start\./);
  } finally {
    await closePages(test);
    await server.stop();
  }
});

browserTest("in recovery every page is the restore page, and after the restore the coach comes back", async (test) => {
  const { database, server, url } = await startRecovery();
  try {
    const page = await test.open(`${url}/entities`);
    await page.waitForSelector("html.is-live");
    strictEqual(new URL(page.url()).pathname, "/settings/database");
    await tells(page.locator("body"), /Recovery[^]*The new version did not start\./);
    await becomes(() => page.locator("nav.bottom, .update").count(), 0);
    const backup = page.locator(`[data-backup="${manualBackupId}"]`);
    await backup.locator("summary").tap();
    await hold(page, backup.getByRole("button", { name: "Hold to restore" }), /restore/);
    database.go({ step: "copy", percent: 60, message: "Copying." });
    await job(page, "60 %").waitFor();
    database.go({ state: "done", percent: 100, message: "Restored." });
    await page.getByText("CoachIQ is starting again").waitFor();
    const back = page.waitForRequest((request) => new URL(request.url()).pathname === "/");
    database.recoveryReason = undefined;
    await back;
  } finally {
    await closePages(test);
    await server.stop();
  }
});

databaseTest("a job that the program forgot when it started again does not stay on the screen", async (test) => {
  const page = await openDatabase(test, { expectedErrors: /404|WebSocket|ERR_/ });
  await hold(page, button(page, "Hold to update"), /database\/update$/);
  await job(page, "Updating the database").waitFor();
  test.database.forget();
  await test.site.restart(new FakeServices());
  await page.locator(".job").waitFor({ state: "detached" });
  await page.locator(".update").waitFor();
});
