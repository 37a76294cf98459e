/** An open file that is being written. */
export interface WritableFile {
  /** Writes some of `data` and answers how many bytes. */
  write(data: Uint8Array): Promise<number>;
  /** Returns when the bytes are on the disk. */
  sync(): Promise<void>;
  close(): void;
}

/** The few calls that durable replacement needs of a file system; tests inject faults here. */
export interface FileSystem {
  /** Creates a file that must not exist yet. */
  create(path: string, options: { readonly mode: number }): Promise<WritableFile>;
  /** Sets the permissions of a file, [0, 0o7777]. */
  setMode(path: string, mode: number): Promise<void>;
  /** Returns when the bytes of an existing file, or the entries of a folder, are on the disk. */
  sync(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Permissions of a file; undefined when there is none. */
  modeOf(path: string): Promise<number | undefined>;
  /** Names of the files in a folder. */
  names(folder: string): Promise<readonly string[]>;
}

/** The machine's own file system. */
export const realFileSystem: FileSystem = {
  create: (path, { mode }) => Deno.open(path, { write: true, createNew: true, mode }),
  setMode: (path, mode) => Deno.chmod(path, mode),
  async sync(path) {
    // A folder can be opened for reading and synced like a file: this is what makes a rename durable.
    using file = await Deno.open(path, { read: true });
    await file.sync();
  },
  rename: (from, to) => Deno.rename(from, to),
  remove: (path) => Deno.remove(path),
  async modeOf(path) {
    try {
      return ((await Deno.stat(path)).mode ?? 0o600) & 0o7777;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  },
  async names(folder) {
    const names: string[] = [];
    for await (const entry of Deno.readDir(folder)) if (entry.isFile) names.push(entry.name);
    return names;
  },
};

/** Settings of {@link replaceFile}. */
export interface ReplaceOptions {
  readonly fileSystem?: FileSystem;
  /** Permissions of a file that did not exist; an existing file keeps its own. Default 0o600: owner alone. */
  readonly mode?: number;
  /** The file to replace; its folder must exist. */
  readonly path: string;
}

/** Name of a half-written file: hidden, and of a form that nobody else uses. */
const leftover = /^\.(.+)\.[0-9a-f]{12}\.part$/;

/**
 * Replaces a file, or creates it, so that a power cut at any instant leaves either the old content or the new one:
 * temporary file in the same folder, all bytes, fsync, rename, fsync of the folder. Permissions are kept.
 *
 * The only way in which this program replaces a file.
 *
 * @throws {Error} naming the file and which content it has now, with the cause; the temporary file is gone if the disk
 * allows that much.
 */
export async function replaceFile(data: Uint8Array | string, options: ReplaceOptions): Promise<void> {
  const { path, fileSystem = realFileSystem } = options;
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  const { folder, name } = splitPath(path);
  const temporary = `${folder}/.${name}.${randomHex()}.part`;
  let outcome = "the old content is kept";
  try {
    const kept = await fileSystem.modeOf(path);
    const mode = kept ?? options.mode ?? 0o600;
    const file = await fileSystem.create(temporary, { mode });
    try {
      for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
      // The mode given at creation passes through the umask; a kept mode must not.
      if (kept !== undefined) await fileSystem.setMode(temporary, kept);
      await file.sync();
    } finally {
      file.close();
    }
    await fileSystem.rename(temporary, path);
    outcome = "the new content is in place and may not survive a power cut";
    await fileSystem.sync(folder);
  } catch (error) {
    await removeQuietly(temporary, fileSystem);
    throw new Error(`Cannot replace "${path}": ${messageOf(error)}; ${outcome}`, { cause: error });
  }
}

/**
 * Puts a finished file in the place of another, durably: fsync of the file, rename, fsync of the folder. For files
 * that someone else wrote, such as a database that SQLite copied. Both must be in the same folder.
 *
 * @throws {Error} naming both files, with the cause.
 */
export async function moveIntoPlace(
  files: { readonly from: string; readonly to: string },
  fileSystem: FileSystem = realFileSystem,
): Promise<void> {
  const { from, to } = files;
  const { folder } = splitPath(to);
  if (splitPath(from).folder !== folder) {
    throw new Error(`Cannot put "${from}" in the place of "${to}": they are in different folders, expected the same`);
  }
  try {
    await fileSystem.sync(from);
    await fileSystem.rename(from, to);
    await fileSystem.sync(folder);
  } catch (error) {
    throw new Error(`Cannot put "${from}" in the place of "${to}": ${messageOf(error)}`, { cause: error });
  }
}

/**
 * Removes what an interrupted {@link replaceFile} left in a folder. Called at the start, before anything is written.
 *
 * @returns the names that were removed.
 */
export async function cleanLeftovers(
  folder: string,
  fileSystem: FileSystem = realFileSystem,
): Promise<readonly string[]> {
  const names = (await fileSystem.names(folder)).filter((name) => leftover.test(name));
  for (const name of names) await fileSystem.remove(`${folder}/${name}`);
  return names;
}

async function removeQuietly(path: string, fileSystem: FileSystem): Promise<void> {
  try {
    await fileSystem.remove(path);
  } catch {
    // It was never created, was renamed already, or the disk is gone; the start cleans up what is left.
  }
}

function splitPath(path: string): { readonly folder: string; readonly name: string } {
  const slash = path.lastIndexOf("/");
  if (slash < 0) return { folder: ".", name: path };
  return { folder: slash === 0 ? "/" : path.slice(0, slash), name: path.slice(slash + 1) };
}

function randomHex(): string {
  return [...crypto.getRandomValues(new Uint8Array(6))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
