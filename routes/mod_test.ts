import { deepStrictEqual, strictEqual } from "node:assert";
import { OpenAPIHono } from "@hono/zod-openapi";
import { silentLogger, systemClock } from "../lib/base/mod.ts";
import type { CoachServices, ConfigServices, DatabaseServices, HttpServices, SiteEnv } from "../lib/http/mod.ts";
import { temperatureOf } from "./_middleware.ts";
import { routes } from "./mod.ts";

/** File name → URL path, after Fresh's conventions. */
function pathOf(file: string): string {
  const path = file.replace(/\.tsx?$/, "").replace(/(^|\/)index$/, "$1").replaceAll(/\[([a-zA-Z]+)\]/g, ":$1")
    .replace(/\[\.\.\.([a-zA-Z]+)\]/, ":$1{.+}");
  return `/${path}`.replace(/(.)\/$/, "$1");
}

function filesIn(folder: URL, prefix = ""): string[] {
  return [...Deno.readDirSync(folder)].flatMap((entry) =>
    entry.isDirectory
      ? filesIn(new URL(`${encodeURIComponent(entry.name)}/`, folder), `${prefix}${entry.name}/`)
      : [`${prefix}${entry.name}`]
  );
}

Deno.test("routes names every file of routes/ by the URL that its name says", () => {
  const files = filesIn(new URL("./", import.meta.url));
  const wanted = files.filter((file) => !/(^|\/)(_|mod(_test)?\.ts$)/.test(file)).map(pathOf).sort();
  const api = new OpenAPIHono<SiteEnv>();
  const context = {
    accounts: undefined,
    services: {} as HttpServices,
    database: {} as DatabaseServices,
    coach: {} as CoachServices,
    config: {} as ConfigServices,
    logger: silentLogger,
    clock: systemClock,
  };
  for (const register of routes.api) register(api, context);
  const served = [...routes.pages.map(({ path }) => path), ...api.routes.map(({ path }) => path)];
  deepStrictEqual([...new Set(served)].sort(), wanted);
});

Deno.test("temperatureOf() is Fahrenheit for Americans and Celsius for the rest", () => {
  strictEqual(temperatureOf("en-US,en;q=0.9"), "F");
  strictEqual(temperatureOf("es-US"), "F");
  strictEqual(temperatureOf("en-GB,en-US;q=0.5"), "C");
  strictEqual(temperatureOf(""), "C");
});
