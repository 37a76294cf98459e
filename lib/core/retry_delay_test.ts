import assert from "node:assert/strict";
import { ManualClock } from "../base/mod.ts";
import { RetryDelay } from "./retry_delay.ts";

Deno.test("RetryDelay doubles up to a minute, and begins anew after five good minutes", () => {
  const clock = new ManualClock();
  const delay = new RetryDelay(clock);
  const pauses: number[] = [];
  let attempts = 0;
  for (let i = 0; i < 8; i++) {
    const pauseMs = delay.again(() => attempts++);
    pauses.push(pauseMs);
    clock.advance(pauseMs);
  }
  assert.deepEqual(pauses, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  assert.equal(attempts, 8);
  clock.advance(300_001);
  assert.equal(delay.again(() => attempts++), 1000);
  delay.cancel();
  clock.advance(10_000);
  assert.equal(attempts, 8);
});
