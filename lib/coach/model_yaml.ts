import { Document, isCollection, isPair, isScalar, visit } from "yaml";
import { type CoachModel, coachModelSchema } from "./definition.ts";
import { isJsonObject, sortedObject } from "./json_value.ts";
import type { Json } from "./mapping.ts";
import { withoutDefaults } from "./without_defaults.ts";

const head = ` A coach model for CoachIQ: what is installed where, and on which instance of the coach's network.
 What is left out has its default. To be read back from a folder, the file is named after its id.`;

/** Characters of a collection that is written on one line. */
const lineCharacters = 100;
/** Collections around one that may be on one line: the model, its section, the entity. */
const blockDepth = 3;

/**
 * A model as YAML that people read, and that `loadModel` reads back to the same rows: what has its default is left out,
 * keys come in the schema's order, declared messages in alphabetical order, areas and entities in the model's.
 */
export function modelYaml(model: CoachModel): string {
  const plain: Json = JSON.parse(JSON.stringify({ ...model, protocol: sortedObject(Object.entries(model.protocol)) }));
  const document = new Document(readable(withoutDefaults(coachModelSchema, plain)), { aliasDuplicateObjects: false });
  document.commentBefore = head;
  visit(document, {
    Collection(_, node, path) {
      const parent = path.at(-1);
      const isTable = isPair(parent) && isScalar(parent.key) && parent.key.value === "signals";
      if (isTable || path.filter(isCollection).length < blockDepth) return;
      node.flow = JSON.stringify(node.toJSON()).length <= lineCharacters;
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** The model with its entities as people write them: what it is first, who says so last. */
function readable(model: Json | undefined): Json {
  if (!isJsonObject(model) || !Array.isArray(model["entities"])) return model ?? null;
  const entities = model["entities"].map((entity: Json) => {
    if (!isJsonObject(entity)) return entity;
    const { id, kind, provenance, ...rest } = entity;
    return { id: id ?? null, kind: kind ?? null, ...rest, ...(provenance === undefined ? {} : { provenance }) };
  });
  return { ...model, entities };
}
