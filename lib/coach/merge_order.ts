import { orderedNames } from "./mapping_document.ts";
import { choiceAt, type MergeContext, noteChange } from "./merge_context.ts";
import type { Fate } from "./merge_value.ts";

/**
 * Merges a list of the order. What the owner moved stays where they put it, new names of the model come last; else the
 * model's order counts, and what the owner added stays behind its neighbour.
 *
 * @param names what there is after the merge.
 */
export function mergeOrder(
  context: MergeContext,
  list: { readonly key: "areas" | "entities"; readonly names: readonly string[] },
): readonly string[] {
  const { key, names } = list;
  const path = `/order/${key}`;
  const shipped = context.shipped.order[key];
  const own = context.ownOrder[key];
  const known = context.beforeKnown || own === undefined;
  const before = known ? context.before.order[key] : undefined;
  const mine = own && orderedNames(own, Object.keys(context.mine[key]));
  const fate = orderFate({
    before: before && orderedNames(before, Object.keys(context.before[key])),
    shipped: orderedNames(shipped, Object.keys(context.shipped[key])),
    mine,
    names,
  });
  const sides = { before, shipped, mine: own ?? before };
  const ownerWins = fate === "kept" || (fate === "conflict" && choiceAt(context, path) === "mine");
  const merged = mine === undefined
    ? shipped
    : ownerWins
    ? [...mine, ...shipped]
    : behindNeighbours(shipped, { mine, names: new Set(names) });
  const final = finalOrder(merged, { shipped, own, names });
  const told = fate === "same" && final !== shipped ? "kept" : fate;
  if (told !== "same") noteChange(context, { path, fate: told, sides, sentence: orderSentence(key, told) });
  return final;
}

/** Names of a list that are there. */
function existing(list: readonly string[], names: readonly string[]): readonly string[] {
  const there = new Set(names);
  return list.filter((name) => there.has(name));
}

/** The model's list itself where it says the same, else the owner's where that does. */
function finalOrder(merged: readonly string[], lists: {
  readonly shipped: readonly string[];
  readonly own: readonly string[] | undefined;
  readonly names: readonly string[];
}): readonly string[] {
  const { shipped, own, names } = lists;
  const whole = orderedNames(merged, names);
  if (isSameList(whole, orderedNames(shipped, names))) return shipped;
  return own && isSameList(whole, orderedNames(own, names)) ? own : whole;
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i]);
}

/** Who moved anything, as far as two sides have it. */
function orderFate(lists: {
  readonly before: readonly string[] | undefined;
  readonly shipped: readonly string[];
  readonly mine: readonly string[] | undefined;
  readonly names: readonly string[];
}): Fate {
  const { before, shipped, mine, names } = lists;
  const moved = (a: readonly string[], b: readonly string[]) => {
    const common = existing(existing(a, b), names);
    return !isSameList(common, existing(b, common));
  };
  const byOwner = mine !== undefined && moved(mine, before ?? shipped);
  const byModel = before !== undefined && moved(shipped, before);
  if (before === undefined) return byOwner ? "conflict" : "same";
  if (!byOwner) return byModel ? "taken" : "same";
  if (!byModel) return "kept";
  return moved(mine, shipped) ? "conflict" : "both";
}

/** The model's list with each name that the owner added behind the one before it in the owner's list. */
function behindNeighbours(
  shipped: readonly string[],
  by: { readonly mine: readonly string[]; readonly names: ReadonlySet<string> },
): readonly string[] {
  const known = new Set(shipped);
  const first: string[] = [];
  const behind = new Map<string, string[]>();
  let added = first;
  for (const name of by.mine) {
    if (!by.names.has(name)) continue;
    if (!known.has(name)) added.push(name);
    else {
      added = behind.get(name) ?? [];
      behind.set(name, added);
    }
  }
  return [...first, ...shipped.flatMap((name) => [name, ...(behind.get(name) ?? [])])];
}

function orderSentence(key: "areas" | "entities", fate: Exclude<Fate, "same">): string {
  const what = `Order of the ${key}`;
  switch (fate) {
    case "kept":
      return `${what}. Yours stays, what is new in the model comes last`;
    case "both":
      return `${what}. You and the model moved the same`;
    case "taken":
    case "removed":
      return `${what}. The model's, with yours behind their neighbours`;
    case "conflict":
      return `${what}. You moved some of them, and the model did`;
    default:
      return fate satisfies never;
  }
}
