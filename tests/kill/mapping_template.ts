import { createInPlace, dataPaths } from "../../lib/store/mod.ts";
import { coachiqMigrations } from "../../migrations/coachiq/mod.ts";
import { rowsText } from "./mapping_check.ts";
import { ship, startMapping } from "./mapping_steps.ts";
import { buildParts } from "./parts.ts";

const author = { actor: "kill harness" };

/** A data directory to begin with, made once and copied for each kill. */
export class MappingTemplate implements AsyncDisposable {
  readonly #dataDir: string;
  readonly #lines: readonly string[];

  private constructor(dataDir: string, lines: readonly string[]) {
    this.#dataDir = dataDir;
    this.#lines = lines;
  }

  static async make(): Promise<MappingTemplate> {
    const dataDir = await Deno.makeTempDir({ prefix: "coachiq-kill-mapping-" });
    return new MappingTemplate(dataDir, await prepareMapping(dataDir));
  }

  /** Answers what is there, as a process says it. */
  async copyTo(dataDir: string): Promise<readonly string[]> {
    await copyFolder(this.#dataDir, dataDir);
    return this.#lines;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#dataDir, { recursive: true });
  }
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyFolder(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

/** Makes a data directory with a model that is imported, an edit, and a backup. Answers what is there. */
async function prepareMapping(dataDir: string): Promise<readonly string[]> {
  const paths = dataPaths(dataDir);
  await Deno.mkdir(paths.user, { recursive: true });
  await createInPlace(paths.coachiq, coachiqMigrations);
  const parts = buildParts(dataDir);
  await parts.store.start();
  await ship(dataDir, 1);
  const mapping = await startMapping(dataDir, parts);
  mapping.put("/entities/light_1/name", "Reading lamp", author);
  await (await parts.updater.backup("manual")).done;
  const done = rowsText(parts);
  await mapping.stop();
  await parts.store.stop();
  return [`done ${done}`];
}
