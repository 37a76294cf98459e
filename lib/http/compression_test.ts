import { deepStrictEqual, strictEqual } from "node:assert";
import { gunzipSync } from "node:zlib";
import { Hono } from "hono";
import { compressWhole } from "./compression.ts";
import type { SiteEnv } from "./route.ts";

const long = "coach ".repeat(1000);
const list = (of: string) => Array.from({ length: 3000 }, (_, i) => `${of} ${i}`);

function app(): Hono<SiteEnv> {
  const app = new Hono<SiteEnv>();
  app.use(compressWhole());
  app.get("/long", (c) => c.json({ long }, 200, { "cache-control": "no-store" }));
  app.get("/list", (c) => c.json(list(c.req.query("of") ?? "")));
  app.get("/short", (c) => c.json({}));
  app.get("/text", (c) => c.text(long));
  app.get("/empty", (c) => c.body(null, 204));
  return app;
}

const get = (path: string, { coding, method = "GET" }: { coding?: string | undefined; method?: string }) =>
  app().request(path, { method, headers: coding === undefined ? {} : { "accept-encoding": coding } });

Deno.test("compressWhole compresses JSON for who takes it, and tells its length", async () => {
  const response = await get("/long", { coding: "gzip, deflate, br" });
  const bytes = new Uint8Array(await response.arrayBuffer());
  strictEqual(response.headers.get("content-encoding"), "gzip");
  strictEqual(response.headers.get("content-length"), String(bytes.length));
  strictEqual(response.headers.get("content-type"), "application/json");
  strictEqual(response.headers.get("cache-control"), "no-store");
  strictEqual(response.headers.get("vary"), "Accept-Encoding");
  strictEqual(JSON.parse(gunzipSync(bytes).toString()).long, long);
});

for (
  const [why, path, coding, method] of [
    ["a client that does not take it", "/long", undefined, "GET"],
    ["a client that takes something else", "/long", "br", "GET"],
    ["an answer that is short", "/short", "gzip", "GET"],
    ["other types, which may be sent piece by piece", "/text", "gzip", "GET"],
    ["an answer without a body", "/empty", "gzip", "GET"],
    ["a HEAD", "/long", "gzip", "HEAD"],
  ] as const
) {
  Deno.test(`compressWhole leaves alone ${why}`, async () => {
    const response = await get(path, { coding, method });
    strictEqual(response.headers.get("content-encoding"), null);
    await response.body?.cancel();
  });
}

Deno.test("compressWhole gives each large answer its own content, also when it comes again", async () => {
  const site = app();
  for (const kind of ["lights", "tanks", "lights", "doors", "pumps", "shades", "fans", "lights"]) {
    const response = await site.request(`/list?of=${kind}`, { headers: { "accept-encoding": "gzip" } });
    const text = gunzipSync(new Uint8Array(await response.arrayBuffer())).toString();
    deepStrictEqual(JSON.parse(text), list(kind));
  }
});
