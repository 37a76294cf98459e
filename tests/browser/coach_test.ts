import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { Buffer } from "node:buffer";
import type { Locator, Page } from "playwright-core";
import { FakeCoachServices } from "../fixtures/fake_coach_services.ts";
import { fakeMoved } from "../fixtures/fake_discovery.ts";
import { unmappedLight } from "../fixtures/fake_mapping.ts";
import { FakeServices } from "../fixtures/fake_services.ts";
import { becomes, tells } from "./expectations.ts";
import { alive, type BrowserTest, browserTest, phone, type RunningSite, startSite } from "./harness.ts";

type CoachTest = BrowserTest & {
  readonly coach: FakeCoachServices;
  /** Opens a page below `/settings/coach` and waits until it is alive. */
  readonly show: (path?: string, options?: Parameters<BrowserTest["open"]>[1]) => Promise<Page>;
  readonly site: RunningSite;
};

function coachTest(name: string, body: (all: CoachTest) => Promise<void>): void {
  browserTest(name, async (test) => {
    const coach = new FakeCoachServices();
    const services = new FakeServices();
    coach.onChange = () => services.tellCoach();
    const site = await startSite(services, { coach });
    const show: CoachTest["show"] = async (path = "", options = {}) => {
      const page = await test.open(`${site.url}/settings/coach${path}`, options);
      await alive(page);
      return page;
    };
    try {
      await body({ ...test, coach, show, site });
    } finally {
      for (const context of test.browser.contexts()) await context.close();
      await site.stop();
    }
  });
}

const author = { actor: "another phone" };
const button = (page: Page | Locator, name: string | RegExp) => page.getByRole("button", { name });
const device = (page: Page, id: string) => page.locator(`[data-device="${id}"]`);
const field = (page: Page, name: string) => page.locator(`[name="${name}"]`);
const toast = (page: Page, text: string) => page.locator(".toast.is-shown", { hasText: text }).waitFor();
const entity = (coach: FakeCoachServices, id: string) => coach.mappings().entities.find((one) => one.id === id);
const nameOf = (coach: FakeCoachServices, id: string) => entity(coach, id)?.name;

/** Holds a button until it has acted: the finger stays until the answer of the server is there. */
async function hold(page: Page, target: Locator, path: RegExp): Promise<void> {
  await target.scrollIntoViewIfNeeded();
  await target.hover();
  await page.mouse.down();
  await page.waitForResponse((response) => path.test(response.url()) && response.request().method() !== "GET");
  await page.mouse.up();
}

coachTest("an update is looked at, chosen, taken by holding and taken back", async ({ coach, show }) => {
  const before = coach.mappings();
  const page = await show();
  await tells(page.locator(".model"), /2021 Entegra Aspire 44R[^]*In use[^]*Version 2, imported/);
  await page.getByRole("link", { name: "See what would change" }).tap();
  await alive(page);
  await tells(page.locator("main"), /From version 2 to 3[^]*Conflicts\s*2[^]*the whole device goes/);
  const conflict = page.locator('[data-path="/entities/living_ceiling/name"]');
  await tells(conflict, /You: "Salon lights", the model: "Main ceiling"/);
  await becomes(() => button(conflict, /Mine/).getAttribute("aria-pressed"), "true");
  await button(conflict, /model/).tap();
  await becomes(() => button(conflict, /Mine/).getAttribute("aria-pressed"), "false");
  await button(page, "Hold to take version 3").tap();
  await toast(page, "until its ring is full");
  strictEqual(coach.history(5).length, 0);
  await hold(page, button(page, "Hold to take version 3"), /coach\/import$/);
  await page.locator("[data-taken]").waitFor();
  strictEqual(nameOf(coach, "living_ceiling"), "Main ceiling");
  deepStrictEqual(
    entity(coach, "bedroom_bed_left")?.definition["load"],
    before.entities
      .find(({ id }) => id === "bedroom_bed_left")?.definition["load"],
  );
  strictEqual(entity(coach, "cockpit_spare"), undefined);
  await button(page, "Take it back").tap();
  await toast(page, "Taken back");
  strictEqual(nameOf(coach, "living_ceiling"), "Salon lights");
});

coachTest("a preview that is no longer true is refused, and the new one is shown", async ({ coach, show }) => {
  const page = await show("/preview", { expectedErrors: /409/ });
  const conflict = page.locator('[data-path="/entities/living_ceiling/name"]');
  await button(conflict, /model/).tap();
  const onChange = coach.onChange;
  coach.onChange = () => {};
  coach.put("/entities/living_ceiling/name", "Saloon", author);
  coach.onChange = onChange;
  await hold(page, button(page, "Hold to take version 3"), /coach\/import$/);
  await page.locator(".refusal", { hasText: "changed since you looked" }).waitFor();
  await conflict.getByText("Saloon").first().waitFor();
  await becomes(() => button(conflict, /model/).getAttribute("aria-pressed"), "true");
  strictEqual(coach.history(5).length, 1);
});

coachTest("another model is looked at before it is used", async ({ coach, show }) => {
  const page = await show();
  await page.getByRole("link", { name: /Any coach with RV-C/ }).tap();
  await alive(page);
  await tells(page.locator("main"), /Another model[^]*instead of 2021 Entegra[^]*Hold to use this model/);
  await hold(page, button(page, "Hold to use this model"), /coach\/import$/);
  await page.locator("[data-taken]").waitFor();
  // A model that came for the first time has nothing before it that could be put back.
  await becomes(() => button(page, "Take it back").count(), 0);
  strictEqual(coach.status().modelId, "generic_rv");
  await page.locator("[data-taken] a").tap();
  await page.locator(".model", { hasText: "Any coach with RV-C" }).waitFor();
});

coachTest("the list is searched and sifted, and follows what another phone changes", async ({ coach, show }) => {
  const [page, other] = [await show("/mapping"), await show("/mapping")];
  await becomes(() => page.locator("[data-device]").count(), 60);
  await page.getByRole("searchbox").fill("kitchen");
  await becomes(() => page.locator("[data-device]").count(), 6);
  await page.getByRole("searchbox").fill("");
  await button(page, /^Removed/).tap();
  await tells(page.locator("[data-device]"), /Slide strip[^]*Removed/);
  await button(page, /^Changed/).tap();
  await becomes(() => page.locator("[data-device]").count(), 4);
  coach.put("/entities/living_sofa/name", "Couch", author);
  await device(page, "living_sofa").filter({ hasText: "Changed: name" }).waitFor();
  await device(other, "living_sofa").filter({ hasText: "Couch" }).waitFor();
  await button(page, /^All/).tap();
  await page.getByRole("searchbox").fill("no such thing");
  await page.getByText("No device is like that.").waitFor();
});

coachTest(
  "a device is changed in its form: only what was changed is sent, with the reason",
  async ({ coach, show }) => {
    const page = await show("/mapping/living_sofa");
    await becomes(() => button(page, "Save").isDisabled(), true);
    await field(page, "/name").fill("Couch");
    await field(page, "/load/instances").fill("2, 251");
    await page.getByText("Whole numbers from 1 to 250").waitFor();
    await becomes(() => button(page, "Save").isDisabled(), true);
    await field(page, "/load/instances").fill("2, 7");
    await field(page, "/area").selectOption("kitchen");
    await field(page, "reason").fill("It moved");
    await button(page, "Save").tap();
    await toast(page, "Couch: saved.");
    await becomes(() => page.locator("h1").innerText(), "Couch");
    const [batch] = coach.history(1);
    strictEqual(batch?.reason, "It moved");
    deepStrictEqual(batch?.changes.map(({ path }) => path).sort(), [
      "/entities/living_sofa/area",
      "/entities/living_sofa/load",
      "/entities/living_sofa/name",
    ]);
    deepStrictEqual(entity(coach, "living_sofa")?.definition["load"], {
      via: "dc_dimmer",
      instances: [2, 7],
      on: "on_delay",
    });
    await becomes(() => button(page, "Save").isDisabled(), true);
    await page.locator(".factory", { hasText: "The model says “Sofa accent”" }).waitFor();
    await page.locator(".toast").getByRole("button", { name: "Undo" }).tap();
    await toast(page, "Taken back.");
    strictEqual(nameOf(coach, "living_sofa"), "Sofa accent");
    await page.waitForFunction(() =>
      document.querySelector<HTMLInputElement>('[name="/name"]')?.value === "Sofa accent"
    );
  },
);

coachTest("what the server refuses is said, and the form keeps what was typed", async ({ show }) => {
  const page = await show("/mapping/living_sofa", { expectedErrors: /422/ });
  await field(page, "/name").fill("Couch");
  await page.route(/coach\/mappings\/entities/, (route) =>
    route.fulfill({
      status: 422,
      contentType: "application/problem+json",
      body: JSON.stringify({
        status: 422,
        detail: "It would not be right.",
        errors: ["Instance 2 is Ceiling already."],
      }),
    }));
  await button(page, "Save").tap();
  await page.locator(".refusal", { hasText: "Instance 2 is Ceiling already." }).waitFor();
  await becomes(() => field(page, "/name").inputValue(), "Couch");
  await becomes(() => button(page, "Save").isEnabled(), true);
});

coachTest("what is typed is kept when another phone changes the same device, and the owner is told", async (test) => {
  const page = await test.show("/mapping/living_sofa");
  await field(page, "/name").fill("Couch");
  test.coach.put("/entities/living_sofa/name", "Settee", author);
  await page.getByText("It was changed elsewhere meanwhile.").waitFor();
  await becomes(() => field(page, "/name").inputValue(), "Couch");
  await button(page, "Show that instead of mine").tap();
  await page.waitForFunction(() => document.querySelector<HTMLInputElement>('[name="/name"]')?.value === "Settee");
});

coachTest("what the owner changed is given back, one by one and all at once", async ({ coach, show }) => {
  const page = await show("/mapping/bedroom_bed_left");
  await tells(page.locator(".factory"), /name\s*The model says “Bedside left”[^]*output[^]*instance 20/i);
  await button(page, "Give name back what the model says").tap();
  await toast(page, "The name is as the model says.");
  strictEqual(nameOf(coach, "bedroom_bed_left"), "Bedside left");
  await page.locator(".factory li").nth(1).waitFor({ state: "detached" });
  await hold(page, button(page, "Hold to give all of it back"), /coach\/reset$/);
  await page.locator(".factory").waitFor({ state: "detached" });
  deepStrictEqual(entity(coach, "bedroom_bed_left")?.edited, []);
});

coachTest("a device is removed, brought back by the sentence that tells of it, or later", async ({ coach, show }) => {
  const page = await show("/mapping/kitchen_counter");
  await button(page, "Remove this device").tap();
  await page.locator("[data-removed]").waitFor();
  ok(entity(coach, "kitchen_counter")?.removed);
  await page.locator(".toast").getByRole("button", { name: "Undo" }).tap();
  await field(page, "/name").waitFor();
  await page.goto(page.url().replace("kitchen_counter", "living_slide_strip"));
  await alive(page);
  await button(page, "Bring it back").tap();
  await field(page, "/name").waitFor();
  strictEqual(entity(coach, "living_slide_strip")?.removed, false);
});

coachTest("a device is added by hand: the form follows its kind", async ({ coach, show }) => {
  const page = await show("/mapping");
  await page.getByRole("link", { name: "Add a device" }).tap();
  await alive(page);
  await field(page, "/kind").selectOption("awning");
  await field(page, "/name").fill("Rear awning");
  await field(page, "/motor").selectOption({ label: "Two outputs, one each way" });
  await page.getByText("Instance that extends, opens or locks is missing.").waitFor();
  await becomes(() => button(page, "Save").isDisabled(), true);
  await field(page, "/motor/pair/forward").fill("31");
  await field(page, "/motor/pair/reverse").fill("32");
  await field(page, "/area").selectOption("outside");
  await button(page, "Save").tap();
  await page.locator('[data-added="rear_awning"]').waitFor();
  deepStrictEqual(entity(coach, "rear_awning")?.definition["motor"], { pair: { forward: 31, reverse: 32 } });
  strictEqual(entity(coach, "rear_awning")?.source, "user");
});

coachTest("the wall switch is pressed, what moved is tried and named, and it is known how", async ({ coach, show }) => {
  const page = await show("/discovery");
  await button(page, "Listen for 20 seconds").tap();
  await page.getByRole("timer").filter({ hasText: "20 s" }).waitFor();
  await page.getByText("Nothing moved yet.").waitFor();
  coach.moved = fakeMoved;
  const finding = page.locator(".listen [data-finding]");
  await finding.filter({ hasText: "brightness 0 % → 100 %, 3 times" }).waitFor();
  await tells(page.locator(".listen"), /Mapped already: Counter/);
  coach.remainingMs = 0;
  await button(page, "Listen again").waitFor();
  const ended = page.waitForResponse((response) => response.request().postData()?.includes("turnOff") ?? false);
  await hold(page, button(finding, "Hold to try"), /discovery\/try$/);
  await ended;
  // The end is sent once more when the page had not read the answer yet as the finger left.
  deepStrictEqual([...new Set(coach.tried.map(({ command }) => command))], ["turnOn", "turnOff"]);
  deepStrictEqual(coach.tried[0]?.definition, unmappedLight);
  await finding.getByRole("link", { name: "This is …" }).tap();
  await alive(page);
  await becomes(() => field(page, "/load/instances").inputValue(), "27");
  await field(page, "/name").fill("Step light");
  await field(page, "/provenance/verified").check();
  await button(page, "Save").tap();
  await page.locator('[data-added="step_light"]').waitFor();
  deepStrictEqual(entity(coach, "step_light")?.definition["provenance"], {
    evidence: fakeMoved[0]?.proposal?.evidence,
    verified: true,
    source: "learned",
  });
});

coachTest("a trial that is let go too soon tries nothing; a refused one says why", async ({ coach, show }) => {
  coach.tryOutcome = "refused";
  const page = await show("/discovery");
  const awning = page.locator('[data-finding$=":28"]');
  await awning.getByRole("button").first().tap();
  await button(awning, "Hold to extend").tap();
  await toast(page, "Hold the button longer.");
  deepStrictEqual(coach.tried, []);
  await hold(page, button(awning, "Hold to extend"), /discovery\/try$/);
  await toast(page, "Refused.");
  strictEqual(coach.tried.map(({ command }) => command)[0], "extend");
});

coachTest("the history says who, when and why, and takes back", async ({ coach, show }) => {
  coach.put("/entities/living_sofa/name", "Couch", { ...author, reason: "It is one" });
  const page = await show("/history");
  const batch = page.locator('[data-batch="1"]');
  await tells(batch, /It is one[^]*by another phone[^]*Couch: name[^]*“Sofa accent” → “Couch”/);
  await button(batch, "Undo").tap();
  await batch.getByText("Taken back").waitFor();
  strictEqual(nameOf(coach, "living_sofa"), "Sofa accent");
});

coachTest("the history goes back as far as it is asked to", async ({ coach, show }) => {
  for (let i = 0; i < 25; i++) coach.put("/entities/living_sofa/name", `Couch ${i}`, author);
  const page = await show("/history");
  await page.waitForFunction(() => document.querySelectorAll("[data-batch]").length === 20);
  await button(page, "Older changes").tap();
  await page.waitForFunction(() => document.querySelectorAll("[data-batch]").length === 25);
  await button(page, "Older changes").waitFor({ state: "detached" });
});

coachTest("a model of one's own is uploaded, or each thing that is wrong with it is said", async ({ show }) => {
  const page = await show("", { expectedErrors: /422/ });
  const send = (text: string) =>
    page.locator('input[type="file"]').setInputFiles({
      name: "coach.yml",
      mimeType: "text/yaml",
      buffer: Buffer.from(text),
    });
  await send("name: nothing\n");
  await page.locator(".refusal", { hasText: "did you mean name?" }).waitFor();
  await send("id: my_coach\n");
  await page.locator(".row", { hasText: "My own coach" }).getByText("Yours").waitFor();
  await page.locator(".refusal").waitFor({ state: "detached" });
});

coachTest("exports are downloads, and a factory reset lies behind its own hold", async ({ coach, show }) => {
  const page = await show();
  for (const [name, file] of [["Model file", /\.yml$/], ["My changes", /\.patch\.json$/]] as const) {
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name }).tap();
    match((await download).suggestedFilename(), file);
  }
  await page.locator(".reset summary").tap();
  await hold(page, button(page, "Hold to reset the mapping"), /coach\/reset$/);
  await toast(page, "as the coach model says");
  strictEqual(coach.status().edits, 0);
});

coachTest("areas are renamed and added", async ({ coach, show }) => {
  const page = await show("/mapping");
  await page.locator(".areas summary").tap();
  await page.getByLabel("Name of Cockpit").fill("Driver");
  await page.locator(".areas__one", { has: page.locator('input[value="Driver"]') }).or(
    page.locator(".areas__one").nth(6),
  ).first().getByRole("button", { name: "Save" }).tap();
  await page.getByRole("heading", { name: /^Driver/ }).waitFor();
  await page.getByLabel("New area").fill("Bay, left");
  await button(page, "Add").last().tap();
  await toast(page, "Bay, left is added.");
  deepStrictEqual(coach.mappings().areas.slice(-2).map(({ key, name }) => [key, name]), [
    ["cockpit", "Driver"],
    ["bay_left", "Bay, left"],
  ]);
});

coachTest("a server that changes nothing says so on every page", async ({ coach, show }) => {
  coach.readOnlyBecause = "This server has no accounts.";
  for (const path of ["", "/preview", "/mapping", "/mapping/living_sofa", "/add", "/discovery", "/history"]) {
    const page = await show(path);
    await page.locator(".refusal--note", { hasText: "This server has no accounts." }).waitFor();
    await becomes(
      () => page.locator(".consent:enabled, .button--danger:enabled, [type=submit]:enabled").count(),
      0,
      path,
    );
    await page.close();
  }
});

coachTest("every page can be read without JavaScript", async ({ open, site }) => {
  const table = [
    ["", /2021 Entegra Aspire 44R[^]*Update available[^]*Any coach with RV-C[^]*Factory reset/],
    ["/preview", /From version 2 to 3[^]*Salon lights[^]*Step light: the whole device/],
    ["/mapping", /Living room[^]*Salon lights[^]*Changed: name[^]*Slide strip[^]*Removed/],
    ["/mapping/living_sofa", /Sofa accent[^]*Output[^]*Instances/],
    ["/add", /What it is[^]*Name/],
    ["/discovery", /Press the wall switch[^]*brightness 0 %[^]*Fireplace glow/i],
    ["/history", /Nothing was changed yet/],
  ] as const;
  for (const [path, says] of table) {
    const page = await open(`${site.url}/settings/coach${path}`, { javaScriptEnabled: false });
    await tells(page.locator("main"), says);
    await page.close();
  }
});

coachTest("no page of the coach scrolls sideways at 390 px, and every target is big enough", async (test) => {
  test.coach.put("/entities/living_sofa/name", "Couch", author);
  const paths = [
    "",
    "/preview",
    "/mapping",
    "/mapping/living_climate",
    "/mapping/living_ceiling",
    "/add?from=can0:9C:DC_DIMMER_STATUS_3:28",
    "/discovery",
    "/history",
  ];
  for (const path of paths) {
    const page = await test.show(path, { viewport: phone });
    await page.evaluate(() => document.querySelectorAll("details").forEach((one) => one.open = true));
    await becomes(() => page.evaluate(() => document.documentElement.scrollWidth), phone.width, path);
    const small = await page.locator(
      "main button, main a.button, main a.row, main summary, main select, main textarea, main label.word, " +
        "main input:not([type=checkbox]):not([type=file])",
    ).evaluateAll((all) =>
      all.map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()] as const)
        .filter(([, box]) => box.width > 0 && (box.width < 43.5 || box.height < 43.5)).map(([html]) => html)
    );
    deepStrictEqual(small, [], path);
    await page.close();
  }
});

coachTest(
  "the page of all devices weighs less than 80 kB compressed, what it looks at again included",
  async ({ open, site }) => {
    const page = await open("about:blank");
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    let bytes = 0;
    session.on("Network.loadingFinished", (event) => (bytes += event.encodedDataLength));
    await page.goto(`${site.url}/settings/coach/mapping`);
    await alive(page);
    ok(bytes > 10_000 && bytes < 80_000, `${bytes} bytes`);
  },
);
