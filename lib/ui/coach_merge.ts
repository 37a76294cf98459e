import type { MergeChangeView, MergePreviewView } from "../wire/mod.ts";

/** One line of what an update does without asking. */
export interface MergeLine {
  readonly key: string;
  readonly sentence: string;
}

/** What an update does, as people count it: a device that comes or goes is one thing, not one for each field. */
export interface MergeLines {
  readonly conflicts: readonly MergeChangeView[];
  readonly taken: readonly MergeLine[];
  readonly removed: readonly MergeLine[];
  readonly kept: readonly MergeLine[];
}

type Quiet = "taken" | "removed" | "kept";

const text = {
  taken: (name: string) => `${name}: a new device.`,
  removed: (name: string) => `${name}: the whole device goes.`,
  kept: (name: string, isThere: boolean) =>
    isThere ? `${name}: your own device.` : `${name}: you took it away, and it stays away.`,
};

export function mergeLines({ changes }: Pick<MergePreviewView, "changes">): MergeLines {
  return {
    conflicts: changes.filter(({ outcome }) => outcome === "conflict"),
    taken: linesOf(changes, "taken"),
    removed: linesOf(changes, "removed"),
    kept: linesOf(changes, "kept"),
  };
}

function linesOf(all: readonly MergeChangeView[], outcome: Quiet): readonly MergeLine[] {
  const changes = all.filter((change) => change.outcome === outcome);
  const whole = new Map<string, string>();
  for (const change of changes) {
    const { path, entityId } = change;
    // A device whose kind comes or goes comes or goes as a whole.
    if (entityId === undefined || (path !== `/entities/${entityId}/kind` && path !== `/entities/${entityId}`)) continue;
    const name = nameOf(entityId, changes);
    whole.set(entityId, outcome === "kept" ? text.kept(name, change.owner !== undefined) : text[outcome](name));
  }
  const rest = changes.filter(({ entityId }) => entityId === undefined || !whole.has(entityId));
  return [
    ...[...whole].map(([key, sentence]) => ({ key, sentence })),
    ...rest.map(({ path, sentence }) => ({ key: path, sentence })),
  ];
}

function nameOf(entityId: string, changes: readonly MergeChangeView[]): string {
  const whole = changes.find(({ path }) => path === `/entities/${entityId}`);
  const named = changes.find(({ path }) => path === `/entities/${entityId}/name`);
  const value = named?.owner ?? named?.shipped ?? named?.before;
  if (typeof value === "string") return value;
  const definition = whole?.owner ?? whole?.shipped ?? whole?.before;
  const inside = typeof definition === "object" && definition !== null && "name" in definition && definition["name"];
  return typeof inside === "string" ? inside : entityId;
}
