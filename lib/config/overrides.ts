import { checkTree } from "./check_tree.ts";
import { ConfigError } from "./config_error.ts";
import type { ParsedFile } from "./config_files.ts";
import type { Leaf } from "./leaf.ts";
import type { Place } from "./line_index.ts";
import { shownValue } from "./problem_text.ts";
import { profileName } from "./profiles.ts";
import type { ConfigProblem, ConfigTree } from "./types.ts";

/** Name of the overrides among the owner's files. */
export const overridesFile = "config-overrides.toml";

/** Key of the overrides that names the active profile; the schema does not know it. */
export const activeProfileKey = "active_profile";

/** What the owner's overrides say. */
export interface Overrides {
  /** Where they are, as people know it. */
  readonly file: string;
  /** All keys as written, wrong ones, too. */
  readonly tree: ConfigTree;
  readonly leaves: readonly Leaf[];
  /** What was left out. */
  readonly problems: readonly ConfigProblem[];
  /** The file as a whole could not be read: nothing of it holds, and nobody writes over it. */
  readonly broken: boolean;
  readonly activeProfile: string | null;
  /** Where the active profile is named. */
  readonly activeProfilePlace?: Place;
}

/** Overrides that say nothing: there is no file. */
export function noOverrides(file: string): Overrides {
  return { file, tree: {}, leaves: [], problems: [], broken: false, activeProfile: null };
}

/** Overrides of which nothing can be read. */
export function brokenOverrides(file: string, error: unknown): Overrides {
  return { ...noOverrides(file), problems: problemsOf(error, file), broken: true };
}

/** What an error says about a file that cannot be read. */
export function problemsOf(error: unknown, file: string): readonly ConfigProblem[] {
  if (error instanceof ConfigError && error.problems.length > 0) return error.problems;
  return [{ file, text: `cannot be read (${error instanceof Error ? error.message : String(error)})` }];
}

/** What of a file holds; what is wrong is left out with a problem. */
export function overridesOf({ file, tree, placeOf, placeOfKey }: ParsedFile): Overrides {
  const { [activeProfileKey]: named, ...overrides } = tree;
  const checked = checkTree(overrides, { layer: "overrides", where: file, placeOf, placeOfKey });
  const place = placeOf([activeProfileKey]);
  const isName = typeof named === "string" && profileName.test(named);
  const wrongName = named === undefined || isName ? [] : [{
    file,
    ...place,
    key: activeProfileKey,
    text: `is ${shownValue(named)}, expected the name of a profile`,
  }];
  return {
    file,
    tree,
    leaves: checked.leaves,
    problems: [...wrongName, ...checked.problems],
    broken: false,
    activeProfile: isName ? named : null,
    ...(place ? { activeProfilePlace: place } : {}),
  };
}
