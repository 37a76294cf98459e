import { useRef, useState } from "preact/hooks";
import type { AlertView, DetailedHealthView, FeatureView, SafetyView, SystemView } from "../../lib/wire/mod.ts";
import { ask, withJson } from "../live/ask.ts";
import { type LivePage, useReady } from "../live/page.ts";
import { usePolled } from "../live/use_polled.ts";

/** What the page was rendered with. */
export interface SystemSeed {
  readonly health: DetailedHealthView;
  readonly system: SystemView;
  /** Those that are over as well. */
  readonly alerts: readonly AlertView[];
  readonly safety: SafetyView;
  /** Whoever looks may switch, and see the log. */
  readonly isOwner: boolean;
  /** The coach's time, ISO 8601: ages count from it, whatever the phone's clock says. */
  readonly now: string;
}

/** The program as the parts of the page need it. */
export interface SystemDesk extends Omit<SystemSeed, "now"> {
  /** The page has come alive. */
  readonly isReady: boolean;
  /** The coach's time, ms. */
  readonly nowMs: number;
  /** Name of the feature that is being switched. */
  readonly switching: string | undefined;
  /** Switches a feature; it can be taken back from the sentence that tells of it. */
  switchFeature(feature: FeatureView, enabled: boolean): Promise<void>;
}

const text = {
  on: (name: string) => `${name} is on.`,
  off: (name: string) => `${name} is off.`,
  cannot: (name: string, reason: string) => `${name} is on, and does not run: ${reason}`,
};

/** How often the program is asked how it is, ms. */
const lookEveryMs = 3_000;

export function useSystem(page: LivePage, seed: SystemSeed): SystemDesk {
  const isReady = useReady();
  const [seen, setSeen] = useState<Omit<SystemSeed, "now" | "isOwner">>(seed);
  const [switching, setSwitching] = useState<string>();
  const start = useRef({ coachMs: Date.parse(seed.now), pageMs: page.nowMs.peek() });
  // A look that began before a switch must not undo what the switch answered.
  const switches = useRef(0);
  usePolled(async () => {
    const before = switches.current;
    const [health, alerts, safety] = await Promise.all([
      askHealth(),
      ask<readonly AlertView[]>("/api/safety/alerts?cleared=true"),
      ask<SafetyView>("/api/safety"),
    ]);
    if (before !== switches.current) return;
    setSeen((last) => ({
      health: health ?? last.health,
      system: health?.details ?? last.system,
      alerts: "answer" in alerts ? alerts.answer : last.alerts,
      safety: "answer" in safety ? safety.answer : last.safety,
    }));
  }, lookEveryMs);

  const switchFeature = async ({ name }: FeatureView, enabled: boolean, isUndo = false): Promise<void> => {
    switches.current++;
    setSwitching(name);
    const asked = await ask<FeatureView>(`/api/features/${name}`, withJson("PUT", { enabled }));
    switches.current++;
    setSwitching(undefined);
    if ("refused" in asked) return page.desk.announce(asked.refused, "problem");
    const { answer } = asked;
    setSeen((last) => ({ ...last, system: withFeature(last.system, answer) }));
    const sentence = saidOf(answer);
    const undo = () => void switchFeature(answer, !enabled, true);
    page.desk.announce(sentence.text, sentence.tone, isUndo ? {} : { undo });
  };
  return {
    ...seen,
    isOwner: seed.isOwner,
    isReady,
    switching,
    nowMs: start.current.coachMs + Math.max(0, page.nowMs.value - start.current.pageMs),
    switchFeature,
  };
}

/** With 503 it answers all the same: that is when it is needed. */
async function askHealth(): Promise<DetailedHealthView | undefined> {
  try {
    const answer = await (await fetch("/health")).json();
    return "problems" in answer ? answer : undefined;
  } catch {
    // The banner says that the coach cannot be reached.
    return undefined;
  }
}

function withFeature(system: SystemView, changed: FeatureView): SystemView {
  return { ...system, features: system.features.map((one) => one.name === changed.name ? changed : one) };
}

function saidOf({ title, enabled, state, reason }: FeatureView): {
  readonly text: string;
  readonly tone: "done" | "problem";
} {
  if (!enabled) return { text: text.off(title), tone: "done" };
  if (state === "failed" || state === "blocked") return { text: text.cannot(title, reason ?? state), tone: "problem" };
  return { text: text.on(title), tone: "done" };
}
