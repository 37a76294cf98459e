import { type EntityChange, formatAge, type Freshness } from "../wire/mod.ts";

const text = {
  unseen: "Not heard yet",
  restored: "From before the restart",
  stale: "No longer heard",
  staleFor: (age: string) => `Last heard ${age} ago`,
  ago: (age: string) => `${age} ago`,
  never: "never",
};

/** One word per freshness, for lists. */
export const freshnessWords: Readonly<Record<Freshness, string>> = {
  live: "Live",
  restored: "From before the restart",
  stale: "Silent",
  unseen: "Not heard yet",
};

/** What to say of the age of a state; undefined when it is live and there is nothing to say. */
export function freshnessNote(
  change: Pick<EntityChange, "freshness" | "heardAgeMs">,
  options: { readonly elapsedMs: number },
): string | undefined {
  switch (change.freshness) {
    case "live":
      return undefined;
    case "restored":
      return text.restored;
    case "stale":
      return change.heardAgeMs === undefined
        ? text.stale
        : text.staleFor(formatAge(change.heardAgeMs + options.elapsedMs));
    case "unseen":
      return text.unseen;
    default:
      return change.freshness satisfies never;
  }
}

/** An age for a table, `never` when there is none. */
export function ageText(ageMs: number | null | undefined): string {
  return ageMs === undefined || ageMs === null ? text.never : text.ago(formatAge(ageMs));
}
