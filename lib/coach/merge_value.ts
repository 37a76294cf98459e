import { sameJson } from "./json_value.ts";
import type { Json } from "./mapping.ts";
import type { MergeChoice } from "./merge_change.ts";

/** One value of the three sides of a merge; undefined: that side does not have it. */
export interface Sides<T extends Json = Json> {
  readonly before: T | undefined;
  readonly shipped: T | undefined;
  readonly mine: T | undefined;
}

/** What becomes of a value: `same` nobody changed it, `both` the owner and the model made the same of it. */
export type Fate = "same" | "kept" | "both" | "taken" | "removed" | "conflict";

/**
 * What becomes of a value.
 *
 * @param edited the owner has a word on it, even if it is what was shipped before as far as that is known.
 */
export function fateOf(sides: Sides, edited = false): Fate {
  const { before, shipped, mine } = sides;
  const byOwner = edited || !sameJson(mine, before);
  const byModel = !sameJson(shipped, before);
  if (!byOwner && !byModel) return "same";
  if (!byModel) return "kept";
  if (!byOwner) return shipped === undefined ? "removed" : "taken";
  return sameJson(mine, shipped) ? "both" : "conflict";
}

/** The value that a fate leaves. */
export function settled<T extends Json>(
  fate: Fate,
  by: { readonly sides: Sides<T>; readonly choice: MergeChoice },
): T | undefined {
  const { sides, choice } = by;
  switch (fate) {
    case "same":
    case "kept":
    case "both":
      return sides.mine;
    case "taken":
      return sides.shipped;
    case "removed":
      return undefined;
    case "conflict":
      return choice === "theirs" ? sides.shipped : sides.mine;
    default:
      return fate satisfies never;
  }
}
