import type { Clock } from "../base/mod.ts";
import { type FileWatch, watchFiles, type WatchOptions } from "./watch_files.ts";

/** How files are watched; for tests. */
export type EditorWatchOptions = Pick<WatchOptions, "settleMs" | "pollMs" | "events">;

/** Settings of an {@link EditorWatch}. */
export interface WatchingOptions extends EditorWatchOptions {
  readonly clock: Clock;
  readonly onChange: () => void;
  /** The watch broke: changes are no longer noticed. */
  readonly onFailure: (error: unknown) => void;
}

/** Watches files whose list may change, and calls `onChange` when one of them does. */
export class EditorWatch {
  readonly #options: WatchingOptions;
  #paths: readonly string[] = [];
  #running: { readonly watch: FileWatch; readonly abort: AbortController } | undefined;

  constructor(options: WatchingOptions) {
    this.#options = options;
  }

  /**
   * Watches these files from now on.
   *
   * @returns false when they are the same as before; else what was read of them earlier may be old.
   */
  async follow(paths: readonly string[]): Promise<boolean> {
    if (paths.join("\0") === this.#paths.join("\0")) return false;
    const before = this.#running;
    const abort = new AbortController();
    const watch = watchFiles(paths, { ...this.#options, signal: abort.signal });
    watch.done.catch(this.#options.onFailure);
    this.#running = { watch, abort };
    this.#paths = paths;
    await watch.ready;
    before?.abort.abort();
    await ended(before?.watch);
    return true;
  }

  async stop(): Promise<void> {
    this.#running?.abort.abort();
    await ended(this.#running?.watch);
    this.#running = undefined;
  }
}

/** Why a watch broke was told when it did. */
async function ended(watch: FileWatch | undefined): Promise<void> {
  await watch?.done.catch(() => {});
}
