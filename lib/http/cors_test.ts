import { strictEqual } from "node:assert";
import { testApp } from "../../tests/fixtures/test_app.ts";

const host = "127.0.0.1:8080";
const panel = "https://panel.example.net";
const bearer = { authorization: "Bearer secret" };
const preflight = { "access-control-request-method": "POST", "access-control-request-headers": "authorization" };

function site(corsOrigins?: readonly string[]) {
  return testApp({ listening: { loopbackOnly: true, ...(corsOrigins ? { corsOrigins } : {}) } });
}

/** Sites listed, method, path, headers, status, origin that the browser is told. */
const table: readonly (readonly [
  listed: readonly string[] | undefined,
  method: string,
  path: string,
  headers: Record<string, string>,
  status: number,
  allowed: string | null,
])[] = [
  [undefined, "GET", "/api/entities", { origin: panel }, 200, null],
  [undefined, "OPTIONS", "/api/entities", { origin: panel, ...preflight }, 403, null],
  [undefined, "POST", "/api/database/backups", { origin: panel, ...bearer }, 403, null],
  [[], "POST", "/api/database/backups", { origin: panel, ...bearer }, 403, null],
  [[panel], "GET", "/api/entities", { origin: panel }, 200, panel],
  [[panel], "GET", "/api/entities", { origin: "https://evil.example" }, 200, null],
  [[panel], "GET", "/api/nothing", { origin: panel }, 404, panel],
  [[panel], "OPTIONS", "/api/database/backups", { origin: panel, ...preflight }, 204, panel],
  [[panel], "OPTIONS", "/api/database/backups", { origin: "https://evil.example", ...preflight }, 403, null],
  [[panel], "OPTIONS", "/", { origin: panel, ...preflight }, 403, null],
  [[panel], "POST", "/api/database/backups", { origin: panel, ...bearer }, 202, panel],
  [[panel], "POST", "/api/database/backups", { origin: panel }, 403, null],
  [[panel], "POST", "/api/database/backups", { origin: panel, cookie: "session=1", ...bearer }, 403, null],
  [[panel], "POST", "/api/database/backups", { origin: "https://evil.example", ...bearer }, 403, null],
  [[panel], "GET", "/ws", { origin: panel }, 403, null],
  // Past the check of the origin: it is no socket.
  [[panel], "GET", "/ws", { origin: panel, ...bearer }, 426, null],
  [[panel], "GET", "/ws", { origin: "https://evil.example", ...bearer }, 403, null],
  [[panel], "GET", "/", { origin: panel }, 200, null],
];

for (const [listed, method, path, headers, status, allowed] of table) {
  const says = `${status} and tells the browser ${allowed ?? "nothing"}`;
  Deno.test(`createApp() with ${JSON.stringify(listed)}: ${method} ${path} of ${JSON.stringify(headers)} is ${says}`, async () => {
    const request = new Request(`http://${host}${path}`, { method, headers: { host, ...headers } });
    const response = await site(listed).fetch(request);
    await response.body?.cancel();
    strictEqual(response.status, status);
    strictEqual(response.headers.get("access-control-allow-origin"), allowed);
    strictEqual(response.headers.get("access-control-allow-credentials"), null, "never with cookies");
    strictEqual(response.headers.get("x-content-type-options"), "nosniff", "also on what is refused");
  });
}
