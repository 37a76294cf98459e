import { legacyFileKind } from "../coach/legacy/mod.ts";
import { CliError } from "./cli_error.ts";

/** The files of an earlier installation that are read, and those that would be and cannot. */
export interface LegacyFiles {
  /** The folder without links in its path. */
  readonly folder: string;
  /** Path relative to the folder → text. */
  readonly texts: ReadonlyMap<string, string>;
  readonly skipped: readonly SkippedFile[];
}

/** A file that was not read. */
export interface SkippedFile {
  readonly path: string;
  readonly why: string;
}

/** Bounds of a folder: far above a whole copy of the earlier program with everything that belongs to it. */
const limits = { depth: 6, entries: 20_000, files: 200, fileBytes: 1024 * 1024, bytes: 16 * 1024 * 1024 } as const;

/** Folders of programs, not of owners. */
const passedBy: ReadonlySet<string> = new Set(["node_modules", "__pycache__", "venv", "frontend", "backups", "logs"]);

/**
 * Reads the files of an earlier installation. Links that lead out of the folder are not followed, links to folders not
 * at all.
 *
 * @param options.dataDir where the import goes; what is in there is none of the earlier installation.
 * @throws {CliError} when there is no such folder, or it is where the import goes.
 */
export async function readLegacyFolder(
  folder: string,
  options: { readonly dataDir: string },
): Promise<LegacyFiles> {
  let root: string;
  try {
    root = await Deno.realPath(folder);
    if (!(await Deno.stat(root)).isDirectory) throw new Error("it is a file, expected a folder");
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound ? "there is no such folder" : messageOf(cause);
    throw new CliError(`Cannot import from "${folder}": ${reason}`, { cause });
  }
  const target = await realPathOf(options.dataDir);
  if (target === root) {
    throw new CliError(
      `Cannot import from "${folder}": it is the data directory that the import goes into; move the earlier ` +
        "installation to another folder first, or name another data directory with --data-dir",
    );
  }
  const walk = new FolderWalk(root, target);
  await walk.visit("", 0);
  return { folder: root, texts: walk.texts, skipped: walk.skipped };
}

class FolderWalk {
  readonly texts = new Map<string, string>();
  readonly skipped: SkippedFile[] = [];
  readonly #root: string;
  readonly #target: string | undefined;
  #entries = 0;
  #bytes = 0;

  constructor(root: string, target: string | undefined) {
    this.#root = root;
    this.#target = target;
  }

  async visit(inside: string, depth: number): Promise<void> {
    for (const { name, isDirectory, isSymlink } of await this.#entriesOf(inside)) {
      const path = inside === "" ? name : `${inside}/${name}`;
      if (isDirectory) {
        if (name.startsWith(".") || passedBy.has(name) || `${this.#root}/${path}` === this.#target) continue;
        if (depth < limits.depth) await this.visit(path, depth + 1);
        else this.#skip(path, `it lies more than ${limits.depth} folders deep`);
      } else if (legacyFileKind(path) !== undefined) await this.#read(path, isSymlink);
    }
  }

  async #entriesOf(inside: string): Promise<readonly Deno.DirEntry[]> {
    const entries: Deno.DirEntry[] = [];
    try {
      for await (const entry of Deno.readDir(`${this.#root}/${inside}`)) {
        if (++this.#entries > limits.entries) {
          this.#skip(inside === "" ? "." : inside, `the folder has more than ${limits.entries} entries`);
          break;
        }
        entries.push(entry);
      }
    } catch (error) {
      this.#skip(inside === "" ? "." : inside, `it cannot be read: ${messageOf(error)}`);
    }
    return entries.sort((a, b) => a.name < b.name ? -1 : 1);
  }

  async #read(path: string, isSymlink: boolean): Promise<void> {
    if (this.texts.size >= limits.files) return this.#skip(path, `${limits.files} files were read already`);
    try {
      const real = await Deno.realPath(`${this.#root}/${path}`);
      if (isSymlink && !real.startsWith(`${this.#root}/`)) {
        return this.#skip(path, "it is a link that leads out of the folder");
      }
      const { isFile, size } = await Deno.stat(real);
      if (!isFile) return this.#skip(path, "it is no file");
      if (size > limits.fileBytes) {
        return this.#skip(path, `it has ${size} bytes, expected at most ${limits.fileBytes}`);
      }
      if (this.#bytes + size > limits.bytes) {
        return this.#skip(path, `the files together have more than ${limits.bytes} bytes`);
      }
      this.#bytes += size;
      this.texts.set(path, new TextDecoder("utf-8", { fatal: true }).decode(await Deno.readFile(real)));
    } catch (error) {
      this.#skip(
        path,
        error instanceof TypeError ? "it is no text in UTF-8" : `it cannot be read: ${messageOf(error)}`,
      );
    }
  }

  #skip(path: string, why: string): void {
    this.skipped.push({ path, why });
  }
}

/** Undefined: it is not there yet. */
async function realPathOf(path: string): Promise<string | undefined> {
  try {
    return await Deno.realPath(path);
  } catch {
    return undefined;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
