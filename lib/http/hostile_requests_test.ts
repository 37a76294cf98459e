import { deepStrictEqual, doesNotMatch, match, ok, strictEqual } from "node:assert";
import { testApp } from "../../tests/fixtures/test_app.ts";
import { FakeAccounts } from "../../tests/fixtures/fake_accounts.ts";
import { FakeServices } from "../../tests/fixtures/fake_services.ts";
import { type Logger, silentLogger } from "../base/mod.ts";
import { type AccessRow, accessTable } from "./access_table.ts";
import type { WebApp } from "./app.ts";
import type { HttpServices } from "./services.ts";

const host = "127.0.0.1:8080";

function site(options: { readonly services?: HttpServices; readonly logger?: Logger } = {}): WebApp {
  return testApp({
    services: options.services ?? new FakeServices(),
    accounts: new FakeAccounts(),
    logger: options.logger ?? silentLogger,
  });
}

/** As the owner, who gets furthest. */
async function ask(app: WebApp, path: string, init: RequestInit & { readonly headers?: Record<string, string> } = {}) {
  const headers = { host, cookie: "as=owner", ...init.headers };
  const response = await app.fetch(new Request(`http://${host}${path}`, { ...init, headers }));
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const fileTypes: Readonly<Record<string, string>> = {
  "/api/database/backups/upload": "application/octet-stream",
  "/api/database/user-data": "application/gzip",
  "/api/coach/upload": "text/yaml",
  "/api/config/profiles/import": "application/toml",
};

/** A path of the route with this in the place of each parameter. */
function filled(path: string, value: string): string {
  return path.replaceAll(/:\w+(\{[^}]*\})?/g, () => value);
}

const writes = accessTable.filter(([method]) => method === "POST" || method === "PUT");
const withParameter = accessTable.filter(([, path]) => path.includes(":"));
const mostBytes = 20 * 1024 * 1024;

/** An endless body: whoever reads all of it never answers. */
function endless(): { readonly body: ReadableStream<Uint8Array>; readonly sent: () => number } {
  const chunk = new TextEncoder().encode(`"${"a".repeat(65_534)}`);
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += chunk.byteLength;
      if (sent > mostBytes) controller.error(new Error("the server took more than any limit"));
      else controller.enqueue(chunk);
    },
  });
  return { body, sent: () => sent };
}

for (const [method, path] of writes) {
  const contentType = fileTypes[path] ?? "application/json";
  // A backup is streamed to the disk; its length is counted there, and what is announced is looked at here.
  const isStreamed = path === "/api/database/backups/upload";
  Deno.test(`createApp(): ${method} ${path} refuses a body over its limit with 413, announced or not`, async () => {
    const app = site();
    const announced = { "content-type": contentType, "content-length": String(2 ** 31) };
    const one = await ask(app, filled(path, "living_ceiling"), { method, headers: announced, body: "{}" });
    strictEqual(one.status, 413, one.text);
    if (isStreamed) return;
    const { body, sent } = endless();
    const two = await ask(app, filled(path, "living_ceiling"), {
      method,
      headers: { "content-type": contentType },
      body,
    });
    // An address that takes no body does not read it either.
    if (two.status !== 413) ok(sent() <= 131_072, `${two.status} ${two.text}, after ${sent()} bytes`);
    ok(sent() <= mostBytes);
  });
}

/** Bodies that try to hurt whoever reads them. */
const bombs: readonly (readonly [what: string, body: string])[] = [
  ["arrays in arrays", "[".repeat(100_000)],
  ["closed arrays in arrays", "[".repeat(1900) + "]".repeat(1900)],
  ["objects in objects", '{"a":'.repeat(600) + "1" + "}".repeat(600)],
  ["the prototype", '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}'],
  ["a number without end", "9".repeat(4000)],
  ["half a character", '"\\ud800"'],
  ["nothing", ""],
  ["null", "null"],
];

for (const [method, path] of writes.filter(([, path]) => fileTypes[path] === undefined)) {
  Deno.test(`createApp(): ${method} ${path} refuses bodies that try to hurt, and never fails`, async () => {
    const app = site();
    for (const [what, body] of bombs) {
      const headers = { "content-type": "application/json" };
      const { status, text } = await ask(app, filled(path, "living_ceiling"), { method, headers, body });
      ok(status < 500, `${what}: ${status} ${text}`);
    }
    strictEqual(({} as { isAdmin?: boolean }).isAdmin, undefined);
  });
}

const hostileIds: readonly string[] = [
  "%2e%2e",
  "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
  "..%5c..%5c",
  "%00",
  "a%00b",
  "%",
  "%zz",
  "%c3%28",
  "%ff%fe",
  "a".repeat(10_240),
  encodeURIComponent("ключ🔑‮"),
  encodeURIComponent("'; DROP TABLE entities; --"),
  encodeURIComponent("<script>alert(1)</script>"),
  "__proto__",
  "constructor",
  "toString",
  "-1",
  "1e999",
  encodeURIComponent("\r\nset-cookie: a=b"),
  "con.txt%20",
];

for (const [method, path] of withParameter) {
  Deno.test(`createApp(): ${method} ${path} takes any id for a wrong one, and never fails`, async () => {
    const app = site();
    for (const id of hostileIds) {
      const headers: Record<string, string> = method === "GET"
        ? { accept: "text/html" }
        : { "content-type": "application/json" };
      const init = method === "GET" ? { method, headers } : { method, headers, body: '{"confirm":true,"parked":true}' };
      const { status, text, headers: answer } = await ask(app, filled(path, id), init);
      ok(status < 500, `${id.slice(0, 40)}: ${status} ${text.slice(0, 300)}`);
      strictEqual(answer.get("set-cookie"), null);
      if (answer.get("content-type")?.includes("html")) doesNotMatch(text, /<script>alert/);
      doesNotMatch(text, /root:x:0/);
    }
  });
}

Deno.test("createApp(): every answer carries the security headers, and every answer of the API no-store", async () => {
  const app = site();
  let looked = 0;
  for (const [method, path] of accessTable) {
    for (const as of ["owner", "guest", "nobody"]) {
      const { headers } = await ask(app, filled(path, "living_ceiling"), { method, headers: { cookie: `as=${as}` } });
      const where = `${method} ${path} of ${as}`;
      strictEqual(headers.get("x-content-type-options"), "nosniff", where);
      strictEqual(headers.get("referrer-policy"), "no-referrer", where);
      const policy = headers.get("content-security-policy") ?? "";
      match(policy, /default-src 'none'.*frame-ancestors 'none'/, where);
      doesNotMatch(policy, /unsafe|\*/, where);
      if (path.startsWith("/api/")) match(headers.get("cache-control") ?? "", /no-store/, where);
      looked++;
    }
  }
  strictEqual(looked, accessTable.length * 3);
});

Deno.test("createApp(): what turns a stranger away carries the security headers too", async () => {
  const app = site();
  const foreign = await app.fetch(new Request(`http://${host}/`, { headers: { host: "evil.example" } }));
  strictEqual(foreign.status, 421);
  strictEqual(foreign.headers.get("x-content-type-options"), "nosniff");
  ok(!foreign.headers.get("content-security-policy")?.includes("evil"), "a name that is not ours is not repeated");
});

/** Services of which nothing works, and whose errors say more than anybody should know. */
function broken(): HttpServices {
  const fail = () => {
    throw new Error("unsayable: no such row");
  };
  const whole = new FakeServices();
  return new Proxy<HttpServices>(whole, {
    get: (target, name) => name === "subscribe" ? target.subscribe.bind(target) : fail,
  });
}

Deno.test("createApp(): no answer tells of an error's stack or words, neither to pages nor to programs", async () => {
  const logged: unknown[] = [];
  const logger: Logger = { ...silentLogger, error: (_, fields) => logged.push(fields?.["error"]) };
  const app = site({ services: broken(), logger });
  const reads = accessTable.filter(([method, path]: AccessRow) => method === "GET" && path !== "/ws");
  let failed = 0;
  for (const accept of ["application/json", "text/html"]) {
    for (const [method, path] of reads) {
      const { status, text } = await ask(app, filled(path, "living_ceiling"), { method, headers: { accept } });
      if (status === 500) failed++;
      doesNotMatch(text, /unsayable|\n\s+at |\.tsx?:\d/, `${path} as ${accept}`);
    }
  }
  ok(failed >= 10, `${failed} answers failed`);
  ok(logged.length >= failed, "the log knows each of them");
});

Deno.test("accessTable: the sweeps above looked at every way in that takes a body or a parameter", () => {
  deepStrictEqual([writes.length > 25, withParameter.length > 15], [true, true]);
});
