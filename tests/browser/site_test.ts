import { deepStrictEqual, ok, strictEqual } from "node:assert";
import type { Page } from "playwright-core";
import { FakeServices } from "../fixtures/fake_services.ts";
import { becomes, tells } from "./expectations.ts";
import { alive, type BrowserTest, browserTest, phone, type RunningSite, startSite } from "./harness.ts";

const sofa = '[data-entity="living_sofa"]';

/** A test with a coach, its site, and a browser. */
function siteTest(
  name: string,
  body: (all: BrowserTest & { readonly services: FakeServices; readonly site: RunningSite }) => Promise<void>,
): void {
  browserTest(name, async (test) => {
    const services = new FakeServices();
    const site = await startSite(services);
    try {
      await body({ ...test, services, site });
    } finally {
      services.settle();
      await site.stop();
    }
  });
}

async function openHome(test: { open: BrowserTest["open"]; site: RunningSite }, options = {}): Promise<Page> {
  const page = await test.open(test.site.url, options);
  await alive(page);
  return page;
}

const headline = (page: Page, tile: string) => page.locator(`${tile} .tile__headline`).first();
const says = (page: Page, tile: string, text: string) => headline(page, tile).filter({ hasText: text }).waitFor();

siteTest("the home page shows the coach by area, with charge, tanks and climate", async (test) => {
  const page = await openHome(test);
  await becomes(() => page.locator("h2").allTextContents(), [
    "Living room",
    "Kitchen",
    "Bedroom",
    "Bathroom",
    "Outside",
    "Tanks and power",
    "Cockpit",
  ]);
  await becomes(() => page.locator(".tile").count(), test.services.entities().filter(({ hidden }) => !hidden).length);
  await tells(page.locator(".glance"), /84 %[^]*House batteries[^]*72 %[^]*Fresh water/);
  await tells(page.locator(".top"), /Simulated/);
});

siteTest("a tap toggles a light only after the coach's status, and a second phone sees it", async (test) => {
  const [page, second] = [await openHome(test), await openHome(test)];
  test.services.answer = "wait";
  await page.tap(`${sofa} .tile__main`);
  await page.waitForSelector(`${sofa}.is-pending`);
  await becomes(() => headline(page, sofa).textContent(), "Off");
  await becomes(() => page.getAttribute(`${sofa} .tile__main`, "aria-pressed"), "false");
  test.services.settle();
  await says(page, sofa, "On");
  await page.waitForSelector(`${sofa}.is-confirmed`);
  await becomes(() => page.getAttribute(`${sofa} .tile__main`, "aria-pressed"), "true");
  await says(second, sofa, "On");
  deepStrictEqual(test.services.commands, [{ id: "living_sofa", command: "turnOn", parameters: {}, parked: false }]);
});

siteTest(
  "refused and not confirmed are shown with their reasons, and the light stays as the coach says",
  async (test) => {
    const page = await openHome(test);
    test.services.answer = "refuse";
    await page.tap(`${sofa} .tile__main`);
    await page.waitForSelector(`${sofa}.is-refused`);
    await tells(page.locator(`${sofa} .tile__note`), /Refused: The coach is driving\./);
    await page.locator(".toast.is-shown", { hasText: "Sofa accent: refused. The coach is driving." }).waitFor();
    test.services.answer = "notConfirmed";
    await page.tap(`${sofa} .tile__main`);
    await page.waitForSelector(`${sofa}.is-notConfirmed`);
    await page.locator(".toast.is-shown", { hasText: "did not confirm" }).waitFor();
    await becomes(() => headline(page, sofa).textContent(), "Off");
  },
);

siteTest("an output that nobody verified wants a hold first, and an ordinary tap after", async (test) => {
  const page = await openHome(test);
  const lamp = '[data-entity="outside_underglow"]';
  const button = page.locator(`${lamp} .tile__main`);
  await becomes(() => page.locator(`${lamp} .tile__note`).innerText(), "Hold to use");
  await button.scrollIntoViewIfNeeded();
  await button.tap();
  await page.locator(".toast.is-shown", { hasText: "hold the button" }).waitFor();
  deepStrictEqual(test.services.commands, []);
  await button.hover();
  await page.mouse.down();
  await page.waitForSelector(`${lamp} .is-holding`);
  await says(page, lamp, "On");
  await page.mouse.up();
  await page.waitForSelector(`${lamp} .asks-hold`, { state: "detached" });
  await button.tap();
  await says(page, lamp, "Off");
  deepStrictEqual(test.services.commands.map(({ command }) => command), ["turnOn", "turnOff"]);
  await page.reload();
  await alive(page);
  await becomes(() => page.locator(`${lamp} .asks-hold`).count(), 0);
});

siteTest("a shade moves while held, is renewed, and stops on release", async (test) => {
  const page = await openHome(test);
  const open = page.locator('[data-entity="living_shade_windshield"] [data-command="open"]');
  await open.scrollIntoViewIfNeeded();
  await open.hover();
  await page.mouse.down();
  await page.waitForSelector(".hold.is-held");
  while (test.services.commands.length < 3) await page.waitForResponse(/commands/);
  await page.mouse.up();
  await page.waitForSelector(".hold.is-held", { state: "detached" });
  while (test.services.commands.at(-1)?.command !== "stop") await page.waitForResponse(/commands/);
  const names = test.services.commands.map(({ command }) => command);
  ok(names.length >= 4 && names.slice(0, -1).every((name) => name === "open"), names.join());
  const presses = test.services.commands.map(({ press }) => press);
  strictEqual(presses[0]?.renews, false, "the first begins the movement");
  strictEqual(new Set(presses.map((press) => press?.id)).size, 1, "the stop has the id of what it stops");
});

siteTest("an awning that was refused asks for the owner's word that the coach is parked", async (test) => {
  const page = await openHome(test);
  const extend = page.locator('[data-entity="outside_door_awning"] [data-command="extend"]');
  const hold = async () => {
    await extend.scrollIntoViewIfNeeded();
    await extend.hover();
    await page.mouse.down();
    while (test.services.commands.at(-1)?.command !== "extend") await page.waitForResponse(/commands/);
    await page.mouse.up();
    while (test.services.commands.at(-1)?.command !== "stop") await page.waitForResponse(/commands/);
  };
  test.services.answer = "refuse";
  await hold();
  strictEqual(test.services.commands[0]?.parked, false);
  await page.getByRole("button", { name: "It is parked" }).tap();
  test.services.answer = "confirm";
  test.services.commands.length = 0;
  await hold();
  strictEqual(test.services.commands[0]?.parked, true);
});

siteTest("the brightness slider sends the newest value, and shows the coach's", async (test) => {
  const page = await openHome(test);
  const slider = page.locator(`${sofa} input[type=range]`);
  const box = await slider.boundingBox();
  ok(box);
  await page.mouse.move(box.x + 8, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.7, box.y + box.height / 2, { steps: 30 });
  await page.mouse.up();
  await says(page, sofa, "On");
  const wanted = Number(await slider.inputValue());
  await page.waitForFunction((most) => document.querySelectorAll(".slider.is-wanted").length <= most, 0);
  const last = test.services.commands.at(-1);
  strictEqual(last?.command, "setBrightness");
  ok(Math.abs(Number(last?.parameters["brightnessPct"]) - 70) < 8 && wanted > 60);
  ok(test.services.commands.length < 15, `${test.services.commands.length} commands for one drag`);
});

siteTest("set points gather taps and go out once, in Celsius, whatever the screen shows", async (test) => {
  const page = await openHome(test, { locale: "en-US" });
  const heat = page.locator('[data-entity="living_climate"] .stepper').first();
  await tells(heat, /69°/);
  for (let i = 0; i < 3; i++) await heat.getByRole("button", { name: "warmer" }).tap();
  await tells(heat, /72°/);
  await page.locator('[data-entity="living_climate"].is-confirmed').waitFor();
  deepStrictEqual(test.services.commands, [
    { id: "living_climate", command: "setHeatSetpoint", parameters: { setpointC: 22 }, parked: false },
  ]);
  await tells(heat, /72°/);
});

siteTest("a generator is armed first, then started by a hold", async (test) => {
  const page = await openHome(test);
  const tile = page.locator('[data-entity="generator"]');
  await tile.getByRole("button", { name: "Arm" }).tap();
  const start = tile.getByRole("button", { name: /Hold: Start/ });
  await start.waitFor();
  await start.hover();
  await page.mouse.down();
  while (test.services.commands.at(-1)?.command !== "start") await page.waitForResponse(/commands/);
  await page.mouse.up();
  deepStrictEqual(test.services.commands.map(({ command }) => command), ["arm", "start"]);
});

siteTest("restored, silent and unheard states each look and read different", async (test) => {
  const page = await openHome(test);
  const note = (id: string) => page.locator(`[data-entity="${id}"] .tile__note`);
  await tells(note("bedroom_wardrobe"), /^From before the restart$/);
  await tells(note("living_slide_strip"), /^Last heard 3 min ago$/);
  await tells(note("living_fireplace_light"), /^Not heard yet$/);
  const border = (id: string) =>
    page.locator(`[data-entity="${id}"]`).evaluate((tile) =>
      `${getComputedStyle(tile).borderStyle} ${getComputedStyle(tile).backgroundColor}`
    );
  const looks = await Promise.all(
    ["living_sofa", "bedroom_wardrobe", "living_slide_strip", "living_fireplace_light"].map(border),
  );
  strictEqual(new Set(looks).size, 4, looks.join("; "));
  await becomes(() => headline(page, '[data-entity="tank_lpg"]').textContent(), "Not available");
});

siteTest("the page says that the connection is lost, and recovers by itself when the program is back", async (test) => {
  const page = await openHome(test, { expectedErrors: /WebSocket|ERR_CONNECTION_REFUSED/ });
  await test.site.stop();
  await page.waitForSelector(".banner--lost");
  await page.waitForSelector("html.is-offline");
  await becomes(() => page.locator(`${sofa} .tile__main`).isDisabled(), true);
  const restarted = new FakeServices();
  restarted.set("living_sofa", { on: { value: true } });
  await test.site.restart(restarted);
  await says(page, sofa, "On");
  await page.waitForSelector(".banner--lost", { state: "detached" });
  await page.tap(`${sofa} .tile__main`);
  await says(page, sofa, "Off");
});

siteTest("without JavaScript every page is readable", async (test) => {
  const page = await test.open(test.site.url, { javaScriptEnabled: false });
  await tells(page.locator("main"), /Living room[^]*Ceiling[^]*On/);
  await tells(page.locator("body"), /JavaScript is off/);
  await page.goto(`${test.site.url}/entities/house_battery`);
  await tells(page.locator("main"), /13\.2[^]*V/);
  await page.goto(`${test.site.url}/can`);
  await tells(page.locator("main"), /412 frames\/s/);
});

siteTest("the entity page offers every command as a form with its bounds", async (test) => {
  const page = await test.open(`${test.site.url}/entities/living_sofa`);
  await alive(page);
  const form = page.locator('form[data-command="setBrightness"]');
  await becomes(() => form.getByRole("button").isDisabled(), true);
  await form.locator("input").fill("35");
  await form.getByRole("button").tap();
  await says(page, sofa, "On");
  await page.locator('[data-signal="brightnessPct"]', { hasText: "35" }).waitFor();
  deepStrictEqual(test.services.commands.at(-1)?.parameters, { brightnessPct: 35 });
});

siteTest("the bus page shows live frames, filters them and pauses", async (test) => {
  const page = await test.open(`${test.site.url}/can`);
  await alive(page);
  const newest = page.locator(".frame__time").first();
  const before = await newest.textContent();
  while (!test.services.can()) await page.waitForFunction(() => true);
  await page.waitForFunction((old) => document.querySelector(".frame__time")?.textContent !== old, before);
  await page.locator(".field--message input").fill("tank");
  await page.waitForFunction(() =>
    [...document.querySelectorAll(".frame__name")].every((name) => name.textContent === "TANK_STATUS")
  );
  await page.getByRole("button", { name: "Pause" }).tap();
  await page.getByRole("button", { name: "Go on" }).waitFor();
  const paused = await newest.textContent();
  test.services.can();
  await page.getByRole("button", { name: "Record" }).tap();
  await page.getByRole("button", { name: "Stop recording" }).waitFor();
  await becomes(() => newest.textContent(), paused);
});

siteTest("°F and °C are one tap apart, and the choice stays", async (test) => {
  const page = await openHome(test);
  const outside = '[data-entity="outside_temp"]';
  await becomes(() => headline(page, outside).textContent(), "31.5 °C");
  await page.tap(".unit");
  await says(page, outside, "89 °F");
  await page.reload();
  await alive(page);
  await becomes(() => headline(page, outside).textContent(), "89 °F");
});

const pages = ["/", "/entities", "/entities/living_climate", "/entities/generator", "/can", "/api/docs", "/nope"];

siteTest("no page scrolls sideways at 390 px, and every target is big enough for a thumb", async (test) => {
  for (const path of pages) {
    const page = await test.open(test.site.url + path, { viewport: phone, expectedErrors: /404/ });
    await alive(page);
    await becomes(() => page.evaluate(() => document.documentElement.scrollWidth), phone.width, path);
    const small = await page.locator("main button, main select, main input, nav a, .tile__more, .unit").evaluateAll((
      all,
    ) =>
      all.map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()] as const)
        .filter(([, box]) => box.width > 0 && (box.width < 43.5 || box.height < 43.5)).map(([html]) => html)
    );
    deepStrictEqual(small, [], path);
    await page.close();
  }
});

siteTest("the first view weighs less than 60 kB compressed, before the socket opens", async (test) => {
  const page = await test.open("about:blank");
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  let bytes = 0;
  session.on("Network.loadingFinished", (event) => (bytes += event.encodedDataLength));
  await page.goto(test.site.url);
  await alive(page);
  ok(bytes > 10_000 && bytes < 60_000, `${bytes} bytes`);
});

siteTest("contrast of the text is at least 4.5 to 1, in the dark and in the light", async (test) => {
  for (const colorScheme of ["dark", "light"] as const) {
    const page = await openHome(test, { colorScheme });
    const bad = await page.locator(
      ".tile__name, .tile__headline, .tile__note, .glance__name, h2, .bottom a span, .choice",
    ).evaluateAll(
      (all) => {
        const rgb = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
        const luminance = (color: readonly number[]) => {
          const [r = 0, g = 0, b = 0] = color.map((part) => {
            const share = part / 255;
            return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
          });
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const behind = (element: Element | null): string => {
          if (!element) return "rgb(0, 0, 0)";
          const color = getComputedStyle(element).backgroundColor;
          return rgb(color)[3] === 0 || color.includes("color") ? behind(element.parentElement) : color;
        };
        return all.map((one) => {
          const [text, ground] = [luminance(rgb(getComputedStyle(one).color)), luminance(rgb(behind(one)))];
          const ratio = (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
          return { ratio, what: `${one.className} ${one.textContent} ${ratio.toFixed(2)}` };
        }).filter(({ ratio }) => ratio < 4.5).map(({ what }) => what);
      },
    );
    deepStrictEqual(bad, [], colorScheme);
  }
});
