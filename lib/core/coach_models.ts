import { type CoachModel, type KnownMessages, loadModel } from "../coach/mod.ts";

/** Thrown when a model cannot be used: one sentence, or one line per thing that is wrong with its file. */
export class CoachModelError extends Error {
  override readonly name = "CoachModelError";
}

/** Ids of the models in a folder, in alphabetical order. */
export function modelIds(folder: URL): readonly string[] {
  return [...Deno.readDirSync(folder)]
    .filter((entry) => entry.isFile && entry.name.endsWith(".yml"))
    .map((entry) => entry.name.slice(0, -".yml".length))
    .sort();
}

/**
 * Reads a coach model: one of the folder's by its id, or any file by its path (a name that ends in `.yml`).
 *
 * @param folder `reference/models/`, as a URL that ends in `/`.
 * @throws {CoachModelError} when there is no such model, naming those there are; when the file is wrong, with file,
 * line and column of each mistake.
 */
export function readModel(name: string, folder: URL, messages?: KnownMessages): CoachModel {
  if (/\.ya?ml$/.test(name)) {
    return readModelFile(name, { path: name, shown: name, isLenient: true, ...(messages ? { messages } : {}) });
  }
  const known = modelIds(folder);
  if (!known.includes(name)) {
    throw new CoachModelError(
      `Cannot load coach model "${name}": there is none of that name, expected one of ${known.join(", ")}, ` +
        `or the path of a file that ends in .yml`,
    );
  }
  return readModelFile(name, { path: new URL(`${name}.yml`, folder), shown: `reference/models/${name}.yml` });
}

/** Reads one file. @throws {CoachModelError} */
export function readModelFile(name: string, file: {
  readonly path: string | URL;
  /** Its name in messages. */
  readonly shown: string;
  /** What sensors are checked against; absent: they are not. */
  readonly messages?: KnownMessages;
  /** The owner's own: what need not be left out keeps nothing from starting; the mapping shows it as a problem. */
  readonly isLenient?: boolean;
}): CoachModel {
  let text: string;
  try {
    text = Deno.readTextFileSync(file.path);
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound ? "there is no such file" : String(cause);
    throw new CoachModelError(`Cannot load coach model "${name}": ${reason}`, { cause });
  }
  const { shown, messages, isLenient = false } = file;
  const loaded = loadModel(text, { file: shown, isLenient, ...(messages ? { messages } : {}) });
  if (loaded.kind === "model") return loaded.model;
  throw new CoachModelError(`Cannot load coach model "${name}":\n${loaded.errors.join("\n")}`);
}
