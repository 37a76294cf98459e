import { type CoachModel, documentOf, type KnownMessages } from "../coach/mod.ts";
import { CoachModelError, modelIds, readModel } from "./coach_models.ts";
import { contentHash, type ModelLibrary } from "./model_library.ts";

/** A model that was asked for on the command line. */
export interface NamedModel {
  readonly id: string;
  /** Read from a file of the developer's own; absent: it is one that there is already. */
  readonly own?: CoachModel;
}

/**
 * Finds the model that `--model` names: one of the library by its id, or any file by its path.
 *
 * @throws {CoachModelError} when there is none, when the file is wrong, or when it takes the id of one of the program's
 * models for something else.
 */
export function namedModel(name: string, options: {
  readonly folder: URL;
  readonly library: ModelLibrary;
  readonly messages: KnownMessages;
}): NamedModel {
  const { folder, library, messages } = options;
  if (!/\.ya?ml$/.test(name)) {
    if (library.find(name)) return { id: name };
    // It says which ones there are.
    readModel(name, folder);
    throw new CoachModelError(`Cannot load coach model "${name}", expected one of ${modelIds(folder).join(", ")}`);
  }
  const own = readModel(name, folder, messages);
  if (!library.isShipped(own.id)) return { id: own.id, own };
  if (library.find(own.id)?.summary.hash === contentHash(documentOf(own))) return { id: own.id };
  throw new CoachModelError(
    `Cannot load coach model "${name}": its id "${own.id}" is that of one of CoachIQ's models, expected one of its own`,
  );
}
