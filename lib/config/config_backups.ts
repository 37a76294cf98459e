import { cleanLeftovers, type FileSystem, replaceFile } from "../base/durable_file.ts";
import type { Clock } from "../base/mod.ts";
import { ConfigError } from "./config_error.ts";
import { quoted } from "./dotted_key.ts";
import { backupId, type BackupName, parseBackupName } from "./file_names.ts";

/** Settings of {@link ConfigBackups}. */
export interface ConfigBackupsOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly fileSystem: FileSystem;
}

/** Copies of configuration files in a folder of their own. Each is written once and never changed. */
export class ConfigBackups {
  readonly #options: ConfigBackupsOptions;
  /** Of the last one made here: the number of one that was removed is not given again. */
  #sequence = 0;

  constructor(options: ConfigBackupsOptions) {
    this.#options = options;
  }

  /** Makes the folder and removes half-written files. */
  async start(): Promise<void> {
    await Deno.mkdir(this.#options.folder, { recursive: true, mode: 0o700 });
    await cleanLeftovers(this.#options.folder, this.#options.fileSystem);
  }

  /** Newest first. */
  async list(): Promise<readonly BackupName[]> {
    const names = await this.#options.fileSystem.names(this.#options.folder);
    const backups = names.map(parseBackupName).filter((backup) => backup !== undefined);
    return backups.sort((a, b) => b.sequence - a.sequence);
  }

  /** Keeps what a file holds; with a label when its owner asked for it. Returns when it is on the disk. */
  async create(
    file: string,
    { data, label }: { readonly data: Uint8Array; readonly label?: string },
  ): Promise<BackupName> {
    const { clock, folder, fileSystem } = this.#options;
    const newest = (await this.list())[0]?.sequence ?? 0;
    const sequence = Math.max(newest, this.#sequence) + 1;
    const id = backupId(file, { sequence, wallMs: clock.wallMs(), ...(label === undefined ? {} : { label }) });
    await replaceFile(data, { path: `${folder}/${id}`, fileSystem });
    this.#sequence = sequence;
    return await this.get(id);
  }

  /** @throws {ConfigError} `notFound` when there is none of this id. */
  async get(id: string): Promise<BackupName> {
    const found = (await this.list()).find((backup) => backup.id === id);
    if (found) return found;
    throw new ConfigError("notFound", `Cannot find backup ${quoted(id.slice(0, 200))}: there is none of this id`);
  }

  /** What a backup holds. @throws {ConfigError} `notFound`. */
  async read(id: string): Promise<Uint8Array> {
    const { id: known } = await this.get(id);
    return await Deno.readFile(`${this.#options.folder}/${known}`);
  }

  /** @throws {ConfigError} `notFound`. */
  async remove(id: string): Promise<void> {
    const { id: known } = await this.get(id);
    const { folder, fileSystem } = this.#options;
    await fileSystem.remove(`${folder}/${known}`);
    await fileSystem.sync(folder);
  }

  /**
   * Removes the oldest of the backups that were made before changes, so that at most `keep` of each file stay. Named
   * ones stay until their owner removes them.
   *
   * @returns the ids that were removed.
   */
  async cleanup(keep: number): Promise<readonly string[]> {
    const { folder, fileSystem } = this.#options;
    const automatic = (await this.list()).filter(({ label }) => label === undefined);
    const old = [...Map.groupBy(automatic, ({ file }) => file).values()].flatMap((own) => own.slice(keep));
    for (const { id } of old) await fileSystem.remove(`${folder}/${id}`);
    if (old.length > 0) await fileSystem.sync(folder);
    return old.map(({ id }) => id);
  }
}
