import { cleanLeftovers, type FileSystem, realFileSystem, replaceFile } from "../base/durable_file.ts";
import type { Clock } from "../base/mod.ts";
import { ConfigBackups } from "./config_backups.ts";
import { ConfigError } from "./config_error.ts";
import type { ConfigFormat } from "./config_format.ts";
import { editConfig } from "./edit_config.ts";
import { type BackupName, configFileName, isConfigFileName } from "./file_names.ts";
import { type FileMigration, fileMigrations, readVersioned, versionKey } from "./file_version.ts";
import type { ParsedConfig } from "./parse_config.ts";
import { defaultLimits } from "./parse_limits.ts";
import type { ConfigProblem, ConfigTree, ConfigValue } from "./types.ts";

/** A file that was read, with its name for problems. */
export interface ParsedFile extends ParsedConfig {
  /** As people know it: the whole path. */
  readonly file: string;
}

/** Settings of {@link ConfigFiles}. */
export interface ConfigFilesOptions {
  /** Made at the start when it is not there, as is the other. */
  readonly folder: string;
  readonly backupsFolder: string;
  readonly clock: Clock;
  /** What is wrong with the values of a file, beyond its form; nothing is written when there is anything. */
  readonly validate?: (tree: ConfigTree, parsed: ParsedFile) => readonly ConfigProblem[];
  /** Backups made before changes that are kept of each file, [0, …]. Default 20. */
  readonly keepBackups?: number;
  /** Default: those of the program. */
  readonly migrations?: readonly FileMigration[];
  readonly fileSystem?: FileSystem;
}

/** A file of the folder. */
export interface ConfigFileInfo {
  /** With its ending. */
  readonly name: string;
  readonly format: ConfigFormat;
  readonly sizeBytes: number;
  /** Wall clock, ms since 1970. */
  readonly changedAtMs: number;
}

/** A file and its values. */
export interface LoadedFile {
  /** With its ending. */
  readonly name: string;
  readonly format: ConfigFormat;
  /** In the present version. */
  readonly text: string;
  /** Values, the version left out; places as in the file on the disk. */
  readonly parsed: ParsedFile;
  /** Version of the file on the disk; 0: it has none. */
  readonly fromVersion: number;
}

/** Keys to change, as {@link editConfig} takes them. */
export interface FileEdits {
  readonly set?: Readonly<Record<string, ConfigValue>>;
  readonly remove?: readonly string[];
}

/** What a change of a file came to. */
export interface SavedFile {
  /** The file as it is now. */
  readonly file: LoadedFile;
  /** False when it was that already, and nothing was written. */
  readonly changed: boolean;
  /** What it was before; absent when it was not there, or has not changed. */
  readonly backup?: BackupName;
}

/**
 * The configuration files of a folder. Every change is checked, kept as a backup and then made by replacement: a power
 * cut at any instant leaves the old file or the new one, whole. Changes are made one after the other.
 *
 * @throws {ConfigError} from every method, `invalid` for a name or a file that is wrong, `notFound` for one that is not
 * there; another error with its cause when the disk fails, which says what the file holds.
 */
export class ConfigFiles {
  readonly #options: ConfigFilesOptions;
  readonly #fileSystem: FileSystem;
  readonly #backups: ConfigBackups;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: ConfigFilesOptions) {
    const { backupsFolder, clock, fileSystem = realFileSystem } = options;
    this.#options = options;
    this.#fileSystem = fileSystem;
    this.#backups = new ConfigBackups({ folder: backupsFolder, clock, fileSystem });
  }

  /** Makes the folders and removes what an interrupted change left. */
  async start(): Promise<void> {
    await Deno.mkdir(this.#options.folder, { recursive: true, mode: 0o700 });
    await cleanLeftovers(this.#options.folder, this.#fileSystem);
    await this.#backups.start();
  }

  /** By name. Files with other names are not ours and are not listed. */
  async list(): Promise<readonly ConfigFileInfo[]> {
    const names = (await this.#fileSystem.names(this.#options.folder)).filter(isConfigFileName).sort();
    return await Promise.all(names.map(async (name) => {
      const { size, mtime } = await Deno.stat(this.#pathOf(name));
      return { name, format: configFileName(name).format, sizeBytes: size, changedAtMs: mtime?.getTime() ?? 0 };
    }));
  }

  /** Reads a file and brings it to the present version in memory; the file itself stays until the next save. */
  async load(name: string): Promise<LoadedFile> {
    const { file } = configFileName(name);
    return this.#parse(file, { data: await this.#read(file), what: "load" });
  }

  /** Reads a text as that of a file of this name; writes nothing. */
  check(name: string, text: string): void {
    this.#parse(configFileName(name).file, { data: text, what: "use" });
  }

  /** Writes a whole text, or changes keys of the file that is there; a file that is not there is made. */
  async save(name: string, change: string | FileEdits): Promise<SavedFile> {
    const { file, format } = configFileName(name);
    return await this.#serially(async () => {
      const present = await this.#readIfThere(file);
      if (typeof change === "string") return await this.#replace(file, { text: change, present, what: "save" });
      const path = this.#pathOf(file);
      const version = [...Object.keys(change.set ?? {}), ...change.remove ?? []].find((key) => key === versionKey);
      if (version !== undefined) {
        throw ConfigError.of("save", [{
          file: path,
          key: version,
          text: "is set by the program, expected no change of it",
        }]);
      }
      const base = present ? this.#parse(file, { data: present, what: "change" }).text : "";
      return await this.#replace(file, {
        text: editConfig(base, { ...change, format, file: path }),
        present,
        what: "save",
      });
    });
  }

  /** Removes a file, and keeps it as a backup. */
  async remove(name: string): Promise<BackupName> {
    const { file } = configFileName(name);
    return await this.#serially(async () => {
      const backup = await this.#backupAutomatically(file, await this.#read(file));
      await this.#fileSystem.remove(this.#pathOf(file));
      await this.#fileSystem.sync(this.#options.folder);
      return backup;
    });
  }

  /** Newest first. */
  backups(): Promise<readonly BackupName[]> {
    return this.#backups.list();
  }

  /** Keeps a file as it is now under a label of the owner's; such a backup stays until its owner removes it. */
  async backup(name: string, label: string): Promise<BackupName> {
    const { file } = configFileName(name);
    return await this.#serially(async () => await this.#backups.create(file, { data: await this.#read(file), label }));
  }

  /** Brings a file back to what a backup holds, if that is still right; what it is now is kept as a backup first. */
  restore(id: string): Promise<SavedFile> {
    return this.#serially(async () => {
      const { file } = await this.#backups.get(id);
      const data = await this.#backups.read(id);
      return await this.#replace(file, { text: data, present: await this.#readIfThere(file), what: "restore" });
    });
  }

  removeBackup(id: string): Promise<void> {
    return this.#serially(() => this.#backups.remove(id));
  }

  /** Removes the oldest automatic backups beyond `keep` of each file. @returns the ids that were removed. */
  async cleanup(keep: number = this.#keep): Promise<readonly string[]> {
    if (!Number.isInteger(keep) || keep < 0) {
      throw new ConfigError("invalid", `Cannot clean up backups: keep is ${keep}, expected a whole number from 0`);
    }
    return await this.#serially(() => this.#backups.cleanup(keep));
  }

  get #keep(): number {
    return this.#options.keepBackups ?? 20;
  }

  #pathOf(file: string): string {
    return `${this.#options.folder}/${file}`;
  }

  async #read(file: string): Promise<Uint8Array> {
    const data = await this.#readIfThere(file);
    if (data) return data;
    throw new ConfigError("notFound", `Cannot read "${this.#pathOf(file)}": there is no such file`);
  }

  async #readIfThere(file: string): Promise<Uint8Array | undefined> {
    const path = this.#pathOf(file);
    const problem = (text: string) => ConfigError.of("read", [{ file: path, text }]);
    try {
      // A link could lead anywhere, and a pipe would never end.
      const { isFile, size } = await Deno.lstat(path);
      if (!isFile) throw problem("is no ordinary file, expected one");
      const { maxBytes } = defaultLimits;
      if (size > maxBytes) throw problem(`is ${size} bytes long, expected at most ${maxBytes}`);
      return await Deno.readFile(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  }

  #parse(file: string, { data, what }: { readonly data: string | Uint8Array; readonly what: string }): LoadedFile {
    const { format } = configFileName(file);
    const path = this.#pathOf(file);
    const { migrations = fileMigrations } = this.#options;
    const read = readVersioned(data, { file: path, format, migrations });
    if (read.kind === "problems") throw ConfigError.of(what, read.problems);
    const { parsed, text, from } = read;
    return { name: file, format, text, parsed: { ...parsed, file: path }, fromVersion: from };
  }

  async #replace(
    file: string,
    { text, present, what }: {
      readonly text: string | Uint8Array;
      readonly present: Uint8Array | undefined;
      readonly what: string;
    },
  ): Promise<SavedFile> {
    const loaded = this.#parse(file, { data: text, what });
    const problems = this.#options.validate?.(loaded.parsed.tree, loaded.parsed) ?? [];
    if (problems.length > 0) throw ConfigError.of(what, problems);
    const data = new TextEncoder().encode(loaded.text);
    if (present && sameBytes(present, data)) return { file: loaded, changed: false };
    const backup = present && await this.#backupAutomatically(file, present);
    await replaceFile(data, { path: this.#pathOf(file), fileSystem: this.#fileSystem });
    return { file: loaded, changed: true, ...(backup ? { backup } : {}) };
  }

  async #backupAutomatically(file: string, data: Uint8Array): Promise<BackupName> {
    const backup = await this.#backups.create(file, { data });
    await this.#backups.cleanup(this.#keep);
    return backup;
  }

  /** One change after the other: each sees what the one before has left. */
  #serially<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
