import type { FileSystem } from "../base/durable_file.ts";
import type { Clock, Logger } from "../base/mod.ts";
import type { CheckedTree } from "./check_tree.ts";
import type { FoundPlaces } from "./config_places.ts";
import { type ConfigChange, ConfigState } from "./config_state.ts";
import { EditorWatch, type EditorWatchOptions } from "./editor_watch.ts";
import type { Leaf } from "./leaf.ts";
import { problemsOf } from "./overrides.ts";
import { backupsFolderOf, OwnerFiles } from "./owner_files.ts";
import { chainOf } from "./profiles.ts";
import type { LayerInputs } from "./resolve_layers.ts";
import { readSystemFile } from "./system_file.ts";
import type { ConfigProblem, Layer } from "./types.ts";

/** What a configuration is read from, and with. */
export interface LoadedConfigOptions {
  readonly found: FoundPlaces;
  readonly flags: readonly Leaf[];
  readonly permissionProblems: readonly ConfigProblem[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly fileSystem?: FileSystem;
  readonly watching?: EditorWatchOptions;
}

const emptyTable: CheckedTree = { leaves: [], problems: [] };

/** Files and layers of a configuration that was read, kept in step with each other. Changes come one after the other. */
export class LoadedConfig {
  readonly files: OwnerFiles;
  readonly state: ConfigState;
  readonly #options: LoadedConfigOptions;
  readonly #listeners = new Set<(change: ConfigChange) => void>();
  readonly #onFailure = new Set<(error: unknown) => void>();
  #profileProblems: readonly ConfigProblem[];
  #rereadProblems: ConfigProblem[] = [];
  #watch: EditorWatch | undefined;
  #isByOthers = false;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(options: LoadedConfigOptions, read: {
    readonly files: OwnerFiles;
    readonly inputs: LayerInputs;
    readonly profileProblems: readonly ConfigProblem[];
  }) {
    this.#options = options;
    this.files = read.files;
    this.#profileProblems = read.profileProblems;
    this.state = new ConfigState(read.inputs, [...options.permissionProblems, ...read.profileProblems]);
  }

  /** Reads the owner's files; writes nothing. @throws {ConfigError} when layers do not go together. */
  static async read(options: LoadedConfigOptions): Promise<LoadedConfig> {
    const { found, flags, clock, fileSystem } = options;
    const { dataDir, userFolder } = found.places;
    const files = new OwnerFiles({
      userFolder,
      backupsFolder: backupsFolderOf(dataDir),
      clock,
      ...(fileSystem ? { fileSystem } : {}),
    });
    const { profiles, problems: profileProblems } = await files.profiles();
    const inputs = { found, flags, tables: new Map(), overrides: await files.overrides(), profiles };
    return new LoadedConfig(options, { files, inputs, profileProblems });
  }

  table(layer: Layer): CheckedTree {
    return this.state.inputs.tables.get(layer) ?? emptyTable;
  }

  setTable(layer: Layer, table: CheckedTree): void {
    this.#take({ tables: new Map([...this.state.inputs.tables, [layer, table]]) }, { byOthers: false });
  }

  /** Does work that changes files, on what others have left, and reads them again. */
  change<Result>(work: (loaded: LoadedConfig) => Promise<Result>): Promise<Result> {
    const result = this.#last.then(() =>
      this.files.change(async () => {
        // What others left meanwhile is theirs.
        await this.#byOthers(() => this.#reread());
        try {
          const answer = await work(this);
          await this.files.cleanup(this.state.effective.backups.configuration_keep);
          return answer;
        } finally {
          await this.#reread();
        }
      })
    ).finally(() => this.#follow());
    this.#last = result.catch(() => {});
    return result;
  }

  /** Reads all files again. What is wrong with them is told, and never thrown. */
  reload(): Promise<void> {
    const done = this.#last.then(async () => {
      await this.#byOthers(async () => {
        this.#rereadProblems = [];
        this.#rereadProblems.push(...await this.#problemsOf(() => this.#rereadSystem()));
        this.#rereadProblems.push(...await this.#problemsOf(() => this.#reread()));
        this.#take({});
        await this.#follow();
      });
    });
    this.#last = done.catch(() => {});
    return done;
  }

  /** Told after every change; returns the function that ends it. */
  subscribe(listener: (change: ConfigChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Told when changes by others are no longer noticed, or no longer taken over; returns the function that ends it. */
  subscribeFailure(listener: (error: unknown) => void): () => void {
    this.#onFailure.add(listener);
    return () => void this.#onFailure.delete(listener);
  }

  /** Takes over what an editor or another program changes, again after a stop. */
  async watch(): Promise<void> {
    const { clock, watching = {} } = this.#options;
    // Folders that are not there cannot be watched.
    await this.change(() => Promise.resolve());
    const onFailure = (error: unknown) => this.#failed(error);
    this.#watch = new EditorWatch({
      ...watching,
      clock,
      onChange: () => void this.reload().catch(onFailure),
      onFailure,
    });
    await this.#follow();
  }

  #failed(error: unknown): void {
    this.#options.logger.error("The configuration is no longer followed", { error: String(error) });
    for (const listener of this.#onFailure) listener(error);
  }

  /** Ends the watch; changes that have begun come to their end. */
  async stop(): Promise<void> {
    const watch = this.#watch;
    this.#watch = undefined;
    await watch?.stop();
    await this.#last;
  }

  async #byOthers(read: () => Promise<void>): Promise<void> {
    this.#isByOthers = true;
    try {
      await read();
    } finally {
      this.#isByOthers = false;
    }
  }

  async #reread(): Promise<void> {
    const { profiles, problems } = await this.files.profiles();
    this.#profileProblems = problems;
    this.#take({ profiles, overrides: await this.files.overrides() });
  }

  async #rereadSystem(): Promise<void> {
    const { found } = this.state.inputs;
    const { systemFile, systemFileIsNamed: mustExist } = found.places;
    this.#take({ found: { ...found, system: await readSystemFile(systemFile, { mustExist }) } });
  }

  /** What has become wrong changes nothing; that it is wrong is told. */
  async #problemsOf(read: () => Promise<void>): Promise<readonly ConfigProblem[]> {
    try {
      await read();
      return [];
    } catch (error) {
      return problemsOf(error, this.state.inputs.found.places.systemFile);
    }
  }

  #take(inputs: Partial<LayerInputs>, { byOthers } = { byOthers: this.#isByOthers }): void {
    const { permissionProblems, logger } = this.#options;
    const problems = [...permissionProblems, ...this.#rereadProblems, ...this.#profileProblems];
    const change = this.state.update({ ...this.state.inputs, ...inputs }, problems);
    if (!change) return;
    for (const listener of [...this.#listeners]) {
      try {
        listener(byOthers ? { ...change, byOthers: true } : change);
      } catch (error) {
        logger.error("Cannot tell of a change of the configuration", { error });
      }
    }
  }

  /** Watches the files that count now; when they are others than before, they are read once more. */
  async #follow(): Promise<void> {
    while (await this.#watch?.follow(this.#watched())) await this.#reread();
  }

  #watched(): readonly string[] {
    const { found: { places, system }, profiles } = this.state.inputs;
    const { activeProfile } = this.state.resolved;
    const chain = activeProfile === null ? undefined : chainOf(activeProfile, profiles);
    const own = chain?.kind === "chain" ? chain.profiles.filter(({ shipped }) => !shipped) : [];
    return [
      this.files.overridesPath,
      this.files.profilesFolder,
      ...own.map(({ where }) => where),
      ...(system.found ? [places.systemFile] : []),
    ];
  }
}
