import type { ConfigBackupView, ConfigJson, ConfigView, ProfilePreview, ProfileView } from "../wire/mod.ts";

/**
 * What the site needs of the configuration; implemented by wiring. What is refused throws `RequestError`: 404 for an
 * unknown key, profile or backup, 409 for what cannot be now, 422 with each thing that is wrong.
 */
export interface ConfigServices {
  view(): ConfigView;
  /** Writes overrides, all or none; `null` takes the override of that key away. Answers the whole view again. */
  setOverrides(values: Readonly<Record<string, ConfigJson | null>>, actor: string): Promise<ConfigView>;
  profiles(): readonly ProfileView[];
  /** Creates a profile, or replaces one that is not shipped. Without `overrides`: what is overridden at present. */
  saveProfile(profile: {
    readonly name: string;
    readonly description: string;
    readonly inherits: string | null;
    readonly overrides?: Readonly<Record<string, ConfigJson>>;
    /** A profile of that name may be there already. */
    readonly replace: boolean;
  }, actor: string): Promise<ProfileView>;
  deleteProfile(name: string, actor: string): Promise<void>;
  /** Null: no profile. */
  previewProfile(name: string | null): ProfilePreview;
  switchProfile(name: string | null, actor: string): Promise<ConfigView>;
  /** TOML of one profile. */
  exportProfile(name: string): string;
  importProfile(toml: string, options: { readonly replace: boolean; readonly actor: string }): Promise<ProfileView>;
  backups(): Promise<readonly ConfigBackupView[]>;
  /** Keeps the overrides as they are under a name. */
  backup(name: string): Promise<ConfigBackupView>;
  restoreBackup(id: string, actor: string): Promise<ConfigView>;
  deleteBackup(id: string): Promise<void>;
  /** Told after every change, also one that an editor made; returns the function that ends it. */
  subscribe(listener: () => void): () => void;
}
