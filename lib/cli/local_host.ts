import { moveIntoPlace, realFileSystem, replaceFile } from "../base/durable_file.ts";
import { readKernelFile } from "../can/mod.ts";
import type { Ran, SetupHost } from "./setup_host.ts";

/** Settings of {@link LocalHost}. */
export interface LocalHostOptions {
  readonly isRoot: boolean;
  /** Runs a program. Default: really. */
  readonly run?: SetupHost["run"];
  /** Folder that stands for `/`, without a slash at the end. Default: none, the machine itself. */
  readonly root?: string;
}

const chunkBytes = 1 << 20;

/** This machine, or a folder that stands for one. */
export class LocalHost implements SetupHost {
  readonly isRoot: boolean;
  readonly run: SetupHost["run"];
  readonly #root: string;

  constructor({ isRoot, run = runProgram, root = "" }: LocalHostOptions) {
    this.isRoot = isRoot;
    this.run = run;
    this.#root = root;
  }

  read(path: string): Promise<string | undefined> {
    // What the kernel tells is closed to the runtime.
    if (this.#root === "" && /^\/(proc|sys)\//.test(path)) return Promise.resolve(readKernelFile(path));
    return unlessMissing(() => Deno.readTextFile(this.#at(path)));
  }

  async kindOf(path: string): Promise<"file" | "folder" | "link" | undefined> {
    const info = await unlessMissing(() => Deno.lstat(this.#at(path)));
    if (info === undefined) return undefined;
    return info.isSymlink ? "link" : info.isDirectory ? "folder" : "file";
  }

  async modeOf(path: string): Promise<number | undefined> {
    const info = await unlessMissing(() => Deno.lstat(this.#at(path)));
    return info === undefined ? undefined : (info.mode ?? 0) & 0o7777;
  }

  async targetOf(path: string): Promise<string | undefined> {
    return await this.kindOf(path) === "link" ? await Deno.readLink(this.#at(path)) : undefined;
  }

  async ownerOf(path: string): Promise<number | undefined> {
    return (await unlessMissing(() => Deno.lstat(this.#at(path))))?.uid ?? undefined;
  }

  async begin(path: string): Promise<string> {
    const bytes = new Uint8Array(4096);
    const count = await unlessMissing(async () => {
      using file = await Deno.open(this.#at(path));
      return await fill(file, bytes);
    });
    return new TextDecoder().decode(bytes.subarray(0, count ?? 0));
  }

  async names(folder: string): Promise<readonly string[]> {
    const entries = await unlessMissing(() => Array.fromAsync(Deno.readDir(this.#at(folder))));
    return (entries ?? []).map(({ name }) => name).sort();
  }

  async haveSameBytes(one: string, other: string): Promise<boolean> {
    const sizes = await Promise.all([one, other].map((path) => unlessMissing(() => Deno.stat(this.#at(path)))));
    if (sizes[0] === undefined || sizes[0].size !== sizes[1]?.size) return false;
    using a = await Deno.open(this.#at(one));
    using b = await Deno.open(this.#at(other));
    const chunks = [new Uint8Array(chunkBytes), new Uint8Array(chunkBytes)] as const;
    for (;;) {
      const [readA, readB] = [await fill(a, chunks[0]), await fill(b, chunks[1])];
      if (readA !== readB) return false;
      if (readA === 0) return true;
      for (let at = 0; at < readA; at++) if (chunks[0][at] !== chunks[1][at]) return false;
    }
  }

  async write(path: string, text: string, { mode }: { readonly mode: number }): Promise<void> {
    const place = this.#at(path);
    await makeOpenFolder(folderOf(place));
    await replaceFile(text, { path: place, mode });
    await Deno.chmod(place, mode);
  }

  async copyProgram(from: string, to: string): Promise<void> {
    const place = this.#at(to);
    const folder = folderOf(place);
    await makeOpenFolder(folder);
    const half = `${folder}/.${place.slice(folder.length + 1)}.part`;
    try {
      await Deno.copyFile(this.#at(from), half);
      await Deno.chmod(half, 0o755);
      await moveIntoPlace({ from: half, to: place });
    } catch (error) {
      await unlessMissing(() => Deno.remove(half));
      throw error;
    }
  }

  async alias(path: string, otherPath: string): Promise<void> {
    const half = `${this.#at(otherPath)}.part`;
    await unlessMissing(() => Deno.remove(half));
    await Deno.link(this.#at(path), half);
    await moveIntoPlace({ from: half, to: this.#at(otherPath) });
  }

  move(from: string, to: string): Promise<void> {
    return moveIntoPlace({ from: this.#at(from), to: this.#at(to) });
  }

  async link(path: string, target: string): Promise<void> {
    const place = this.#at(path);
    await makeOpenFolder(folderOf(place));
    const half = `${place}.part`;
    await unlessMissing(() => Deno.remove(half));
    await Deno.symlink(target, half);
    await Deno.rename(half, place);
  }

  async remove(path: string): Promise<boolean> {
    const place = this.#at(path);
    if (await this.kindOf(path) === undefined) return false;
    await removeUnlessMounted(place);
    await realFileSystem.sync(folderOf(place));
    return true;
  }

  #at(path: string): string {
    return path.startsWith("/") ? `${this.#root}${path}` : path;
  }
}

async function fill(file: Deno.FsFile, chunk: Uint8Array): Promise<number> {
  let filled = 0;
  while (filled < chunk.length) {
    const count = await file.read(chunk.subarray(filled));
    if (count === null) break;
    filled += count;
  }
  return filled;
}

async function runProgram(program: string, args: readonly string[]): Promise<Ran> {
  try {
    const { code, stdout, stderr } = await new Deno.Command(program, {
      args: [...args],
      env: { LC_ALL: "C" },
      stdin: "null",
    }).output();
    const text = new TextDecoder();
    return { code, out: text.decode(stdout), err: text.decode(stderr) };
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return { code: error instanceof Deno.errors.NotFound ? 127 : 126, out: "", err: String(error) };
  }
}

async function unlessMissing<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return undefined;
    throw error;
  }
}

/** What is mounted on cannot be removed; all else is. */
async function removeUnlessMounted(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EBUSY")) throw error;
    for (const { name } of await Array.fromAsync(Deno.readDir(path))) await removeUnlessMounted(`${path}/${name}`);
  }
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf("/")));
}

/** A folder that every user may enter, whatever the mask of the process: the service runs as a user of its own. */
async function makeOpenFolder(path: string): Promise<void> {
  try {
    await Deno.stat(path);
    return;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  await makeOpenFolder(folderOf(path));
  await Deno.mkdir(path).catch(unlessThere);
  await Deno.chmod(path, 0o755);
}

function unlessThere(error: unknown): void {
  if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
}
