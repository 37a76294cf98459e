import { type StorageProfile, storageProfileTable } from "../base/mod.ts";
import { ConfigError } from "./config_error.ts";
import type { FoundPlaces } from "./config_places.ts";
import { crossCheck, type LayerProblem } from "./cross_checks.ts";
import { findKey } from "./find_key.ts";
import type { CheckedTree } from "./check_tree.ts";
import type { Leaf } from "./leaf.ts";
import type { MergedLayers } from "./merge_layers.ts";
import { activeProfileKey, type Overrides } from "./overrides.ts";
import { chainOf, type Profile } from "./profiles.ts";
import type { ConfigProblem, Layer } from "./types.ts";

/** Everything that layers are made of. */
export interface LayerInputs {
  readonly found: FoundPlaces;
  readonly flags: readonly Leaf[];
  /** Layers that are handed in: reference tables and the database. */
  readonly tables: ReadonlyMap<Layer, CheckedTree>;
  readonly overrides: Overrides;
  readonly profiles: ReadonlyMap<string, Profile>;
}

/** The layers as one. */
export interface Resolved {
  readonly merged: MergedLayers;
  readonly problems: readonly ConfigProblem[];
  /** Profile that counts; null: none, or the one that is named cannot be used. */
  readonly activeProfile: string | null;
}

/** Layers whose mistakes stop the start: what is wrong there was written by an installer. */
const fatal: ReadonlySet<Layer> = new Set(["system", "environment", "flags"]);

/**
 * Brings all layers together.
 *
 * @param activeProfile the profile to take; the one that the overrides name unless another is tried out.
 * @throws {ConfigError} when keys of the system file, the environment or the flags do not go together.
 */
export function resolveLayers(
  inputs: LayerInputs,
  activeProfile: string | null = inputs.overrides.activeProfile,
): Resolved {
  const { found, flags, tables, overrides, profiles } = inputs;
  const chosen = profileLayers(activeProfile, { overrides, profiles });
  const table = (layer: Layer): readonly Leaf[] => tables.get(layer)?.leaves ?? [];
  const { merged, problems } = crossCheck([
    placeDefaults(found, flags),
    storageDefaults(found.places.storageProfile),
    table("protocol"),
    table("model"),
    table("structure"),
    found.system.leaves,
    overrides.leaves,
    ...chosen.layers,
    table("state"),
    table("preferences"),
    found.environment.leaves,
    flags,
  ]);
  const stopping = problems.filter(({ layer }) => fatal.has(layer));
  if (stopping.length > 0) throw ConfigError.of("load configuration", stopping);
  return {
    merged,
    problems: [
      ...found.environment.problems,
      ...overrides.problems,
      ...chosen.problems,
      ...[...tables.values()].flatMap((checked) => checked.problems),
      ...problems.map(withoutLayer),
    ],
    activeProfile: chosen.activeProfile,
  };
}

function withoutLayer({ layer: _, ...problem }: LayerProblem): ConfigProblem {
  return problem;
}

/** What the program chose where nobody says it: shown like any default. */
function placeDefaults({ places, system, environment }: FoundPlaces, flags: readonly Leaf[]): readonly Leaf[] {
  const chosen = { "persistence.data_dir": places.dataDir, "persistence.storage_profile": places.storageProfile };
  const said = new Set([system.leaves, environment.leaves, flags].flat().map(({ key }) => key));
  return Object.entries(chosen).filter(([key]) => !said.has(key)).map(([key, value]) => ({
    key,
    ...findKey(key),
    value,
    origin: { layer: "defaults", where: "schema" },
  }));
}

/** Where a storage profile has other defaults than the schema. */
function storageDefaults(profile: StorageProfile): readonly Leaf[] {
  const { telemetryS, history } = storageProfileTable[profile];
  const defaults = {
    "persistence.telemetry_seconds": telemetryS,
    "history.min_interval_seconds": history.minIntervalS,
    "history.raw_days": history.rawDays,
    "history.five_minute_days": history.fiveMinuteDays,
    "history.hourly_days": history.hourlyDays,
    "history.max_megabytes": history.maxMiB,
  };
  return Object.entries(defaults).flatMap(([key, value]): readonly Leaf[] => {
    const found = findKey(key);
    if (found.definition.defaultValue === value) return [];
    return [{ key, ...found, value, origin: { layer: "defaults", where: `storage profile ${profile}` } }];
  });
}

function profileLayers(
  activeProfile: string | null,
  { overrides, profiles }: Pick<LayerInputs, "overrides" | "profiles">,
): { readonly layers: readonly (readonly Leaf[])[] } & Pick<Resolved, "problems" | "activeProfile"> {
  if (activeProfile === null) return { layers: [], problems: [], activeProfile };
  const chain = chainOf(activeProfile, profiles);
  if (chain.kind === "problem") {
    const text = `is "${activeProfile}", which ${chain.text}`;
    const problem = { file: overrides.file, ...overrides.activeProfilePlace, key: activeProfileKey, text };
    return { layers: [], problems: [problem], activeProfile: null };
  }
  return {
    layers: chain.profiles.map(({ leaves }) => leaves),
    problems: chain.profiles.flatMap(({ problems }) => problems),
    activeProfile,
  };
}
