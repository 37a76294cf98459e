import { type CoachModel, coachModelSchema } from "./definition.ts";
import { crossCheck } from "./cross_check.ts";
import type { DocumentProblem } from "./document_shape.ts";
import type { KnownMessages } from "./known_messages.ts";
import type { Json, MappingDocument } from "./mapping.ts";
import { orderedNames } from "./mapping_document.ts";
import { pointerOf } from "./mapping_path.ts";
import { schemaProblems } from "./schema_problems.ts";

/** A model, or everything that is wrong with its document; what is wrong with a model itself is all `isKept`. */
export type CheckedDocument =
  | { readonly kind: "model"; readonly model: CoachModel; readonly problems: readonly DocumentProblem[] }
  | { readonly kind: "problems"; readonly problems: readonly DocumentProblem[] };

/**
 * The model of a document, after every check that a model file passes, and that the messages which sensors and
 * `protocol` name go with the standards'. Entities and areas that the order does not list come last.
 */
export function modelFrom(document: MappingDocument, options: { readonly messages: KnownMessages }): CheckedDocument {
  const ids = orderedNames(document.order.entities, Object.keys(document.entities));
  const value = {
    ...document.model,
    areas: Object.fromEntries(
      orderedNames(document.order.areas, Object.keys(document.areas)).map((key) => [key, document.areas[key]]),
    ),
    entities: ids.map((id) => ({ ...document.entities[id], id })),
    protocol: document.protocol,
  };
  const parsed = coachModelSchema.safeParse(value);
  const wrong = parsed.success
    ? crossCheck(parsed.data, { placeOf: () => "", messages: options.messages })
    : schemaProblems(value, parsed.error.issues);
  const problems: readonly DocumentProblem[] = [
    ...strayProblems(document),
    ...wrong.map(({ path, text, isKept }) => ({
      path: documentPath(path, ids),
      text,
      ...(isKept ? { isKept } : {}),
    })),
  ];
  return parsed.success && problems.every(({ isKept }) => isKept)
    ? { kind: "model", model: parsed.data, problems }
    : { kind: "problems", problems };
}

/** What stands where a document has something else, and so would be left out in silence. */
function strayProblems(document: MappingDocument): readonly DocumentProblem[] {
  const problems: DocumentProblem[] = [];
  for (const key of ["areas", "entities", "protocol"]) {
    if (!Object.hasOwn(document.model, key)) continue;
    const text = `"${key}" is no word about the model, expected it as a section of its own`;
    problems.push({ path: pointerOf(["model", key]), text });
  }
  for (const [id, entity] of Object.entries(document.entities)) {
    const own: Json | undefined = Object.hasOwn(entity, "id") ? entity["id"] : id;
    if (own === id) continue;
    problems.push({ path: pointerOf(["entities", id, "id"]), text: `is ${JSON.stringify(own)}, expected "${id}"` });
  }
  return problems;
}

/** The path of a model as the path of a document, where entities have names instead of numbers. */
function documentPath(path: readonly PropertyKey[], ids: readonly string[]): string {
  const [section, index, ...rest] = path;
  switch (section) {
    case "entities":
      return typeof index === "number"
        ? pointerOf(["entities", ids[index] ?? "", ...rest.map(String)])
        : pointerOf(["entities"]);
    case "areas":
    case "protocol":
      return pointerOf(path.map(String));
    default:
      return pointerOf(["model", ...path.map(String)]);
  }
}
