import { useEffect, useRef, useState } from "preact/hooks";
import type { LogEntryView } from "../../lib/wire/mod.ts";
import { ask, type Asked, withJson } from "../live/ask.ts";
import { type LivePage, useReady } from "../live/page.ts";
import { usePolled } from "../live/use_polled.ts";

export interface LogLevels {
  readonly level: LogEntryView["level"];
  readonly areas: Readonly<Record<string, LogEntryView["level"]>>;
}

/** What the page was rendered with. */
export interface LogSeed {
  /** Newest last. */
  readonly entries: readonly LogEntryView[];
  readonly levels: LogLevels;
}

/** What of the log is shown. */
export interface LogFilter {
  readonly level: LogEntryView["level"];
  /** Empty: all of them. */
  readonly area: string;
  readonly search: string;
}

export interface LogDesk {
  /** Newest first. */
  readonly entries: readonly LogEntryView[];
  /** Parts of the program that were seen in the log. */
  readonly areas: readonly string[];
  readonly levels: LogLevels;
  readonly filter: LogFilter;
  readonly isPaused: boolean;
  readonly isReady: boolean;
  /** Events that came since the pause, as far as they fit the filter. */
  readonly held: number;
  setFilter(filter: LogFilter): void;
  togglePause(): void;
  /** Changes what is logged, until the next start. */
  setLevel(level: LogEntryView["level"]): Promise<void>;
}

/** How often the log is asked for what is new, ms. */
const lookEveryMs = 2_000;
/** How long a search waits for the next letter, ms. */
const typingMs = 300;
/** Events asked for at once, and kept on the page. */
const limits = { asked: 200, kept: 600 } as const;
const all: LogFilter = { level: "debug", area: "", search: "" };

export function useLog(page: LivePage, seed: LogSeed): LogDesk {
  const isReady = useReady();
  const [entries, setEntries] = useState(seed.entries);
  const [levels, setLevels] = useState(seed.levels);
  const [filter, setFilter] = useState(all);
  const [shownBelow, setShownBelow] = useState<number | undefined>(undefined);
  const areas = useAreas(entries);
  // Answers to an earlier filter are thrown away.
  const wanted = useRef(filter);
  const newest = useRef(seed.entries.at(-1)?.number ?? 0);

  const load = async (after?: number) => {
    const asked = await askLog(filter, after);
    if (!("answer" in asked) || wanted.current !== filter) return;
    newest.current = asked.answer.at(-1)?.number ?? (after ?? 0);
    setEntries((before) => (after === undefined ? asked.answer : [...before, ...asked.answer]).slice(-limits.kept));
  };
  const change = (next: LogFilter) => {
    wanted.current = next;
    setFilter(next);
  };
  const isOpen = page.connection?.state.value === "open";
  useEffect(() => {
    // After a new start of the program its numbers begin anew.
    if (!isOpen) return;
    const timer = setTimeout(() => void load(), typingMs);
    return () => clearTimeout(timer);
  }, [filter, isOpen]);
  usePolled(() => load(newest.current), lookEveryMs);

  const isPaused = shownBelow !== undefined;
  const shown = entries.filter(({ number }) => shownBelow === undefined || number <= shownBelow);
  return {
    entries: [...shown].reverse(),
    areas,
    levels,
    filter,
    isPaused,
    isReady,
    held: entries.length - shown.length,
    setFilter: change,
    togglePause: () => setShownBelow(isPaused ? undefined : newest.current),
    setLevel: async (level) => {
      const asked = await ask<LogLevels>("/api/system/log/levels", withJson("PUT", { ...levels, level }));
      if ("refused" in asked) page.desk.announce(asked.refused, "problem");
      else setLevels(asked.answer);
    },
  };
}

function askLog(filter: LogFilter, after: number | undefined): Promise<Asked<readonly LogEntryView[]>> {
  const query = new URLSearchParams({ limit: String(limits.asked), level: filter.level });
  if (filter.area !== "") query.set("area", filter.area);
  if (filter.search.trim() !== "") query.set("search", filter.search.trim());
  if (after !== undefined) query.set("after", String(after));
  return ask(`/api/system/log?${query}`);
}

/** Areas stay in the list when a filter hides them. */
function useAreas(entries: readonly LogEntryView[]): readonly string[] {
  const seen = useRef(new Set<string>());
  for (const { area } of entries) seen.current.add(area);
  return [...seen.current].sort();
}
