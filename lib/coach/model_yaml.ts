import type { CoachModel } from "./definition.ts";

/** A model as YAML that `loadModel` reads back to the same model. */
export function modelYaml(model: CoachModel): string {
  throw new Error(`Cannot write ${model.id}: not written yet`);
}
