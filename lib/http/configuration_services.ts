import { ConfigError, type Configuration, type OwnerBackup, type ProfileInfo } from "../config/mod.ts";
import type { ConfigBackupView, ConfigJson, ConfigView, ProfilePreview, ProfileView } from "../wire/mod.ts";
import type { ConfigServices } from "./config_services.ts";
import { keyViews, linewise, profileLinewise, profileTablewise } from "./config_tables.ts";
import { problemViews } from "./config_views.ts";
import { RequestError } from "./services.ts";

export interface ConfigurationServicesOptions {
  /** Loaded. */
  readonly configuration: Configuration;
}

/** {@link ConfigServices} over the configuration. */
export class ConfigurationServices implements ConfigServices {
  readonly #configuration: Configuration;

  constructor(options: ConfigurationServicesOptions) {
    this.#configuration = options.configuration;
  }

  view(): ConfigView {
    return {
      keys: keyViews(this.#configuration.entries()),
      activeProfile: this.#configuration.activeProfile,
      problems: problemViews(this.#configuration.problems(), this.#configuration.places),
    };
  }

  async setOverrides(values: Readonly<Record<string, ConfigJson | null>>, actor: string): Promise<ConfigView> {
    const lines = linewise(values, this.#configuration.entries());
    await this.#change(() => this.#configuration.setOverrides(lines, { actor }));
    return this.view();
  }

  profiles(): readonly ProfileView[] {
    return this.#configuration.profiles().map(profileView);
  }

  async saveProfile(profile: Parameters<ConfigServices["saveProfile"]>[0], actor: string): Promise<ProfileView> {
    const { overrides, ...rest } = profile;
    const wanted = overrides === undefined ? rest : { ...rest, overrides: profileLinewise(overrides) };
    return profileView(await this.#change(() => this.#configuration.saveProfile(wanted, { actor })));
  }

  deleteProfile(name: string, actor: string): Promise<void> {
    return this.#change(() => this.#configuration.deleteProfile(name, { actor }));
  }

  previewProfile(name: string | null): ProfilePreview {
    return { name, changes: answered(() => this.#configuration.previewProfile(name)) };
  }

  async switchProfile(name: string | null, actor: string): Promise<ConfigView> {
    await this.#change(() => this.#configuration.switchProfile(name, { actor }));
    return this.view();
  }

  exportProfile(name: string): string {
    const toml = answered(() => this.#configuration.exportProfile(name));
    const { problems = [] } = this.#configuration.profiles().find((profile) => profile.name === name) ?? {};
    if (problems.length === 0) return toml;
    // What does not belong in a profile may be a secret.
    throw new RequestError(409, `Cannot export the profile "${name}": its file is not right`, problems);
  }

  async importProfile(
    toml: string,
    options: { readonly replace: boolean; readonly actor: string },
  ): Promise<ProfileView> {
    return profileView(await this.#change(() => this.#configuration.importProfile(toml, options)));
  }

  async backups(): Promise<readonly ConfigBackupView[]> {
    return (await this.#configuration.backups()).map(backupView);
  }

  async backup(name: string): Promise<ConfigBackupView> {
    try {
      return backupView(await this.#change(() => this.#configuration.backup(name)));
    } catch (error) {
      if (!(error instanceof RequestError && error.status === 404)) throw error;
      throw new RequestError(409, `Cannot keep the settings as "${name}": nothing is set yet, so there is no file`);
    }
  }

  async restoreBackup(id: string, actor: string): Promise<ConfigView> {
    await this.#change(() => this.#configuration.restoreBackup(id, { actor }));
    return this.view();
  }

  deleteBackup(id: string): Promise<void> {
    return this.#change(() => this.#configuration.deleteBackup(id));
  }

  subscribe(listener: () => void): () => void {
    return this.#configuration.subscribe(() => listener());
  }

  async #change<Result>(change: () => Promise<Result>): Promise<Result> {
    try {
      return await change();
    } catch (error) {
      throw requestError(error);
    }
  }
}

function answered<Result>(ask: () => Result): Result {
  try {
    return ask();
  } catch (error) {
    throw requestError(error);
  }
}

const statusOf = { invalid: 422, notFound: 404, conflict: 409 } as const;

function requestError(error: unknown): unknown {
  if (!(error instanceof ConfigError)) return error;
  const each = error.problems.map(({ key, text }) => key === undefined ? text : `${key} ${text}`);
  return new RequestError(statusOf[error.kind], error.message, each);
}

function profileView({ overrides, ...profile }: ProfileInfo): ProfileView {
  return { ...profile, overrides: profileTablewise(overrides) };
}

function backupView({ createdAtMs, ...backup }: OwnerBackup): ConfigBackupView {
  return { ...backup, createdAt: new Date(createdAtMs).toISOString() };
}
