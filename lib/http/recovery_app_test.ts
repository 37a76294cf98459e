import { match, ok, strictEqual } from "node:assert";
import { fakeAssets } from "../../tests/fixtures/fake_assets.ts";
import { FakeDatabase } from "../../tests/fixtures/fake_database.ts";
import { manualBackupId } from "../../tests/fixtures/fake_records.ts";
import { routes } from "../../routes/mod.ts";
import { silentLogger, systemClock } from "../base/mod.ts";
import { createRecoveryApp } from "./recovery_app.ts";

const host = "127.0.0.1:8080";
const reason = 'The update to "0005_batches" did not start.';

function recovery() {
  const database = new FakeDatabase();
  database.recoveryReason = reason;
  const app = createRecoveryApp({
    database,
    reason,
    version: "0.1.0",
    assets: fakeAssets,
    routes,
    clock: systemClock,
    logger: silentLogger,
    listening: { loopbackOnly: true },
  });
  const ask = async (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    headers.set("host", host);
    return await app.fetch(new Request(`http://${host}${path}`, { ...init, headers }));
  };
  return { ask, database };
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
