import { deepStrictEqual, ok, strictEqual } from "node:assert";
import { Buffer } from "node:buffer";
import type { Locator, Page } from "playwright-core";
import type { ConfigJson } from "../../lib/wire/mod.ts";
import { plantedSecret } from "../fixtures/fake_config_keys.ts";
import { FakeConfigServices } from "../fixtures/fake_config_services.ts";
import { FakeServices } from "../fixtures/fake_services.ts";
import { becomes, tells } from "./expectations.ts";
import { alive, type BrowserTest, browserTest, phone, type RunningSite, startSite } from "./harness.ts";

type ConfigTest = BrowserTest & { readonly config: FakeConfigServices; readonly site: RunningSite };

function configTest(
  name: string,
  body: (all: ConfigTest) => Promise<void>,
  config: () => FakeConfigServices = () => new FakeConfigServices(),
): void {
  browserTest(name, async (test) => {
    const services = config();
    const site = await startSite(new FakeServices(), { config: services });
    try {
      await body({ ...test, config: services, site });
    } finally {
      // A page that is still open would complain that its program is gone.
      for (const context of test.browser.contexts()) await context.close();
      await site.stop();
    }
  });
}

async function openAt(test: ConfigTest, path: string, options = {}): Promise<Page> {
  const page = await test.open(`${test.site.url}/settings/${path}`, options);
  await alive(page);
  return page;
}

/** The row of a key, opened through the address of the page. */
async function openKey(test: ConfigTest, key: string, options = {}): Promise<{ page: Page; row: Locator }> {
  const page = await openAt(test, `configuration#${key}`, options);
  const row = page.locator(`[data-key="${key}"]`);
  await row.locator(".key__body").waitFor();
  return { page, row };
}

const button = (place: Page | Locator, name: string | RegExp) => place.getByRole("button", { name, exact: true });
const toast = (page: Page, text: string) => page.locator(".toast.is-shown", { hasText: text });
const profile = (page: Page, name: string) => page.locator(`[data-profile="${name}"]`);

/** Holds a button until it has acted: the finger stays until the answer of the server is there. */
async function hold(page: Page, target: Locator, path: RegExp): Promise<void> {
  await target.scrollIntoViewIfNeeded();
  await target.hover();
  await page.mouse.down();
  await page.waitForResponse((response) => path.test(response.url()) && response.request().method() !== "GET");
  await page.mouse.up();
}

/** What the configuration has for a key. */
function valueOf(config: FakeConfigServices, key: string): ConfigJson | undefined {
  return config.view().keys.find((one) => one.key === key)?.value;
}

configTest("a switch is saved at a tap, says what became of it, and is taken back from there", async (test) => {
  const { page, row } = await openKey(test, "lights.night_dimming");
  const control = row.getByRole("switch", { name: "Night dimming" });
  await becomes(() => control.getAttribute("aria-checked"), "false");
  await control.tap();
  await toast(page, "Lights: Night dimming is now On.").waitFor();
  strictEqual(valueOf(test.config, "lights.night_dimming"), true);
  await tells(row.locator("summary"), /Set by you in config-overrides\.toml, line 3\s+On/);
  await button(page, "Undo").tap();
  await toast(page, "is now Off.").waitFor();
  strictEqual(valueOf(test.config, "lights.night_dimming"), false);
  await tells(row.locator("summary"), /As shipped\s+Off/);
});

configTest("taps on a stepper are gathered into one change, and undo leads to what was set before", async (test) => {
  await test.config.setOverrides({ "lights.night_level_pct": 40 }, "test");
  const { page, row } = await openKey(test, "lights.night_level_pct");
  for (let i = 0; i < 3; i++) await button(row, "Night level: more").tap();
  await toast(page, "Night level is now 43").waitFor();
  deepStrictEqual(test.config.actors, ["test", "127.0.0.1"]);
  await button(page, "Undo").tap();
  await toast(page, "Night level is now 40").waitFor();
  strictEqual(valueOf(test.config, "lights.night_level_pct"), 40);
});

configTest("a typed number is checked while it is typed, and saved when its writer says so", async (test) => {
  const { page, row } = await openKey(test, "server.port");
  const field = row.getByRole("textbox");
  for (const [typed, says] of [["99999", "At most 65535."], ["8.5", "Whole numbers only."], ["x", "no number"]]) {
    await field.fill(typed!);
    await row.locator(".editor__wrong", { hasText: says! }).waitFor();
    await becomes(() => button(row, "Save").isDisabled(), true);
  }
  await field.fill("8081");
  await button(row, "Save").tap();
  await toast(page, "Server: Port is 8081 from the next start on.").waitFor();
  await tells(row, /From the next start on[^]*Until then it is 80\./);
  await page.locator(".note", { hasText: "One setting counts from the next start on." }).waitFor();
  await button(row, "Back to 80, set by the installer in system.toml, line 4").tap();
  await toast(page, "Server: Port is now 80.").waitFor();
  strictEqual(valueOf(test.config, "server.port"), 80);
});

configTest("choices, lists and tables each have their control", async (test) => {
  const { page, row } = await openKey(test, "logging.level");
  await button(row, "warning").tap();
  await toast(page, "Logging: Level is now warning.").waitFor();
  await becomes(() => button(row, "warning").getAttribute("aria-pressed"), "true");

  await page.goto(`${test.site.url}/settings/configuration#notifications.mail_to`);
  const list = page.locator('[data-key="notifications.mail_to"]');
  await list.getByRole("textbox").fill("owner@example.net");
  await button(list, "Add").tap();
  await button(list, "Remove owner@example.net").waitFor();
  await list.getByRole("textbox").fill("second@example.net");
  await list.getByRole("textbox").press("Enter");
  await button(list, "Remove second@example.net").waitFor();
  await button(list, "Remove owner@example.net").tap();
  await button(list, "Remove owner@example.net").waitFor({ state: "detached" });
  deepStrictEqual(valueOf(test.config, "notifications.mail_to"), ["second@example.net"]);

  await page.goto(`${test.site.url}/settings/configuration#can.interfaces`);
  const table = page.locator('[data-key="can.interfaces"]');
  await table.getByRole("textbox").fill('{"can0": ');
  await table.locator(".editor__wrong", { hasText: "This is no JSON" }).waitFor();
  await table.getByRole("textbox").fill('{"can0": {"bitrate": 500000}}');
  await button(table, "Save").tap();
  await toast(page, "CAN buses: Interfaces is 1 entry from the next start on.").waitFor();
  deepStrictEqual(valueOf(test.config, "can.interfaces"), { can0: { bitrate: 500_000 } });

  await page.goto(`${test.site.url}/settings/configuration#logging.areas`);
  const areas = page.locator('[data-key="logging.areas"]');
  for (const [name, level] of [["hub", "debug"], ["can", "error"], ["hub", "info"]] as const) {
    await areas.getByLabel("Name").fill(name);
    await areas.getByLabel("Value").selectOption(level);
    await button(areas, "Add").tap();
    await areas.locator(".list__item", { hasText: level }).waitFor();
  }
  await button(areas, "Remove can").tap();
  await button(areas, "Remove can").waitFor({ state: "detached" });
  deepStrictEqual(valueOf(test.config, "logging.areas"), { hub: "info" });
});

configTest("what the server refuses is said at the key, and the draft stays", async (test) => {
  const { page, row } = await openKey(test, "history.keep_raw_days", { expectedErrors: /409/ });
  test.config.refusal = "The disk is full.";
  await row.getByRole("textbox").fill("9");
  await button(row, "Save").tap();
  await row.locator(".editor__wrong", { hasText: "The disk is full." }).waitFor();
  await toast(page, "Cannot change the configuration").waitFor();
  await becomes(() => row.getByRole("textbox").inputValue(), "9");
});

configTest("keys that the owner may not set are locked with the reason, and secrets have no value", async (test) => {
  await test.config.switchProfile("camping", "test");
  const page = await openAt(test, "configuration");
  await page.evaluate(() => document.querySelectorAll("details").forEach((one) => one.open = true));
  for (
    const [key, reason] of [
      ["server.host", /The installer sets it, in system\.toml or the environment\./],
      ["server.debug", /environment variable COACHIQ_SERVER__DEBUG sets it/],
      ["coach.model", /CoachIQ keeps it itself\./],
      ["rvc.tables", /Part of this release\./],
      ["lights.night_dimming", /The profile camping sets it\./],
      ["notifications.smtp.password", /Set, never shown[^]*A secret\./],
      ["security.secret_key", /Not set[^]*A secret\./],
    ] as const
  ) {
    const row = page.locator(`[data-key="${key}"]`);
    await tells(row, reason);
    await becomes(() => row.locator("input, .key__body button, select, textarea").count(), 0, key);
  }
  ok(!(await page.content()).includes(plantedSecret));
});

configTest("a search finds keys by their meaning, and filters show what is the owner's", async (test) => {
  await test.config.setOverrides({ "logging.level": "error" }, "test");
  const page = await openAt(test, "configuration");
  const shown = () => page.locator(".key:visible b").allInnerTexts();
  await page.getByRole("searchbox").fill("sunset");
  await becomes(() => shown(), ["Night dimming"]);
  await page.getByRole("searchbox").fill("no such thing");
  await page.getByText("No setting has “no such thing”").waitFor();
  await page.getByRole("searchbox").fill("");
  await button(page, /^Set by you 1$/).tap();
  await becomes(() => shown(), ["Level"]);
  await button(page, /^Yours to set \d+$/).tap();
  await becomes(async () => !(await shown()).includes("Debug"), true);
  await page.goto(`${test.site.url}/settings/configuration?q=listens`);
  await becomes(() => shown(), ["Host", "Port"]);
});

configTest("what an editor changed in the file is seen when the page is looked at again", async (test) => {
  const { page, row } = await openKey(test, "logging.keep_days");
  test.config.edit({ "logging.keep_days": 30 });
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await row.locator(".key__value", { hasText: "30" }).waitFor();
  await becomes(() => row.getByRole("textbox").inputValue(), "30");
});

configTest("problems of the files are said on top", async (test) => {
  test.config.problems = [{ what: "config-overrides.toml:7:1: logging.levle is no key.", todo: "It was left out." }];
  const { page } = await openKey(test, "lights.night_dimming");
  await page.locator(".problems", { hasText: "logging.levle is no key. It was left out." }).waitFor();
});

configTest("the settings are kept under a name, and restored by holding", async (test) => {
  await test.config.setOverrides({ "logging.level": "error" }, "test");
  const page = await openAt(test, "configuration");
  const field = page.getByRole("textbox", { name: "Keep the present settings under a name" });
  await field.pressSequentially("before the trip!");
  await becomes(() => field.inputValue(), "before-the-trip");
  await button(page, "Keep").tap();
  await toast(page, "Kept as before-the-trip.").waitFor();
  await becomes(() => field.inputValue(), "");
  await test.config.setOverrides({ "logging.level": "debug" }, "test");
  const backup = page.locator(".backup", { hasText: "before-the-trip" });
  await backup.locator("summary").tap();
  await button(backup, "Hold to restore").tap();
  await toast(page, "until its ring is full").waitFor();
  strictEqual(valueOf(test.config, "logging.level"), "debug");
  await hold(page, button(backup, "Hold to restore"), /restore$/);
  await toast(page, "The backup is in place.").waitFor();
  strictEqual(valueOf(test.config, "logging.level"), "error");
  await hold(page, button(backup, "Hold to delete"), /backups\//);
  await backup.waitFor({ state: "detached" });
});

configTest("a switch of profiles is shown before it is made, and taken back with one tap", async (test) => {
  const page = await openAt(test, "profiles");
  const storage = profile(page, "storage");
  await storage.locator("summary").tap();
  await button(storage, "Switch to storage…").tap();
  await tells(storage.locator(".preview"), /5 changes:[^]*Logging: Level\s*info\s*warning/);
  strictEqual(test.config.view().activeProfile, null);
  await button(storage, "Switch to storage").tap();
  await toast(page, "The profile storage is active.").waitFor();
  await page.getByRole("heading", { name: "storage is active" }).waitFor();
  strictEqual(valueOf(test.config, "logging.level"), "warning");
  await button(page, "Undo").tap();
  await page.getByRole("heading", { name: "No profile is active" }).waitFor();
  strictEqual(test.config.view().activeProfile, null);
  await test.config.switchProfile("camping", "test");
  await page.reload();
  await button(page, "Go on without it…").tap();
  await page.locator(".preview", { hasText: "3 changes:" }).waitFor();
  await button(page, "Go on without it").tap();
  await page.getByRole("heading", { name: "No profile is active" }).waitFor();
});

configTest("a profile is made from the present, edited, and deleted by holding", async (test) => {
  await test.config.setOverrides({ "logging.level": "error" }, "test");
  const page = await openAt(test, "profiles", { expectedErrors: /409/ });
  await button(page, "New profile").tap();
  const form = page.locator(".profile-form");
  await form.getByLabel("Name").pressSequentially("camping");
  await button(form, "Save the profile").tap();
  await form.locator(".editor__wrong", { hasText: "it ships with CoachIQ" }).waitFor();
  await form.getByLabel("Name").fill("");
  await form.getByLabel("Name").pressSequentially("winter trip");
  await form.getByLabel("What it is for").fill("Cold nights");
  await form.getByLabel("On top of").selectOption("camping");
  await button(form, "Save the profile").tap();
  const winter = profile(page, "winter-trip");
  await winter.locator("summary").tap();
  await tells(winter, /Cold nights[^]*Logging: Level\s*error[^]*On top of camping[^]*By 127\.0\.0\.1/);

  await button(winter, "Edit").tap();
  await button(winter, "Take Logging: Level out").tap();
  await winter.getByLabel("Add a setting…").selectOption("lights.night_level_pct");
  await winter.getByRole("textbox", { name: "Night level" }).fill("55");
  await button(winter, "Save the profile").tap();
  await toast(page, "The profile winter-trip is saved.").waitFor();
  deepStrictEqual(test.config.profiles().at(-1)?.overrides, { "lights.night_level_pct": 55 });

  await hold(page, button(winter, "Hold to delete"), /profiles\/winter-trip$/);
  await winter.waitFor({ state: "detached" });
});

configTest("a profile that cannot be deleted says why, and a shipped one can be copied", async (test) => {
  await test.config.saveProfile({ name: "base", description: "", inherits: null, replace: false }, "test");
  await test.config.saveProfile({ name: "heir", description: "", inherits: "base", replace: false }, "test");
  await test.config.switchProfile("heir", "test");
  const page = await openAt(test, "profiles");
  for (const [name, why] of [["base", "while heir is on top of it"], ["heir", "switch to another first"]] as const) {
    await profile(page, name).locator("summary").tap();
    await tells(profile(page, name), new RegExp(why));
    await becomes(() => button(profile(page, name), "Hold to delete").isDisabled(), true);
  }
  const camping = profile(page, "camping");
  await camping.locator("summary").tap();
  await becomes(async () => await button(camping, "Edit").count() + await button(camping, "Hold to delete").count(), 0);
  await button(camping, "Copy").tap();
  await button(camping, "Save the profile").tap();
  await profile(page, "my-camping").waitFor();
  deepStrictEqual(
    test.config.profiles().at(-1)?.overrides,
    test.config.profiles().find(({ name }) => name === "camping")?.overrides,
  );
});

configTest("a profile is exported as a file, and imported again when its owner says so", async (test) => {
  await test.config.saveProfile({ name: "winter", description: "Cold", inherits: null, replace: false }, "test");
  const page = await openAt(test, "profiles", { expectedErrors: /409|422/ });
  await profile(page, "winter").locator("summary").tap();
  const coming = page.waitForEvent("download");
  await profile(page, "winter").getByRole("link", { name: "Export" }).tap();
  const download = await coming;
  strictEqual(download.suggestedFilename(), "coachiq-profile-winter.toml");
  const toml = Deno.readTextFileSync(await download.path());
  const questions: string[] = [];
  page.on("dialog", (dialog) => {
    questions.push(dialog.message());
    void dialog.accept();
  });
  const take = (text: string) =>
    page.locator('input[type="file"]').setInputFiles({
      name: "winter.toml",
      mimeType: "application/toml",
      buffer: Buffer.from(text),
    });
  await take(toml.replace("Cold", "Colder"));
  await toast(page, "The profile winter is taken in.").waitFor();
  deepStrictEqual(questions, ["There is a profile of that name. Replace it?"]);
  await tells(profile(page, "winter"), /Colder/);
  await take("= no TOML");
  await toast(page, "it is no TOML that CoachIQ can read").waitFor();
  await take("x".repeat(70_000));
  await toast(page, "The file is too long for a profile.").waitFor();
});

configTest("the pages are readable without JavaScript", async (test) => {
  await test.config.setOverrides({ "logging.level": "error" }, "test");
  const options = { javaScriptEnabled: false };
  const page = await test.open(`${test.site.url}/settings/configuration`, options);
  await page.locator("details.keys > summary", { hasText: "Logging" }).tap();
  await page.locator('[data-key="logging.level"] summary').tap();
  await tells(
    page.locator("main"),
    /Server[^]*Logging[^]*Level[^]*Set by you[^]*error[^]*How much the log tells\.[^]*Before a change/,
  );
  await page.getByRole("searchbox").fill("bright");
  await page.getByRole("searchbox").press("Enter");
  await page.waitForURL(/\?q=bright/);
  await tells(page.locator("main"), /Night level[^]*As shipped/);
  const profiles = await test.open(`${test.site.url}/settings/profiles`, options);
  await tells(profiles.locator("main"), /No profile is active[^]*camping[^]*Shipped[^]*storage/);
});

configTest("no page of the configuration scrolls sideways, and every target is big enough", async (test) => {
  await test.config.setOverrides({ "server.port": 8081, "server.host_names": ["a-long-name.example.net"] }, "test");
  for (const colorScheme of ["dark", "light"] as const) {
    for (const path of ["configuration", "configuration?q=server", "profiles"]) {
      const page = await openAt(test, path, { viewport: phone, colorScheme });
      await page.evaluate(() => document.querySelectorAll("details").forEach((one) => one.open = true));
      // Each opened row draws its control.
      if (path === "configuration") await page.locator('[data-key="server.port"] input').waitFor();
      await becomes(() => page.evaluate(() => document.documentElement.scrollWidth), phone.width, path);
      const small = await page.locator("main :is(button, a.button, summary, label.button, select, textarea, input)")
        .evaluateAll((all) =>
          all.filter((one) => one.getAttribute("type") !== "file")
            .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()] as const)
            .filter(([, box]) => box.width > 0 && (box.width < 43.5 || box.height < 43.5)).map(([html]) => html)
        );
      deepStrictEqual(small, [], path);
      await page.close();
    }
  }
});
