import { deepStrictEqual, ok, strictEqual } from "node:assert";
import type { Locator, Page } from "playwright-core";
import { FakeAccounts, fakeProof } from "../fixtures/fake_accounts.ts";
import { FakeServices } from "../fixtures/fake_services.ts";
import { becomes } from "./expectations.ts";
import { alive, type BrowserTest, browserTest, type PhoneOptions, type RunningSite, startSite } from "./harness.ts";

type AccountsTest = BrowserTest & { readonly accounts: FakeAccounts; readonly site: RunningSite };

function accountsTest(name: string, body: (all: AccountsTest) => Promise<void>): void {
  browserTest(name, async (test) => {
    const accounts = new FakeAccounts();
    const site = await startSite(new FakeServices(), { accounts });
    try {
      await body({ ...test, accounts, site });
    } finally {
      // A page that is still open would complain that its program is gone.
      for (const context of test.browser.contexts()) await context.close();
      await site.stop();
    }
  });
}

const button = (place: Page | Locator, name: string | RegExp) => place.getByRole("button", { name, exact: true });
const toast = (page: Page, text: string) => page.locator(".toast.is-shown", { hasText: text });
const pathOf = (page: Page) => new URL(page.url()).pathname + new URL(page.url()).search;

/** Waits until the page is at a path and its islands are awake. */
async function isAt(page: Page, path: string): Promise<void> {
  await page.waitForURL((url) => url.pathname + url.search === path);
  await page.waitForSelector("html.is-live");
}

async function openEntrance({ open, site }: AccountsTest, path: string, options: PhoneOptions = {}): Promise<Page> {
  const page = await open(`${site.url}${path}`, options);
  await page.waitForSelector("html.is-live");
  return page;
}

/** Somebody who is signed in already looks at a page. */
async function openAs(
  test: AccountsTest,
  asked: { readonly as: string; readonly path: string; readonly options?: PhoneOptions },
): Promise<Page> {
  const page = await openEntrance(test, "/sign-in", asked.options);
  await page.getByLabel("User name").fill(asked.as);
  await page.getByLabel("Password", { exact: true }).fill(fakeProof.password);
  await button(page, "Sign in").tap();
  await isAt(page, "/");
  await page.goto(`${test.site.url}${asked.path}`);
  await alive(page);
  return page;
}

accountsTest("the owner's account is made with the code from the log, and the coach opens", async (test) => {
  test.accounts.hasOwner = false;
  const page = await openEntrance(test, "/", { expectedErrors: /401|422/ });
  strictEqual(pathOf(page), "/set-up");
  const make = button(page, "Make my account");
  await becomes(() => make.isDisabled(), true, "without a whole code there is nothing to send");
  const code = page.getByLabel("Code from the log");
  await code.pressSequentially("zz2cd3ef");
  await becomes(() => code.inputValue(), "ZZ2C-D3EF");
  await page.getByLabel("Your name").fill("Anna");
  await page.getByLabel("User name").fill("Taken");
  const password = page.getByLabel("Password", { exact: true });
  await password.fill("short");
  await page.getByText("3 characters more.").waitFor();
  await password.fill(fakeProof.password);
  await page.getByText("Long enough.").waitFor();
  await button(page, "Show: Password").tap();
  await becomes(() => password.getAttribute("type"), "text");
  await make.tap();
  await page.getByText("the code is wrong").waitFor();
  await code.fill(" ab2c - d3ef ");
  await becomes(() => code.inputValue(), fakeProof.code);
  await make.tap();
  await page.getByText("username: expected another").waitFor();
  await page.getByLabel("User name").fill("anna");
  await make.tap();
  await isAt(page, "/");
  await alive(page);
  const cookies = await page.context().cookies();
  ok(cookies.some(({ name, httpOnly, sameSite }) => name === "as" && httpOnly && sameSite === "Strict"));
  await page.goto(`${test.site.url}/set-up`);
  strictEqual(pathOf(page), "/");
});

accountsTest("a password signs in and leads back to where one wanted to go", async (test) => {
  const page = await openEntrance(test, "/can", { expectedErrors: /401/ });
  strictEqual(pathOf(page), "/sign-in?to=%2Fcan");
  await page.getByLabel("User name").fill("family");
  await page.getByLabel("Password", { exact: true }).fill("wrong horse");
  await page.keyboard.press("Enter");
  await page.getByText("the name or the secret is wrong").waitFor();
  await becomes(() => page.getByLabel("User name").inputValue(), "family");
  await page.getByLabel("Password", { exact: true }).fill(fakeProof.password);
  await button(page, "Sign in").tap();
  await isAt(page, "/can");
  await page.goto(`${test.site.url}/sign-in?to=/entities`);
  strictEqual(pathOf(page), "/entities", "whoever is signed in does not sign in again");
});

accountsTest("whatever the address says, signing in stays on this site", async (test) => {
  for (const to of ["//evil.example", "/\\evil.example", "https://evil.example", "/%09/evil.example"]) {
    const page = await openEntrance(test, `/sign-in?to=${to}`);
    await page.getByLabel("User name").fill("owner");
    await page.getByLabel("Password", { exact: true }).fill(fakeProof.password);
    await button(page, "Sign in").tap();
    await isAt(page, "/");
    strictEqual(new URL(page.url()).origin, new URL(test.site.url).origin, to);
  }
});

accountsTest("the entrance says nothing of the coach, and opens no socket", async (test) => {
  const { coach, problems } = new FakeServices().health();
  const secrets = [coach.name, coach.id, "living_ceiling", "Simulated", ...problems.map(({ what }) => what)];
  for (const path of ["/sign-in", "/sign-in?link=x", "/nowhere", "/set-up"]) {
    const page = await test.open(`${test.site.url}/sign-in`, { expectedErrors: /401|404/ });
    const sockets: string[] = [];
    page.on("websocket", (socket) => sockets.push(socket.url()));
    await page.goto(`${test.site.url}${path}`);
    await page.waitForSelector("html.is-live");
    const content = await page.content();
    for (const secret of secrets) ok(!content.includes(secret), `${path} tells "${secret}"`);
    deepStrictEqual(sockets, [], path);
  }
});

accountsTest("a PIN is typed on big keys, by a name that this device knows", async (test) => {
  test.accounts.pinNames = ["owner", "family"];
  const page = await openEntrance(test, "/sign-in", { expectedErrors: /401/ });
  await button(page, "family").tap();
  const box = await button(page, "5").boundingBox();
  ok(box !== null && box.height >= 64 && box.width >= 64, "the keys are for a thumb in the dark");
  const enter = page.locator(".pin").getByRole("button", { name: "Sign in" });
  for (const digit of "111") await button(page, digit).tap();
  await becomes(() => enter.isDisabled(), true);
  await button(page, "1").tap();
  await enter.tap();
  await page.getByText("the name or the secret is wrong").waitFor();
  await becomes(() => page.locator(".pin .is-typed").count(), 0, "the wrong digits are forgotten");
  await page.keyboard.type(`${fakeProof.pin}9`);
  await button(page, "Take the last digit back").tap();
  await enter.tap();
  await isAt(page, "/");
});

accountsTest("a link is sent by mail, and signs in when it is opened", async (test) => {
  test.accounts.hasMail = true;
  const page = await openEntrance(test, "/sign-in", { expectedErrors: /401/ });
  await button(page, "Link by mail").tap();
  await page.getByLabel("Mail address").fill("anna@example.org");
  await button(page, "Send me a link").tap();
  await page.getByText("If there is an account with this address").waitFor();
  deepStrictEqual(test.accounts.mailed, ["anna@example.org"]);
  await page.goto(`${test.site.url}/sign-in?link=old`);
  await page.getByText("the name or the secret is wrong").waitFor();
  strictEqual(pathOf(page), "/sign-in", "the link is not left in the address");
  await page.goto(`${test.site.url}/sign-in?link=${fakeProof.link}`);
  await isAt(page, "/");
});

accountsTest("who tries too often is told when to try again", async (test) => {
  test.accounts.retryAfterS = 90;
  const page = await openEntrance(test, "/sign-in", { expectedErrors: /429/ });
  await page.getByLabel("User name").fill("owner");
  await page.getByLabel("Password", { exact: true }).fill(fakeProof.password);
  await button(page, "Sign in").tap();
  await page.getByText("Try again in 2 min.").waitFor();
  await becomes(() => button(page, "Sign in").isDisabled(), true);
});

accountsTest("who is signed out while looking at the coach is led to the entrance, and back", async (test) => {
  const page = await openAs(test, { as: "family", path: "/entities", options: { expectedErrors: /401|WebSocket/ } });
  test.accounts.revoke("family");
  await isAt(page, "/sign-in?to=%2Fentities");
});

accountsTest("a request that is answered 401 leads to the entrance", async (test) => {
  const page = await openAs(test, { as: "owner", path: "/", options: { expectedErrors: /401|WebSocket/ } });
  await page.context().clearCookies();
  await page.locator('[data-entity="living_ceiling"] button').first().tap();
  await isAt(page, "/sign-in");
});

accountsTest("the owner adds a guest with chosen things and an end, changes and removes accounts", async (test) => {
  const page = await openAs(test, { as: "owner", path: "/settings/people" });
  await button(page, "Add somebody").tap();
  const form = page.locator(".own__new");
  await form.getByLabel("Name", { exact: true }).fill("Zoë Guest");
  await becomes(() => form.getByLabel("User name").inputValue(), "zoe.guest");
  await form.getByLabel("Password", { exact: true }).fill(fakeProof.password);
  await button(form, "Guest").tap();
  await form.getByText("Nothing yet").waitFor();
  await form.locator(".thing").first().tap();
  await form.getByLabel("Until the end of").fill("2036-08-31");
  await button(form, "Add").tap();
  await toast(page, "Zoë Guest can sign in now.").waitFor();
  const [draft] = test.accounts.changes as { readonly entities: readonly string[]; readonly expiresAt: string }[];
  strictEqual(draft?.entities.length, 1);
  ok(draft.expiresAt.startsWith("2036-08-31T") || draft.expiresAt.startsWith("2036-09-01T"));
  const person = page.locator('[data-account="zoe.guest"]');
  await person.locator("summary").tap();
  await button(person, "Family").tap();
  await button(person, "Save").tap();
  await toast(page, "Zoë Guest is changed.").waitFor();
  await button(person, "Save").waitFor({ state: "hidden" });
  await person.locator("summary").tap();
  await becomes(() => person.getByLabel("Until the end of").inputValue(), "2036-08-31");
  await person.getByLabel("Until the end of").fill("");
  await button(person, "Save").tap();
  // The words of the first time may still be there: the form closes when it is done.
  await button(person, "Save").waitFor({ state: "hidden" });
  strictEqual((test.accounts.changes.at(-1) as { readonly expiresAt: null }).expiresAt, null);
  await person.locator("summary").tap();
  await button(person, "Remove: Zoë Guest").tap();
  await button(person, "Tap again to remove: Zoë Guest").tap();
  await person.waitFor({ state: "detached" });
});

accountsTest("everybody changes their own account with the present password, and sees no more", async (test) => {
  const options = { expectedErrors: /401/ };
  const page = await openAs(test, { as: "guest", path: "/settings/people", options });
  await becomes(() => page.locator(".bottom a").count(), 3);
  await becomes(() => page.getByText("Tokens for programs").count(), 0);
  await page.getByText("Choose a PIN").tap();
  await page.getByLabel("PIN", { exact: true }).fill("2580");
  await page.getByLabel("Present password", { exact: true }).fill("wrong horse");
  await button(page, "Save").tap();
  await page.locator(".refusal", { hasText: "the present password is wrong" }).waitFor();
  await page.getByLabel("Present password", { exact: true }).fill(fakeProof.password);
  await button(page, "Save").tap();
  await toast(page, "Your PIN is set.").waitFor();
  await page.getByText("Change or remove my PIN").waitFor();
  await button(page, /^Sign out here: /).tap();
  await button(page, /^Tap again: /).tap();
  await isAt(page, "/sign-in");
});

accountsTest("a session is ended elsewhere, and a token is shown once and taken away", async (test) => {
  const page = await openAs(test, { as: "owner", path: "/settings/people" });
  const session = page.locator('[data-session="session-family"]');
  await session.getByRole("button").tap();
  await session.getByRole("button", { name: /^Tap again/ }).tap();
  await session.waitFor({ state: "detached" });
  await becomes(() => page.locator('[data-session="session-owner"] button').count(), 0, "this one is here");
  await button(page, "Make a token").tap();
  const form = page.locator("form.own__new");
  await form.getByLabel("Name of the program").fill("node-red");
  await button(form, "Control").tap();
  await button(form, "Make a token").tap();
  await becomes(() => page.locator(".own__token").inputValue(), "ciq_ab12cd34ef56");
  await button(page, "Copy").tap();
  await page.getByRole("button", { name: /Copied|by hand/ }).waitFor();
  await button(page, "I have it").tap();
  ok(!(await page.content()).includes("ciq_ab12cd34ef56"));
  const token = page.locator('[data-token="node-red"]');
  await token.getByRole("button").tap();
  await token.getByRole("button").tap();
  await token.waitFor({ state: "detached" });
});

browserTest("with accounts off their pages say so, and why", async ({ browser, open }) => {
  const site = await startSite(new FakeServices());
  try {
    for (const path of ["/sign-in", "/set-up", "/settings/people"]) {
      const page = await open(`${site.url}${path}`);
      await alive(page);
      await page.getByText("Accounts are off").waitFor();
      await page.getByText("features.authentication.enabled").waitFor();
    }
    const page = await open(`${site.url}/settings`);
    await page.locator('a[href="/settings/people"]', { hasText: "Accounts are off" }).waitFor();
  } finally {
    for (const context of browser.contexts()) await context.close();
    await site.stop();
  }
});

accountsTest(
  "a guest's phone does not ask for what it may not know, and the family's is told of the database",
  async (test) => {
    for (const [as, asks] of [["guest", false], ["family", true]] as const) {
      const page = await openEntrance(test, "/sign-in");
      const asked: string[] = [];
      page.on("websocket", (socket) => socket.on("framesent", ({ payload }) => asked.push(String(payload))));
      await page.getByLabel("User name").fill(as);
      await page.getByLabel("Password", { exact: true }).fill(fakeProof.password);
      await button(page, "Sign in").tap();
      await isAt(page, "/");
      await alive(page);
      await becomes(() => Promise.resolve(asked.some((text) => text.includes('"health"'))), true);
      strictEqual(asked.some((text) => text.includes('"database"')), asks, as);
    }
  },
);
