import assert from "node:assert/strict";
import { type Bench, bench } from "../../tests/suites/hub_bench.ts";
import type { EntityDefinition } from "../coach/mod.ts";
import { EndedPresses } from "./presses.ts";

const shade = { id: "shade", kind: "shade", motor: { instance: 3 } };

function ask(one: Bench, command: string, press?: { readonly id: string; readonly renews?: boolean }) {
  return one.hub.command("shade", {
    command,
    parameters: {},
    ...(press ? { press: { renews: false, ...press } } : {}),
  });
}

/** What the shade was told: 4 is stop. */
const words = (one: Bench) => one.commands("WINDOW_SHADE_CONTROL_COMMAND").map((frame) => frame.data[3]);

Deno.test("Hub moves nothing by a command of a press that arrives after its stop", () =>
  bench([shade], async (one) => {
    const answers = [ask(one, "open", { id: "press-one" })];
    one.clock.advance(400);
    answers.push(ask(one, "open", { id: "press-one", renews: true }));
    one.clock.advance(200);
    answers.push(ask(one, "stop", { id: "press-one" }));
    one.clock.advance(300);
    const before = words(one);
    assert.equal(before.at(-1), 4);
    for (const renews of [true, false]) {
      const late = await ask(one, "open", { id: "press-one", renews });
      assert.equal(late.outcome, "refused");
      assert.match(late.reasons[0] ?? "", /press is over/i);
    }
    one.clock.advance(5000);
    assert.deepEqual(words(one), before);
    await Promise.all(answers);
  }));

Deno.test("Hub moves nothing by a press whose stop came before its first command", () =>
  bench([shade], async (one) => {
    const stopped = ask(one, "stop", { id: "press-one" });
    one.clock.advance(5000);
    assert.equal((await ask(one, "open", { id: "press-one" })).outcome, "refused");
    one.clock.advance(1000);
    assert.deepEqual(words(one), [4]);
    await stopped;
  }));

Deno.test("Hub begins no movement by a renewal, and none again by a press whose movement ended by itself", () =>
  bench([shade], async (one) => {
    assert.equal((await ask(one, "open", { id: "press-one", renews: true })).outcome, "refused");
    one.clock.advance(1000);
    assert.deepEqual(words(one), []);
    const held = ask(one, "open", { id: "press-one" });
    one.clock.advance(5000);
    const before = words(one);
    assert.equal(before.at(-1), 4, "nobody renewed it");
    assert.equal((await ask(one, "open", { id: "press-one", renews: true })).outcome, "refused");
    one.clock.advance(1000);
    assert.deepEqual(words(one), before);
    await held;
  }));

Deno.test("Hub moves on by a new press, which a late command of an older one does not end", () =>
  bench([shade], async (one) => {
    const answers = [ask(one, "open", { id: "press-one" })];
    one.clock.advance(200);
    answers.push(ask(one, "stop", { id: "press-one" }));
    one.clock.advance(200);
    answers.push(ask(one, "close", { id: "press-two" }));
    one.clock.advance(500);
    const before = words(one).length;
    assert.equal((await ask(one, "open", { id: "press-one", renews: true })).outcome, "refused");
    one.clock.advance(400);
    assert.ok(words(one).length >= before + 3 && !words(one).slice(before).includes(4), words(one).join());
    one.clock.advance(5000);
    await Promise.all(answers);
  }));

Deno.test("Hub ends the presses of two phones together, by the stop of either", () =>
  bench([shade], async (one) => {
    const answers = [ask(one, "open", { id: "phone-one" }), ask(one, "open", { id: "phone-two" })];
    one.clock.advance(300);
    answers.push(ask(one, "stop"));
    one.clock.advance(300);
    for (const id of ["phone-one", "phone-two"]) {
      assert.equal((await ask(one, "open", { id, renews: true })).outcome, "refused");
    }
    one.clock.advance(5000);
    assert.equal(words(one).at(-1), 4);
    await Promise.all(answers);
  }));

Deno.test("Hub takes held commands without a press as before", () =>
  bench([shade], async (one) => {
    const answers = [ask(one, "open")];
    for (let i = 0; i < 8; i++) {
      one.clock.advance(250);
      answers.push(ask(one, "open"));
    }
    assert.ok(!words(one).includes(4));
    one.clock.advance(5000);
    assert.equal(words(one).at(-1), 4);
    await Promise.all(answers);
  }));

Deno.test("EndedPresses remembers the newest 1,000, each for its own entity", () => {
  const presses = new EndedPresses();
  const [one, two] = ["one", "two"].map((id) => ({ id }) as EntityDefinition);
  for (let i = 0; i < 1001; i++) presses.end(one!, `press-${i}`);
  assert.deepEqual([0, 1, 1000].map((i) => presses.has(one!, `press-${i}`)), [false, true, true]);
  assert.equal(presses.has(two!, "press-1"), false);
});
