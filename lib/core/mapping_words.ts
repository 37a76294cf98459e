import type { MappingEdit, MappingPlace } from "../coach/mod.ts";
import { mappingPlace } from "../coach/mod.ts";
import type { MappingState } from "./mapping_state.ts";

/** What an edit does, for the history: `Changed the name of "Bedroom ceiling"`. */
export function editWords(edit: MappingEdit, state: MappingState): string {
  const path = "put" in edit ? edit.put.path : edit.remove;
  const place = mappingPlace(path);
  const verb = "remove" in edit ? "Removed" : isThere(place, state) ? "Changed" : "Added";
  switch (place.section) {
    case "entities": {
      const own = "put" in edit ? nameIn(edit.put.value) : undefined;
      const name = `"${nameIn(state.document.entities[place.id]) ?? own ?? place.id}"`;
      if (place.field === undefined) return `${verb} ${name}`;
      return `${verb} ${place.sub ?? place.field} of ${name}`;
    }
    case "areas":
      return `${verb} area "${place.key}"`;
    case "protocol":
      return `${verb} message "${place.key}"`;
    case "order":
      return `${verb} the order of ${place.key}`;
    case "model":
      return `${verb} the model's ${place.key}`;
    default:
      return place satisfies never;
  }
}

function isThere(place: MappingPlace, { document }: MappingState): boolean {
  switch (place.section) {
    case "entities": {
      const entity = document.entities[place.id];
      return entity !== undefined && (place.field === undefined || Object.hasOwn(entity, place.field));
    }
    case "order":
      return true;
    default:
      return Object.hasOwn(document[place.section], place.key);
  }
}

function nameIn(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("name" in value)) return undefined;
  return typeof value.name === "string" ? value.name : undefined;
}
