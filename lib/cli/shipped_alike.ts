import type { CoachModel } from "../coach/mod.ts";
import { modelIds, readModel } from "../core/mod.ts";

/** The program's own model of the same coach; undefined: there is none. @param folder as a URL that ends in `/` */
export function shippedAlike(model: CoachModel, folder: URL): string | undefined {
  const wanted = nameOf(model);
  if (wanted === undefined) return undefined;
  return modelIds(folder).find((id) => nameOf(readModel(id, folder)) === wanted);
}

function nameOf({ make, model, year }: CoachModel): string | undefined {
  if (make === undefined || model === undefined || year === undefined) return undefined;
  return `${year} ${make} ${model}`.toLowerCase();
}
