import type { FileSystem } from "../base/durable_file.ts";
import { type Clock, type Logger, silentLogger } from "../base/mod.ts";
import { checkTree } from "./check_tree.ts";
import { ConfigError } from "./config_error.ts";
import type { ConfigEntry } from "./config_entry.ts";
import { type ConfigPlaces, findPlaces, type StorageProfile } from "./config_places.ts";
import type { ConfigChange, PreviewedChange } from "./config_state.ts";
import type { EditorWatchOptions } from "./editor_watch.ts";
import type { Environment } from "./environment.ts";
import { findKey } from "./find_key.ts";
import type { Leaf } from "./leaf.ts";
import { LoadedConfig } from "./loaded_config.ts";
import { mustBeWhole, overridesOfPresent, type OverrideValues, planOverrides } from "./override_changes.ts";
import { activeProfileKey } from "./overrides.ts";
import type { OwnerBackup } from "./owner_files.ts";
import { valuesIn, withPreferences } from "./preference_table.ts";
import {
  mustBeRemovable,
  mustBeUsable,
  mustHaveProfile,
  type NewProfile,
  parseImportedProfile,
  planProfile,
  type ProfileInfo,
  profileInfo,
} from "./profile_changes.ts";
import type { EffectiveConfig } from "./schema.ts";
import { checkPermissions, type PermissionSystem } from "./system_permissions.ts";
import type { ConfigProblem, ConfigTree, ConfigValue, Layer } from "./types.ts";

/** A value that the command line gave; it has checked it. */
export interface FlagValue {
  /** As it is typed, e.g. `--port`. */
  readonly flag: string;
  /** Dotted. */
  readonly key: string;
  readonly value: ConfigValue;
}

/** Where preferences are kept: a table of the database. */
export interface PreferenceStore {
  /** Writes values by dotted key in one transaction; undefined takes one away. */
  set(values: Readonly<Record<string, ConfigValue | undefined>>): void;
}

/** Settings of {@link Configuration}. */
export interface ConfigurationOptions {
  readonly environment: Environment;
  readonly flags?: readonly FlagValue[];
  /** The folder of a storage profile where nobody names one. */
  readonly defaultDataDir: (profile: StorageProfile) => string;
  readonly clock: Clock;
  readonly logger?: Logger;
  /** True: wrong permissions of the system file are mended. Default: they are told alone. */
  readonly mendPermissions?: boolean;
  readonly permissions?: PermissionSystem;
  readonly fileSystem?: FileSystem;
  readonly watching?: EditorWatchOptions;
}

/** Layers that are handed in. */
export type TableLayer = Extract<Layer, "protocol" | "model" | "structure" | "state" | "preferences">;

/** Who changes something, for the log. */
export interface Actor {
  readonly actor: string;
}

/**
 * The configuration of a data directory: read at the start, changed while the program runs, with the origin of every
 * value.
 *
 * Methods that change something throw {@link ConfigError} and leave everything as it was; changes come one after the
 * other, those of other programs included.
 */
export class Configuration {
  readonly #options: ConfigurationOptions;
  readonly #logger: Logger;
  #loaded: LoadedConfig | undefined;
  #preferences: PreferenceStore | undefined;

  constructor(options: ConfigurationOptions) {
    this.#options = options;
    this.#logger = options.logger ?? silentLogger;
  }

  /**
   * Reads everything; writes nothing.
   *
   * @throws {ConfigError} `invalid` when the environment or the system file is wrong, with everything that is. What is
   * wrong with overrides and profiles is in {@link Configuration.problems}.
   */
  async load(): Promise<void> {
    const { environment, defaultDataDir, mendPermissions = false, permissions, ...shared } = this.#options;
    const flags = (this.#options.flags ?? []).map(flagLeaf);
    const found = await findPlaces({ environment, flags, defaultDataDir });
    const { systemFile, systemFileIsNamed } = found.places;
    const permissionProblems = !found.system.found ? [] : await checkPermissions(systemFile, {
      ownFolder: !systemFileIsNamed,
      mend: mendPermissions,
      ...(permissions ? { system: permissions } : {}),
    });
    this.#loaded = await LoadedConfig.read({ ...shared, logger: this.#logger, found, flags, permissionProblems });
  }

  get places(): ConfigPlaces {
    return this.#must.state.inputs.found.places;
  }

  /** What the program runs with: keys that need a restart are as they were at the start. */
  get effective(): EffectiveConfig {
    return this.#must.state.effective;
  }

  /** Every key with its value, its origin and what lies below. Never a secret. */
  entries(): readonly ConfigEntry[] {
    return this.#must.state.entries();
  }

  /** What was left out, old variables, wrong permissions. */
  problems(): readonly ConfigProblem[] {
    return this.#must.state.problems;
  }

  get activeProfile(): string | null {
    return this.#must.state.resolved.activeProfile;
  }

  /** Hands a layer in, or a newer one: the tables of the standards, the coach model, rows of the database. */
  setLayer(layer: TableLayer, { tree, where }: { readonly tree: ConfigTree; readonly where: string }): void {
    this.#must.setTable(layer, checkTree(tree, { layer, where }));
  }

  /** From now on preferences are kept there, and no longer among the overrides. */
  keepPreferences(store: PreferenceStore): void {
    this.#preferences = store;
  }

  /** Writes overrides, all or none; null takes the override of a key away. */
  setOverrides(values: OverrideValues, { actor }: Actor): Promise<void> {
    return this.#must.change(async ({ files, state }) => {
      const { inputs, resolved } = state;
      const changes = planOverrides(values, { inputs, resolved, keepsPreferences: this.#preferences !== undefined });
      const { set, remove, preferences } = changes;
      const putBack = this.#setPreferences(preferences);
      try {
        if (Object.keys(set).length + remove.length > 0) await files.editOverrides({ set, remove });
      } catch (error) {
        putBack();
        throw error;
      }
      this.#logger.info("Configuration changed", { keys: Object.keys(values).join(","), actor });
    });
  }

  /** Takes overrides away, so that the layers below count again. */
  resetOverrides(keys: readonly string[], author: Actor): Promise<void> {
    return this.setOverrides(Object.fromEntries(keys.map((key) => [key, null])), author);
  }

  profiles(): readonly ProfileInfo[] {
    return this.#must.state.profiles();
  }

  /** What a switch to a profile, or to none, would change. @throws {ConfigError} when it cannot be switched to. */
  previewProfile(name: string | null): readonly PreviewedChange[] {
    if (name !== null) mustBeUsable(name, this.#must.state.inputs.profiles);
    return this.#must.state.preview(name);
  }

  /** Switches to a profile, or to none. It stays so after a restart. */
  switchProfile(name: string | null, { actor }: Actor): Promise<void> {
    return this.#must.change(async ({ files, state: { inputs } }) => {
      mustBeWhole(inputs.overrides);
      if (name !== null) mustBeUsable(name, inputs.profiles);
      await files.editOverrides(
        name === null ? { remove: [activeProfileKey] } : { set: { [activeProfileKey]: name } },
      );
      this.#logger.info("Switched the configuration profile", { profile: name ?? "none", actor });
    });
  }

  /** Creates a profile, or replaces one that is not part of the program. Without overrides: those of the present. */
  async saveProfile(
    profile: Omit<NewProfile, "overrides"> & Partial<Pick<NewProfile, "overrides">>,
    { actor }: Actor,
  ): Promise<ProfileInfo> {
    const { name } = profile;
    await this.#must.change(async ({ files, state: { inputs: { profiles }, resolved } }) => {
      const plan = planProfile({ ...profile, overrides: profile.overrides ?? overridesOfPresent(resolved) }, {
        profiles,
        author: actor,
        createdAt: new Date(this.#options.clock.wallMs()).toISOString(),
      });
      await files.saveProfile(name, plan);
      this.#logger.info("Saved a configuration profile", { profile: name, actor });
    });
    const { inputs: { profiles }, resolved: { activeProfile: active } } = this.#must.state;
    return profileInfo(mustHaveProfile(name, profiles), { profiles, active });
  }

  /** Deletes a profile; a backup of it stays. Not the active one, nor one that others inherit from. */
  deleteProfile(name: string, { actor }: Actor): Promise<void> {
    return this.#must.change(
      async ({ files, state: { inputs: { profiles }, resolved: { activeProfile: active } } }) => {
        mustBeRemovable(name, { profiles, active });
        await files.removeProfile(name);
        this.#logger.info("Deleted a configuration profile", { profile: name, actor });
      },
    );
  }

  /** TOML of a profile that is right: what does not belong in one may be a secret. @throws {ConfigError} */
  exportProfile(name: string): string {
    const { text, problems } = mustHaveProfile(name, this.#must.state.inputs.profiles);
    if (problems.length > 0) throw ConfigError.of("export profile", problems);
    return text;
  }

  /** Takes a profile in that came from elsewhere; all of it must be right. */
  async importProfile(
    toml: string | Uint8Array,
    options: Actor & { readonly replace: boolean },
  ): Promise<ProfileInfo> {
    const { replace, actor } = options;
    const { author, ...profile } = parseImportedProfile(toml);
    return await this.saveProfile({ ...profile, replace }, { actor: author === "" ? actor : author });
  }

  /** Backups of overrides and profiles, newest first. */
  backups(): Promise<readonly OwnerBackup[]> {
    return this.#must.files.backups();
  }

  /** Keeps the overrides as they are under a name. */
  backup(name: string): Promise<OwnerBackup> {
    return this.#must.change(({ files }) => files.backup(name));
  }

  /** Brings a file back to what a backup holds; what it is now is kept as a backup first. */
  restoreBackup(id: string, { actor }: Actor): Promise<void> {
    return this.#must.change(async ({ files }) => {
      await files.restore(id);
      this.#logger.info("Restored a backup of the configuration", { id, actor });
    });
  }

  deleteBackup(id: string): Promise<void> {
    return this.#must.change(({ files }) => files.removeBackup(id));
  }

  /** Told after every change; returns the function that ends it. */
  subscribe(listener: (change: ConfigChange) => void): () => void {
    return this.#must.subscribe(listener);
  }

  /** Told when the watch broke; returns the function that ends it. A stop and another watch begin it anew. */
  subscribeFailure(listener: (error: unknown) => void): () => void {
    return this.#must.subscribeFailure(listener);
  }

  /** Takes over, from now on, what an editor or another program changes. */
  watch(): Promise<void> {
    return this.#must.watch();
  }

  /** Reads all files again. What is wrong is told in {@link Configuration.problems}. */
  reload(): Promise<void> {
    return this.#must.reload();
  }

  /** Ends the watch; changes that have begun come to their end. */
  async stop(): Promise<void> {
    await this.#loaded?.stop();
  }

  /** @returns what puts the values back that were there before. */
  #setPreferences(values: Readonly<Record<string, ConfigValue | undefined>>): () => void {
    const [store, loaded] = [this.#preferences, this.#must];
    if (!store || Object.keys(values).length === 0) return () => {};
    const before = loaded.table("preferences");
    store.set(values);
    loaded.setTable("preferences", withPreferences(before, values));
    return () => {
      store.set(valuesIn(before, Object.keys(values)));
      loaded.setTable("preferences", before);
    };
  }

  get #must(): LoadedConfig {
    if (this.#loaded) return this.#loaded;
    throw new TypeError("Cannot use the configuration: it is not loaded, expected load() before");
  }
}

function flagLeaf({ flag, key, value }: FlagValue): Leaf {
  return { key, ...findKey(key), value, origin: { layer: "flags", where: flag } };
}
