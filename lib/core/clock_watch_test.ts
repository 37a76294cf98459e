import assert from "node:assert/strict";
import { ManualClock, silentLogger } from "../base/mod.ts";
import { WallTrust } from "../store/mod.ts";
import { clockIsRight, ClockWatch, earliestTrustedMs, machineTimeSigns, type TimeSigns } from "./clock_watch.ts";

const signs = (synchronized: boolean | undefined, hasClock: boolean): TimeSigns => ({
  synchronized: () => synchronized,
  hasClock: () => hasClock,
});
const today = earliestTrustedMs + 86_400_000;

Deno.test("clockIsRight() believes a clock of its own, a time service, or the date where neither says", () => {
  for (
    const [wallMs, given, right] of [
      [0, signs(true, true), false],
      [earliestTrustedMs - 1, signs(undefined, true), false],
      [today, signs(undefined, false), true],
      [today, signs(false, false), false],
      [today, signs(true, false), true],
      [today, signs(false, true), true],
    ] as const
  ) assert.equal(clockIsRight(wallMs, given), right, `${wallMs}, ${given.synchronized()}, ${given.hasClock()}`);
});

Deno.test("ClockWatch says once that the clock is right, and then looks no more", () => {
  const clock = new ManualClock({ wallMs: today });
  const trust = new WallTrust(clock, { trusted: false });
  let isSet = false;
  let looks = 0;
  const watch = new ClockWatch({
    clock,
    trust,
    signs: { synchronized: () => (looks++, isSet), hasClock: () => false },
    logger: silentLogger,
  });
  watch.start();
  clock.advance(60_000);
  assert.equal(trust.isTrusted, false);
  isSet = true;
  clock.advance(5000);
  assert.equal(trust.isTrusted, true);
  const before = looks;
  clock.advance(60_000);
  assert.equal(looks, before);
  watch.start();
  watch.stop();
  assert.equal(typeof machineTimeSigns().hasClock(), "boolean");
});
