import { type ConfigEntry, type ConfigProblem, type Layer, problemLine } from "../config/mod.ts";
import type { ConfigKeyView, ConfigView, OriginView } from "../wire/mod.ts";

/** Layers that the owner writes by the site: what is set there can be taken away there. */
const ownLayers: ReadonlySet<Layer> = new Set(["overrides", "preferences"]);

/** Where a key comes from that nobody sets. */
export const originOfKey: OriginView = { layer: "defaults", where: "schema" };

/** A key as the site knows it. */
export function keyView({ choices, minimum, maximum, below, value, ...entry }: ConfigEntry): ConfigKeyView {
  const isOwn = ownLayers.has(entry.origin.layer);
  const isSet = entry.origin.layer !== "defaults";
  const shown = entry.secret ? (isSet ? { value: { set: true } } : {}) : value === undefined ? {} : { value };
  return {
    ...entry,
    ...shown,
    ...(isOwn ? { below: below ?? { origin: originOfKey } } : {}),
    ...(choices ? { choices } : {}),
    ...(isFinite(minimum) ? { minimum } : {}),
    ...(isFinite(maximum) ? { maximum } : {}),
  };
}

function isFinite(limit: number | undefined): limit is number {
  return Number.isFinite(limit);
}

const text = {
  leftOut: "It is left out, the rest holds. Correct it there, or restore a backup.",
  installed: "Whoever installed CoachIQ can mend it.",
};

/** What is wrong with files and environment, and what to do. */
export function problemViews(
  problems: readonly ConfigProblem[],
  { userFolder }: { readonly userFolder: string },
): ConfigView["problems"] {
  return problems.map((problem) => {
    const isOwn = problem.file.startsWith(`${userFolder}/`);
    return { what: sentence(problemLine(problem)), todo: isOwn ? text.leftOut : text.installed };
  });
}

function sentence(words: string): string {
  return /[.?!]$/.test(words) ? words : `${words}.`;
}
