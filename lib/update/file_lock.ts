import { storeErrorOf } from "../store/mod.ts";

/** A lock between processes that dies with its process: no power cut and no kill leaves it behind. */
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
   * Takes the lock if it is free, and leaves a note for those who come too late.
   *
   * @returns true, or the note of the one who holds it (empty when there is none).
   */
  async take(note: string): Promise<true | { readonly note: string }> {
    if (this.#file) return { note: this.#note };
    try {
      const file = await Deno.open(this.#path, { create: true, read: true, write: true, mode: 0o600 });
      if (!await file.tryLock(true)) {
        file.close();
        return { note: await Deno.readTextFile(this.#path) };
      }
      await file.truncate();
      await file.write(new TextEncoder().encode(note));
      this.#file = file;
      this.#note = note;
      return true;
    } catch (error) {
      throw storeErrorOf(error, `take the lock "${this.#path}"`);
    }
  }

  release(): void {
    this.#file?.close();
    this.#file = undefined;
  }
}
