import { useEffect, useRef, useState } from "preact/hooks";
import { configValueWords, fullKeyLabel } from "../../lib/ui/mod.ts";
import type { ConfigBackupView, ConfigJson, ConfigKeyView, ConfigView } from "../../lib/wire/mod.ts";
import { type LivePage, useReady } from "../live/page.ts";
import { askConfig, withJson } from "./ask_config.ts";

/** What the page was rendered with. */
export interface ConfigSeed {
  readonly view: ConfigView;
  readonly backups: readonly ConfigBackupView[];
  /** What is searched for. */
  readonly query: string;
  /** The coach's time, ISO 8601: ages count from it, whatever the phone's clock says. */
  readonly now: string;
}

/** The configuration as the parts of the page need it. */
export interface ConfigDesk {
  readonly view: ConfigView;
  readonly backups: readonly ConfigBackupView[];
  /** The page has come alive. */
  readonly isReady: boolean;
  /** Something may be changed here and now. */
  readonly isFree: boolean;
  /** The coach's time, ms. */
  readonly nowMs: number;
  /** Why the last change of a key was refused. */
  refusal(key: string): string | undefined;
  /** Sets a key; null takes the override away. It can be taken back from the sentence that tells of it. */
  set(key: ConfigKeyView, value: ConfigJson | null): Promise<void>;
  keep(name: string): Promise<boolean>;
  restore(backup: ConfigBackupView): Promise<void>;
  remove(backup: ConfigBackupView): Promise<void>;
  say(sentence: string): void;
}

const text = {
  set: (label: string, value: string) => `${label} is now ${value}.`,
  later: (label: string, value: string) => `${label} is ${value} from the next start on.`,
  hidden: (label: string) => `${label} is written down, but another layer wins.`,
  kept: (name: string) => `Kept as ${name}.`,
  restored: "The backup is in place.",
  removed: "The backup is deleted.",
};

/** An editor of files may change something: looked at this often, ms. */
const lookEveryMs = 10_000;

export function useConfig(page: LivePage, seed: ConfigSeed): ConfigDesk {
  const isReady = useReady();
  const { view, change, refusals } = useView(page, seed.view);
  const { backups, refresh } = useBackups(seed.backups, view);
  const start = useRef({ coachMs: Date.parse(seed.now), pageMs: page.nowMs.peek() });
  const done = (sentence: string, undo?: () => void) =>
    page.desk.announce(sentence, "done", undo === undefined ? {} : { undo });
  const say = (sentence: string) => page.desk.announce(sentence, "problem");

  const set = async (key: ConfigKeyView, value: ConfigJson | null, isUndo = false): Promise<void> => {
    const before = key.below === undefined ? null : key.value ?? null;
    const answer = await change(withJson("PUT", { values: { [key.key]: value } }), {
      path: "/overrides",
      key: key.key,
    });
    const now = answer?.keys.find((one) => one.key === key.key);
    if (now) done(saidOf(now, value), isUndo ? undefined : () => void set(now, before, true));
  };
  return {
    view,
    backups,
    isReady,
    isFree: isReady,
    nowMs: start.current.coachMs + Math.max(0, page.nowMs.value - start.current.pageMs),
    refusal: (key) => refusals[key],
    set,
    keep: async (name) => {
      const asked = await askConfig("/backups", withJson("POST", { name }));
      await refresh();
      if ("refused" in asked) say(asked.refused);
      else done(text.kept(name));
      return "answer" in asked;
    },
    restore: async ({ id }) => {
      const path = `/backups/${encodeURIComponent(id)}/restore`;
      if (await change({ method: "POST" }, { path })) done(text.restored);
    },
    remove: async ({ id }) => {
      const asked = await askConfig(`/backups/${encodeURIComponent(id)}`, { method: "DELETE" });
      await refresh();
      if ("refused" in asked) say(asked.refused);
      else done(text.removed);
    },
    say,
  };
}

function saidOf(key: ConfigKeyView, wanted: ConfigJson | null): string {
  const label = fullKeyLabel(key.key);
  const value = configValueWords(key.value, key);
  if (wanted !== null && value !== configValueWords(wanted, key)) return text.hidden(label);
  return key.waitsForRestart ? text.later(label, value) : text.set(label, value);
}

/** The view: what the last change answered, or what a look at it found later. */
function useView(page: LivePage, first: ConfigView) {
  const [view, setView] = useState(first);
  const [refusals, setRefusals] = useState<Readonly<Record<string, string>>>({});
  // A look that began before a change must not undo what the change answered.
  const changes = useRef(0);
  const look = async () => {
    const before = changes.current;
    const asked = await askConfig<ConfigView>("");
    if ("answer" in asked && before === changes.current) setView(asked.answer);
  };
  useEffect(() => {
    const lookIfSeen = () => document.visibilityState === "visible" && void look();
    const timer = setInterval(lookIfSeen, lookEveryMs);
    document.addEventListener("visibilitychange", lookIfSeen);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", lookIfSeen);
    };
  }, []);
  const change = async (
    init: RequestInit,
    { path, key }: { readonly path: string; readonly key?: string },
  ): Promise<ConfigView | undefined> => {
    const number = ++changes.current;
    const asked = await askConfig<ConfigView>(path, init);
    const isRefused = "refused" in asked;
    if (isRefused) page.desk.announce(asked.refused, "problem");
    if (key !== undefined) setRefusals(({ [key]: _, ...rest }) => isRefused ? { ...rest, [key]: asked.refused } : rest);
    if (isRefused) return undefined;
    // Of several changes in a row the newest one's answer holds.
    if (number === changes.current) setView(asked.answer);
    return asked.answer;
  };
  return { view, change, refusals };
}

/** Every change makes a backup, so a new view means a new list. */
function useBackups(first: readonly ConfigBackupView[], view: ConfigView) {
  const [backups, setBackups] = useState(first);
  const refresh = async () => {
    const asked = await askConfig<readonly ConfigBackupView[]>("/backups");
    if ("answer" in asked) setBackups(asked.answer);
  };
  const seen = useRef(view);
  useEffect(() => {
    if (seen.current === view) return;
    seen.current = view;
    void refresh();
  }, [view]);
  return { backups, refresh };
}
