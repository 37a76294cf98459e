import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { fakeAssets } from "../../tests/fixtures/fake_assets.ts";
import { FakeDatabase } from "../../tests/fixtures/fake_database.ts";
import { manualBackupId } from "../../tests/fixtures/fake_records.ts";
import { routes } from "../../routes/mod.ts";
import { ManualClock, silentLogger } from "../base/mod.ts";
import { NetworkRules } from "./client_address.ts";
import { RecoveryAccess } from "./recovery_access.ts";
import { createRecoveryApp } from "./recovery_app.ts";
import type { RequestOrigin } from "./route.ts";
import { WebServer } from "./server.ts";

const host = "127.0.0.1:8080";
const reason = 'The update to "0005_batches" did not start.';

const machine: RequestOrigin = { remoteAddress: "127.0.0.1", isMachine: true };
const phone: RequestOrigin = { remoteAddress: "192.168.8.20", isMachine: false };

function recovery() {
  const database = new FakeDatabase();
  database.recoveryReason = reason;
  const codes: string[] = [];
  const clock = new ManualClock();
  const access = new RecoveryAccess({ clock, logger: silentLogger, announceCode: (code) => codes.push(code) });
  access.start();
  const app = createRecoveryApp({
    database,
    reason,
    version: "0.1.0",
    assets: fakeAssets,
    routes,
    clock,
    logger: silentLogger,
    listening: { loopbackOnly: true },
    access,
  });
  const ask = async (path: string, init: RequestInit = {}, origin = machine) => {
    const headers = new Headers(init.headers);
    headers.set("host", host);
    return await app.fetch(new Request(`http://${host}${path}`, { ...init, headers }), origin);
  };
  /** Gives a code, as the page does. */
  const open = (code: string, origin = phone, headers: Record<string, string> = {}) =>
    ask("/api/auth/recovery", post({ code }, headers), origin);
  return { app, ask, open, database, codes, clock };
}

function post(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
}

const page = { headers: { accept: "text/html" } };

Deno.test("createRecoveryApp() leads every page to the restore page", async () => {
  const { ask } = recovery();
  for (const path of ["/", "/entities", "/can", "/settings", "/api/entities/../..", "/nope"]) {
    const response = await ask(path, page);
    strictEqual(response.status, 303, path);
    strictEqual(response.headers.get("location"), "/settings/database");
    await response.body?.cancel();
  }
  const response = await ask("/settings/database", page);
  const text = await response.text();
  strictEqual(response.status, 200);
  match(text, /cannot use its database/);
  match(text, /&quot;0005_batches&quot; did not start|"0005_batches" did not start/);
  match(text, /Hold to restore/);
  ok(!text.includes('class="bottom"'), "a navigation that leads nowhere");
});

Deno.test("createRecoveryApp() answers 503 with the reason to everything of the coach", async () => {
  const { ask } = recovery();
  for (
    const [path, method] of [
      ["/api/entities", "GET"],
      ["/api/entities/living_sofa/commands", "POST"],
      ["/api/entities/living_sofa/history?signal=on", "GET"],
      ["/api/can/frames", "GET"],
      ["/api/openapi.json", "GET"],
      ["/metrics", "GET"],
    ] as const
  ) {
    const headers = { "content-type": "application/json" };
    const response = await ask(path, { method, headers, ...(method === "POST" ? { body: "{}" } : {}) });
    const problem = await response.json();
    strictEqual(response.status, 503, path);
    strictEqual(response.headers.get("content-type"), "application/problem+json");
    ok(problem.detail.includes(reason), problem.detail);
  }
});

Deno.test("createRecoveryApp() says that it lives and is not ready", async () => {
  const { ask } = recovery();
  for (const [path, status] of [["/healthz", 200], ["/readyz", 503], ["/health", 503]] as const) {
    const response = await ask(path);
    strictEqual(response.status, status, path);
    await response.body?.cancel();
  }
  match(await (await ask("/health")).text(), /did not start.*Restore a backup/);
});

Deno.test("createRecoveryApp() restores, and keeps its guards", async () => {
  const { ask, database } = recovery();
  const restore = (headers: Record<string, string>) =>
    ask(`/api/database/restore/${manualBackupId}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ confirm: true, parked: true }),
    });
  strictEqual((await restore({ origin: "http://evil.example" })).status, 403);
  strictEqual((await restore({})).status, 202);
  strictEqual(database.requests[0]?.what, `restore ${manualBackupId}`);
  const asset = await ask(fakeAssets.url("app.js"));
  strictEqual(asset.status, 200);
  await asset.body?.cancel();
  match((await ask("/settings/database", page)).headers.get("content-security-policy") ?? "", /script-src 'self';/);
});

const consent = { confirm: true, parked: true };
/** Everything that shows or changes something, and what the machine itself is answered. */
const waysIn: readonly (readonly [path: string, init: RequestInit, status: number])[] = [
  ["/settings/database", {}, 200],
  ["/health", {}, 503],
  ["/ws", {}, 426],
  ["/api/database/status", {}, 200],
  ["/api/database/history", {}, 200],
  ["/api/database/backups", {}, 200],
  [`/api/database/backups/${manualBackupId}/file`, {}, 200],
  [`/api/database/backups/${manualBackupId}/verify`, post({}), 202],
  ["/api/database/simulate", post({}), 202],
  ["/api/database/backups", post({}), 202],
  [`/api/database/backups/${manualBackupId}`, { method: "DELETE" }, 204],
  ["/api/database/backups/upload", { ...post({}), headers: { "content-type": "application/octet-stream" } }, 202],
  ["/api/database/user-data", {}, 200],
  ["/api/database/update", post(consent), 202],
  ["/api/database/reset", post({ scope: "all", ...consent }), 202],
  [`/api/database/restore/${manualBackupId}`, post(consent), 202],
];

for (const [path, init, status] of waysIn) {
  Deno.test(`createRecoveryApp(): ${init.method ?? "GET"} ${path} is for the machine itself and who gave the code`, async () => {
    for (const origin of [phone, { remoteAddress: "127.0.0.1", isMachine: false }, {}]) {
      const { ask, database } = recovery();
      const answer = await ask(path, init, origin);
      const text = await answer.text();
      strictEqual(answer.status, 401, text);
      match(text, /enter the code from its log/);
      ok(!text.includes(reason));
      deepStrictEqual(database.requests, []);
    }
    const { ask, open, codes } = recovery();
    const cookie = await cookieOf(await open(codes[0] ?? ""));
    strictEqual(await statusOf(ask(path, { ...init, headers: { ...init.headers, cookie } }, phone)), status);
    strictEqual(await statusOf(recovery().ask(path, init)), status);
  });
}

async function statusOf(answer: Promise<Response>): Promise<number> {
  const response = await answer;
  await response.body?.cancel();
  return response.status;
}

async function cookieOf(answer: Response): Promise<string> {
  strictEqual(answer.status, 200, await answer.text());
  return answer.headers.getSetCookie().join().split(";")[0] ?? "";
}

Deno.test("createRecoveryApp() leads the network to the page for the code, which says nothing else", async () => {
  const { ask, open, codes } = recovery();
  for (const path of ["/settings/database", "/", "/sign-in"]) {
    let at = path;
    for (let i = 0; i < 3 && at !== "/recovery"; i++) {
      const answer = await ask(at, page, phone);
      strictEqual(answer.status, 303);
      at = answer.headers.get("location") ?? "";
    }
    strictEqual(at, "/recovery");
  }
  const text = await (await ask("/recovery", page, phone)).text();
  match(text, /cannot use its database[^]*Code from the log/);
  ok(!text.includes("0005_batches") && !text.includes(manualBackupId) && !text.includes(codes[0] ?? ""), text);
  const api = await (await ask("/api/entities", {}, phone)).json();
  deepStrictEqual([api.status, api.detail], [503, 'Cannot answer "/api/entities" in recovery mode']);
  const headers = { cookie: await cookieOf(await open(codes[0] ?? "")), ...page.headers };
  for (const known of [ask("/recovery", page), ask("/recovery", { headers }, phone)]) {
    strictEqual((await known).headers.get("location"), "/settings/database");
  }
  match(await (await ask("/settings/database", { headers }, phone)).text(), /Hold to restore/);
});

Deno.test("createRecoveryApp() takes the code as people write it, and its cookie stays with this site and this run", async () => {
  const { open, codes, ask } = recovery();
  match(codes[0] ?? "", /^[2-9A-Z]{4}-[2-9A-Z]{4}$/);
  const answer = await open((codes[0] ?? "").replace("-", " ").toLowerCase(), { ...phone, isSecure: true });
  const [cookie = ""] = answer.headers.getSetCookie();
  match(cookie, /^coachiq_recovery=[A-Za-z0-9]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/);
  ok(!cookie.includes("Max-Age"), "it goes with the browser");
  strictEqual(await statusOf(open(codes[0] ?? "", { ...phone, remoteAddress: "192.168.8.21" })), 200, "another phone");
  const [headers] = [{ cookie: cookie.split(";")[0] ?? "" }];
  strictEqual(await statusOf(recovery().ask("/api/database/status", { headers }, phone)), 401, "the next run");
  for (const forged of ["", "x", "A".repeat(43), codes[0] ?? ""]) {
    const forgery = { headers: { cookie: `coachiq_recovery=${forged}` } };
    strictEqual(await statusOf(ask("/api/database/status", forgery, phone)), 401);
  }
});

Deno.test("createRecoveryApp() slows wrong codes down by address, and makes a new code after ten of them", async () => {
  const { open, codes, clock } = recovery();
  const [first = ""] = codes;
  const tries = [];
  for (let i = 0; i < 6; i++) tries.push(await open("AAAA-AAAA"));
  deepStrictEqual(tries.map(({ status }) => status), [401, 401, 401, 401, 401, 429]);
  strictEqual(tries[5]?.headers.get("retry-after"), "30");
  strictEqual(await statusOf(open(first)), 429, "the right one must wait as well");
  strictEqual(await statusOf(open(first, { ...phone, remoteAddress: "192.168.8.21" })), 200);
  clock.advance(30_000);
  strictEqual(await statusOf(open(first)), 200);
  for (let i = 0; i < 5; i++) await open("AAAA-AAAA", { ...phone, remoteAddress: "192.168.8.22" });
  strictEqual(codes.length, 2);
  strictEqual(await statusOf(open(first, { ...phone, remoteAddress: "192.168.8.23" })), 401);
  strictEqual(await statusOf(open(codes[1] ?? "", { ...phone, remoteAddress: "192.168.8.23" })), 200);
});

Deno.test("createRecoveryApp() takes no code from a foreign page, and no body that is none", async () => {
  const { open, codes, ask } = recovery();
  strictEqual(await statusOf(open(codes[0] ?? "", phone, { origin: "https://evil.example" })), 403);
  strictEqual(await statusOf(ask("/api/auth/recovery", post({}), phone)), 422);
  strictEqual(await statusOf(ask("/api/auth/recovery", post({ code: "x".repeat(5000) }), phone)), 413);
  const form = { method: "POST", headers: { "content-type": "text/plain" }, body: '{"code":""}' };
  strictEqual(await statusOf(ask("/api/auth/recovery", form, phone)), 415);
});

Deno.test("createRecoveryApp() on loopback is not open to the clients of a proxy, trusted or not", async () => {
  for (const trustedProxies of [[], ["127.0.0.1"]]) {
    const networks = new NetworkRules({ allowedNetworks: [], trustedProxies });
    const server = new WebServer(recovery().app, { hostname: "127.0.0.1", port: 0, logger: silentLogger, networks });
    const { url } = server.start();
    const file = `${url}/api/database/backups/${manualBackupId}/file`;
    try {
      strictEqual(await statusOf(fetch(file, { headers: { "x-forwarded-for": "203.0.113.9" } })), 401);
      strictEqual(await statusOf(fetch(file)), 200);
    } finally {
      await server.stop();
    }
  }
});
