/**
 * `deno run -A tools/screenshots.ts URL [FOLDER]`: pictures of the pages of a running site, dark and light, for the
 * documentation. FOLDER is `docs/screenshots` unless given.
 */
import { chromium } from "playwright-core";
import { alive, findChromium, phone } from "../tests/browser/harness.ts";

const [url, folder = "docs/screenshots"] = Deno.args;
const pages = [
  ["home", "/"],
  ["everything", "/entities"],
  ["bus", "/can"],
  ["coach", "/settings/coach"],
  ["devices", "/settings/coach/mapping"],
  ["discovery", "/settings/coach/discovery"],
  ["configuration", "/settings/configuration"],
  ["profiles", "/settings/profiles"],
] as const;
const found = findChromium();

if (url === undefined || "missing" in found) {
  console.error("missing" in found ? found.missing : "Name the running site, e.g. http://127.0.0.1:8080");
  Deno.exit(2);
}
Deno.mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: found.path, args: ["--no-sandbox", "--disable-gpu"] });
for (const colorScheme of ["dark", "light"] as const) {
  const context = await browser.newContext({ viewport: phone, colorScheme, locale: "en-US", reducedMotion: "reduce" });
  const page = await context.newPage();
  for (const [name, path] of pages) {
    await page.goto(new URL(path, url).href);
    await alive(page);
    await page.screenshot({ path: `${folder}/${name}-${colorScheme}.png` });
  }
  await context.close();
}
await browser.close();
