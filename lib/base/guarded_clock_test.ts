import assert from "node:assert/strict";
import { guardedClock } from "./guarded_clock.ts";
import { ManualClock } from "./manual_clock.ts";

Deno.test("guardedClock() tells what a callback throws, and the timer goes on", () => {
  const clock = new ManualClock();
  const told: unknown[] = [];
  const guarded = guardedClock(clock, (error) => told.push(error));
  const broken = new Error("wrong turn");
  const timer = guarded.every(100, () => {
    throw broken;
  });
  guarded.after(150, () => {
    throw broken;
  });
  clock.advance(200);
  assert.deepEqual(told, [broken, broken, broken]);
  timer.cancel();
  assert.equal(clock.pending, 0);
  assert.deepEqual([guarded.monotonicMs(), guarded.wallMs()], [clock.monotonicMs(), clock.wallMs()]);
});
