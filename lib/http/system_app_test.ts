import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { testApp } from "../../tests/fixtures/test_app.ts";
import { FakeServices } from "../../tests/fixtures/fake_services.ts";
import { FakeSystemServices } from "../../tests/fixtures/fake_system_services.ts";
import { ManualClock } from "../base/mod.ts";
import { accessTable } from "./access_table.ts";
import type { SystemServices } from "./system_services.ts";

const host = "127.0.0.1:8080";
const origin = { remoteAddress: "192.168.8.21" };

function site<S extends SystemServices | undefined>(system: S) {
  const services = new FakeServices();
  const app = testApp({
    services,
    ...(system ? { system } : {}),
    clock: new ManualClock({ wallMs: Date.UTC(2026, 10, 21, 20) }),
  });
  const request = async (path: string, init: RequestInit & { readonly json?: unknown } = {}) => {
    const { json, ...rest } = init;
    const headers = new Headers(rest.headers);
    headers.set("host", host);
    if (json !== undefined) headers.set("content-type", "application/json");
    const body = json === undefined ? rest.body : typeof json === "string" ? json : JSON.stringify(json);
    const options = { ...rest, headers, ...(body === undefined ? {} : { body }) };
    return await app.fetch(new Request(`http://${host}${path}`, options), origin);
  };
  return { services, system, request };
}

const put = (json: unknown) => ({ method: "PUT", json });
const post = (json: unknown) => ({ method: "POST", json });
const text = (method: string) => ({ method, body: "x", headers: { "content-type": "text/plain" } });
const log = "/api/system/log";
const levels = `${log}/levels`;
const audit = "/api/safety/audit";
const stop = "/api/safety/stop";
const mqtt = "/api/features/mqtt";
const huge = "x".repeat(5000);

/** Path, request, status of the answer, and what its body says. */
const table: readonly (readonly [what: string, path: string, init: object, status: number, says: RegExp])[] = [
  ["GET features lists all", "/api/features", {}, 200, /"name":"authentication".*"state":"failed"/],
  ["PUT features switches", mqtt, put({ enabled: false }), 200, /"name":"mqtt".*"enabled":false.*"state":"off"/],
  ["PUT features knows no such feature", "/api/features/teleport", put({ enabled: true }), 404, /there is none/],
  ["PUT features refuses what a restart switches", "/api/features/authentication", put({ enabled: false }), 409, /res/],
  ["PUT features wants a switch", mqtt, put({ enabled: "yes" }), 422, /enabled: .*boolean/],
  ["PUT features wants something", mqtt, put({}), 422, /enabled/],
  ["PUT features refuses unknown keys", mqtt, put({ enabled: true, force: true }), 422, /force/],
  ["PUT features refuses broken JSON", mqtt, put("{"), 400, /JSON/],
  ["PUT features refuses text", mqtt, text("PUT"), 415, /application\/json/],
  ["PUT features refuses a huge body", mqtt, put({ enabled: true, x: huge }), 413, /4096/],
  ["PUT features refuses a path as name", "/api/features/..%2Fmqtt", put({ enabled: true }), 422, /name: expected/],
  ["PUT features refuses __proto__", "/api/features/__proto__", put({ enabled: true }), 422, /name: expected/],
  ["PUT features knows no constructor", "/api/features/constructor", put({ enabled: true }), 404, /there is none/],
  ["DELETE features is not a thing", mqtt, { method: "DELETE" }, 405, /expected PUT/],

  ["GET safety tells evidence and rules", "/api/safety", {}, 200, /"driving":"parked".*park brake.*"parkedOnly"/],
  ["POST stop stops", stop, post({ what: "motion" }), 200, /^\{"done":4,"failed":\[\]\}$/],
  ["POST stop switches lights off", stop, post({ what: "lights" }), 200, /"done":4/],
  ["POST stop stops no more than that", stop, post({ what: "engine" }), 422, /what: .*motion.*lights/],
  ["POST stop wants what", stop, post({}), 422, /what/],
  ["POST stop refuses a list", stop, post(["motion"]), 422, /expected object/],
  ["POST stop refuses a form", stop, text("POST"), 415, /application\/json/],
  ["GET stop is not a thing", stop, {}, 404, /nothing at/],

  ["GET alerts are those of now", "/api/safety/alerts", {}, 200, /^\[\{"id":"can.can1".*"clearedAt":null\}\]$/],
  ["GET alerts can be all", "/api/safety/alerts?cleared=true", {}, 200, /"id":"clock".*"clearedAt":"2026/],
  ["GET alerts refuses another word", "/api/safety/alerts?cleared=1", {}, 422, /cleared/],
  ["GET alerts refuses unknown keys", "/api/safety/alerts?clear=true", {}, 422, /clear/],

  ["GET audit is newest first", audit, {}, 200, /^\[\{"id":70,|"id":70/],
  ["GET audit goes by pages", `${audit}?limit=1&before=5`, {}, 200, /^\[\{(?=.*"id":4)[^}]*\}\]$/],
  ["GET audit filters", `${audit}?action=signIn&limit=1`, {}, 200, /"action":"signIn"/],
  ["GET audit tells why not", `${audit}?limit=200`, {}, 200, /"reasons":\["The coach is driving\."\]/],
  ["GET audit refuses another action", `${audit}?action=signin`, {}, 422, /action/],
  ["GET audit gives no more than 200", `${audit}?limit=201`, {}, 422, /limit: .*200/],
  ["GET audit refuses no number", `${audit}?before=1;drop`, {}, 422, /before/],
  ["GET audit refuses a zero", `${audit}?before=0`, {}, 422, /before/],
  ["GET audit refuses half a number", `${audit}?limit=1.5`, {}, 422, /limit/],

  ["GET log is newest last", `${log}?limit=2`, {}, 200, /^\[.*"number":39.*"number":40.*\]$/],
  ["GET log goes on", `${log}?after=39`, {}, 200, /^\[\{[^[]*"number":40[^[]*\}\]$/],
  ["GET log filters", `${log}?level=warning&area=mqtt&search=BROKER&limit=1`, {}, 200, /"area":"mqtt"/],
  ["GET log finds nothing", `${log}?search=nothing+such`, {}, 200, /^\[\]$/],
  ["GET log gives no more than 2000", `${log}?limit=2001`, {}, 422, /limit/],
  ["GET log refuses infinity", `${log}?limit=Infinity`, {}, 422, /limit/],
  ["GET log refuses the past", `${log}?after=-1`, {}, 422, /after/],
  ["GET log refuses another level", `${log}?level=__proto__`, {}, 422, /level/],
  ["GET log refuses what is no area", `${log}?area=a%00b`, {}, 422, /area: expected/],
  ["GET log refuses an endless search", `${log}?search=${huge}`, {}, 422, /search/],
  ["GET log refuses unknown keys", `${log}?lines=3`, {}, 422, /lines/],

  ["GET levels", levels, {}, 200, /^\{"level":"info","areas":\{"can":"warning"\}\}$/],
  ["PUT levels changes", levels, put({ level: "debug", areas: { hub: "error" } }), 200, /\{"hub":"error"\}.*"debug"/],
  ["PUT levels lets all follow", levels, put({ level: "warning" }), 200, /^\{"areas":\{\},"level":"warning"\}$/],
  ["PUT levels refuses another level", levels, put({ level: "loud" }), 422, /level/],
  ["PUT levels refuses another level of a part", levels, put({ level: "info", areas: { can: 1 } }), 422, /areas\.can/],
  ["PUT levels refuses what is no area", levels, put({ level: "info", areas: { "../a": "info" } }), 422, /areas/],
  ["PUT levels takes no prototype", levels, put('{"level":"info","areas":{"__proto__":"info"}}'), 200, /"areas":\{\}/],
  [
    "PUT levels refuses a thousand parts",
    levels,
    put({ level: "info", areas: Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`a${i}`, "info"])) }),
    422,
    /at most 50/,
  ],
  ["PUT levels refuses text", levels, text("PUT"), 415, /application\/json/],
  [
    "GET file has one line per event",
    `${log}/file`,
    {},
    200,
    /^2026-11-21T20:14:01\.500Z info CoachIQ is ready url="h/,
  ],
  ["GET diagnostics is a file", "/api/system/diagnostics", {}, 200, /^\{"format":"coachiq-diagnostics"\}$/],
  ["GET metrics are Prometheus'", "/metrics", {}, 200, /^# HELP coachiq_websocket_clients/],
  ["GET health has details", "/health", {}, 200, /"status":"ok".*"details":\{"version".*"schema":"0007_audit_and/],
];

function withAlerts(): FakeSystemServices {
  const system = new FakeSystemServices();
  const raisedAt = "2026-11-21T19:00:00.000Z";
  system.alertList = [
    {
      id: "can.can1",
      priority: 2,
      what: "Interface can1 is down.",
      todo: "Check its plug.",
      raisedAt,
      clearedAt: null,
    },
    { id: "clock", priority: 3, what: "The clock is wrong.", todo: "Set it.", raisedAt, clearedAt: raisedAt },
  ];
  return system;
}

for (const [what, path, init, status, says] of table) {
  Deno.test(`createApp(): ${what}`, async () => {
    const { request } = site(withAlerts());
    const response = await request(path, init);
    const body = await response.text();
    strictEqual(response.status, status, body);
    match(body, says);
    if (status >= 400) strictEqual(response.headers.get("content-type"), "application/problem+json");
    if (status !== 405) strictEqual(response.headers.get("cache-control"), "no-store");
  });
}

Deno.test("createApp() names the files of the log and the diagnostics after the day", async () => {
  const { request } = site(new FakeSystemServices());
  for (
    const [path, name, type] of [
      [`${log}/file`, "coachiq-log-2026-11-21.txt", "text/plain; charset=utf-8"],
      ["/api/system/diagnostics", "coachiq-diagnostics-2026-11-21.json", "application/json"],
    ] as const
  ) {
    const response = await request(path);
    await response.body?.cancel();
    strictEqual(response.headers.get("content-disposition"), `attachment; filename="${name}"`);
    strictEqual(response.headers.get("content-type"), type);
  }
});

Deno.test("createApp() says who switched and who stopped", async () => {
  const { request, system } = site(new FakeSystemServices());
  await (await request(mqtt, put({ enabled: false }))).body?.cancel();
  await (await request(stop, post({ what: "motion" }))).body?.cancel();
  deepStrictEqual(system.asked, [["192.168.8.21", "mqtt off"], ["192.168.8.21", "motion"]]);
});

Deno.test("createApp() tells the health without details when they cannot be told, and 503 when it has failed", async () => {
  const { request, services, system } = site(new FakeSystemServices());
  system.failure = new Error("statfs: the disk is gone");
  const without = await request("/health");
  strictEqual(without.status, 200);
  ok(!("details" in await without.json()));
  const diagnostics = await request("/api/system/diagnostics");
  strictEqual(diagnostics.status, 500);
  ok(!(await diagnostics.text()).includes("statfs"));
  system.failure = undefined;
  services.healthStatus = "failed";
  const failed = await request("/health");
  strictEqual(failed.status, 503);
  ok("details" in await failed.json());
});

Deno.test("createApp() without system services answers 503 at their addresses, and the health without details", async () => {
  const { request } = site(undefined);
  const addresses = accessTable.filter(([, path]) => /^\/(metrics$|api\/(features|safety|system))/.test(path));
  strictEqual(addresses.length, 12);
  for (const [method, path] of addresses) {
    const change = path === stop ? { what: "motion" } : path === levels ? { level: "info" } : { enabled: true };
    const init = method === "GET" ? {} : { method, json: change };
    const response = await request(path.replace(":name", "mqtt"), init);
    strictEqual(response.status, 503, path);
    match((await response.json()).detail, /not ready/);
  }
  ok(!("details" in await (await request("/health")).json()));
});
