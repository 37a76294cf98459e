import { type CoachModel, loadModel } from "../coach/mod.ts";

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
 * Reads a coach model.
 *
 * @param folder `reference/models/`, as a URL that ends in `/`.
 * @throws {CoachModelError} when there is no such model, naming those there are; when the file is wrong, with file,
 * line and column of each mistake.
 */
export function readModel(id: string, folder: URL): CoachModel {
  const known = modelIds(folder);
  if (!known.includes(id)) {
    throw new CoachModelError(
      `Cannot load coach model "${id}": there is none of that name, expected one of ${known.join(", ")}`,
    );
  }
  const file = new URL(`${id}.yml`, folder);
  const loaded = loadModel(Deno.readTextFileSync(file), { file: `reference/models/${id}.yml` });
  if (loaded.kind === "model") return loaded.model;
  throw new CoachModelError(`Cannot load coach model "${id}":\n${loaded.errors.join("\n")}`);
}
