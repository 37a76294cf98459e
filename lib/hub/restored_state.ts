import type { Binding, DerivedState, EntityState } from "../entities/mod.ts";

/**
 * How far a state can be trusted. `live`: heard and not old; `restored`: from before a restart, not yet confirmed;
 * `stale`: its sender has gone silent; `unseen`: never heard.
 */
export type Freshness = "live" | "restored" | "stale" | "unseen";

/** What is known of an entity from before a restart, beside what the bus says of it. */
export interface Restored {
  readonly bindings: readonly { readonly binding: Binding; readonly heardMs: number | undefined }[];
  readonly derived: DerivedState;
  readonly state: EntityState;
  readonly freshness: Freshness;
  /** What was known before the restart, of signals that the bus has not said anything about yet. */
  restored: EntityState;
  /** When that is given up, since its messages should have come by then, monotonic ms; undefined: none came yet. */
  restoredUntilMs: number | undefined;
}

/** How long a message that has no period of its own may take to be heard for the first time, ms. */
export const firstWordMs = 60_000;

/** Drops what the bus has confirmed or replaced by now. True when that changed what is shown. */
export function confirmRestored(record: Restored): boolean {
  const names = Object.keys(record.restored);
  if (names.length === 0) return false;
  const allHeard = record.bindings.every((status) => status.heardMs !== undefined);
  const left = allHeard ? [] : names.filter((name) => !(name in record.derived));
  if (left.length === names.length) return false;
  record.restored = Object.fromEntries(left.map((name) => [name, record.restored[name]!]));
  return true;
}

/** How long the messages that have not come yet may still take, ms. */
export function firstWordsMs({ bindings }: Restored): number {
  const waiting = bindings.filter(({ heardMs }) => heardMs === undefined);
  return Math.max(0, ...waiting.map(({ binding }) => binding.staleAfterMs ?? firstWordMs));
}

/** Nothing confirmed it in time, so nobody knows it any more. True when that changed what is shown. */
export function giveUpRestored(record: Restored, nowMs: number): boolean {
  if (record.restoredUntilMs === undefined || nowMs <= record.restoredUntilMs) return false;
  if (Object.keys(record.restored).length === 0) return false;
  record.restored = {};
  return true;
}

/** How far all that is shown can be trusted: no better than restored while a part of it is only that. */
export function shownFreshness({ freshness, restored }: Restored): Freshness {
  if (freshness === "live") { for (const _ in restored) return "restored"; }
  return freshness;
}

/** What is shown: the bus's word, and for the rest what was known before the restart. */
export function shownState(record: Restored): EntityState {
  for (const _ in record.restored) return { ...record.restored, ...record.state };
  return record.state;
}
