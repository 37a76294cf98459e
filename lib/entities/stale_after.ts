import { type BroadcastGap, embeddedTables } from "../protocol/mod.ts";

/** Nothing is called stale sooner: a busy bus and a sleepy node are no fault, ms. */
const shortestMs = 3000;

/** Name of every message that has a period → when its readings are stale, ms. */
const staleByMessage: ReadonlyMap<string, number> = new Map(
  Object.values(embeddedTables()).flatMap(({ messages }) =>
    (messages as readonly { readonly name: string; readonly gap?: BroadcastGap }[]).flatMap(({ name, gap }) => {
      const longest = gap === undefined ? 0 : longestGapMs(gap);
      return longest === 0 ? [] : [[name, Math.max(shortestMs, 3 * longest)] as const];
    })
  ),
);

/**
 * When the readings of a message are stale, ms: three times the longest gap that its row states, at least 3 s.
 * Undefined for messages that come on change or on request alone: their readings are as good as their node is alive.
 */
export function staleAfterMs(message: string): number | undefined {
  return staleByMessage.get(message);
}

/**
 * Longest time between two messages of a healthy sender, ms; 0: not stated. The pace of a motor that moves says
 * nothing of one that stands, and what is sent on request alone has no pace.
 */
function longestGapMs(gap: BroadcastGap): number {
  if (gap.note === "applies while active" || gap.when?.includes("on_request")) return 0;
  const active = gap.when?.includes("on_change") ? 0 : gap.activeMs ?? 0;
  return Math.max(gap.normalMs ?? 0, gap.idleMs ?? 0, gap.maxMs ?? 0, active);
}
