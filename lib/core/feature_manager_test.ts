import assert from "node:assert/strict";
import { ManualClock, silentLogger } from "../base/mod.ts";
import type { Feature, FeatureContext } from "./feature.ts";
import { FeatureManager } from "./feature_manager.ts";
import { featureOrder } from "./feature_order.ts";

/** Features, what switches them, and what they did. */
class Bench {
  readonly clock = new ManualClock();
  readonly log: string[] = [];
  readonly off = new Set<string>();
  readonly schema = new Set<string>();
  readonly contexts = new Map<string, FeatureContext>();
  readonly broken = new Map<string, () => Promise<never> | never>();
  readonly manager: FeatureManager;
  changes = 0;

  constructor(...features: (Partial<Feature> & { readonly name: string })[]) {
    this.manager = new FeatureManager(features.map((feature) => this.#feature(feature)), {
      clock: this.clock,
      logger: silentLogger,
      isEnabled: (name) => !this.off.has(name),
      supports: (migration) => this.schema.has(migration),
      onChange: () => this.changes++,
    });
  }

  states(): Record<string, string> {
    return Object.fromEntries(this.manager.views().map(({ name, state }) => [name, state]));
  }

  view(name: string) {
    return this.manager.views().find((view) => view.name === name);
  }

  #feature(feature: Partial<Feature> & { readonly name: string }): Feature {
    const { name } = feature;
    return {
      description: `does ${name}`,
      safetyClass: "operational",
      dependsOn: [],
      start: (context) => {
        this.contexts.set(name, context);
        const broken = this.broken.get(name);
        if (broken) return broken();
        this.log.push(`start ${name}`);
        return Promise.resolve({ stop: () => Promise.resolve(void this.log.push(`stop ${name}`)) });
      },
      ...feature,
    };
  }
}

/** Lets everything that is ready go on, unhandled rejections included. */
function settle(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, 0);
  return promise;
}

async function bench(features: ConstructorParameters<typeof Bench>, test: (bench: Bench) => Promise<void>) {
  const one = new Bench(...features);
  try {
    await test(one);
  } finally {
    await one.manager.stop();
    assert.equal(one.clock.pending, 0, "no timer is left behind");
  }
}

Deno.test("featureOrder() starts each after those it needs, and names what cannot be", () => {
  const feature = (name: string, ...dependsOn: string[]) => ({ name, dependsOn });
  const order = featureOrder([feature("c", "b"), feature("a"), feature("b", "a")]);
  assert.deepEqual(order.map(({ name }) => name), ["a", "b", "c"]);
  assert.throws(() => featureOrder([feature("a", "x")]), {
    message: 'Cannot order features: "a" needs "x", expected one of a',
  });
  assert.throws(() => featureOrder([feature("a"), feature("a")]), /"a" is there twice/);
  assert.throws(() => featureOrder([feature("a", "b"), feature("b", "c"), feature("c", "b")]), {
    message: 'Cannot order features: they need each other in a circle, "b" needs "c" needs "b"',
  });
});

Deno.test("FeatureManager starts what is switched on in order, and stops in reverse", () =>
  bench([{ name: "b", dependsOn: ["a"] }, { name: "a" }, { name: "c" }], async (one) => {
    one.off.add("c");
    await one.manager.start();
    assert.deepEqual(one.states(), { a: "running", b: "running", c: "off" });
    assert.ok(one.manager.isRunning("a") && !one.manager.isRunning("c"));
    await one.manager.stop();
    assert.deepEqual(one.log, ["start a", "start b", "stop b", "stop a"]);
  }));

Deno.test("FeatureManager switches features while it runs, and those that need them with them", () =>
  bench([{ name: "a" }, { name: "b", dependsOn: ["a"] }], async (one) => {
    await one.manager.start();
    one.off.add("a");
    await one.manager.settle();
    assert.deepEqual(one.states(), { a: "off", b: "blocked" });
    assert.equal(one.view("b")?.reason, "it needs A, which is switched off");
    assert.equal(one.manager.problems()[0]?.what, "B does not run: it needs A, which is switched off");
    one.off.delete("a");
    await one.manager.settle();
    assert.deepEqual(one.states(), { a: "running", b: "running" });
    assert.deepEqual(one.log, ["start a", "start b", "stop b", "stop a", "start a", "start b"]);
  }));

Deno.test("FeatureManager says why a feature cannot run here, and never starts it", () =>
  bench([{ name: "a", unavailable: "this version does not have it yet" }], async (one) => {
    await one.manager.start();
    assert.equal(one.view("a")?.reason, "this version does not have it yet");
    assert.deepEqual([one.states(), one.log], [{ a: "blocked" }, []]);
    one.off.add("a");
    await one.manager.settle();
    assert.deepEqual(one.states(), { a: "off" });
  }));

Deno.test("FeatureManager waits for the schema that a feature needs", () =>
  bench([{ name: "a", needsSchema: "0007_accounts" }], async (one) => {
    await one.manager.start();
    assert.equal(one.view("a")?.reason, "the database needs its update first (Settings, Database)");
    one.schema.add("0007_accounts");
    await one.manager.settle();
    assert.deepEqual(one.states(), { a: "running" });
  }));

for (
  const [how, broken, reason] of [
    ["throws", () => {
      throw new Error("No broker.");
    }, "No broker"],
    ["rejects", () => Promise.reject(new Error("no broker")), "no broker"],
    ["rejects with a text", () => Promise.reject("refused"), "refused"],
  ] as const
) {
  Deno.test(`FeatureManager isolates a feature that ${how} at the start, and tries again`, () =>
    bench([{ name: "a" }, { name: "b", dependsOn: ["a"] }, { name: "c", safetyClass: "critical" }], async (one) => {
      one.broken.set("a", broken);
      one.broken.set("c", broken);
      await one.manager.start();
      assert.deepEqual(one.states(), { a: "failed", b: "blocked", c: "failed" });
      assert.equal(one.view("a")?.reason, `${reason}. It is tried again in 1 s.`);
      assert.equal(one.view("b")?.reason, "it needs A, which does not run");
      assert.deepEqual(one.manager.problems().map((p) => [p.feature, p.priority]), [["a", 3], ["b", 3], ["c", 2]]);
      one.broken.clear();
      one.clock.advance(1000);
      await settle();
      assert.deepEqual(one.states(), { a: "running", b: "running", c: "running" });
      assert.equal(one.view("a")?.restarts, 1);
      assert.deepEqual(one.manager.problems(), []);
    }));
}

Deno.test("FeatureManager gives up on a start that hangs, and ends it when it comes after all", () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let late = 0;
  const slow = { stop: () => Promise.resolve(void late++) };
  return bench(
    [{ name: "a", start: () => promise.then(() => slow), startLimitMs: 300 }, { name: "b" }],
    async (one) => {
      const started = one.manager.start();
      await settle();
      one.clock.advance(300);
      await started;
      assert.deepEqual(one.states(), { a: "failed", b: "running" });
      assert.match(one.view("a")?.reason ?? "", /^Cannot start the feature "a": it took more than 300 ms/);
      resolve();
      await settle();
      assert.equal(late, 1);
    },
  );
});

Deno.test("FeatureManager.stop() does not wait for a start that hangs", async () => {
  const one = new Bench({ name: "a", start: () => new Promise(() => {}) });
  const started = one.manager.start();
  await settle();
  await one.manager.stop();
  await started;
  assert.deepEqual(one.states(), { a: "off" });
  assert.equal(one.clock.pending, 0);
});

Deno.test("FeatureManager takes a rejection that nobody handled for a failure of the feature that leaked it", () =>
  bench([{ name: "a" }, { name: "b" }, {
    name: "leaky",
    start: ({ clock }) => {
      clock.after(5000, () => void Promise.reject(new Error("lost the broker")));
      return Promise.resolve({ stop: () => Promise.resolve() });
    },
  }], async (one) => {
    await one.manager.start();
    one.clock.advance(5000);
    await settle();
    assert.deepEqual(one.states(), { a: "running", b: "running", leaky: "failed" });
    assert.match(one.view("leaky")?.reason ?? "", /^lost the broker/);
    one.clock.advance(1000);
    await settle();
    assert.equal(one.states()["leaky"], "running");
  }));

Deno.test("FeatureManager takes what a timer throws, what problems() throws and what fail() says for failures", () =>
  bench([{ name: "timer" }, { name: "says" }, {
    name: "asks",
    start: () =>
      Promise.resolve({
        stop: () => Promise.resolve(),
        problems: () => {
          throw new Error("no table");
        },
      }),
  }], async (one) => {
    await one.manager.start();
    one.contexts.get("timer")?.clock.every(100, () => {
      throw new Error("wrong turn");
    });
    one.clock.advance(100);
    one.contexts.get("says")?.fail(new Error("the port is gone"));
    one.manager.views();
    assert.deepEqual(one.states(), { timer: "failed", says: "failed", asks: "failed" });
    assert.ok(one.contexts.get("says")?.signal.aborted);
    assert.ok(one.log.includes("stop timer") && one.log.includes("stop says"));
    one.contexts.get("says")?.fail(new Error("said again by what was stopped"));
    assert.match(one.view("says")?.reason ?? "", /^the port is gone/);
  }));

Deno.test("FeatureManager leaves a feature behind that does not stop", async () => {
  const one = new Bench({ name: "a", start: () => Promise.resolve({ stop: () => new Promise(() => {}) }) }, {
    name: "b",
  });
  await one.manager.start();
  const stopped = one.manager.stop();
  await settle();
  one.clock.advance(2000);
  await stopped;
  assert.deepEqual(one.states(), { a: "off", b: "off" });
  assert.ok(one.log.includes("stop b"));
});
