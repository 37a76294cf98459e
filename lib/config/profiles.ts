import { stringify } from "smol-toml";
import { z } from "zod";
import { checkTree, type TreeSource } from "./check_tree.ts";
import type { ParsedFile } from "./config_files.ts";
import { dottedKey } from "./dotted_key.ts";
import type { Leaf } from "./leaf.ts";
import { nearestKey } from "./nearest_key.ts";
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
  /** As it is written, or would be; empty when it cannot be read. */
  readonly text: string;
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

/** What is wrong, and what of a profile's file holds. */
export function readProfile(name: string, { file, tree, placeOf, placeOfKey }: ParsedFile): Profile {
  const problems: ConfigProblem[] = [];
  const note = (key: string, text: string) => {
    problems.push({ file, ...placeOfKey([key]), key: dottedKey([key]), text });
  };
  const head: Partial<Record<HeadKey, string>> = {};
  for (const [key, value] of Object.entries(tree)) {
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
  if (head.name !== undefined && head.name !== name) {
    note("name", `is ${shownValue(head.name)}, expected "${name}" as the file is called`);
  }
  const { leaves, problems: wrong } = ownOverrides({ file, tree, placeOf, placeOfKey });
  return {
    ...emptyProfile(name, file),
    description: head.description ?? "",
    author: head.author ?? "",
    createdAt: head.created_at ?? null,
    inherits: head.inherits ?? null,
    leaves,
    problems: [...problems, ...wrong],
  };
}

/** A profile whose file cannot be read at all. */
export function brokenProfile(
  name: string,
  { file, problems }: { readonly file: string; readonly problems: readonly ConfigProblem[] },
): Profile {
  return { ...emptyProfile(name, file), problems };
}

function ownOverrides({ file, tree, placeOf, placeOfKey }: ParsedFile): Pick<Profile, "leaves" | "problems"> {
  const overrides = tree["overrides"] ?? {};
  if (typeof overrides !== "object" || overrides === null || Array.isArray(overrides)) {
    const text = `is ${shownValue(overrides)}, expected a table of keys`;
    return { leaves: [], problems: [{ file, ...placeOf(["overrides"]), key: "overrides", text }] };
  }
  const source: TreeSource = { layer: "profile", where: file, prefix: ["overrides"], placeOf, placeOfKey };
  return checkTree(overrides as ConfigTree, source);
}

function emptyProfile(name: string, where: string): Profile {
  return {
    name,
    description: "",
    author: "",
    createdAt: null,
    inherits: null,
    shipped: false,
    where,
    text: "",
    leaves: [],
    problems: [],
  };
}

/** A profile that ships with the program. */
export function shippedProfile({ name, description, overrides }: ShippedProfile): Profile {
  const where = `profile "${name}"`;
  const profile: Profile = { ...emptyProfile(name, where), description, author: "CoachIQ", shipped: true };
  return {
    ...profile,
    text: profileText(profile, overrides),
    ...checkTree(overrides, { layer: "profile", where }),
  };
}

/** The profiles of the program by name. */
export const shippedByName: ReadonlyMap<string, Profile> = new Map(
  shippedProfiles.map((shipped) => [shipped.name, shippedProfile(shipped)]),
);

/** What inheriting needs to know of a profile. */
type Heir = Pick<Profile, "name" | "inherits">;

/** Profiles that count for one, the lowest first, or why it cannot be used. */
export type ProfileChain<P extends Heir = Profile> =
  | { readonly kind: "chain"; readonly profiles: readonly P[] }
  /** To follow the name of the profile. */
  | { readonly kind: "problem"; readonly text: string };

/** Follows `inherits`. */
export function chainOf<P extends Heir>(name: string, profiles: ReadonlyMap<string, P>): ProfileChain<P> {
  const chain: P[] = [];
  for (let next: string | null = name; next !== null;) {
    const seen = chain.findIndex((profile) => profile.name === next);
    if (seen >= 0) {
      const circle = [...chain.slice(seen).map((profile) => profile.name), next].join(" → ");
      return { kind: "problem", text: `inherits in a circle (${circle}), expected an end` };
    }
    const profile: P | undefined = profiles.get(next);
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
