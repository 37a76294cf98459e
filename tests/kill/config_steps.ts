import type { Configuration, ConfigValue } from "../../lib/config/mod.ts";
import type { SeededRandom } from "./random.ts";

/** What a process does with the owner's files until it is killed. */
export const configScenarios = ["configSaves", "profileSwitches"] as const;
export type ConfigScenario = typeof configScenarios[number];

type Values = Readonly<Record<string, ConfigValue>>;

/** What the overrides say. */
export interface OverridesState {
  /** By dotted key. */
  readonly overrides: Values;
  /** Name of the active profile; null: none. */
  readonly active: string | null;
}

/** What all of the owner's files say. */
export interface OwnerState extends OverridesState {
  /** Name → its overrides by dotted key. */
  readonly profiles: Readonly<Record<string, Values>>;
}

/** One change, which is made as a whole or not at all. */
export type ConfigStep =
  | { readonly do: "set"; readonly values: Readonly<Record<string, number | null>> }
  | { readonly do: "reset"; readonly keys: readonly string[] }
  | { readonly do: "backup"; readonly name: string }
  | { readonly do: "restore"; readonly id: string; readonly state: OverridesState }
  | { readonly do: "save" | "import"; readonly name: string; readonly overrides: Readonly<Record<string, number>> }
  | { readonly do: "switch"; readonly name: string | null }
  | { readonly do: "delete"; readonly name: string };

export const actor = { actor: "kill harness" };
/** Profiles that come and go. */
export const profileNames = ["beach", "desert", "garage", "winter"] as const;

/** Keys that are changed, and the range of values that they are given. */
const ranges: Readonly<Record<string, readonly [low: number, high: number]>> = {
  "server.port": [8000, 8999],
  "history.raw_days": [1, 90],
  "history.change_days": [10, 60],
  "history.min_interval_seconds": [1, 60],
};

function someValues(random: SeededRandom): Record<string, number> {
  const keys = Object.keys(ranges).filter(() => random.next() < 0.5);
  const chosen = keys.length > 0 ? keys : [random.pick(Object.keys(ranges))];
  return Object.fromEntries(chosen.map((key) => {
    const [low, high] = ranges[key] ?? [0, 0];
    return [key, low + random.integer(high - low + 1)];
  }));
}

/** Chooses a change that can be made. */
export function nextConfigStep(of: {
  readonly scenario: ConfigScenario;
  readonly state: OwnerState;
  /** Named backups by id, with what they hold. */
  readonly backups: ReadonlyMap<string, OverridesState>;
  readonly random: SeededRandom;
}): ConfigStep {
  const { scenario, state, backups, random } = of;
  const chance = random.next();
  if (scenario === "configSaves") {
    if (chance < 0.15) return { do: "reset", keys: [random.pick(Object.keys(ranges))] };
    if (chance < 0.25) return { do: "backup", name: `kept_${backups.size}` };
    if (chance < 0.35 && backups.size > 0) {
      const [id, kept] = random.pick([...backups]);
      return { do: "restore", id, state: kept };
    }
    const values: Record<string, number | null> = someValues(random);
    if (chance < 0.6) values[random.pick(Object.keys(ranges))] = null;
    return { do: "set", values };
  }
  const own = Object.keys(state.profiles);
  const idle = own.filter((name) => name !== state.active);
  if (chance < 0.4) return { do: "switch", name: random.pick([null, "camping", "storage", ...own]) };
  if (chance < 0.55 && idle.length > 0) return { do: "delete", name: random.pick(idle) };
  return { do: chance < 0.75 ? "import" : "save", name: random.pick(profileNames), overrides: someValues(random) };
}

/** What the owner's files say after a change. */
export function afterConfigStep(state: OwnerState, step: ConfigStep): OwnerState {
  switch (step.do) {
    case "set": {
      const overrides = Object.entries({ ...state.overrides, ...step.values });
      return { ...state, overrides: Object.fromEntries(overrides.filter((entry) => entry[1] !== null)) };
    }
    case "reset":
      return { ...state, overrides: without(state.overrides, step.keys) };
    case "backup":
      return state;
    case "restore":
      return { ...state, ...step.state };
    case "save":
    case "import":
      return { ...state, profiles: { ...state.profiles, [step.name]: step.overrides } };
    case "switch":
      return { ...state, active: step.name };
    case "delete":
      return { ...state, profiles: without(state.profiles, [step.name]) };
    default:
      return step satisfies never;
  }
}

function without<T>(entries: Readonly<Record<string, T>>, keys: readonly string[]): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(entries).filter(([key]) => !keys.includes(key)));
}

/** Makes a change. Answers the id of a backup that it was. */
export async function performConfigStep(configuration: Configuration, step: ConfigStep): Promise<string | undefined> {
  switch (step.do) {
    case "set":
      await configuration.setOverrides(step.values, actor);
      return undefined;
    case "reset":
      await configuration.resetOverrides(step.keys, actor);
      return undefined;
    case "backup":
      return (await configuration.backup(step.name)).id;
    case "restore":
      await configuration.restoreBackup(step.id, actor);
      return undefined;
    case "save": {
      const { name, overrides } = step;
      await configuration.saveProfile({ name, overrides, description: "", inherits: null, replace: true }, actor);
      return undefined;
    }
    case "import": {
      const values = Object.entries(step.overrides).map(([key, value]) => `${key} = ${value}\n`);
      const toml = `name = "${step.name}"\ndescription = "From elsewhere"\n\n[overrides]\n${values.join("")}`;
      await configuration.importProfile(toml, { ...actor, replace: true });
      return undefined;
    }
    case "switch":
      await configuration.switchProfile(step.name, actor);
      return undefined;
    case "delete":
      await configuration.deleteProfile(step.name, actor);
      return undefined;
    default:
      return step satisfies never;
  }
}
