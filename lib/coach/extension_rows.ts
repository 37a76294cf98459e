import type { MessageRow } from "../protocol/mod.ts";
import type { CoachModel } from "./definition.ts";

/** The messages that a model declares, as rows for a codec. */
export function extensionRows(model: CoachModel): readonly MessageRow[] {
  throw new Error(`Cannot make rows of ${model.id}: not written yet`);
}
