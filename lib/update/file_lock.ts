import { storeErrorOf } from "../store/mod.ts";

/** Who has a lock that cannot be had. */
export interface LockHolder {
  /** What the holder wrote; empty when none of those who had it meanwhile wrote anything. */
  readonly note: string;
}

/** How often a lock is tried, and how long apart, when someone has it who may only be looking. */
const looks = { most: 100, everyMs: 20 };

/**
 * A lock between processes that dies with its process: no power cut and no kill leaves it behind.
 *
 * To look who holds it one has to have it for an instant. So a holder writes a note and takes it away again, and
 * whoever finds the lock taken waits for a moment when there is no note, or when nothing shows yet that it is not the
 * note of a holder who was killed.
 */
export class FileLock {
  readonly #path: string;
  #file: Deno.FsFile | undefined;
  #note = "";

  constructor(path: string) {
    this.#path = path;
  }

  get isHeld(): boolean {
    return this.#file !== undefined;
  }

  /**
   * Takes the lock if it is free, and leaves a note for those who come too late. It must not be empty.
   *
   * @returns true, or who has it.
   */
  async take(note: string): Promise<true | LockHolder> {
    if (this.#file) return { note: this.#note };
    const taken = await this.#open();
    if (!(taken instanceof Deno.FsFile)) return taken;
    // On a full disk there is no room for it. The lock holds all the same, and those who come wait a little longer.
    await taken.write(new TextEncoder().encode(note)).catch(() => {});
    this.#file = taken;
    this.#note = note;
    return true;
  }

  /** Who holds the lock, this object or another; undefined: nobody. */
  async holder(): Promise<LockHolder | undefined> {
    if (this.#file) return { note: this.#note };
    const taken = await this.#open();
    if (!(taken instanceof Deno.FsFile)) return taken;
    taken.close();
    return undefined;
  }

  release(): void {
    const file = this.#file;
    if (!file) return;
    this.#file = undefined;
    try {
      file.truncateSync();
    } catch {
      // A disk that takes nothing any more: the note stays, and says nothing without the lock.
    } finally {
      file.close();
    }
  }

  /** The locked file, without a note, or who has it. */
  async #open(): Promise<Deno.FsFile | LockHolder> {
    try {
      let seen = "";
      for (let look = 1;; look++) {
        const file = await Deno.open(this.#path, { create: true, read: true, write: true, mode: 0o600 });
        if (await file.tryLock(true)) {
          await file.truncate().catch((error) => {
            file.close();
            throw error;
          });
          return file;
        }
        file.close();
        const note = await Deno.readTextFile(this.#path);
        if ((note !== "" && note === seen) || look === looks.most) return { note };
        seen = note;
        await new Promise<void>((resolve) => void setTimeout(resolve, looks.everyMs));
      }
    } catch (error) {
      throw storeErrorOf(error, `take the lock "${this.#path}"`);
    }
  }
}
