import { statfs } from "node:fs/promises";
import { realFileSystem, replaceFile } from "../base/durable_file.ts";
import type { Clock } from "../base/mod.ts";
import {
  copyDatabase,
  type DataPaths,
  isDamage,
  messageOf,
  removeDatabase,
  StoreError,
  storeErrorOf,
} from "../store/mod.ts";
import type { StoreMigration, WallTrust } from "../store/mod.ts";
import {
  backupIdPattern,
  type BackupManifest,
  type BackupReason,
  isLost,
  lostManifest,
  parseManifest,
} from "./backup_manifest.ts";
import { type Faults, noFaults } from "./faults.ts";
import type { HeavyWork, Proof, WorkOptions } from "./heavy_work.ts";
import { checkSuspectFile } from "./suspect_file.ts";

/** Settings of {@link Backups}. */
export interface BackupsOptions {
  readonly paths: DataPaths;
  readonly programVersion: string;
  readonly migrations: readonly StoreMigration[];
  readonly work: HeavyWork;
  readonly clock: Clock;
  readonly trust: WallTrust;
  readonly faults?: Faults;
  /** Asked at each clean-up. Default: daily ones 30 days, those before a change 7. */
  readonly keptDays?: () => KeptDays;
  /** Free bytes of the disk that holds a folder. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

/** Kept on the disk beside twice the database, bytes. */
const marginBytes = 16 * 1024 * 1024;
const dayMs = 86_400_000;
/** Daily backups kept whose age nobody knows: each start without a time makes one. */
const keptUntrustedDaily = 3;

const missing = "its file is missing";

/** How long a backup is kept by its reason, days; absent: until someone deletes it. */
export type KeptDays = Readonly<Partial<Record<BackupReason, number>>>;

const defaultKeptDays: KeptDays = {
  daily: 30,
  preMigration: 7,
  preRestore: 7,
  preImport: 7,
};

/** The backups of a data directory: files with a manifest that says that they were proven. */
export class Backups {
  readonly #options: BackupsOptions;

  constructor(options: BackupsOptions) {
    this.#options = options;
  }

  /** Newest first. What has no manifest is no backup; one whose manifest cannot be read is a bad one. */
  async list(): Promise<readonly BackupManifest[]> {
    const manifests: BackupManifest[] = [];
    for (const id of await this.#ids()) manifests.push(await this.#withFileChecked(await this.#read(id)));
    return manifests.sort((a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? 1 : -1));
  }

  /** @throws {StoreError} when there is none of this id. */
  async get(id: string): Promise<BackupManifest> {
    const found = backupIdPattern.test(id) ? (await this.list()).find((manifest) => manifest.id === id) : undefined;
    if (!found) throw new StoreError("failed", `Cannot find backup "${id}": there is none of this id`);
    return found;
  }

  /** The newest backup whose last check found nothing. */
  async newestGood(): Promise<BackupManifest | undefined> {
    return (await this.list()).find((manifest) => manifest.problems.length === 0);
  }

  /** Path of a backup's database file. */
  fileOf(id: string): string {
    return `${this.#options.paths.backups}/${id}.db`;
  }

  /**
   * Makes a backup of the live database while others go on writing, and proves it. It is a backup only when this
   * returns.
   *
   * @throws {StoreError} `diskFull` before anything is written when there is not twice the database's room.
   */
  async create(
    reason: BackupReason,
    options: WorkOptions & { readonly onProof?: () => void | Promise<void> } = {},
  ): Promise<BackupManifest> {
    const { paths, work, faults = noFaults } = this.#options;
    await this.checkSpace(await this.#liveBytes());
    const id = this.#newId(reason);
    const file = this.fileOf(id);
    const { copyMaxBytes } = faults;
    try {
      await faults.reach("backup");
      await work.copy({ from: paths.coachiq, to: file, ...copyVia(paths) }, {
        ...options,
        ...(copyMaxBytes === undefined ? {} : { maxBytes: copyMaxBytes }),
      });
      await options.onProof?.();
      await faults.reach("proof");
      return await this.#prove(file, { id, reason, work: options });
    } catch (error) {
      await removeDatabase(file);
      throw storeErrorOf(error, "make a backup");
    }
  }

  /**
   * Checks a backup again: its check sum, every page, and a trial restore. The result is in its manifest.
   *
   * @throws {StoreError} when it could not be checked, which says nothing about the backup: the disk is full, say.
   */
  async verify(id: string, options: WorkOptions = {}): Promise<BackupManifest> {
    const manifest = await this.get(id);
    const { problems, ...proof } = await this.#check(manifest, options);
    const checked = { ...manifest, ...isLost(manifest) ? proof : {}, problems: [...problems], provenAtMs: this.#now() };
    await this.#save(checked);
    return checked;
  }

  /** @throws {StoreError} for the newest good one: something to go back to must stay. */
  async remove(id: string): Promise<void> {
    const manifest = await this.get(id);
    if ((await this.newestGood())?.id === manifest.id) {
      throw new StoreError("failed", `Cannot remove backup "${id}": it is the newest good one`, {
        todo: "Make another backup first.",
      });
    }
    await this.#remove(id);
  }

  /**
   * Removes what has been kept long enough by a clock that is trusted, and of the daily ones without an age all but
   * some; never the newest good one.
   *
   * @param options.made the backup that was just made: without a clock nothing else says that it is the newest.
   * @returns the ids that were removed.
   */
  async retain(options: { readonly made?: string } = {}): Promise<readonly string[]> {
    const nowMs = this.#options.trust.agingMs();
    const keptDays = this.#options.keptDays?.() ?? defaultKeptDays;
    const known = (await this.list()).filter((manifest) => !isLost(manifest));
    const newest = known.find(({ problems }) => problems.length === 0);
    const ageless = known.filter(({ reason, clockTrusted }) => reason === "daily" && !clockTrusted)
      .sort((a, b) => Number(b.id === options.made) - Number(a.id === options.made));
    const old = known.filter(({ reason, createdAtMs, clockTrusted }) => {
      const days = keptDays[reason];
      return days !== undefined && nowMs !== undefined && clockTrusted && nowMs - createdAtMs > days * dayMs;
    });
    const gone = [...ageless.slice(keptUntrustedDaily), ...old].map(({ id }) => id).filter((id) => id !== newest?.id);
    for (const id of gone) await this.#remove(id);
    return gone;
  }

  /** Takes an uploaded file in as a backup, if it proves to be one of ours. @throws {StoreError} with the reason. */
  async receive(
    upload: ReadableStream<Uint8Array>,
    options: WorkOptions & { readonly maxBytes: number },
  ): Promise<BackupManifest> {
    const id = this.#newId("upload");
    const part = `${this.#options.paths.backups}/${id}.upload`;
    const file = this.fileOf(id);
    try {
      await this.checkSpace(0);
      await receiveFile(upload, { path: part, maxBytes: options.maxBytes });
      await this.checkSpace((await Deno.stat(part)).size);
      await checkSuspectFile(part, this.#options.migrations);
      await copyDatabase({ from: part, to: file });
      return await this.#prove(file, { id, reason: "upload", work: options });
    } catch (error) {
      await removeDatabase(file);
      throw storeErrorOf(error, "take the uploaded file in");
    } finally {
      await removeDatabase(part);
    }
  }

  /** Free bytes where backups go. */
  freeBytes(): Promise<number> {
    return (this.#options.freeBytes ?? freeBytesOf)(this.#options.paths.backups);
  }

  /** @throws {StoreError} `diskFull` when there is not twice the room that a database of this size needs. */
  async checkSpace(databaseBytes: number): Promise<void> {
    const wanted = 2 * databaseBytes + marginBytes;
    const free = await this.freeBytes();
    if (free >= wanted) return;
    throw new StoreError(
      "diskFull",
      `Cannot make a copy of the database: ${megabytes(free)} are free, expected at least ${megabytes(wanted)}`,
    );
  }

  /** Removes what an interrupted backup or upload left: database files without a manifest. */
  async clean(): Promise<readonly string[]> {
    const { backups } = this.#options.paths;
    const kept = new Set(await this.#ids());
    const stray = (await realFileSystem.names(backups)).filter((name) => {
      const own = /^(\d{8}T\d{6}Z-[a-zA-Z]+-[0-9a-f]{4})\.(db|upload)(-wal|-shm|-journal)?$/.exec(name);
      return own !== null && (own[2] === "upload" || own[3] !== undefined || !kept.has(own[1] ?? ""));
    });
    for (const name of stray) await Deno.remove(`${backups}/${name}`);
    return stray;
  }

  async #liveBytes(): Promise<number> {
    try {
      return (await Deno.stat(this.#options.paths.coachiq)).size;
    } catch (error) {
      throw storeErrorOf(error, `read database "${this.#options.paths.coachiq}"`);
    }
  }

  async #prove(
    file: string,
    made: { readonly id: string; readonly reason: BackupReason; readonly work: WorkOptions },
  ): Promise<BackupManifest> {
    const { problems, ...proof } = await this.#runProof(file, made.work);
    if (problems.length > 0) {
      throw new StoreError("corrupt", `Cannot call the backup good: ${problems.join("; ")}`);
    }
    const manifest: BackupManifest = {
      format: 1,
      id: made.id,
      reason: made.reason,
      createdAtMs: this.#now(),
      clockTrusted: this.#options.trust.isTrusted,
      programVersion: this.#options.programVersion,
      ...proof,
      problems: [],
      provenAtMs: this.#now(),
    };
    await this.#save(manifest);
    return manifest;
  }

  #runProof(file: string, options: WorkOptions): Promise<Proof> {
    const scratch = `${this.#options.paths.cache}/trial-${crypto.randomUUID()}.db`;
    return this.#options.work.prove({ path: file, scratch }, options);
  }

  /** Everything that has a manifest, whatever is in it. */
  async #ids(): Promise<readonly string[]> {
    const names = await realFileSystem.names(this.#options.paths.backups);
    return names.filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -".json".length))
      .filter((id) => backupIdPattern.test(id));
  }

  /** Never throws: one manifest that cannot be read must not hide the others. */
  async #read(id: string): Promise<BackupManifest> {
    let why = "it is damaged";
    try {
      const manifest = parseManifest(await Deno.readTextFile(`${this.#options.paths.backups}/${id}.json`));
      if (manifest?.id === id) return manifest;
    } catch (error) {
      why = messageOf(error);
    }
    return lostManifest(id, { sizeBytes: await this.#sizeOf(id).catch(() => undefined) ?? 0, why });
  }

  /** Of a backup's file, bytes; undefined: it is missing. */
  async #sizeOf(id: string): Promise<number | undefined> {
    try {
      return (await Deno.stat(this.fileOf(id))).size;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw storeErrorOf(error, `look at backup "${id}"`);
    }
  }

  async #withFileChecked(manifest: BackupManifest): Promise<BackupManifest> {
    const { sizeBytes, problems } = manifest;
    let problem: string;
    try {
      const size = await this.#sizeOf(manifest.id);
      if (size === sizeBytes) return manifest;
      problem = size === undefined ? missing : `its file has ${size} bytes, expected ${sizeBytes}`;
    } catch (error) {
      problem = messageOf(error);
    }
    return { ...manifest, problems: [...problems, problem] };
  }

  /** What the file itself says about the backup. @throws {StoreError} for everything else. */
  async #check(
    manifest: BackupManifest,
    options: WorkOptions,
  ): Promise<Partial<Proof> & { readonly problems: readonly string[] }> {
    if (await this.#sizeOf(manifest.id) === undefined) return { problems: [missing] };
    await this.checkSpace(manifest.sizeBytes);
    try {
      const proof = await this.#runProof(this.fileOf(manifest.id), options);
      if (isLost(manifest) || proof.sha256 === manifest.sha256) return proof;
      return { problems: [...proof.problems, "its check sum is not the one it was made with"] };
    } catch (error) {
      options.signal?.throwIfAborted();
      const failure = storeErrorOf(error, "read the backup");
      if (!isDamage(failure)) throw failure;
      return { problems: [failure.message] };
    }
  }

  /** The manifest goes first: a file without one is no backup and is cleaned up at the start. */
  async #remove(id: string): Promise<void> {
    await Deno.remove(`${this.#options.paths.backups}/${id}.json`);
    await removeDatabase(this.fileOf(id));
  }

  #save(manifest: BackupManifest): Promise<void> {
    const path = `${this.#options.paths.backups}/${manifest.id}.json`;
    return replaceFile(JSON.stringify(manifest, null, 2) + "\n", { path });
  }

  #newId(reason: BackupReason): string {
    const time = new Date(this.#now()).toISOString().replace(/[-:]|\.\d+/g, "");
    const random = crypto.getRandomValues(new Uint16Array(1))[0] ?? 0;
    return `${time}-${reason}-${random.toString(16).padStart(4, "0")}`;
  }

  #now(): number {
    return Math.round(this.#options.clock.wallMs());
  }
}

/** In memory a copy is made first, in memory: the card is slow, and nobody can write meanwhile. */
export function copyVia(paths: DataPaths): { readonly via?: string } {
  return paths.isInMemory ? { via: `${paths.coachiq}.copying` } : {};
}

async function receiveFile(
  upload: ReadableStream<Uint8Array>,
  options: { readonly path: string; readonly maxBytes: number },
): Promise<void> {
  const file = await Deno.open(options.path, { write: true, createNew: true, mode: 0o600 });
  const writer = file.writable.getWriter();
  let bytes = 0;
  try {
    for await (const chunk of upload) {
      bytes += chunk.length;
      if (bytes > options.maxBytes) {
        throw new StoreError("failed", `Cannot accept the uploaded file: it has more than ${options.maxBytes} bytes`);
      }
      await writer.write(chunk);
    }
  } finally {
    await writer.close();
  }
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1_000_000)} MB`;
}
