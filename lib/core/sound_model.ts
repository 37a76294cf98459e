import {
  type CoachModel,
  type DocumentProblem,
  emptyDocument,
  type KnownMessages,
  type MappingDocument,
  orderedNames,
  parsePointer,
} from "../coach/mod.ts";
import { boundModel } from "./bound_model.ts";

/** Something wrong with a mapping. */
export interface MappingProblem {
  /** For people, with the name of what it is about. */
  readonly sentence: string;
  /** The same as long as the same is wrong, whatever it is called meanwhile. */
  readonly key: string;
}

/** What of a document the program can run with. */
export interface SoundModel {
  readonly model: CoachModel;
  /**
   * What was left out or replaced, and why, or is there and has commands that are refused; none: it is the document as
   * it is, and nothing is wrong with it.
   */
  readonly problems: readonly MappingProblem[];
  /** Nothing was left out or replaced. */
  readonly isWhole: boolean;
}

/** Each round takes something out; more are never needed but by a document that nothing helps. */
const maxRounds = 20;
const maxEntities = 2000;

/**
 * The model of a document, without what is wrong with it: a database that somebody edited by hand, or that an older
 * program wrote whose rules were milder, must not keep the coach from running.
 */
export function soundModel(document: MappingDocument, options: {
  readonly messages: KnownMessages;
  /** Says what the model's own words are where those of the document are wrong. */
  readonly fallback: MappingDocument;
}): SoundModel {
  const { messages, fallback } = options;
  const problems: MappingProblem[] = [];
  let current = document;
  for (let round = 0; round < maxRounds; round++) {
    const checked = boundModel(current, { messages });
    const wrong = checked.problems.filter(({ isKept }) => checked.kind === "model" || !isKept);
    problems.push(...wrong.map((problem) => ({
      sentence: problemSentence(problem, current),
      key: `${problem.path}: ${problem.text}`,
    })));
    if (checked.kind === "model") return { model: checked.model, problems, isWhole: round === 0 };
    current = wrong.reduce((rest, { path }) => without(rest, { path, fallback }), current);
  }
  const sentence = "Nothing of the mapping can be used.";
  return { model: bareModel, problems: [...problems, { sentence, key: sentence }], isWhole: false };
}

/** Something wrong with a document, for people: `Bedroom ceiling, load.instances.0: is 300, expected at most 250`. */
export function problemSentence({ path, text }: DocumentProblem, document: MappingDocument): string {
  const [section = "", key, ...rest] = partsOf(path);
  const inside = rest.length === 0 ? "" : `, ${rest.join(".")}`;
  switch (section) {
    case "entities": {
      if (key === undefined) return `Entities: ${text}`;
      const name = document.entities[key]?.["name"];
      return `${typeof name === "string" ? name : key}${inside}: ${text}`;
    }
    case "areas":
      return key === undefined ? `Areas: ${text}` : `Area ${key}: ${text}`;
    case "protocol":
      return key === undefined ? `Messages: ${text}` : `Message ${key}${inside}: ${text}`;
    default:
      return key === undefined ? `The model: ${text}` : `The model's ${[key, ...rest].join(".")}: ${text}`;
  }
}

/** Of paths that are no pointers nothing is known but their text. */
function partsOf(path: string): readonly string[] {
  return path.startsWith("/") ? parsePointer(path) : [path];
}

const bareModel: CoachModel = {
  id: "nothing",
  name: "No usable mapping",
  version: 1,
  origin: { source: "CoachIQ" },
  notes: [],
  areas: {},
  protocol: {},
  entities: [],
};

/** A document without what has a problem. */
function without(
  document: MappingDocument,
  at: { readonly path: string; readonly fallback: MappingDocument },
): MappingDocument {
  const [section = "", key] = partsOf(at.path);
  switch (section) {
    case "entities":
      return { ...document, entities: key === undefined ? firstEntities(document) : less(document.entities, key) };
    case "areas": {
      if (key === undefined) return { ...document, areas: at.fallback.areas };
      // The key is name enough for those who live there.
      const named = document.areas[key] !== key;
      return { ...document, areas: named ? { ...document.areas, [key]: key } : less(document.areas, key) };
    }
    case "protocol":
      return { ...document, protocol: key === undefined ? emptyDocument.protocol : less(document.protocol, key) };
    default: {
      if (key === undefined) return { ...document, model: at.fallback.model };
      const word = at.fallback.model[key];
      const helps = word !== undefined && word !== document.model[key];
      const instead = helps ? { [key]: word } : requiredWords(key);
      return { ...document, model: { ...less(document.model, key), ...instead } };
    }
  }
}

function less<T>(entries: { readonly [key: string]: T }, key: string): { readonly [key: string]: T } {
  return Object.fromEntries(Object.entries(entries).filter(([name]) => name !== key));
}

/** No model can have more entities than that: those that come first stay. */
function firstEntities({ entities, order }: MappingDocument): MappingDocument["entities"] {
  const names = orderedNames(order.entities, Object.keys(entities)).slice(0, maxEntities);
  return Object.fromEntries(names.flatMap((name) => {
    const entity = entities[name];
    return entity ? [[name, entity]] : [];
  }));
}

/** What a model cannot be without. */
function requiredWords(key: string): MappingDocument["model"] {
  switch (key) {
    case "id":
      return { id: bareModel.id };
    case "name":
      return { name: bareModel.name };
    case "version":
      return { version: bareModel.version };
    case "origin":
      return { origin: { source: bareModel.origin.source } };
    default:
      return {};
  }
}
