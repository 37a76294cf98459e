import { match, ok, strictEqual } from "node:assert";
import { testApp } from "../../tests/fixtures/test_app.ts";
import { silentLogger } from "../base/mod.ts";
import { type Listen, WebServer } from "./server.ts";

/** A server whose listener can be ended from outside, as the runtime would when it breaks. */
function server() {
  const app = testApp();
  const listeners: Deno.HttpServer<Deno.NetAddr>[] = [];
  const listen: Listen = (options, handler) => {
    const listener = Deno.serve(options, handler);
    listeners.push(listener);
    return listener;
  };
  const one = new WebServer(app, { hostname: "127.0.0.1", port: 0, logger: silentLogger, listen });
  return { one, breakIt: () => listeners.at(-1)?.shutdown() };
}

Deno.test("WebServer tells that its listener ended by itself, and listens on the same port again", async () => {
  const { one, breakIt } = server();
  const told = Promise.withResolvers<unknown>();
  one.subscribeFailure(told.resolve);
  const { url, port } = one.start();
  ok(one.isListening);
  await breakIt();
  match(String(await told.promise), /stopped listening, and nobody asked it to/);
  await one.stop();
  ok(!one.isListening);
  strictEqual(one.start().port, port);
  strictEqual(await (await fetch(`${url}/healthz`)).text(), "ok");
  await one.stop();
});

Deno.test("WebServer tells phones of the live feed again after a second start", async () => {
  const { one } = server();
  one.start();
  await one.stop();
  const { url } = one.start();
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws`);
  const first = Promise.withResolvers<string>();
  const closed = Promise.withResolvers<void>();
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === "snapshot") first.resolve(message.topic);
  };
  socket.onclose = () => closed.resolve();
  socket.onopen = () => socket.send(JSON.stringify({ type: "subscribe", topics: ["entities"] }));
  strictEqual(await first.promise, "entities");
  await one.stop();
  await closed.promise;
});

Deno.test("WebServer.stop() is no failure", async () => {
  const { one } = server();
  let told = 0;
  one.subscribeFailure(() => told++);
  one.start();
  await one.stop();
  await one.stop();
  strictEqual(told, 0);
});
