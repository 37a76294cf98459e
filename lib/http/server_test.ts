import { match, strictEqual, throws } from "node:assert";
import { testApp } from "../../tests/fixtures/test_app.ts";
import { FakeServices } from "../../tests/fixtures/fake_services.ts";
import { type Clock, ManualClock, silentLogger, systemClock } from "../base/mod.ts";
import { WebServer } from "./server.ts";

function server(
  { hostname = "127.0.0.1", port = 0, services = new FakeServices(), clock = systemClock }: {
    readonly hostname?: string;
    readonly port?: number;
    readonly services?: FakeServices;
    readonly clock?: Clock;
  } = {},
) {
  return new WebServer(testApp({ services }), { hostname, port, clock, logger: silentLogger });
}

Deno.test("WebServer answers where it says, and releases the port when it stops", async () => {
  const one = server();
  const { url, port } = one.start();
  strictEqual(await (await fetch(`${url}/healthz`)).text(), "ok");
  await one.stop();
  const two = server({ port });
  strictEqual(two.start().port, port);
  await two.stop();
});

Deno.test("WebServer says what to do when the port is taken, or there is no such address", async () => {
  const one = server();
  const { port } = one.start();
  throws(() => server({ port }).start(), new RegExp(`Cannot listen on 127.0.0.1 port ${port}: another program`));
  await one.stop();
  throws(() => server({ hostname: "192.0.2.1" }).start(), /no such address, choose another with --host/);
});

Deno.test("WebServer stops in time although a phone never answers and a command still waits", async () => {
  const services = new FakeServices();
  services.answer = "wait";
  const clock = new ManualClock();
  const one = server({ services, clock });
  const { url, port } = one.start();
  const dead = await Deno.connect({ hostname: "127.0.0.1", port });
  const lines = ["GET /ws HTTP/1.1", `Host: 127.0.0.1:${port}`, "Upgrade: websocket", "Connection: Upgrade"];
  const key = ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"];
  await dead.write(new TextEncoder().encode(`${[...lines, ...key].join("\r\n")}\r\n\r\n`));
  const buffer = new Uint8Array(512);
  match(new TextDecoder().decode(buffer.subarray(0, await dead.read(buffer) ?? 0)), /101/);
  const waiting = fetch(`${url}/api/entities/living_sofa/commands`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ command: "turnOn" }),
  }).then((response) => response.body?.cancel(), () => undefined);
  while (services.commands.length === 0) await (await fetch(`${url}/healthz`)).text();
  const stopping = one.stop();
  clock.advance(1_000);
  await stopping;
  services.settle();
  dead.close();
  await waiting;
});

Deno.test("WebServer takes a POST without a body where none is needed, and knows who asked", async () => {
  const one = server();
  const { url } = one.start();
  try {
    const made = await fetch(`${url}/api/database/backups`, { method: "POST" });
    strictEqual(made.status, 202, await made.text());
    const empty = await fetch(`${url}/api/database/update`, { method: "POST" });
    strictEqual(empty.status, 422, await empty.text());
  } finally {
    await one.stop();
  }
});
