import { valueProblem, writerProblem } from "./check_tree.ts";
import { ConfigError } from "./config_error.ts";
import type { FileEdits } from "./config_files.ts";
import { dottedKey, quoted } from "./dotted_key.ts";
import { readVersioned } from "./file_version.ts";
import { findKey } from "./find_key.ts";
import { treeOfKeys } from "./merge_layers.ts";
import { problemLine } from "./problem_text.ts";
import { chainOf, type Profile, profileName, profileNameExpected, profileText, readProfile } from "./profiles.ts";
import type { ConfigProblem, ConfigValue } from "./types.ts";

/** A profile for people. */
export interface ProfileInfo {
  readonly name: string;
  readonly description: string;
  readonly author: string;
  readonly createdAt: string | null;
  readonly inherits: string | null;
  readonly active: boolean;
  readonly shipped: boolean;
  /** Its own overrides by dotted key, as far as they hold. */
  readonly overrides: Readonly<Record<string, ConfigValue>>;
  /** Why it cannot be switched to; none: it can. */
  readonly problems: readonly string[];
}

/** A profile to be saved. */
export interface NewProfile {
  readonly name: string;
  readonly description: string;
  readonly inherits: string | null;
  readonly overrides: Readonly<Record<string, ConfigValue>>;
  /** A profile of that name may be there already. */
  readonly replace: boolean;
}

type Profiles = ReadonlyMap<string, Profile>;

/** A profile for people. */
export function profileInfo(
  profile: Profile,
  { profiles, active }: { readonly profiles: Profiles; readonly active: string | null },
): ProfileInfo {
  const { name, description, author, createdAt, inherits, shipped, leaves } = profile;
  return {
    name,
    description,
    author,
    createdAt,
    inherits,
    active: name === active,
    shipped,
    overrides: Object.fromEntries(leaves.map(({ key, value }) => [key, value as ConfigValue])),
    problems: chainProblems(name, profiles),
  };
}

/** What is wrong with a profile and those that it inherits from. */
function chainProblems(name: string, profiles: Profiles): readonly string[] {
  const chain = chainOf(name, profiles);
  if (chain.kind === "problem") return [`${profiles.get(name)?.where ?? name}: ${chain.text}`];
  return chain.profiles.flatMap(({ problems }) => problems.map(problemLine));
}

/** @throws {ConfigError} `notFound`. */
export function mustHaveProfile(name: string, profiles: Profiles): Profile {
  const profile = profiles.get(name);
  if (profile) return profile;
  throw new ConfigError("notFound", `Cannot find profile ${quoted(name.slice(0, 100))}: there is none of this name`);
}

/** @throws {ConfigError} when a profile cannot be switched to as it is. */
export function mustBeUsable(name: string, profiles: Profiles): void {
  mustHaveProfile(name, profiles);
  const problems = chainProblems(name, profiles);
  if (problems.length === 0) return;
  throw new ConfigError("conflict", `Cannot switch to profile "${name}": ${problems.join("; ")}`);
}

/** @throws {ConfigError} when a profile must stay: it ships with the program, is active, or others inherit from it. */
export function mustBeRemovable(
  name: string,
  { profiles, active }: { readonly profiles: Profiles; readonly active: string | null },
): void {
  const cannot = (reason: string) => new ConfigError("conflict", `Cannot delete profile "${name}": ${reason}`);
  if (mustHaveProfile(name, profiles).shipped) throw cannot("it is part of the program");
  if (name === active) throw cannot("it is the active one, expected a switch to another first");
  const heirs = [...profiles.values()].filter(({ inherits }) => inherits === name).map((heir) => `"${heir.name}"`);
  if (heirs.length > 0) throw cannot(`${heirs.join(" and ")} inherits from it, expected that to be deleted first`);
}

/**
 * What to write for a profile: a whole file, or changes of the one that is there, so that its comments stay.
 *
 * @throws {ConfigError} with everything that is wrong.
 */
export function planProfile(
  wanted: NewProfile,
  { profiles, author, createdAt }: {
    readonly profiles: Profiles;
    readonly author: string;
    readonly createdAt: string;
  },
): string | FileEdits {
  const { name, description, inherits, overrides } = wanted;
  mustBeSavable(wanted, profiles);
  const present = profiles.get(name);
  const head = { name, description, author, createdAt, inherits };
  if (!present || present.text === "") return profileText(head, treeOfKeys(overrides));
  const gone = present.leaves.filter(({ key }) => !Object.hasOwn(overrides, key));
  return {
    set: {
      description,
      ...(inherits === null ? {} : { inherits }),
      ...Object.fromEntries(Object.entries(overrides).map(([key, value]) => [`overrides.${key}`, value])),
    },
    remove: [...gone.map(({ path }) => dottedKey(["overrides", ...path])), ...(inherits === null ? ["inherits"] : [])],
  };
}

function mustBeSavable({ name, inherits, overrides, replace }: NewProfile, profiles: Profiles): void {
  const file = name.slice(0, 100);
  const conflict = (reason: string) => new ConfigError("conflict", `Cannot save profile ${quoted(file)}: ${reason}`);
  if (!profileName.test(name)) {
    throw ConfigError.of("save profile", [{
      file,
      text: `has other characters in its name, expected ${profileNameExpected}`,
    }]);
  }
  const present = profiles.get(name);
  if (present?.shipped) {
    throw conflict("it is part of the program, expected another name");
  }
  if (present && !replace) {
    throw conflict("there is one of this name, expected the word to replace it");
  }
  const problems: ConfigProblem[] = Object.entries(overrides).flatMap(([key, value]) => {
    const { definition } = findKey(key);
    const text = writerProblem(definition, "profile") ?? valueProblem(definition, value)?.text;
    return text === undefined ? [] : [{ file, key, text }];
  });
  if (inherits !== null) {
    const heirs: ReadonlyMap<string, Pick<Profile, "name" | "inherits">> = profiles;
    const chain = chainOf(name, new Map([...heirs, [name, { name, inherits }]]));
    if (chain.kind === "problem") problems.push({ file, key: "inherits", text: chain.text });
  }
  if (problems.length > 0) throw ConfigError.of("save profile", problems);
}

/**
 * Reads the text of a profile that came from elsewhere.
 *
 * @throws {ConfigError} with everything that is wrong; a profile to be taken in must be right, and say its name.
 */
export function parseImportedProfile(
  text: string | Uint8Array,
): Omit<NewProfile, "replace"> & { readonly author: string } {
  const file = "profile.toml";
  const read = readVersioned(text, { file, format: "toml" });
  if (read.kind === "problems") throw ConfigError.of("import profile", read.problems);
  const name = read.parsed.tree["name"];
  if (typeof name !== "string") {
    throw ConfigError.of("import profile", [{ file, key: "name", text: "is not there, expected the profile's name" }]);
  }
  const profile = readProfile(name, { ...read.parsed, file });
  if (profile.problems.length > 0) throw ConfigError.of("import profile", profile.problems);
  const { description, inherits, author, leaves } = profile;
  const overrides = Object.fromEntries(leaves.map(({ key, value }) => [key, value as ConfigValue]));
  return { name, description, inherits, author, overrides };
}
