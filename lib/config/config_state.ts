import { type ConfigEntry, entriesOf, type ValuesAtStart, valuesAtStart, waitsForRestart } from "./config_entry.ts";
import { findKey } from "./find_key.ts";
import { type Leaf, type LeafValue, sameLeafValue } from "./leaf.ts";
import { effectiveOf, type MergedLayers } from "./merge_layers.ts";
import { type ProfileInfo, profileInfo } from "./profile_changes.ts";
import { type LayerInputs, type Resolved, resolveLayers } from "./resolve_layers.ts";
import type { EffectiveConfig } from "./schema.ts";
import type { ConfigProblem, ConfigValue, Reload } from "./types.ts";

/** What has changed. */
export interface ConfigChange {
  /** Keys that are in force with another value now. */
  readonly changed: readonly string[];
  /** Keys that are set to another value and wait for the next start, all of them. */
  readonly waiting: readonly string[];
  /** An editor or another program changed the files; nobody asked for it here. */
  readonly byOthers?: true;
}

/** One key that a switch of the profile would change. */
export interface PreviewedChange {
  readonly key: string;
  /** Absent: nothing is set. */
  readonly from?: ConfigValue;
  readonly to?: ConfigValue;
  readonly reload: Reload;
}

/** The layers as they were read last, and what they come to. What needs a restart stays as it was at the start. */
export class ConfigState {
  readonly #atStart: ValuesAtStart;
  #inputs: LayerInputs;
  #resolved: Resolved;
  #effective: EffectiveConfig;
  #otherProblems: readonly ConfigProblem[];

  /** @throws {ConfigError} when layers that must be right do not go together. */
  constructor(inputs: LayerInputs, otherProblems: readonly ConfigProblem[]) {
    this.#inputs = inputs;
    this.#otherProblems = otherProblems;
    this.#resolved = resolveLayers(inputs);
    this.#atStart = valuesAtStart(this.#resolved.merged);
    this.#effective = effectiveOf(this.#leavesInForce(this.#resolved.merged));
  }

  get inputs(): LayerInputs {
    return this.#inputs;
  }

  get resolved(): Resolved {
    return this.#resolved;
  }

  /** What the program runs with. */
  get effective(): EffectiveConfig {
    return this.#effective;
  }

  get problems(): readonly ConfigProblem[] {
    return [...this.#otherProblems, ...this.#resolved.problems];
  }

  entries(): readonly ConfigEntry[] {
    return entriesOf(this.#resolved.merged, this.#atStart);
  }

  /** Those of the program first, then by name. */
  profiles(): readonly ProfileInfo[] {
    const { inputs: { profiles }, resolved: { activeProfile: active } } = this;
    return [...profiles.values()].map((profile) => profileInfo(profile, { profiles, active }));
  }

  /**
   * Takes new layers.
   *
   * @returns what has changed; undefined: nothing that anybody could see.
   * @throws {ConfigError} when layers that must be right do not go together; everything stays as it was.
   */
  update(inputs: LayerInputs, otherProblems: readonly ConfigProblem[]): ConfigChange | undefined {
    const resolved = resolveLayers(inputs);
    const before = { seen: this.#seen(), leaves: new Map(this.#leavesInForce(this.#resolved.merged).map(byKey)) };
    this.#inputs = inputs;
    this.#resolved = resolved;
    this.#otherProblems = otherProblems;
    const leaves = this.#leavesInForce(resolved.merged);
    this.#effective = effectiveOf(leaves);
    if (this.#seen() === before.seen) return undefined;
    return {
      changed: differing(before.leaves, new Map(leaves.map(byKey))),
      waiting: [...resolved.merged.values()].filter((key) => waitsForRestart(key, this.#atStart)).map(({ key }) => key),
    };
  }

  /** What a switch to a profile would change, in the order of the schema. */
  preview(profile: string | null): readonly PreviewedChange[] {
    const now = topValues(this.#resolved.merged);
    const then = topValues(resolveLayers(this.#inputs, profile).merged);
    return differing(now, then).map((key) => {
      const [from, to] = [now.get(key), then.get(key)] as (ConfigValue | undefined)[];
      return {
        key,
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        reload: findKey(key).definition.facts.reload,
      };
    });
  }

  /** The values that count, with those of the start where only a restart changes them. */
  #leavesInForce(merged: MergedLayers): readonly Leaf[] {
    return [...merged.values()].flatMap((merged): readonly Leaf[] => {
      const { key, path, definition, leaves } = merged;
      if (!waitsForRestart(merged, this.#atStart)) return leaves.slice(-1);
      const value = this.#atStart.get(key);
      return value === undefined
        ? []
        : [{ key, path, definition, value, origin: { layer: "defaults", where: "start" } }];
    });
  }

  /** Everything that people can see, to tell whether anything has changed. Secrets are not in it. */
  #seen(): string {
    return JSON.stringify([this.entries(), this.problems, this.profiles()]);
  }
}

function byKey(leaf: Leaf): readonly [string, LeafValue] {
  return [leaf.key, leaf.value];
}

function topValues(merged: MergedLayers): ReadonlyMap<string, LeafValue> {
  return new Map([...merged.values()].flatMap(({ leaves }) => leaves.slice(-1).map(byKey)));
}

function differing(a: ReadonlyMap<string, LeafValue>, b: ReadonlyMap<string, LeafValue>): readonly string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((key) => !sameLeafValue(a.get(key), b.get(key)));
}
