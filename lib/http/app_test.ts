import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { testApp } from "../../tests/fixtures/test_app.ts";
import { fakeAssets } from "../../tests/fixtures/fake_assets.ts";
import { FakeServices } from "../../tests/fixtures/fake_services.ts";

const host = "127.0.0.1:8080";

function site(services = new FakeServices()) {
  const app = testApp({ services });
  const request = async (path: string, init: RequestInit & { readonly json?: unknown } = {}) => {
    const { json, ...rest } = init;
    const headers = new Headers(rest.headers);
    if (!headers.has("host")) headers.set("host", host);
    if (json !== undefined) headers.set("content-type", "application/json");
    const body = json === undefined ? rest.body : JSON.stringify(json);
    const options = { ...rest, headers, ...(body === undefined ? {} : { body }) };
    return await app.fetch(new Request(`http://${host}${path}`, options));
  };
  return { services, request };
}

const commands = "/api/entities/living_ceiling/commands";
const on = { command: "turnOn", parameters: {} };

/** Path, request, status of the answer, and what its body says. */
const table: readonly (readonly [what: string, path: string, init: object, status: number, says: RegExp])[] = [
  ["GET /api/entities lists every entity", "/api/entities", {}, 200, /"id":"tank_fresh"/],
  ["GET /api/entities takes kind", "/api/entities?kind=tank", {}, 200, /^\[\{"id":"tank_fresh"/],
  ["GET /api/entities takes area", "/api/entities?area=cockpit", {}, 200, /^\[\{"id":"chassis"/],
  ["GET /api/entities refuses an unknown filter", "/api/entities?colour=red", {}, 422, /colour/],
  ["GET /api/entities/{id} answers one", "/api/entities/living_ceiling", {}, 200, /"bindings":/],
  ["GET /api/entities/{id} knows what is missing", "/api/entities/nope", {}, 404, /There is no entity/],
  ["POST commands answers the outcome", commands, { method: "POST", json: on }, 200, /"outcome":"confirmed"/],
  [
    "POST commands names the allowed commands",
    commands,
    { method: "POST", json: { command: "fly" } },
    422,
    /turnOn, turnOff/,
  ],
  ["POST commands refuses unknown keys", commands, { method: "POST", json: { ...on, when: 1 } }, 422, /when/],
  ["POST commands wants a command", commands, { method: "POST", json: {} }, 422, /command/],
  [
    "POST commands takes the press of a held button",
    commands,
    { method: "POST", json: { ...on, press: { id: "0123456789abcdef", renews: true } } },
    200,
    /"outcome":"confirmed"/,
  ],
  [
    "POST commands refuses a press that anybody could guess",
    commands,
    { method: "POST", json: { ...on, press: { id: "1" } } },
    422,
    /press\.id: expected 8 to 64/,
  ],
  ["POST commands wants JSON", commands, { method: "POST", body: "command=turnOn" }, 415, /application\/json/],
  [
    "POST commands refuses broken JSON",
    commands,
    {
      method: "POST",
      body: "{",
      headers: { "content-type": "application/json" },
    },
    400,
    /JSON/,
  ],
  [
    "POST commands refuses a long body",
    commands,
    { method: "POST", json: { command: "x".repeat(70_000) } },
    413,
    /65536/,
  ],
  [
    "POST commands refuses foreign pages",
    commands,
    { method: "POST", json: on, headers: { origin: "http://evil.example" } },
    403,
    /foreign/,
  ],
  ["GET /api/can/interfaces answers", "/api/can/interfaces", {}, 200, /"link":"down"/],
  ["GET /api/can/frames takes a limit", "/api/can/frames?limit=1", {}, 200, /^\[\{[^{}]*\}\]$/],
  ["GET /api/can/frames takes a DGN in small letters", "/api/can/frames?dgn=1feda&limit=1", {}, 200, /1FEDA/],
  ["GET /api/can/frames refuses a DGN that is none", "/api/can/frames?dgn=xyz", {}, 422, /5 hexadecimal digits/],
  ["GET /api/can/frames refuses too many", "/api/can/frames?limit=100000", {}, 422, /limit/],
  ["GET /api/can/unknown answers", "/api/can/unknown", {}, 200, /"silent"/],
  ["GET /api/can/nodes answers", "/api/can/nodes", {}, 200, /Spyder/],
  ["GET /api/can/diagnostics answers", "/api/can/diagnostics", {}, 200, /523104/],
  ["GET /api/can/recordings answers", "/api/can/recordings", {}, 200, /"recording":false/],
  [
    "POST /api/can/recordings starts",
    "/api/can/recordings",
    { method: "POST", json: { action: "start" } },
    200,
    /"recording":true/,
  ],
  [
    "POST /api/can/recordings knows two actions",
    "/api/can/recordings",
    { method: "POST", json: { action: "go" } },
    422,
    /start/,
  ],
  [
    "POST /api/can/recordings passes refusals on",
    "/api/can/recordings",
    {
      method: "POST",
      json: { action: "start", interface: "can9" },
    },
    422,
    /can0, can1/,
  ],
  ["GET /health answers", "/health", {}, 200, /"status":"ok"/],
  ["GET /healthz answers", "/healthz", {}, 200, /^ok$/],
  ["GET /readyz answers", "/readyz", {}, 200, /^ready$/],
  ["GET /api/openapi.json describes the commands", "/api/openapi.json", {}, 200, /\/api\/entities\/\{id\}\/commands/],
  ["GET of what is not there is a problem in the API", "/api/nope", {}, 404, /about:blank/],
  ["PUT where only GET is", "/api/entities", { method: "PUT", json: {} }, 405, /expected GET, HEAD/],
  ["a plain GET of /ws is told what it speaks", "/ws", {}, 426, /WebSocket/],
  ["a name that is not ours is turned away", "/api/entities", { headers: { host: "evil.example" } }, 421, /evil/],
];

for (const [what, path, init, status, says] of table) {
  Deno.test(`createApp(): ${what}`, async () => {
    const response = await site().request(path, init);
    const text = await response.text();
    strictEqual(response.status, status, text);
    match(text, says);
    if (status >= 400) {
      strictEqual(response.headers.get("content-type"), "application/problem+json");
      strictEqual(JSON.parse(text).status, status);
    }
  });
}

Deno.test("createApp(): a refused command reaches no coach", async () => {
  const { services, request } = site();
  for (
    const headers of [{ origin: "http://evil.example" }, { "sec-fetch-site": "cross-site" }, { host: "evil.example" }]
  ) {
    const response = await request(commands, { method: "POST", json: on, headers });
    await response.body?.cancel();
  }
  deepStrictEqual(services.commands, []);
});

Deno.test("createApp(): the own page and a program may command", async () => {
  const { services, request } = site();
  for (const headers of [{ origin: `http://${host}` }, {}]) {
    strictEqual((await request(commands, { method: "POST", json: on, headers })).status, 200);
  }
  strictEqual(services.commands.length, 2);
});

Deno.test("createApp(): an error inside shows as a plain 500, to programs and to people", async () => {
  const services = new FakeServices();
  services.entities = () => {
    throw new Error("secret detail at /some/path");
  };
  const { request } = site(services);
  for (const [path, accept] of [["/api/entities", "*/*"], ["/", "text/html"]] as const) {
    const response = await request(path, { headers: { accept } });
    const text = await response.text();
    strictEqual(response.status, 500);
    ok(!text.includes("secret") && !text.includes("/some/path"), text);
  }
});

Deno.test("createApp(): every answer carries the security headers, and no page an inline script or style", async () => {
  const { request } = site();
  for (const path of ["/", "/entities", "/entities/living_climate", "/can", "/api/docs", "/nope", "/api/entities"]) {
    const response = await request(path, { headers: { accept: "text/html" } });
    const text = await response.text();
    match(response.headers.get("content-security-policy") ?? "", /default-src 'none'.*script-src 'self';/);
    strictEqual(response.headers.get("x-content-type-options"), "nosniff");
    strictEqual(response.headers.get("referrer-policy"), "no-referrer");
    ok(!/<script(?![^>]*(src=|application\/json))/.test(text), `${path} has an inline script`);
    ok(!/ style="| on[a-z]+="/.test(text), `${path} has an inline style or handler`);
  }
});

Deno.test("createApp(): names of the coach cannot break out of the page", async () => {
  const services = new FakeServices();
  const [first] = services.entities();
  services.entities = () => first ? [{ ...first, name: "</script><script>alert(1)</script>" }] : [];
  const text = await (await site(services).request("/", { headers: { accept: "text/html" } })).text();
  ok(!text.includes("<script>alert"), text);
});

Deno.test("createApp(): HEAD answers like GET, without a body", async () => {
  const { request } = site();
  for (const path of ["/api/entities", "/", fakeAssets.url("app.js")]) {
    const response = await request(path, { method: "HEAD" });
    strictEqual(response.status, 200);
    strictEqual(await response.text(), "");
  }
});

Deno.test("createApp(): files come compressed, never change, and are not sent twice", async () => {
  const { request } = site();
  const path = fakeAssets.url("app.js");
  const first = await request(path, { headers: { "accept-encoding": "gzip, br" } });
  strictEqual(first.headers.get("content-encoding"), "br");
  strictEqual(await first.text(), "brotli");
  match(first.headers.get("cache-control") ?? "", /immutable/);
  const again = await request(path, { headers: { "if-none-match": first.headers.get("etag") ?? "" } });
  strictEqual(again.status, 304);
});

Deno.test("createApp(): pages come compressed", async () => {
  const response = await site().request("/", { headers: { "accept-encoding": "gzip", accept: "text/html" } });
  strictEqual(response.headers.get("content-encoding"), "gzip");
  await response.body?.cancel();
});

Deno.test("createApp(): a failed core is 503 at /health and /readyz", async () => {
  const { services, request } = site();
  services.healthStatus = "failed";
  for (const path of ["/health", "/readyz"]) {
    const response = await request(path);
    strictEqual(response.status, 503);
    await response.body?.cancel();
  }
});

Deno.test("createApp(): temperatures follow the language, and the choice of the phone before it", async () => {
  const { request } = site();
  const home = async (headers: Record<string, string>) =>
    await (await request("/", { headers: { accept: "text/html", ...headers } })).text();
  match(await home({ "accept-language": "en-US,en;q=0.9" }), /72\u00a0?\s?°F/);
  match(await home({ "accept-language": "de-DE" }), /22\.5 °C/);
  match(await home({ "accept-language": "en-US", cookie: "temperature=C" }), /22\.5 °C/);
});

Deno.test("createApp(): the owner's preferences count for phones that have not chosen", async () => {
  const { request, services } = site();
  const home = async (headers: Record<string, string> = {}) =>
    await (await request("/", { headers: { accept: "text/html", ...headers } })).text();
  match(await home(), /id="area-living"/);
  match(await home(), /60 %/);
  const shown = { groupBy: "kind", showPercentage: false, temperature: "F" } as const;
  services.coachView = { ...services.coachView, shown };
  const page = await home({ "accept-language": "de-DE" });
  match(page, /id="area-light"[^]*Lights/);
  ok(!page.includes('id="area-living"'));
  match(page, /72\u00a0?\s?°F/);
  match(await home({ cookie: "temperature=C" }), /22\.5 °C/);
});
