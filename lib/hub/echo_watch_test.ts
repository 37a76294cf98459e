import assert from "node:assert/strict";
import { type Clock, ManualClock } from "../base/mod.ts";
import type { CanFrame, OutgoingFrame } from "../can/mod.ts";
import { EchoWatch } from "./echo_watch.ts";

const frame = (id: number): OutgoingFrame => ({ id, data: Uint8Array.of(id) });
const seen = (id: number, direction: "rx" | "tx" = "tx"): CanFrame => ({
  ...frame(id),
  interfaceName: "can0",
  extended: true,
  timestampMs: 0,
  direction,
});

function watched(clock: Clock) {
  const told: string[] = [];
  const watch: EchoWatch = new EchoWatch({
    clock,
    test() {
      told.push("test");
      watch.sent(frame(99));
    },
    onStuck: () => void told.push("stuck"),
  });
  return { watch, told };
}

Deno.test("EchoWatch is stuck when a frame was not taken within a second, until one is", () => {
  const clock = new ManualClock();
  const { watch, told } = watched(clock);
  watch.sent(frame(1));
  clock.advance(999);
  assert.deepEqual([watch.isStuck, watch.isDelayed, told], [false, true, []]);
  clock.advance(1);
  assert.deepEqual([watch.isStuck, watch.isProven, told], [true, false, ["stuck", "test"]]);
  assert.deepEqual(watch.onFrames([seen(5, "rx"), seen(7)]), [], "what others say, or nobody sent, ends nothing");
  assert.equal(watch.isStuck, true);
  assert.deepEqual(watch.onFrames([seen(99)]), [frame(99)]);
  assert.deepEqual([watch.isStuck, watch.isProven, watch.isDelayed], [false, true, false]);
  assert.equal(clock.pending, 0);
});

Deno.test("EchoWatch sends three tests by itself, then one when something is heard, ever more seldom", () => {
  const clock = new ManualClock();
  const { watch, told } = watched(clock);
  watch.sent(frame(1));
  clock.advance(3_600_000);
  assert.deepEqual(told, ["stuck", "test", "test", "test"]);
  watch.onFrames([seen(5, "rx")]);
  watch.onFrames([seen(5, "rx")]);
  assert.equal(told.length, 5);
  clock.advance(7_999);
  watch.onFrames([seen(5, "rx")]);
  assert.equal(told.length, 5);
  clock.advance(1);
  watch.onFrames([seen(5, "rx")]);
  assert.equal(told.length, 6);
  watch.reset();
  assert.deepEqual([watch.isStuck, clock.pending], [false, 0]);
});

Deno.test("EchoWatch takes a frame that later ones have passed for lost", () => {
  const clock = new ManualClock();
  const { watch, told } = watched(clock);
  watch.sent(frame(1));
  watch.sent(frame(2));
  assert.deepEqual(watch.onFrames([seen(2)]), [frame(2)]);
  clock.advance(60_000);
  assert.deepEqual(told, []);
  assert.deepEqual(watch.onFrames([seen(1), seen(1)]), [frame(1)], "and knows it when it comes yet, once");
});

Deno.test("EchoWatch does not blame the bus for a program that stood still", () => {
  const clock = new ManualClock();
  let stoodMs = 0;
  const stalled: Clock = {
    monotonicMs: () => clock.monotonicMs() + stoodMs,
    wallMs: () => clock.wallMs(),
    after: (delayMs, callback) => clock.after(delayMs, callback),
    every: (periodMs, callback) => clock.every(periodMs, callback),
  };
  const { watch, told } = watched(stalled);
  watch.sent(frame(1));
  stoodMs = 3000;
  clock.advance(1000);
  assert.deepEqual(told, []);
  watch.onFrames([seen(1)]);
  clock.advance(10_000);
  assert.deepEqual(told, []);
});

Deno.test("EchoWatch.prove() tests a bus once, and not while something is under way", () => {
  const clock = new ManualClock();
  const { watch, told } = watched(clock);
  assert.equal(watch.isProven, false);
  watch.prove();
  watch.prove();
  assert.deepEqual(told, ["test"]);
  watch.onFrames([seen(99)]);
  assert.equal(watch.isProven, true);
  clock.advance(1001);
  assert.equal(watch.isProven, false);
  watch.onFrames([seen(5, "rx")]);
  assert.equal(watch.isProven, true);
});
