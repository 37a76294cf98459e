import assert from "node:assert/strict";
import type { CanFrame } from "../can/mod.ts";
import { highWordOf, lowWordOf, MessageCache } from "./message_cache.ts";

function frame(id: number, ...data: number[]): CanFrame {
  return { interfaceName: "can0", id, extended: true, data: Uint8Array.from(data), timestampMs: 0, direction: "rx" };
}

function slot() {
  return {
    lowWord: 0,
    highWord: 0,
    length: 8,
    interfaceName: "can0",
    heardMs: 0,
    decoded: { kind: "malformed", reason: "" } as const,
    targets: [],
    watched: undefined,
  };
}

Deno.test("MessageCache keeps one slot per identifier and first byte, and one for frames without bytes", () => {
  const cache = new MessageCache();
  const one = slot();
  const none = slot();
  cache.put(frame(5, 1, 2), one);
  cache.put(frame(5), none);
  assert.equal(cache.find(frame(5, 1, 9)), one);
  assert.equal(cache.find(frame(5)), none);
  assert.equal(cache.find(frame(5, 2)), undefined);
  assert.equal(cache.find(frame(6, 1)), undefined);
  assert.equal(cache.size, 2);
});

Deno.test("MessageCache never holds more than its limit", () => {
  const cache = new MessageCache(100);
  for (let id = 0; id < 10_000; id++) {
    cache.put(frame(id, id & 255), slot());
    assert.ok(cache.size <= 100);
  }
});

Deno.test("lowWordOf() and highWordOf() are unsigned, with missing bytes zero", () => {
  const data = Uint8Array.of(1, 2, 3, 0x80, 0xff, 0xff, 0xff, 0xff);
  assert.equal(lowWordOf(data), 0x80030201);
  assert.equal(highWordOf(data), 0xffffffff);
  assert.equal(lowWordOf(Uint8Array.of(7)), 7);
  assert.equal(highWordOf(Uint8Array.of(7)), 0);
});
