import { valueProblem, writerProblem } from "./check_tree.ts";
import { ConfigError } from "./config_error.ts";
import type { ConfigKey } from "./config_keys.ts";
import { dottedKey, splitDottedKey } from "./dotted_key.ts";
import { findKey } from "./find_key.ts";
import type { Leaf } from "./leaf.ts";
import type { Overrides } from "./overrides.ts";
import { type LayerInputs, type Resolved, resolveLayers } from "./resolve_layers.ts";
import { valueAt } from "./same_value.ts";
import { type ConfigProblem, type ConfigValue, type Layer, layers as layerOrder } from "./types.ts";

/** New values by dotted key; null takes the override of a key away. */
export type OverrideValues = Readonly<Record<string, ConfigValue | null>>;

/** What a change comes to. */
export interface OverrideChanges {
  readonly set: Readonly<Record<string, ConfigValue>>;
  readonly remove: readonly string[];
  /** For the table of preferences; undefined takes a value away. */
  readonly preferences: Readonly<Record<string, ConfigValue | undefined>>;
}

/** What a change is checked against. */
export interface ChangeContext {
  readonly inputs: LayerInputs;
  readonly resolved: Resolved;
  /** Preferences are kept in the database; without one they are overrides. */
  readonly keepsPreferences: boolean;
}

/** One key of a change. */
interface KeyPlan {
  readonly key: string;
  readonly value: ConfigValue | null;
  readonly definition?: ConfigKey;
  readonly path: readonly string[];
}

/** @throws {ConfigError} `conflict` while the file cannot be read: nobody writes over what its owner may want to mend. */
export function mustBeWhole({ broken, file, problems }: Overrides): void {
  if (!broken) return;
  const reason = problems.map(({ line, text }) => `${line === undefined ? "" : `line ${line}: `}${text}`).join("; ");
  throw new ConfigError(
    "conflict",
    `Cannot change "${file}": nothing of it can be read (${reason}), expected it mended, or a backup restored`,
    { problems },
  );
}

/**
 * Checks a change of overrides as a whole.
 *
 * @throws {ConfigError} `notFound` for unknown keys, `conflict` while the file is broken or a higher layer holds a key,
 * `invalid` with everything that is wrong.
 */
export function planOverrides(values: OverrideValues, context: ChangeContext): OverrideChanges {
  const { overrides } = context.inputs;
  mustBeWhole(overrides);
  const plans = Object.entries(values).map(([key, value]) => planOf(key, { value, context }));
  const problems = plans.flatMap((plan) => problemOf(plan, overrides.file));
  if (problems.length > 0) throw ConfigError.of("change", problems);
  for (const plan of plans) refuseHidden(plan, context);
  mustGoTogether(plans, context);
  const isPreference = ({ path }: KeyPlan) => path[0] === "preferences" && context.keepsPreferences;
  const present = (plan: KeyPlan) => valueAt(overrides.tree, plan.path) !== undefined;
  return {
    set: Object.fromEntries(plans.flatMap((plan) => {
      return plan.value === null || isPreference(plan) ? [] : [[plan.key, plan.value]];
    })),
    remove: plans.filter((plan) => plan.value === null && present(plan)).map(({ key }) => key),
    preferences: Object.fromEntries(plans.filter(isPreference).map(({ key, value }) => [key, value ?? undefined])),
  };
}

function planOf(
  key: string,
  { value, context }: { readonly value: ConfigValue | null; readonly context: ChangeContext },
): KeyPlan {
  try {
    const { path, definition } = findKey(key);
    return { key: dottedKey(path), value: numbered(value, definition), definition, path };
  } catch (error) {
    // What is written by mistake may be taken away by its wrong name.
    const path = value === null ? splitDottedKey(key) : [];
    if (path.length === 0 || valueAt(context.inputs.overrides.tree, path) === undefined) throw error;
    return { key: dottedKey(path), value, path };
  }
}

/** Forms know choices as texts. */
function numbered(value: ConfigValue | null, { choices }: ConfigKey): ConfigValue | null {
  return choices?.find((choice) => typeof choice === "number" && String(choice) === value) ?? value;
}

function problemOf({ key, value, definition }: KeyPlan, file: string): readonly ConfigProblem[] {
  if (value === null || !definition) return [];
  const text = writerProblem(definition, "overrides") ?? valueProblem(definition, value)?.text;
  return text === undefined ? [] : [{ file, key, text }];
}

/** @throws {ConfigError} `conflict` where the new value would lie below another one. */
function refuseHidden({ key, value, path }: KeyPlan, { resolved, keepsPreferences }: ChangeContext): void {
  if (value === null || (path[0] === "preferences" && keepsPreferences)) return;
  const { merged, activeProfile } = resolved;
  const top = merged.get(key)?.leaves.at(-1)?.origin;
  if (!top || !isAbove(top.layer)) return;
  const holder = top.layer === "profile" ? `the active profile "${activeProfile}"` : top.where;
  const way = top.layer === "profile" ? "expected the change there, or the profile switched off" : "expected it gone";
  throw new ConfigError("conflict", `Cannot change ${key}: ${holder} sets it and counts for more, ${way}`);
}

function isAbove(layer: Layer): boolean {
  return layerOrder.indexOf(layer) > layerOrder.indexOf("overrides");
}

/** @throws {ConfigError} when a new value does not go with other keys. */
function mustGoTogether(plans: readonly KeyPlan[], { inputs, resolved }: ChangeContext): void {
  const { overrides } = inputs;
  const changed = new Set(plans.map(({ key }) => key));
  const leaves: Leaf[] = overrides.leaves.filter(({ key }) => !changed.has(key));
  for (const { key, path, value, definition } of plans) {
    if (value === null || !definition) continue;
    leaves.push({ key, path, value, definition, origin: { layer: "overrides", where: overrides.file } });
  }
  const after = resolveLayers({ ...inputs, overrides: { ...overrides, leaves } });
  const known = new Set(resolved.problems.map(({ key, text }) => `${key}: ${text}`));
  const problems = after.problems.filter(({ key, text }) => !known.has(`${key}: ${text}`));
  if (problems.length > 0) throw ConfigError.of("change", problems);
}

/** What is overridden at present, by the overrides and the active profile. */
export function overridesOfPresent({ merged }: Resolved): Readonly<Record<string, ConfigValue>> {
  const own = [...merged.values()].flatMap(({ leaves }) =>
    leaves.findLast(({ origin: { layer } }) => isOwners(layer)) ?? []
  );
  return Object.fromEntries(own.map(({ key, value }) => [key, value as ConfigValue]));
}

function isOwners(layer: Layer): boolean {
  return layer === "overrides" || layer === "profile";
}
