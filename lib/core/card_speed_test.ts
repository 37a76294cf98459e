import assert from "node:assert/strict";
import fc from "fast-check";
import { CardSpeed } from "./card_speed.ts";

const copy = (kilobytesPerS: number) => ({ bytes: 100_000, ms: 100_000 / kilobytesPerS });

function speedOf(...copies: readonly number[]): CardSpeed {
  const speed = new CardSpeed();
  for (const kilobytesPerS of copies) speed.add(copy(kilobytesPerS));
  return speed;
}

const eight = Array.from({ length: 8 }, () => 4000);

Deno.test("CardSpeed notices a card that is a quarter as fast as it was, and not one slow copy", () => {
  assert.equal(speedOf(...eight, 4000, 4000, 4000).slow(), undefined);
  assert.equal(speedOf(...eight, 4000, 100, 4000).slow(), undefined);
  assert.deepEqual(speedOf(...eight, 900, 100, 4000).slow(), { now: 900_000, usual: 4_000_000 });
  assert.equal(speedOf(...eight, 1100, 1100, 1100).slow(), undefined);
});

Deno.test("CardSpeed calls a card slow that no healthy one is, whatever it was before", () => {
  assert.equal(speedOf(10, 10).slow(), undefined, "two copies say nothing");
  assert.deepEqual(speedOf(60, 60, 60).slow(), { now: 60_000, usual: undefined });
  assert.equal(speedOf(70, 70, 70).slow(), undefined);
});

Deno.test("CardSpeed learns nothing from small copies, and forgets what is long ago", () => {
  const speed = new CardSpeed();
  for (let i = 0; i < 20; i++) speed.add({ bytes: 4096, ms: 1000 });
  assert.equal(speed.slow(), undefined);
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 10_000 }), { maxLength: 300 }), (before) => {
    const settled = speedOf(...before, ...Array.from({ length: 100 }, () => 500));
    assert.equal(settled.slow(), undefined);
  }));
});
