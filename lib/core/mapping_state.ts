import {
  type CoachModel,
  documentFrom,
  type EntityDefinition,
  extensionRows,
  type KnownMessages,
  type MappingDocument,
  MappingPathError,
  mappingPlace,
  type MappingRow,
} from "../coach/mod.ts";
import type { MessageRow } from "../protocol/mod.ts";
import { type MappingProblem, soundModel } from "./sound_model.ts";

/** Everything that the rows of a model say, worked out once. */
export interface MappingState {
  readonly modelId: string;
  readonly rows: readonly MappingRow[];
  readonly byPath: ReadonlyMap<string, MappingRow>;
  /** The model as it was when it was imported. */
  readonly base: MappingDocument;
  /** The coach as the rows say, whether it can be used or not. */
  readonly document: MappingDocument;
  /** Of the document what can be used. */
  readonly model: CoachModel;
  /** The model's entities, by id. */
  readonly entities: ReadonlyMap<string, EntityDefinition>;
  /** Messages that the model declares. */
  readonly declared: readonly MessageRow[];
  /** What of the document cannot be used, or is there and has commands that are refused, and why. */
  readonly problems: readonly string[];
  /** The same, to be compared with those of another state. */
  readonly found: readonly MappingProblem[];
  /** All of the document is used. */
  readonly isWhole: boolean;
}

export function mappingState(
  rows: readonly MappingRow[],
  options: {
    readonly modelId: string;
    readonly base: MappingDocument;
    readonly messages: KnownMessages;
  },
): MappingState {
  const { modelId, base, messages } = options;
  const strays: string[] = [];
  const good = rows.filter(({ path }) => {
    const problem = pathProblem(path);
    if (problem !== undefined) strays.push(problem);
    return problem === undefined;
  });
  const document = documentFrom(good);
  const { model, problems, isWhole } = soundModel(document, { messages, fallback: base });
  const found = [...strays.map((sentence) => ({ sentence, key: sentence })), ...problems];
  return {
    modelId,
    rows: good,
    byPath: new Map(good.map((row) => [row.path, row])),
    base,
    document,
    model,
    entities: new Map(model.entities.map((entity) => [entity.id, entity])),
    declared: extensionRows(model),
    problems: found.map(({ sentence }) => sentence),
    found,
    isWhole: isWhole && strays.length === 0,
  };
}

function pathProblem(path: string): string | undefined {
  try {
    mappingPlace(path);
    return undefined;
  } catch (error) {
    if (error instanceof MappingPathError) return `A row of the database was left out: ${error.message}`;
    throw error;
  }
}
