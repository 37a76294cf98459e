import { useEffect, useRef, useState } from "preact/hooks";
import { type LivePage, useReady, useTopic } from "../live/page.ts";
import { askCoach, type Refusal } from "./ask_coach.ts";

/** What the parts of a page need to change the mapping. */
export interface CoachDesk {
  /** The page has come alive. */
  readonly isReady: boolean;
  /** A request of this page is on its way. */
  readonly isBusy: boolean;
  /** Something may be changed here and now. */
  readonly isFree: boolean;
  /** Why the last change was refused, until the next one. */
  readonly refusal: Refusal | undefined;
  /** The coach's time, ms. */
  readonly nowMs: number;
  /**
   * Changes something; `path` continues `/api/coach/`. A change with a number can be taken back from the sentence that
   * tells of it. Undefined: it was refused, and the page says why.
   */
  change<T = { readonly batchId: number }>(
    path: string,
    init: RequestInit,
    options?: { readonly done?: string },
  ): Promise<T | undefined>;
  undo(batchId: number): Promise<boolean>;
  /** Says that something is in the way. */
  say(sentence: string): void;
  /** Says that something is done. */
  tell(sentence: string): void;
  refuse(refusal: Refusal | undefined): void;
}

const text = {
  undone: "Taken back.",
  early: "Hold the button until its ring is full.",
};

/** Said when a button that wants a hold is let go too soon. */
export const tooEarly = text.early;

interface Options {
  /** The coach's time when the page was rendered, ISO 8601. */
  readonly now: string;
  readonly readOnlyBecause: string | undefined;
  /** Looks at everything again. */
  readonly refresh: () => Promise<void>;
}

export function useCoach(page: LivePage, options: Options): CoachDesk {
  const isReady = useReady();
  const [busy, setBusy] = useState(0);
  const [refusal, refuse] = useState<Refusal | undefined>(undefined);
  const start = useRef({ coachMs: Date.parse(options.now), pageMs: page.nowMs.peek() });
  const say = (sentence: string) => page.desk.announce(sentence, "problem");

  const change = async <T>(path: string, init: RequestInit, { done }: { readonly done?: string } = {}) => {
    setBusy((before) => before + 1);
    refuse(undefined);
    const asked = await askCoach<T & { readonly batchId?: number }>(path, init);
    await options.refresh();
    setBusy((before) => before - 1);
    if ("refused" in asked) {
      refuse(asked.refused);
      say(asked.refused.sentence);
      return undefined;
    }
    const { batchId } = asked.answer;
    if (done !== undefined) {
      page.desk.announce(done, "done", batchId === undefined ? {} : { undo: () => void undo(batchId) });
    }
    return asked.answer;
  };
  const undo = async (batchId: number) =>
    await change(`undo/${batchId}`, { method: "POST" }, {}) !== undefined &&
    (page.desk.announce(text.undone, "done"), true);
  return {
    isReady,
    isBusy: busy > 0,
    isFree: isReady && busy === 0 && options.readOnlyBecause === undefined,
    refusal,
    nowMs: start.current.coachMs + Math.max(0, page.nowMs.value - start.current.pageMs),
    change,
    undo,
    say,
    tell: (sentence) => page.desk.announce(sentence, "done"),
    refuse,
  };
}

/** What the page was rendered with, and what the coach says since: looked at again whenever its entities change. */
export function useFresh<T>(
  page: LivePage,
  first: T,
  load: () => Promise<T | undefined>,
): { readonly value: T; readonly refresh: () => Promise<void> } {
  const [value, setValue] = useState(first);
  const newest = useRef(0);
  const refresh = async () => {
    const number = ++newest.current;
    const found = await load();
    // Of several looks the last one counts, whichever answers first.
    if (found !== undefined && number === newest.current) setValue(found);
  };
  useTopic(page, "coach");
  const told = page.store.coach.value;
  useEffect(() => {
    if (told) void refresh();
  }, [told]);
  return { value, refresh };
}

/** Asks and gives nothing where it was refused: the page keeps what it has. */
export async function lookAt<T>(path: string): Promise<T | undefined> {
  const asked = await askCoach<T>(path);
  return "answer" in asked ? asked.answer : undefined;
}
