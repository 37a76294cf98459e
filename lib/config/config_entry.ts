import type { KeyType } from "./config_keys.ts";
import { type Leaf, type LeafValue, sameLeafValue } from "./leaf.ts";
import type { MergedKey, MergedLayers } from "./merge_layers.ts";
import { Secret } from "./secret.ts";
import type { ConfigValue, Origin, Reload, Writer } from "./types.ts";

/** One key for people: what is set, by whom, and what it means. Never a secret. */
export interface ConfigEntry {
  readonly key: string;
  /** What is set. Absent for a secret, and where nothing is. */
  readonly value?: ConfigValue;
  readonly origin: Origin;
  /** What the layers below would give; absent where there are none. */
  readonly below?: { readonly value?: ConfigValue; readonly origin: Origin };
  readonly doc: string;
  readonly type: KeyType;
  readonly unit?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly choices?: readonly string[];
  readonly who: Writer;
  readonly reload: Reload;
  /** Set and not in force before the next start. */
  readonly waitsForRestart: boolean;
  /** What the program runs with while the value waits; absent where nothing is set. */
  readonly inForce?: ConfigValue;
  readonly secret: boolean;
}

/** Keys that need a restart, with what they were at the start. */
export type ValuesAtStart = ReadonlyMap<string, LeafValue | undefined>;

/** Notes what the program starts with. */
export function valuesAtStart(merged: MergedLayers): ValuesAtStart {
  return new Map(
    [...merged.values()].filter(({ definition }) => definition.facts.reload === "restart")
      .map(({ key, leaves }) => [key, leaves.at(-1)?.value]),
  );
}

/** Whether what is set for a key is not what the program runs with. */
export function waitsForRestart({ key, definition, leaves }: MergedKey, atStart: ValuesAtStart): boolean {
  return definition.facts.reload === "restart" && !sameLeafValue(leaves.at(-1)?.value, atStart.get(key));
}

/** Every key for people, in the order of the schema. */
export function entriesOf(merged: MergedLayers, atStart: ValuesAtStart): readonly ConfigEntry[] {
  return [...merged.values()].map((mergedKey) => entryOf(mergedKey, atStart));
}

function entryOf(mergedKey: MergedKey, atStart: ValuesAtStart): ConfigEntry {
  const { key, definition: { type, minimum, maximum, choices, facts }, leaves } = mergedKey;
  const waits = waitsForRestart(mergedKey, atStart);
  const running = shown(atStart.get(key));
  return {
    key,
    ...said(leaves.at(-1)),
    ...(leaves.length > 1 ? { below: said(leaves.at(-2)) } : {}),
    doc: facts.doc,
    type,
    ...(facts.unit === undefined ? {} : { unit: facts.unit }),
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
    ...(choices === undefined ? {} : { choices: choices.map(String) }),
    who: facts.who,
    reload: facts.reload,
    waitsForRestart: waits,
    ...(waits && running !== undefined ? { inForce: running } : {}),
    secret: facts.secret ?? false,
  };
}

function said(leaf: Leaf | undefined): { readonly value?: ConfigValue; readonly origin: Origin } {
  const value = shown(leaf?.value);
  return { ...(value === undefined ? {} : { value }), origin: leaf?.origin ?? { layer: "defaults", where: "schema" } };
}

function shown(value: LeafValue | undefined): ConfigValue | undefined {
  return value instanceof Secret ? undefined : value;
}
