import { type Clock, deferred, type Timer } from "../base/mod.ts";

/** A change of a file that someone made. */
export interface FileChange {
  /** As it was given to {@link watchFiles}. */
  readonly path: string;
  /** False when the file is gone. */
  readonly exists: boolean;
}

/** Paths that were touched in some folders, some of them more than once, until the signal aborts. */
export type FolderEvents = (folders: readonly string[], signal: AbortSignal) => AsyncIterable<readonly string[]>;

/** Settings of {@link watchFiles}. */
export interface WatchOptions {
  readonly clock: Clock;
  /** Called after the file has been still for a while; must not throw. Changes by this program are told too. */
  readonly onChange: (change: FileChange) => void;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  /** How long a file must be as it is before it is told, ms. Default 200. */
  readonly settleMs?: number;
  /** How often files are looked at without any event, ms. Default 2,000. */
  readonly pollMs?: number;
  /**
   * Who tells of changes at once. Default nobody: the runtime's own watcher opens every file of the folder for a look,
   * and where a database lies beside, closing it again takes SQLite's locks away from this process (POSIX fcntl(2)).
   */
  readonly events?: FolderEvents;
}

/** A running watch. */
export interface FileWatch {
  /** Every change from here on is noticed. */
  readonly ready: Promise<void>;
  /** Ended by the signal, and nothing more is told. Rejects when it broke: then nothing more is told, either. */
  readonly done: Promise<void>;
}

/**
 * Notices when files change, however an editor writes them: in place, by another file of the same name, removed, made
 * anew. A file is told once per change, after it has been still, so that half a file is not read.
 */
export function watchFiles(paths: readonly string[], options: WatchOptions): FileWatch {
  const watch = new Watch(paths, options);
  return { ready: watch.ready.promise, done: watch.run() };
}

class Watch {
  readonly ready = deferred<void>();
  readonly #stopped = deferred<void>();
  readonly #paths: readonly string[];
  readonly #options: WatchOptions;
  /** What each file was like when it was last told, or at the start. */
  readonly #told = new Map<string, string>();
  /** What each file was like when it was last looked at. */
  readonly #seen = new Map<string, string>();
  readonly #timers = new Map<string, Timer>();
  #looks: Promise<void> = Promise.resolve();

  constructor(paths: readonly string[], options: WatchOptions) {
    this.#paths = paths;
    this.#options = options;
  }

  async run(): Promise<void> {
    const { clock, signal, events, pollMs = 2_000 } = this.#options;
    const stop = () => this.#stopped.resolve();
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    const following = events && this.#follow(events([...new Set(this.#paths.map(folderOf))], signal));
    for (const path of this.#paths) this.#told.set(path, await likeness(path));
    const poll = clock.every(pollMs, () => this.#paths.forEach((path) => this.#look(path)));
    this.ready.resolve();
    try {
      await this.#stopped.promise;
    } finally {
      poll.cancel();
      for (const timer of this.#timers.values()) timer.cancel();
    }
    await following;
    await this.#looks;
  }

  async #follow(events: AsyncIterable<readonly string[]>): Promise<void> {
    try {
      for await (const touched of events) {
        const names = new Set(touched.map(nameOf));
        for (const path of this.#paths) if (names.has(nameOf(path))) this.#wait(path);
      }
    } catch {
      // Looking now and then is enough for a file that people edit.
    }
  }

  #wait(path: string): void {
    const { clock, signal, settleMs = 200 } = this.#options;
    if (signal.aborted) return;
    this.#timers.get(path)?.cancel();
    this.#timers.set(path, clock.after(settleMs, () => this.#look(path)));
  }

  #look(path: string): void {
    this.#looks = this.#looks.then(async () => {
      const now = await likeness(path);
      const { signal, onChange } = this.#options;
      if (signal.aborted || now === this.#told.get(path)) return;
      const still = now === this.#seen.get(path);
      this.#seen.set(path, now);
      if (!still) return this.#wait(path);
      this.#told.set(path, now);
      onChange({ path, exists: now !== absent });
    }).catch((error) => this.#stopped.reject(error));
  }
}

const absent = "absent";

/** What tells one content of a file from another without reading it. */
async function likeness(path: string): Promise<string> {
  try {
    const { ino, size, mtime, ctime } = await Deno.stat(path);
    return [ino, size, mtime?.getTime(), ctime?.getTime()].join(" ");
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? absent : String(error);
  }
}

function folderOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "." : path.slice(0, slash) || "/";
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
