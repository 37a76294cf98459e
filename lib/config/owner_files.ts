import type { FileSystem } from "../base/durable_file.ts";
import type { Clock } from "../base/mod.ts";
import { ConfigError } from "./config_error.ts";
import { ConfigFiles, type FileEdits } from "./config_files.ts";
import type { BackupName } from "./file_names.ts";
import { brokenOverrides, noOverrides, type Overrides, overridesFile, overridesOf, problemsOf } from "./overrides.ts";
import { brokenProfile, type Profile, readProfile, shippedByName } from "./profiles.ts";
import type { ConfigProblem } from "./types.ts";

/** Settings of {@link OwnerFiles}. */
export interface OwnerFilesOptions {
  /** `<data>/user`; made before the first change. */
  readonly userFolder: string;
  /** Folder for backups, with one inside for each kind of file. */
  readonly backupsFolder: string;
  readonly clock: Clock;
  readonly fileSystem?: FileSystem;
}

/** A backup of the overrides or of a profile. */
export interface OwnerBackup {
  readonly id: string;
  /** `config-overrides.toml`, or `profiles/camping.toml`. */
  readonly file: string;
  /** Null: made by the program before a change. */
  readonly name: string | null;
  readonly createdAtMs: number;
  readonly sizeBytes: number;
}

/** Profiles by name, those of the program included, and what is wrong with the files as such. */
export interface ProfilesReading {
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly problems: readonly ConfigProblem[];
}

/** Where backups of the owner's files are in a data directory. */
export function backupsFolderOf(dataDir: string): string {
  return `${dataDir}/backups/configuration`;
}

/** Before the id of a backup of a profile. */
const ofProfile = "profiles.";
/** How many are kept is the owner's to say; this is the most that can be said. */
const mostBackups = 1000;

/** The owner's files: overrides and profiles. Changes of several programs on one data directory come one after the other. */
export class OwnerFiles {
  readonly overridesPath: string;
  readonly profilesFolder: string;
  readonly #options: OwnerFilesOptions;
  readonly #overrides: ConfigFiles;
  readonly #profiles: ConfigFiles;

  constructor(options: OwnerFilesOptions) {
    const { userFolder, clock, fileSystem } = options;
    const shared = { clock, keepBackups: mostBackups, ...(fileSystem ? { fileSystem } : {}) };
    this.#options = options;
    this.overridesPath = `${userFolder}/${overridesFile}`;
    this.profilesFolder = `${userFolder}/profiles`;
    this.#overrides = new ConfigFiles({
      ...shared,
      folder: userFolder,
      backupsFolder: this.#backupsOf("overrides"),
    });
    this.#profiles = new ConfigFiles({
      ...shared,
      folder: this.profilesFolder,
      backupsFolder: this.#backupsOf("profiles"),
    });
  }

  /** Reads the overrides; never throws for what is in them. */
  async overrides(): Promise<Overrides> {
    try {
      return overridesOf((await this.#overrides.load(overridesFile)).parsed);
    } catch (error) {
      const missing = error instanceof ConfigError && error.kind === "notFound";
      return missing ? noOverrides(this.overridesPath) : brokenOverrides(this.overridesPath, error);
    }
  }

  /** Reads the profiles; never throws for what is in them. */
  async profiles(): Promise<ProfilesReading> {
    const profiles = new Map(shippedByName);
    const problems: ConfigProblem[] = [];
    let names: readonly string[] = [];
    try {
      names = await this.#profileNames();
    } catch (error) {
      problems.push(...problemsOf(error, this.profilesFolder));
    }
    for (const name of names) {
      const file = `${this.profilesFolder}/${name}.toml`;
      if (shippedByName.has(name)) {
        problems.push({ file, text: "is named as a profile of the program, expected another name" });
      } else profiles.set(name, await this.#profile(name, file));
    }
    return { profiles, problems };
  }

  /** Does work that changes files while no other program does. Makes the folders first. */
  async change<Result>(work: () => Promise<Result>): Promise<Result> {
    const { userFolder } = this.#options;
    await Deno.mkdir(userFolder, { recursive: true, mode: 0o750 });
    using lock = await Deno.open(`${userFolder}/.config.lock`, { create: true, write: true, mode: 0o600 });
    // Closing the file gives the lock back, also when the program is killed.
    await lock.lock(true);
    await this.#overrides.start();
    await this.#profiles.start();
    return await work();
  }

  /** Changes keys of the overrides; comments and order stay. */
  async editOverrides(edits: FileEdits): Promise<void> {
    await this.#overrides.save(overridesFile, edits);
  }

  /** Writes a profile as a whole, or changes keys of the one that is there. */
  async saveProfile(name: string, change: string | FileEdits): Promise<void> {
    await this.#profiles.save(`${name}.toml`, change);
  }

  async removeProfile(name: string): Promise<void> {
    await this.#profiles.remove(`${name}.toml`);
  }

  /** @throws {ConfigError} when a text cannot be that of a file, given as the backups name it. */
  check(file: string, text: string): void {
    const { files, name } = this.#placeOf(file);
    files.check(name, text);
  }

  /** Writes a file as a whole, given as the backups name it. */
  async write(file: string, text: string): Promise<void> {
    const { files, name } = this.#placeOf(file);
    await files.save(name, text);
  }

  /** Newest first. */
  async backups(): Promise<readonly OwnerBackup[]> {
    const both = await Promise.all([this.#backupsIn("overrides"), this.#backupsIn("profiles")]);
    return both.flat().sort((a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? 1 : -1));
  }

  /** Keeps the overrides as they are under a name. */
  async backup(name: string): Promise<OwnerBackup> {
    return await this.#ownerBackup("overrides", await this.#overrides.backup(overridesFile, name));
  }

  async restore(id: string): Promise<void> {
    if (id.startsWith(ofProfile)) await this.#profiles.restore(id.slice(ofProfile.length));
    else await this.#overrides.restore(id);
  }

  async removeBackup(id: string): Promise<void> {
    if (id.startsWith(ofProfile)) await this.#profiles.removeBackup(id.slice(ofProfile.length));
    else await this.#overrides.removeBackup(id);
  }

  /** Removes the oldest automatic backups beyond `keep` of each file. */
  async cleanup(keep: number): Promise<void> {
    await this.#overrides.cleanup(keep);
    await this.#profiles.cleanup(keep);
  }

  #placeOf(file: string): { readonly files: ConfigFiles; readonly name: string } {
    const [, name] = /^profiles\/(.*)$/.exec(file) ?? [];
    if (name !== undefined) return { files: this.#profiles, name };
    if (file === overridesFile) return { files: this.#overrides, name: file };
    throw new ConfigError("invalid", `Cannot use "${file}": expected "${overridesFile}" or a file of "profiles/"`);
  }

  #backupsOf(kind: "overrides" | "profiles"): string {
    return `${this.#options.backupsFolder}/${kind}`;
  }

  async #profileNames(): Promise<readonly string[]> {
    const files = await unlessMissing(() => this.#profiles.list());
    return files.filter(({ format }) => format === "toml").map(({ name }) => name.replace(/\.toml$/, ""));
  }

  async #profile(name: string, file: string): Promise<Profile> {
    try {
      const { parsed, text } = await this.#profiles.load(`${name}.toml`);
      return { ...readProfile(name, parsed), text };
    } catch (error) {
      return brokenProfile(name, { file, problems: problemsOf(error, file) });
    }
  }

  async #backupsIn(kind: "overrides" | "profiles"): Promise<readonly OwnerBackup[]> {
    const files = kind === "overrides" ? this.#overrides : this.#profiles;
    const found = await unlessMissing(() => files.backups());
    return await Promise.all(found.map((backup) => this.#ownerBackup(kind, backup)));
  }

  async #ownerBackup(
    kind: "overrides" | "profiles",
    { id, file, label, createdAtMs }: BackupName,
  ): Promise<OwnerBackup> {
    return {
      id: kind === "overrides" ? id : `${ofProfile}${id}`,
      file: kind === "overrides" ? file : `profiles/${file}`,
      name: label ?? null,
      createdAtMs,
      sizeBytes: (await Deno.stat(`${this.#backupsOf(kind)}/${id}`)).size,
    };
  }
}

/** What is in a folder; nothing when the folder was never made. */
async function unlessMissing<Item>(list: () => Promise<readonly Item[]>): Promise<readonly Item[]> {
  try {
    return await list();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
