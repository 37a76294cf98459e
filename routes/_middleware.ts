import type { MiddlewareHandler } from "hono";
import { getCookie } from "hono/cookie";
import type { SiteEnv } from "../lib/http/mod.ts";
import type { TemperatureUnit } from "../lib/wire/mod.ts";

/** Where people think in Fahrenheit (Unicode CLDR, measurement of temperature). */
const fahrenheitLocales = /^en-us\b|-us\b/i;

/** Works out what the phone prefers, for every page: its own choice, else what its language suggests. */
const middleware: MiddlewareHandler<SiteEnv> = async (c, next) => {
  const chosen = getCookie(c, "temperature");
  const isChosen = chosen === "C" || chosen === "F";
  const temperature = isChosen ? chosen : temperatureOf(c.req.header("accept-language") ?? "");
  c.set("preferences", { temperature, isChosen });
  await next();
};

export default middleware;

/** The first language decides; without any it is Celsius. */
export function temperatureOf(acceptLanguage: string): TemperatureUnit {
  const first = acceptLanguage.split(",")[0]?.split(";")[0]?.trim() ?? "";
  return fahrenheitLocales.test(first) ? "F" : "C";
}
