import {
  type CheckedDocument,
  type CoachModel,
  type DocumentProblem,
  entityPath,
  type KnownMessages,
  type MappingDocument,
  modelFrom,
} from "../coach/mod.ts";
import { kindOf } from "../entities/mod.ts";

/**
 * The model of a document of which every entity can be heard: each message that its kind listens to is one of the
 * standards or of the model's own. What is not is a problem of that entity.
 */
export function boundModel(document: MappingDocument, options: { readonly messages: KnownMessages }): CheckedDocument {
  const checked = modelFrom(document, options);
  if (checked.kind !== "model") return checked;
  const problems = unheardEntities(checked.model, options.messages);
  return problems.length === 0 ? checked : { kind: "problems", problems };
}

function unheardEntities(model: CoachModel, messages: KnownMessages): readonly DocumentProblem[] {
  const isKnown = (name: string) => Object.hasOwn(model.protocol, name) || messages.rowNamed(name) !== undefined;
  return model.entities.flatMap((entity) => {
    const unknown = kindOf(entity).bindings(entity).find(({ message }) => !isKnown(message));
    if (!unknown) return [];
    const text = `listens to "${unknown.message}", which no table of messages has, expected a kind that can be heard`;
    return [{ path: entityPath(entity.id), text }];
  });
}
