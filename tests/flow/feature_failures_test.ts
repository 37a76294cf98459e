import assert from "node:assert/strict";
import { type Clock, systemClock } from "../../lib/base/mod.ts";
import type { Feature, FeatureContext } from "../../lib/core/mod.ts";
import { programFeatures } from "../../wiring/features.ts";
import { type RunningCoach, runningCoach } from "../fixtures/running_coach.ts";

interface FeatureState {
  readonly name: string;
  readonly title: string;
  readonly state: string;
  readonly reason?: string;
  readonly restarts: number;
}

interface Health {
  readonly problems: readonly { readonly what: string; readonly priority: number }[];
  readonly details: {
    readonly core: readonly { readonly name: string; readonly state: string }[];
    readonly features: readonly FeatureState[];
  };
}

/** Long waits end when the test says so: pauses before another try, and the limit of a start. */
class HeldClock implements Clock {
  readonly #held = new Set<{ readonly delayMs: number; readonly callback: () => void }>();
  readonly monotonicMs = systemClock.monotonicMs;
  readonly wallMs = systemClock.wallMs;
  readonly every = systemClock.every;

  after(delayMs: number, callback: () => void) {
    if (delayMs < 1000) return systemClock.after(delayMs, callback);
    const wait = { delayMs, callback };
    this.#held.add(wait);
    return { cancel: () => void this.#held.delete(wait) };
  }

  /** Ends every wait that is as long as a start may take, or every other one. */
  end(which: "starts" | "pauses"): void {
    for (const wait of [...this.#held]) {
      if ((wait.delayMs === 10_000) !== (which === "starts")) continue;
      this.#held.delete(wait);
      wait.callback();
    }
  }
}

/** How a feature breaks, and what is then said of it. */
interface Way {
  readonly how: string;
  readonly reason: RegExp;
  /** Breaks its next start. */
  readonly start?: Feature["start"];
  /** Breaks it while it runs. */
  readonly later?: (context: FeatureContext) => void;
}

const nothing = { stop: () => Promise.resolve() };
const ways: readonly Way[] = [
  { how: "throws at the start", reason: /^no broker/, start: () => Promise.reject(new Error("no broker")) },
  { how: "hangs at the start", reason: /took more than 10000 ms/, start: () => new Promise(() => {}) },
  {
    how: "leaks a rejection at the start",
    reason: /^lost at once/,
    start() {
      void Promise.reject(new Error("lost at once"));
      return Promise.resolve(nothing);
    },
  },
  {
    how: "throws in a timer",
    reason: /^wrong turn/,
    later: ({ clock }) =>
      void clock.after(0, () => {
        throw new Error("wrong turn");
      }),
  },
  {
    how: "leaks a rejection later",
    reason: /^lost the broker/,
    later: ({ clock }) => void clock.after(0, () => void Promise.reject(new Error("lost the broker"))),
  },
  {
    how: "says that it cannot go on",
    reason: /^the port is gone/,
    later: ({ fail }) => fail(new Error("the port is gone")),
  },
];

/** The program's own features, each of which can be broken. What this version does not have yet counts as there. */
class Breakable {
  readonly clock = new HeldClock();
  readonly starts = new Map<string, Feature["start"]>();
  readonly contexts = new Map<string, FeatureContext>();
  readonly names = programFeatures(undefined).map(({ name }) => name);

  readonly list: typeof programFeatures = (accounts) =>
    programFeatures(accounts).map(({ unavailable, ...feature }) => ({
      ...feature,
      start: (context) => {
        this.contexts.set(feature.name, context);
        const own = unavailable === undefined ? feature.start : () => Promise.resolve(nothing);
        return (this.starts.get(feature.name) ?? own)(context);
      },
    }));

  /** Everything on, and accounts with an owner. */
  run(test: (coach: RunningCoach) => Promise<void>): Promise<void> {
    const optional = this.names.filter((name) => name !== "authentication");
    return runningCoach(test, {
      clock: this.clock,
      featureList: this.list,
      profile: "ssd",
      overrides: optional.map((name) => `[features.${name}]\nenabled = true\n`).join(""),
      environment: {
        COACHIQ_AUTH__ADMIN_USERNAME: "olga",
        COACHIQ_AUTH__ADMIN_PASSWORD: "a long word of olga",
      },
    });
  }
}

const featureOf = ({ details }: Health, name: string): FeatureState => {
  const found = details.features.find((feature) => feature.name === name);
  assert.ok(found, name);
  return found;
};

/** What is said of one that failed, everywhere it is said; and that nobody else has noticed. */
async function onlyItFailed(coach: RunningCoach, { name, way }: { readonly name: string; readonly way: Way }) {
  const health = await coach.until<Health>("/health", (now) => featureOf(now, name).state === "failed");
  const { title, reason = "" } = featureOf(health, name);
  assert.match(reason, way.reason);
  assert.match(reason, /It is tried again in \d+ s\.$/);
  for (const other of health.details.features) {
    if (other.name !== name) assert.equal(other.state, "running", `${other.name} while ${name} ${way.how}`);
  }
  assert.ok(health.details.core.every(({ state }) => state === "up"));
  assert.ok(health.problems.some(({ what, priority }) => what.includes(`${title} does not run`) && priority > 1));
  const page = await coach.page("/settings/system");
  assert.match(page, new RegExp(way.reason.source.replace("^", "")), title);
  let answer = { outcome: "", reasons: [""] };
  while (answer.outcome === "" || answer.reasons[0]?.includes("claiming")) {
    answer = await coach.json("/api/entities/living_accent/commands", { command: "turnOn" });
  }
  assert.equal(answer.outcome, "confirmed", `${name} ${way.how}: ${answer.reasons.join(" ")}`);
}

Deno.test("every feature that throws, hangs or leaks is alone with it, is shown, and comes back", async () => {
  const breakable = new Breakable();
  const { clock, starts, contexts, names } = breakable;
  let looked = 0;
  await breakable.run(async (coach) => {
    await coach.signIn();
    const isBack = (name: string) =>
      coach.until<Health>("/health", (now) => {
        clock.end("pauses");
        return featureOf(now, name).state === "running";
      });
    for (const name of names) {
      for (const way of ways) {
        const context = contexts.get(name);
        assert.ok(context, name);
        if (way.start) {
          starts.set(name, way.start);
          context.fail(new Error("once more"));
          clock.end("pauses");
          // A start that hangs is given up when its time is over.
          await coach.until<Health>("/health", (now) => {
            clock.end("starts");
            return way.reason.test(featureOf(now, name).reason ?? "");
          });
        } else way.later?.(context);
        await onlyItFailed(coach, { name, way });
        starts.delete(name);
        await isBack(name);
        looked++;
      }
    }
  });
  assert.equal(looked, names.length * ways.length);
  assert.ok(looked >= 54, `${looked} looks`);
});

for (const way of ways.filter(({ start }) => start)) {
  Deno.test(`serve starts with every feature but the accounts ${way.how.replace(/s /, "ing ")}, and all come back`, async () => {
    const breakable = new Breakable();
    const { clock, starts } = breakable;
    const broken = breakable.names.filter((name) => name !== "authentication");
    for (const name of broken) starts.set(name, way.start!);
    const expiring = systemClock.every(50, () => {
      // Accounts come first, and take their time to make the owner.
      if (broken.some((name) => breakable.contexts.has(name))) clock.end("starts");
    });
    try {
      await breakable.run(async (coach) => {
        await coach.signIn();
        const health = await coach.until<Health>(
          "/health",
          (now) => broken.every((name) => featureOf(now, name).state === "failed"),
        );
        for (const name of broken) assert.match(featureOf(health, name).reason ?? "", way.reason);
        assert.ok(health.details.core.every(({ state }) => state === "up"));
        starts.clear();
        await coach.until<Health>("/health", (now) => {
          clock.end("pauses");
          return now.details.features.every(({ state }) => state === "running");
        });
      });
    } finally {
      expiring.cancel();
    }
  });
}
