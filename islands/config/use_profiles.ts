import { useState } from "preact/hooks";
import type { ConfigJson, ConfigKeyView, ConfigView, ProfilePreview, ProfileView } from "../../lib/wire/mod.ts";
import { type LivePage, useReady } from "../live/page.ts";
import { askConfig, withJson } from "./ask_config.ts";

/** What the page was rendered with. */
export interface ProfileSeed {
  readonly profiles: readonly ProfileView[];
  /** The keys that the profiles set: their units and types. */
  readonly keys: readonly ConfigKeyView[];
  readonly activeProfile: string | null;
}

/** A profile as its form makes it. */
export interface ProfileDraft {
  readonly name: string;
  readonly description: string;
  readonly inherits: string | null;
  /** Undefined: what is overridden at present. */
  readonly overrides?: Readonly<Record<string, ConfigJson>>;
}

/** The profiles as the parts of the page need them. */
export interface ProfileDesk {
  readonly profiles: readonly ProfileView[];
  readonly activeProfile: string | null;
  /** The page has come alive. */
  readonly isReady: boolean;
  /** Something may be changed here and now. */
  readonly isFree: boolean;
  keyOf(key: string): ConfigKeyView | undefined;
  /** Every key, for a form; undefined: it could not be asked for, and was said so. */
  loadKeys(): Promise<readonly ConfigKeyView[] | undefined>;
  /** Undefined: it was refused, and said so. */
  preview(name: string | null): Promise<ProfilePreview | undefined>;
  /** True: it is done. It can be taken back from the sentence that tells of it. */
  switchTo(name: string | null): Promise<boolean>;
  /** Answers why it was refused. */
  save(draft: ProfileDraft, options: { readonly replace: boolean }): Promise<string | undefined>;
  remove(profile: ProfileView): Promise<void>;
  importFile(file: File): Promise<void>;
  say(sentence: string): void;
}

const text = {
  active: (name: string) => `The profile ${name} is active.`,
  none: "No profile is active.",
  saved: (name: string) => `The profile ${name} is saved.`,
  removed: (name: string) => `The profile ${name} is deleted.`,
  imported: (name: string) => `The profile ${name} is taken in.`,
  tooLong: "The file is too long for a profile.",
  replace: "There is a profile of that name. Replace it?",
};

/** Longest file that is sent, bytes. */
const maxBytes = 65_536;

export function useProfiles(page: LivePage, seed: ProfileSeed): ProfileDesk {
  const isReady = useReady();
  const { profiles, activeProfile, keys, refresh, loadKeys } = useLists(seed);
  const say = (sentence: string) => page.desk.announce(sentence, "problem");
  const done = (sentence: string, undo?: () => void) =>
    page.desk.announce(sentence, "done", undo === undefined ? {} : { undo });
  const ask = async <T>(path: string, init?: RequestInit): Promise<{ readonly answer: T } | undefined> => {
    const asked = await askConfig<T>(path, init);
    if ("answer" in asked) return asked;
    say(asked.refused);
    return undefined;
  };
  const switchTo = async (name: string | null, isUndo = false): Promise<boolean> => {
    const before = activeProfile;
    const asked = await ask<ConfigView>("/profiles/switch", withJson("POST", { name }));
    await refresh();
    if (!asked) return false;
    done(name === null ? text.none : text.active(name), isUndo ? undefined : () => void switchTo(before, true));
    return true;
  };
  return {
    profiles,
    activeProfile,
    isReady,
    isFree: isReady,
    keyOf: (key) => keys.get(key),
    loadKeys: async () => await loadKeys(ask),
    preview: async (name) => {
      const path = name === null ? "/profiles/preview" : `/profiles/${name}/preview`;
      return (await ask<ProfilePreview>(path))?.answer;
    },
    switchTo: (name) => switchTo(name),
    save: async ({ name, ...draft }, { replace }) => {
      const asked = await askConfig(`/profiles/${name}`, withJson("PUT", { ...draft, replace }));
      await refresh();
      if ("refused" in asked) return asked.refused;
      done(text.saved(name));
      return undefined;
    },
    remove: async ({ name }) => {
      const asked = await ask(`/profiles/${name}`, { method: "DELETE" });
      await refresh();
      if (asked) done(text.removed(name));
    },
    importFile: async (file) => {
      if (file.size > maxBytes) return say(text.tooLong);
      const asked = await sendProfile(await file.text(), profiles);
      await refresh();
      if ("refused" in asked) say(asked.refused);
      else done(text.imported(asked.answer.name));
    },
    say,
  };
}

/** Sends a profile's file; where one of the owner's has its name, the owner is asked. */
async function sendProfile(toml: string, profiles: readonly ProfileView[]) {
  const init = { method: "POST", headers: { "content-type": "application/toml" }, body: toml };
  const asked = await askConfig<ProfileView>("/profiles/import", init);
  if ("answer" in asked || asked.status !== 409) return asked;
  const isInTheWay = profiles.some(({ name, shipped }) => !shipped && asked.refused.includes(`"${name}"`));
  return isInTheWay && confirm(text.replace)
    ? await askConfig<ProfileView>("/profiles/import?replace=true", init)
    : asked;
}

type Ask = <T>(path: string) => Promise<{ readonly answer: T } | undefined>;

/** What a change may have changed. */
function useLists(seed: ProfileSeed) {
  const [profiles, setProfiles] = useState(seed.profiles);
  const [known, setKnown] = useState<readonly ConfigKeyView[]>(seed.keys);
  const [isWhole, setWhole] = useState(false);
  const loadKeys = async (ask: Ask) => {
    if (isWhole) return known;
    const asked = await ask<ConfigView>("");
    if (!asked) return undefined;
    setKnown(asked.answer.keys);
    setWhole(true);
    return asked.answer.keys;
  };
  const refresh = async () => {
    const asked = await askConfig<readonly ProfileView[]>("/profiles");
    if ("answer" in asked) setProfiles(asked.answer);
  };
  return {
    profiles,
    activeProfile: profiles.find(({ active }) => active)?.name ?? null,
    keys: new Map(known.map((key) => [key.key, key])),
    loadKeys,
    refresh,
  };
}
