import { type CoachModel, type KnownMessages, readUpload } from "../coach/mod.ts";
import { MappingError } from "./mapping_error.ts";

/** As much as a coach model may have, bytes. */
const maxBytes = 2_000_000;

/**
 * Reads a model that somebody sent. One that has the id of a model of the program gets another: the program's own stays
 * what it is and goes on being updated.
 *
 * @throws {MappingError} `tooLarge`, or `invalid` with each mistake and its place.
 */
export function uploadedModel(text: string, options: {
  readonly messages: KnownMessages;
  readonly isShipped: (id: string) => boolean;
}): CoachModel {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > maxBytes) {
    throw new MappingError(
      "tooLarge",
      `Cannot take the model in: it has ${bytes.length} bytes, expected at most ${maxBytes}`,
    );
  }
  const upload = readUpload(bytes, { file: "model.yml", messages: options.messages });
  if (upload.kind === "problems") {
    throw new MappingError("invalid", "Cannot take the model in: it is not right", { errors: upload.errors });
  }
  const { model } = upload;
  return options.isShipped(model.id) ? { ...model, id: `${model.id}_own` } : model;
}
