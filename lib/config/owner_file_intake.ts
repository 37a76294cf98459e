import { replaceFile } from "../base/durable_file.ts";
import type { Clock } from "../base/mod.ts";
import { backupsFolderOf, OwnerFiles } from "./owner_files.ts";

/** `config-overrides.toml` or `profiles/NAME.toml` → text. */
export type OwnerTexts = Readonly<Record<string, string>>;

/** Takes files of the owner in that came from elsewhere, all or none, as a change of the configuration is made. */
export class OwnerFileIntake {
  readonly #userFolder: string;
  readonly #files: OwnerFiles;

  constructor({ dataDir, clock }: { readonly dataDir: string; readonly clock: Clock }) {
    this.#userFolder = `${dataDir}/user`;
    this.#files = new OwnerFiles({ userFolder: this.#userFolder, backupsFolder: backupsFolderOf(dataDir), clock });
  }

  /** @throws {ConfigError} when one cannot be read. What is wrong with single values is told when it is used. */
  check(texts: OwnerTexts): void {
    for (const [name, text] of Object.entries(texts)) this.#files.check(name, text);
  }

  /**
   * Writes them, each after a backup of what was there, while no other program changes files, and then does `work`.
   * When anything fails, all is as it was.
   *
   * @throws {ConfigError} as {@link OwnerFileIntake.check}; what the disk or `work` throws.
   */
  async replace(texts: OwnerTexts, work: () => void): Promise<void> {
    this.check(texts);
    await this.#files.change(async () => {
      const putBack: (() => Promise<void>)[] = [];
      try {
        for (const [name, text] of Object.entries(texts)) {
          const back = await this.#keeping(`${this.#userFolder}/${name}`);
          await this.#files.write(name, text);
          putBack.unshift(back);
        }
        work();
      } catch (error) {
        for (const back of putBack) await back();
        throw error;
      }
    });
  }

  /** @returns what gives a file the bytes again that it has now, whatever they are. */
  async #keeping(path: string): Promise<() => Promise<void>> {
    try {
      const bytes = await Deno.readFile(path);
      return () => replaceFile(bytes, { path });
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return () => Deno.remove(path);
      throw error;
    }
  }
}
