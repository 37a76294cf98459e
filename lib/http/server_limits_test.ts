import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { type Clock, type Logger, ManualClock, silentLogger, systemClock } from "../base/mod.ts";
import type { WebApp } from "./app.ts";
import { NetworkRules } from "./client_address.ts";
import { LiveFeed } from "./live_feed.ts";
import { RequestLimits } from "./request_limits.ts";
import type { RequestOrigin } from "./route.ts";
import { WebServer, type WebServerOptions } from "./server.ts";
import { bodyPatienceMs } from "./slow_body.ts";
import { FakeServices } from "../../tests/fixtures/fake_services.ts";

type Answer = (request: Request, origin: RequestOrigin) => Response | Promise<Response>;

/** A proxy on this machine is trusted, so that a test can be any phone. */
const networks = new NetworkRules({ allowedNetworks: ["192.168.8.0/24"], trustedProxies: ["127.0.0.1"] });

async function serving(
  answer: Answer,
  options: Partial<WebServerOptions>,
  use: (url: string, port: number) => Promise<void>,
): Promise<void> {
  const feed = new LiveFeed({ services: new FakeServices(), clock: systemClock, logger: silentLogger, build: "" });
  const app: WebApp = { fetch: (request, origin = {}) => answer(request, origin), feed };
  const server = new WebServer(app, { hostname: "127.0.0.1", port: 0, logger: silentLogger, ...options });
  const { url, port } = server.start();
  try {
    await use(url, port);
  } finally {
    await server.stop();
  }
}

async function problemOf(response: Response): Promise<readonly [number, string | null, string]> {
  const type = response.headers.get("content-type");
  return [response.status, type, (await response.json()).detail];
}

Deno.test("WebServer tells the app who asks, and turns away other networks without saying why", async () => {
  const seen: RequestOrigin[] = [];
  const said: string[] = [];
  const logger: Logger = { ...silentLogger, warn: (message) => said.push(message) };
  await serving((_, origin) => (seen.push(origin), new Response("in")), { networks, logger }, async (url) => {
    const as = (forwarded: string) =>
      fetch(url, { headers: { "x-forwarded-for": forwarded, "x-forwarded-proto": "https" } });
    strictEqual(await (await fetch(url)).text(), "in");
    strictEqual(await (await as("192.168.8.20")).text(), "in");
    deepStrictEqual(seen, [
      { remoteAddress: "127.0.0.1", isSecure: false, isMachine: true },
      { remoteAddress: "192.168.8.20", isSecure: true, isMachine: false },
    ]);
    const refused = await as("203.0.113.9");
    strictEqual(refused.headers.get("x-content-type-options"), "nosniff");
    deepStrictEqual(await problemOf(refused), [
      403,
      "application/problem+json",
      "CoachIQ does not answer this address.",
    ]);
    await (await as("203.0.113.9")).body?.cancel();
    strictEqual(seen.length, 2, "the app never hears of it");
    strictEqual(said.length, 1, "the log says it once");
    match(said[0] ?? "", /203\.0\.113\.9: it is in none of server\.allowed_networks, and came through proxy/);
  });
});

Deno.test("WebServer answers 429 with Retry-After to one address that asks too often, and never to the machine", async () => {
  const limits = new RequestLimits({ clock: new ManualClock(), requests: { perS: 0.5, burst: 3 } });
  await serving(() => new Response("in"), { networks, limits }, async (url) => {
    const as = (forwarded: string) => fetch(url, { headers: { "x-forwarded-for": forwarded } });
    for (let i = 0; i < 3; i++) strictEqual(await (await as("192.168.8.20")).text(), "in");
    const refused = await as("192.168.8.20");
    strictEqual(refused.headers.get("retry-after"), "2");
    strictEqual(refused.headers.get("cache-control"), "no-store");
    strictEqual((await problemOf(refused))[0], 429);
    strictEqual(await (await as("192.168.8.21")).text(), "in");
    for (let i = 0; i < 20; i++) strictEqual(await (await fetch(url)).text(), "in");
  });
});

Deno.test("WebServer gives back what an address had open when its request ends, also when it fails", async () => {
  const limits = new RequestLimits({ clock: new ManualClock(), open: 1 });
  const answer: Answer = () => Promise.reject(new Error("broken"));
  await serving(answer, { networks, limits }, async (url) => {
    for (let i = 0; i < 5; i++) {
      const response = await fetch(url, { headers: { "x-forwarded-for": "192.168.8.20" } });
      strictEqual(response.status, 500);
      ok(!(await response.text()).includes("broken"));
    }
  });
});

/** A clock for the test alone that says when somebody begins to wait. */
function watchedClock(): { readonly clock: Clock; readonly manual: ManualClock; readonly waits: () => Promise<void> } {
  const manual = new ManualClock();
  let waiting = Promise.withResolvers<void>();
  const clock: Clock = {
    monotonicMs: () => manual.monotonicMs(),
    wallMs: () => manual.wallMs(),
    every: (periodMs, callback) => manual.every(periodMs, callback),
    after(delayMs, callback) {
      const timer = manual.after(delayMs, callback);
      waiting.resolve();
      return timer;
    },
  };
  const waits = async () => {
    await waiting.promise;
    waiting = Promise.withResolvers<void>();
  };
  return { clock, manual, waits };
}

async function answerOn(connection: Deno.Conn): Promise<string> {
  const buffer = new Uint8Array(4096);
  return new TextDecoder().decode(buffer.subarray(0, await connection.read(buffer) ?? 0));
}

Deno.test("WebServer ends a request whose body does not come in time with 408", async () => {
  const { clock, manual, waits } = watchedClock();
  const answer: Answer = async (request) => new Response(await request.text().catch(() => "given up"));
  await serving(answer, { clock }, async (_, port) => {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    const half = "POST / HTTP/1.1\r\nHost: coach\r\nContent-Length: 100\r\n\r\n";
    await connection.write(new TextEncoder().encode(half));
    await waits();
    manual.advance(bodyPatienceMs);
    match(await answerOn(connection), /^HTTP\/1\.1 408 /);
    connection.close();
  });
});

Deno.test("WebServer waits for a body that comes slowly but comes", async () => {
  const { clock, manual, waits } = watchedClock();
  const answer: Answer = async (request) => new Response(String((await request.arrayBuffer()).byteLength));
  await serving(answer, { clock }, async (_, port) => {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    await connection.write(
      new TextEncoder().encode("POST / HTTP/1.1\r\nHost: coach\r\nContent-Length: 100\r\nConnection: close\r\n\r\n"),
    );
    await waits();
    manual.advance(bodyPatienceMs - 1);
    await connection.write(new Uint8Array(100));
    match(await answerOn(connection), /^HTTP\/1\.1 200 .*100$/s);
    connection.close();
  });
});

Deno.test("WebServer counts what comes through a proxy that is not trusted, and warns of it once", async () => {
  const seen: RequestOrigin[] = [];
  const said: string[] = [];
  const logger: Logger = { ...silentLogger, warn: (message) => said.push(message) };
  const limits = new RequestLimits({ clock: new ManualClock(), requests: { perS: 1, burst: 2 } });
  await serving((_, origin) => (seen.push(origin), new Response("in")), { limits, logger }, async (url) => {
    const ask = async (headers: Record<string, string>) => {
      const response = await fetch(url, { headers });
      await response.body?.cancel();
      return response.status;
    };
    for (let i = 0; i < 5; i++) strictEqual(await ask({}), 200);
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push(await ask({ "x-forwarded-for": `203.0.113.${i}` }));
    deepStrictEqual(statuses, [200, 200, 429], "all of its clients are one");
    strictEqual(await ask({}), 200);
    deepStrictEqual(seen.map(({ isMachine }) => isMachine), [true, true, true, true, true, false, false, true]);
    strictEqual(said.length, 1);
    match(said[0] ?? "", /server\.trusted_proxies = \["127\.0\.0\.1"\]/);
  });
});
