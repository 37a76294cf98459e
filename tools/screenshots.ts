/**
 * `deno run -A tools/screenshots.ts [FOLDER]`: pictures of every kind of page on a phone, dark and light, for the
 * documentation. Runs the program itself, with a simulated coach and a data folder of its own. FOLDER is
 * `docs/screenshots` unless given. Fails for a page that is wider than the phone.
 */
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { alive, findChromium, phone } from "../tests/browser/harness.ts";
import { build } from "./build.ts";

const root = new URL("../", import.meta.url);
const password = "a picture of the coach";

/** Pages of somebody who is signed in: name of the picture, and address. */
const inside = [
  ["home", "/"],
  ["device", "/entities/living_ceiling"],
  ["everything", "/entities"],
  ["bus", "/can"],
  ["settings", "/settings"],
  ["people", "/settings/people"],
  ["coach", "/settings/coach"],
  ["devices", "/settings/coach/mapping"],
  ["discovery", "/settings/coach/discovery"],
  ["configuration", "/settings/configuration"],
  ["profiles", "/settings/profiles"],
  ["database", "/settings/database"],
  ["system", "/settings/system"],
  ["log", "/settings/system/log"],
  ["changes", "/settings/system/changes"],
] as const;

/** The program, running: where, and the code that makes its first account. */
interface Program {
  readonly url: string;
  readonly code: string;
  stop(): Promise<void>;
}

async function startProgram(dataDir: string): Promise<Program> {
  const args = ["serve", "--can", "sim", "--profile", "custom", "--data-dir", dataDir, "--port", "0"];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", new URL("main.ts", root).pathname, ...args],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`Cannot take pictures: the program ended after it said "${said}"`);
    said += value;
    const [url, code] = [/on (http:\S+)[ \n]/.exec(said)?.[1], /enter: (\S+)/.exec(said)?.[1]];
    if (url === undefined || code === undefined) continue;
    return {
      url,
      code,
      async stop() {
        child.kill("SIGTERM");
        await child.status;
        await reader.cancel();
      },
    };
  }
}

/** Takes one picture. */
async function picture(page: Page, path: string): Promise<void> {
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  if (width > phone.width) throw new Error(`Cannot take "${path}": the page is ${width} px wide, not ${phone.width}`);
  await page.screenshot({ path });
}

/** The owner's account, people, and a few things done: pages that would be empty tell nothing. */
async function settleIn(context: BrowserContext, { url, code }: Program): Promise<void> {
  const send = async (method: "POST" | "PUT", path: string, data: unknown) => {
    const answer = await context.request.fetch(`${url}${path}`, { method, data });
    if (!answer.ok()) throw new Error(`Cannot prepare the pictures: ${path} answers ${await answer.text()}`);
  };
  await send("POST", "/api/auth/set-up", { code, account: { name: "Anna", username: "anna", password } });
  const people = "/api/auth/accounts";
  await send("POST", people, { name: "Ben", username: "ben", role: "family", password: `${password} 2` });
  const guest = {
    name: "Zoë",
    username: "zoe",
    role: "guest",
    password: `${password} 3`,
    entities: ["living_ceiling"],
  };
  await send("POST", people, { ...guest, expiresAt: "2036-08-31T21:59:59Z" });
  await send("POST", "/api/auth/tokens", { name: "Wall panel", scope: "look" });
  for (const id of ["living_ceiling", "living_accent", "galley_ceiling"]) {
    await context.request.post(`${url}/api/entities/${id}/commands`, { data: { command: "turnOn" } });
  }
  await send("PUT", "/api/config/overrides", { values: { "logging.level": "debug" } });
  await context.request.post(`${url}/api/coach/reset`, { data: { confirm: false } });
}

const folder = Deno.args[0] ?? new URL("docs/screenshots", root).pathname;
const found = findChromium();
if ("missing" in found) {
  console.error(found.missing);
  Deno.exit(2);
}
await build();
await Deno.mkdir(folder, { recursive: true });
const dataDir = await Deno.makeTempDir();
const program = await startProgram(dataDir);
const browser = await chromium.launch({ executablePath: found.path, args: ["--no-sandbox", "--disable-gpu"] });
const schemes = ["dark", "light"] as const;
const contexts = new Map<string, BrowserContext>();
const pageOf = async (colorScheme: typeof schemes[number]) => {
  const options = { viewport: phone, colorScheme, locale: "en-US", reducedMotion: "reduce" } as const;
  const context = contexts.get(colorScheme) ?? await browser.newContext(options);
  contexts.set(colorScheme, context);
  return { context, page: await context.newPage() };
};
try {
  for (const [name, path] of [["set-up", "/set-up"], ["sign-in", "/sign-in"]] as const) {
    for (const scheme of schemes) {
      const { page } = await pageOf(scheme);
      await page.goto(`${program.url}${path}`);
      await page.waitForSelector("html.is-live");
      await page.waitForLoadState("networkidle");
      await picture(page, `${folder}/${name}-${scheme}.png`);
    }
    // With an account there is an entrance instead.
    if (name === "set-up") await settleIn(await browser.newContext(), program);
  }
  for (const scheme of schemes) {
    const { context, page } = await pageOf(scheme);
    const signedIn = await context.request.post(`${program.url}/api/auth/sign-in`, {
      data: { username: "anna", password },
    });
    if (!signedIn.ok()) throw new Error(`Cannot sign in: ${await signedIn.text()}`);
    for (const [name, path] of inside) {
      await page.goto(`${program.url}${path}`);
      await alive(page);
      await picture(page, `${folder}/${name}-${scheme}.png`);
    }
  }
} finally {
  await browser.close();
  await program.stop();
  await Deno.remove(dataDir, { recursive: true });
}
