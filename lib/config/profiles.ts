import { stringify } from "smol-toml";
import { z } from "zod";
import { checkTree, type TreeSource } from "./check_tree.ts";
import { dottedKey } from "./dotted_key.ts";
import type { Leaf } from "./leaf.ts";
import { nearestKey } from "./nearest_key.ts";
import { parseConfig, type ParsedConfig } from "./parse_config.ts";
import { shownValue } from "./problem_text.ts";
import { type ShippedProfile, shippedProfiles } from "./shipped_profiles.ts";
import type { ConfigProblem, ConfigTree, ConfigValue } from "./types.ts";

/** A named set of overrides. */
export interface Profile {
  readonly name: string;
  readonly description: string;
  readonly author: string;
  /** ISO 8601; null: nobody wrote it down, or it ships with the program. */
  readonly createdAt: string | null;
  /** Profile whose overrides lie below its own. */
  readonly inherits: string | null;
  readonly shipped: boolean;
  /** Where it is written, as people know it. */
  readonly where: string;
  /** Its own overrides as far as they hold. */
  readonly leaves: readonly Leaf[];
  readonly problems: readonly ConfigProblem[];
}

/** Names of profiles and of their files without ending. */
export const profileName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
export const profileNameExpected = "1 to 64 letters, digits, hyphens and underscores, the first a letter or digit";

const name = z.string().regex(profileName);
/** What stands in a profile besides its overrides, and what is expected of each. */
const headKeys = {
  name: { schema: name, expected: profileNameExpected },
  description: { schema: z.string().max(500), expected: "a text of at most 500 characters" },
  author: { schema: z.string().max(100), expected: "a text of at most 100 characters" },
  created_at: { schema: z.iso.datetime({ offset: true }), expected: 'a time such as "2026-05-01T12:00:00Z"' },
  inherits: { schema: name, expected: "the name of a profile" },
} as const;
type HeadKey = keyof typeof headKeys;

/** Reads a profile. What is wrong with it is in its problems; what is right of it holds. */
export function readProfile(
  text: string | Uint8Array,
  options: { readonly name: string; readonly file: string },
): Profile {
  const { file } = options;
  const read = parseConfig(text, { file, format: "toml" });
  if (read.kind === "problems") return profileOf(options, { problems: read.problems });
  const { parsed } = read;
  const problems: ConfigProblem[] = [];
  const note = (key: string, text: string) => {
    problems.push({ file, ...parsed.placeOfKey([key]), key: dottedKey([key]), text });
  };
  const head: Partial<Record<HeadKey, string>> = {};
  for (const [key, value] of Object.entries(parsed.tree)) {
    if (key === "overrides") continue;
    if (!Object.hasOwn(headKeys, key)) {
      const near = nearestKey(key, [...Object.keys(headKeys), "overrides"]);
      note(key, `is no key of a profile${near === undefined ? "" : `, did you mean ${near}?`}`);
      continue;
    }
    const { schema, expected } = headKeys[key as HeadKey];
    const { success, data } = schema.safeParse(value);
    if (success) head[key as HeadKey] = data;
    else note(key, `is ${shownValue(value)}, expected ${expected}`);
  }
  if (head.name !== undefined && head.name !== options.name) {
    note("name", `is ${shownValue(head.name)}, expected "${options.name}" as the file is called`);
  }
  const { leaves, problems: wrong } = overridesOf(parsed, file);
  return profileOf(options, { head, leaves, problems: [...problems, ...wrong] });
}

function overridesOf(parsed: ParsedConfig, file: string): Pick<Profile, "leaves" | "problems"> {
  const overrides = parsed.tree["overrides"] ?? {};
  if (typeof overrides !== "object" || overrides === null || Array.isArray(overrides)) {
    const text = `is ${shownValue(overrides)}, expected a table of keys`;
    return { leaves: [], problems: [{ file, ...parsed.placeOf(["overrides"]), key: "overrides", text }] };
  }
  const source: TreeSource = { layer: "profile", where: file, prefix: ["overrides"], ...parsed };
  return checkTree(overrides as ConfigTree, source);
}

function profileOf(
  { name, file }: { readonly name: string; readonly file: string },
  read: { readonly head?: Partial<Record<HeadKey, string>> } & Partial<Pick<Profile, "leaves" | "problems">>,
): Profile {
  const { head = {}, leaves = [], problems = [] } = read;
  return {
    name,
    description: head.description ?? "",
    author: head.author ?? "",
    createdAt: head.created_at ?? null,
    inherits: head.inherits ?? null,
    shipped: false,
    where: file,
    leaves,
    problems,
  };
}

/** A profile that ships with the program. */
export function shippedProfile({ name, description, overrides }: ShippedProfile): Profile {
  const where = `profile "${name}"`;
  return {
    name,
    description,
    author: "CoachIQ",
    createdAt: null,
    inherits: null,
    shipped: true,
    where,
    ...checkTree(overrides, { layer: "profile", where }),
  };
}

/** The profiles of the program by name. */
export const shippedByName: ReadonlyMap<string, Profile> = new Map(
  shippedProfiles.map((shipped) => [shipped.name, shippedProfile(shipped)]),
);

/** Profiles that count for one, the lowest first, or why it cannot be used. */
export type ProfileChain =
  | { readonly kind: "chain"; readonly profiles: readonly Profile[] }
  /** To follow the name of the profile. */
  | { readonly kind: "problem"; readonly text: string };

/** Follows `inherits`. */
export function chainOf(name: string, profiles: ReadonlyMap<string, Profile>): ProfileChain {
  const chain: Profile[] = [];
  for (let next: string | null = name; next !== null;) {
    const seen = chain.findIndex((profile) => profile.name === next);
    if (seen >= 0) {
      const circle = [...chain.slice(seen).map((profile) => profile.name), next].join(" → ");
      return { kind: "problem", text: `inherits in a circle (${circle}), expected an end` };
    }
    const profile = profiles.get(next);
    if (!profile) {
      const near = nearestKey(next, profiles.keys());
      const hint = near === undefined ? "" : `, did you mean "${near}"?`;
      const text = chain.length === 0 ? `is not there${hint}` : `inherits "${next}", which is not there${hint}`;
      return { kind: "problem", text };
    }
    chain.push(profile);
    next = profile.inherits;
  }
  return { kind: "chain", profiles: chain.reverse() };
}

/** A profile as a file of its own. */
export function profileText(
  profile: Pick<Profile, "name" | "description" | "author" | "createdAt" | "inherits">,
  overrides: ConfigTree,
): string {
  const { name, description, author, createdAt, inherits } = profile;
  const head: Record<string, ConfigValue> = {
    name,
    description,
    author,
    ...(createdAt === null ? {} : { created_at: createdAt }),
    ...(inherits === null ? {} : { inherits }),
  };
  return stringify({ ...head, overrides });
}
