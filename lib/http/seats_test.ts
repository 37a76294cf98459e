import { strictEqual, throws } from "node:assert";
import { testApp } from "../../tests/fixtures/test_app.ts";
import { silentLogger } from "../base/mod.ts";
import { NetworkRules } from "./client_address.ts";
import { Seats } from "./seats.ts";
import { WebServer } from "./server.ts";

const limits = { clients: 5, clientsPerAddress: 2 };
const now = { nowMs: 0, isMachine: false };

Deno.test("Seats.take() refuses one address too many sockets with 429, and never the machine", () => {
  const seats = new Seats(limits);
  const first = seats.take("192.168.8.20", now);
  seats.take("192.168.8.20", now).open();
  throws(() => seats.take("192.168.8.20", now), { status: 429, headers: { "retry-after": "30" } });
  seats.take("192.168.8.21", now);
  first.leave();
  seats.take("192.168.8.20", now);
  const own = new Seats(limits);
  for (let i = 0; i < 5; i++) own.take("127.0.0.1", { ...now, isMachine: true });
  throws(() => own.take("127.0.0.1", { ...now, isMachine: true }), { status: 503 });
  const proxy = new Seats(limits);
  for (let i = 0; i < 2; i++) proxy.take("127.0.0.1", now);
  throws(() => proxy.take("127.0.0.1", now), { status: 429 });
});

Deno.test("Seats.take() forgets a socket that was promised and never came, and none that is open", () => {
  const seats = new Seats(limits);
  seats.take("192.168.8.20", now);
  seats.take("192.168.8.20", now).open();
  seats.take("192.168.8.20", { ...now, nowMs: 10_001 });
  strictEqual(seats.size, 2);
  throws(() => seats.take("192.168.8.20", { ...now, nowMs: 10_001 }), { status: 429 });
});

/** Opens a socket as the phone behind a proxy; answers the first line of the answer. */
async function phone(port: number, address: string): Promise<readonly [string, Deno.Conn]> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const lines = [`Host: 127.0.0.1:${port}`, "Upgrade: websocket", "Connection: Upgrade", `X-Forwarded-For: ${address}`];
  const key = ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"];
  await connection.write(new TextEncoder().encode(["GET /ws HTTP/1.1", ...lines, ...key, "", ""].join("\r\n")));
  const buffer = new Uint8Array(4096);
  const text = new TextDecoder().decode(buffer.subarray(0, await connection.read(buffer) ?? 0));
  return [text.split("\r\n")[0]?.split(" ")[1] ?? "", connection];
}

Deno.test("LiveFeed refuses sockets over its limits, also when they come at once, and takes others when they leave", async () => {
  const app = testApp({ limits: { clients: 12, clientsPerAddress: 4 } });
  const networks = new NetworkRules({ allowedNetworks: [], trustedProxies: ["127.0.0.1"] });
  const server = new WebServer(app, { hostname: "127.0.0.1", port: 0, logger: silentLogger, networks });
  const { port } = server.start();
  const count = (answers: readonly (readonly [string, Deno.Conn])[], status: string) =>
    answers.filter(([answer]) => answer === status).length;
  try {
    const one = await Promise.all(Array.from({ length: 100 }, () => phone(port, "192.168.8.20")));
    strictEqual(count(one, "101"), 4);
    strictEqual(count(one, "429"), 96);
    const many = await Promise.all(Array.from({ length: 100 }, (_, i) => phone(port, `192.168.9.${i + 1}`)));
    strictEqual(count(many, "101"), 8);
    strictEqual(count(many, "503"), 92);
    strictEqual(app.feed.status().clients, 12);
    for (const [, connection] of [...one, ...many]) connection.close();
    let again = await phone(port, "192.168.8.20");
    while (again[0] !== "101") {
      again[1].close();
      again = await phone(port, "192.168.8.20");
    }
    again[1].close();
  } finally {
    await server.stop();
  }
});
