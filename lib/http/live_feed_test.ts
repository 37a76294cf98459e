import { deepStrictEqual, ok, strictEqual } from "node:assert";
import { testApp } from "../../tests/fixtures/test_app.ts";
import { FakeServices } from "../../tests/fixtures/fake_services.ts";
import { ManualClock, silentLogger } from "../base/mod.ts";
import type { FeedLimits } from "./live_client.ts";
import { LiveFeed } from "./live_feed.ts";
import { machineAt } from "./principal.ts";
import { WebServer } from "./server.ts";

// deno-lint-ignore no-explicit-any -- answers of the socket are looked at as a program would see them
type Message = any;

/** A phone on a real socket, with everything it was told. */
class Phone {
  readonly messages: Message[] = [];
  readonly closed: Promise<CloseEvent>;
  readonly #socket: WebSocket;
  #wake: (() => void) | undefined;

  constructor(url: string) {
    this.#socket = new WebSocket(url);
    this.closed = new Promise((resolve) => this.#socket.addEventListener("close", resolve));
    this.#socket.addEventListener("message", (event) => {
      this.messages.push(JSON.parse(event.data));
      this.#wake?.();
    });
  }

  send(message: unknown): void {
    this.#socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  async until(found: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const message = this.messages.find(found);
      if (message !== undefined) return message;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async close(): Promise<void> {
    this.#socket.close();
    await this.closed;
  }
}

async function withSite(
  body: (site: { services: FakeServices; url: string; feed: LiveFeed; phone(): Promise<Phone> }) => Promise<void>,
  limits: Partial<FeedLimits> = {},
): Promise<void> {
  const services = new FakeServices();
  const app = testApp({ services, limits });
  const server = new WebServer(app, { hostname: "127.0.0.1", port: 0, logger: silentLogger });
  const { port } = server.start();
  const url = `ws://127.0.0.1:${port}/ws`;
  try {
    await body({
      services,
      url,
      feed: app.feed,
      phone: async () => {
        const phone = new Phone(url);
        await phone.until((message) => message.type === "hello");
        return phone;
      },
    });
  } finally {
    await server.stop();
  }
}

const isChange = (message: Message) => message.type === "change";
const value = (on: boolean) => ({ on: { value: on } });

Deno.test("LiveFeed greets with the build, then sends a snapshot and numbered changes", () =>
  withSite(async ({ services, phone }) => {
    const one = await phone();
    strictEqual(one.messages[0].build, "build-1");
    one.send({ type: "subscribe", topics: ["entities"] });
    const snapshot = await one.until((message) => message.type === "snapshot");
    strictEqual(snapshot.seq, 0);
    strictEqual(snapshot.data.length, services.entities().length);
    services.set("living_sofa", value(true));
    services.set("living_sofa", value(false));
    await one.until((message) => message.seq === 2);
    const changes = one.messages.filter(isChange);
    deepStrictEqual(changes.map(({ seq }) => seq), [1, 2]);
    deepStrictEqual(changes.map(({ data }) => data[0].state.on.value), [true, false]);
    await one.close();
  }));

Deno.test("LiveFeed tells each phone its own topics only", () =>
  withSite(async ({ services, phone }) => {
    const [one, two] = [await phone(), await phone()];
    one.send({ type: "subscribe", topics: ["entities"] });
    two.send({ type: "subscribe", topics: ["health", "coach"] });
    await one.until((message) => message.type === "snapshot");
    await two.until((message) => message.topic === "coach");
    services.set("living_sofa", value(true));
    services.tellHealth();
    await one.until(isChange);
    await two.until(isChange);
    ok(one.messages.every((message) => message.topic !== "health"));
    ok(two.messages.every((message) => message.topic !== "entities"));
    one.send({ type: "unsubscribe", topics: ["entities"] });
    one.send({ type: "ping" });
    await one.until((message) => message.type === "pong");
    const before = one.messages.length;
    services.set("living_sofa", value(false));
    one.send({ type: "ping" });
    await one.until((message) =>
      message.type === "pong" && one.messages.indexOf(message) >= before ||
      one.messages.filter(({ type }) => type === "pong").length === 2
    );
    strictEqual(one.messages.filter(isChange).length, 1);
    await one.close();
    await two.close();
  }));

Deno.test("LiveFeed wants CAN frames only while somebody watches the bus", () =>
  withSite(async ({ services, phone }) => {
    const one = await phone();
    strictEqual(services.can(), false);
    one.send({ type: "subscribe", topics: ["can"] });
    await one.until((message) => message.topic === "can");
    strictEqual(services.can(), true);
    const { data } = await one.until(isChange);
    strictEqual(data.frames.length, 20);
    await one.close();
  }));

Deno.test("LiveFeed sends snapshots again when the set of entities changed", () =>
  withSite(async ({ services, phone }) => {
    const one = await phone();
    one.send({ type: "subscribe", topics: ["entities", "coach"] });
    await one.until((message) => message.topic === "coach");
    services.tellCoach();
    await one.until((message) => message.topic === "entities" && message.type === "snapshot" && message.seq === 1);
    await one.close();
  }));

Deno.test("LiveFeed answers malformed messages in words, and closes on the fifth", () =>
  withSite(async ({ phone }) => {
    const one = await phone();
    for (const bad of ["{", "[]", '{"type":"subscribe","topics":["weather"]}', '{"type":"dance"}', "x".repeat(5000)]) {
      one.send(bad);
    }
    const { code } = await one.closed;
    strictEqual(code, 1008);
    const errors = one.messages.filter((message) => message.type === "error");
    strictEqual(errors.length, 5);
    ok(errors[2].detail.includes("weather"));
  }));

Deno.test("LiveFeed says so of a topic that nothing is told of", () =>
  withSite(async ({ phone }) => {
    const one = await phone();
    one.send({ type: "subscribe", topics: ["notifications"] });
    const { detail } = await one.until((message) => message.type === "error");
    ok(detail.includes("notifications"));
    await one.close();
  }));

Deno.test("LiveFeed closes a phone that sends without end", () =>
  withSite(async ({ phone, feed }) => {
    const one = await phone();
    for (let i = 0; i < 50; i++) one.send({ type: "ping" });
    await one.closed;
    strictEqual(feed.status().dropped, 1);
  }, { messagesPer10s: 20 }));

Deno.test("LiveFeed takes no more phones than it may", () =>
  withSite(async ({ url, phone }) => {
    const one = await phone();
    const response = await fetch(url.replace("ws:", "http:"), {
      headers: { upgrade: "websocket", connection: "upgrade", "sec-websocket-version": "13" },
    }).catch(() => undefined);
    await response?.body?.cancel();
    const second = new Phone(url);
    ok((await second.closed).code !== 1000);
    await one.close();
  }, { clients: 1 }));

Deno.test("LiveFeed refuses a socket from a foreign page", () =>
  withSite(async ({ url, feed }) => {
    const { hostname, port } = new URL(url);
    const connection = await Deno.connect({ hostname, port: Number(port) });
    await connection.write(upgradeRequest(`${hostname}:${port}`, "http://evil.example"));
    const buffer = new Uint8Array(64);
    const count = await connection.read(buffer) ?? 0;
    ok(new TextDecoder().decode(buffer.subarray(0, count)).includes("403"));
    strictEqual(feed.status().clients, 0);
    connection.close();
  }));

Deno.test("LiveFeed keeps the latest value for a phone that does not read, and the other phone loses nothing", () =>
  withSite(async ({ services, url, feed, phone }) => {
    const { hostname, port } = new URL(url);
    const slow = await Deno.connect({ hostname, port: Number(port) });
    await slow.write(upgradeRequest(`${hostname}:${port}`));
    const quick = await phone();
    quick.send({ type: "subscribe", topics: ["entities"] });
    await quick.until((message) => message.type === "snapshot");
    await slow.write(textFrame('{"type":"subscribe","topics":["entities"]}'));
    const text = "x".repeat(256 * 1024);
    let rounds = 0;
    // Kernel buffers take megabytes before a socket counts as slow.
    while (feed.status().kept < 20 && rounds < 2000) {
      services.set("living_sofa", { ...value(rounds % 2 === 0), note: { value: `${rounds} ${text}` } });
      rounds++;
      await quick.until((message) => message.seq === rounds);
      quick.messages.length = 0;
    }
    const { behind, kept } = feed.status();
    strictEqual(behind, 1);
    ok(kept >= 20, `kept ${kept} after ${rounds} rounds`);
    slow.close();
    await quick.close();
  }));

Deno.test("LiveFeed sends what waited as one change of latest values, as soon as there is room", () => {
  const clock = new ManualClock();
  const services = new FakeServices();
  const feed = new LiveFeed({ services, clock, logger: silentLogger, build: "b" });
  feed.start();
  const socket = slowSocket();
  const client = feed.connect(socket);
  feed.receive(client, '{"type":"subscribe","topics":["entities"]}');
  socket.bufferedAmount = 1_000_000;
  for (let i = 0; i < 10; i++) {
    services.set("living_sofa", value(i % 2 === 0));
    services.set("kitchen_counter", { brightnessPct: { value: i, unit: "%" } });
  }
  clock.advance(1000);
  strictEqual(socket.sent.length, 2);
  socket.bufferedAmount = 0;
  clock.advance(100);
  const last = JSON.parse(socket.sent[2] ?? "");
  strictEqual(last.seq, 1);
  deepStrictEqual(last.data.map((change: Message) => change.id), ["living_sofa", "kitchen_counter"]);
  strictEqual(last.data[1].state.brightnessPct.value, 9);
  strictEqual(clock.pending, 0);
  feed.stop();
});

Deno.test("LiveFeed drops a phone that never catches up", () => {
  const clock = new ManualClock();
  const services = new FakeServices();
  const feed = new LiveFeed({ services, clock, logger: silentLogger, build: "b" });
  feed.start();
  const socket = slowSocket();
  feed.receive(feed.connect(socket), '{"type":"subscribe","topics":["entities"]}');
  socket.bufferedAmount = 1_000_000;
  services.set("living_sofa", value(true));
  clock.advance(31_000);
  deepStrictEqual(socket.closed, [1008]);
  deepStrictEqual(feed.status(), { clients: 0, behind: 0, kept: 1, dropped: 1 });
  feed.stop();
});

Deno.test("LiveFeed closes a phone when its access ends, and lets no timer of it run on", () => {
  const clock = new ManualClock();
  const feed = new LiveFeed({ services: new FakeServices(), clock, logger: silentLogger, build: "b" });
  feed.start();
  const connect = (leftMs: number) => {
    const socket = slowSocket();
    const client = feed.connect(socket, { ...machineAt("10.0.0.20"), expiresAtMs: clock.wallMs() + leftMs });
    return { socket, client };
  };
  const { socket } = connect(25_000);
  clock.advance(24_999);
  deepStrictEqual(socket.closed, []);
  clock.advance(1);
  deepStrictEqual([socket.closed, clock.pending, feed.status().clients], [[4401], 0, 0]);
  deepStrictEqual(connect(0).socket.closed, [4401]);
  const dropped = connect(25_000);
  for (let i = 0; i < 5; i++) feed.receive(dropped.client, "{");
  deepStrictEqual([dropped.socket.closed, clock.pending], [[1008], 0]);
  const last = connect(25_000);
  feed.stop();
  deepStrictEqual([last.socket.closed, clock.pending], [[1001], 0]);
});

Deno.test("LiveFeed makes JSON of a change set once, whatever the number of phones", () => {
  const services = new FakeServices();
  const feed = new LiveFeed({ services, clock: new ManualClock(), logger: silentLogger, build: "b" });
  feed.start();
  const sockets = Array.from({ length: 5 }, slowSocket);
  for (const socket of sockets) feed.receive(feed.connect(socket), '{"type":"subscribe","topics":["entities"]}');
  let made = 0;
  const state = {
    toJSON() {
      made++;
      return {};
    },
  };
  const change = {
    id: "living_sofa",
    state: state as never,
    updatedAt: null,
    freshness: "live" as const,
    source: null,
  };
  services.change([change]);
  strictEqual(made, 1);
  ok(sockets.every((socket) => socket.sent.length === 3));
  feed.stop();
});

function slowSocket() {
  const sent: string[] = [];
  const closed: (number | undefined)[] = [];
  return {
    readyState: 1,
    bufferedAmount: 0,
    sent,
    closed,
    send: (text: string) => void sent.push(text),
    close: (code?: number) => void closed.push(code),
  };
}

function upgradeRequest(host: string, origin?: string): Uint8Array {
  const lines = [
    "GET /ws HTTP/1.1",
    `Host: ${host}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
    ...(origin ? [`Origin: ${origin}`] : []),
  ];
  return new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`);
}

/** A masked text frame shorter than 126 bytes (RFC 6455, 5.2), with a mask of zeroes. */
function textFrame(text: string): Uint8Array {
  const payload = new TextEncoder().encode(text);
  return new Uint8Array([0x81, 0x80 | payload.length, 0, 0, 0, 0, ...payload]);
}
