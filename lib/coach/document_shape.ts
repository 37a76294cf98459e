import { isJsonObject, jsonProblem } from "./json_value.ts";
import type { Json, MappingDocument } from "./mapping.ts";
import { documentFrom, entityLeaves, entityPath } from "./mapping_document.ts";
import { pointerOf } from "./mapping_path.ts";
import type { MappingRow } from "./mapping.ts";

/** Something wrong at a path of a document. */
export interface DocumentProblem {
  /** RFC 6901 pointer, e.g. `/entities/bedroom_ceiling/load/instances/0`. */
  readonly path: string;
  /** What is true, what was wanted; another entity is named by its id. */
  readonly text: string;
  /** Nothing need be left out for it: commands that it would make dangerous are refused. */
  readonly isKept?: true;
}

/** A value as a mapping document, in the order of its keys; or why it is none. */
export type ShapedDocument =
  | { readonly kind: "document"; readonly document: MappingDocument }
  | { readonly kind: "problems"; readonly problems: readonly DocumentProblem[] };

const sections: readonly string[] = [
  "model",
  "areas",
  "entities",
  "protocol",
  "order",
] satisfies (keyof MappingDocument)[];

/**
 * Takes a JSON value for a mapping document: all sections, no others, entities with fields, an order of names. An `id`
 * inside of an entity that says the same as its key is left out.
 */
export function documentShape(value: Json): ShapedDocument {
  const problem = jsonProblem(value);
  if (problem !== undefined) return failed([{ path: "", text: problem }]);
  if (!isJsonObject(value)) return failed([{ path: "", text: "is no object, expected a mapping document" }]);
  const problems: DocumentProblem[] = [];
  const report = (parts: readonly string[], text: string) => problems.push({ path: pointerOf(parts), text });
  for (const key of Object.keys(value)) {
    if (!sections.includes(key)) report([key], `is no part of a mapping, expected one of ${sections.join(", ")}`);
  }
  for (const section of sections) {
    if (!isJsonObject(value[section])) report([section], "is missing or no object, expected a section of a mapping");
  }
  if (problems.length > 0) return failed(problems);
  const rows = [...plainRows(value), ...entityRows(value, report), ...orderRows(value, report)];
  return problems.length > 0 ? failed(problems) : { kind: "document", document: documentFrom(rows) };
}

type Report = (parts: readonly string[], text: string) => void;
type JsonObject = { readonly [key: string]: Json };

function failed(problems: readonly DocumentProblem[]): ShapedDocument {
  return { kind: "problems", problems };
}

function sectionOf(value: JsonObject, name: string): JsonObject {
  const section = value[name];
  return isJsonObject(section) ? section : {};
}

function plainRows(value: JsonObject): readonly MappingRow[] {
  return ["model", "areas", "protocol"].flatMap((section) =>
    Object.entries(sectionOf(value, section)).map(([key, entry]) => ({
      path: pointerOf([section, key]),
      value: entry,
      source: "user",
    } satisfies MappingRow))
  );
}

function entityRows(value: JsonObject, report: Report): readonly MappingRow[] {
  return Object.entries(sectionOf(value, "entities")).flatMap(([key, entity]) => {
    if (!isJsonObject(entity)) {
      report(["entities", key], "is no object, expected an entity");
      return [];
    }
    const { id, ...fields } = entity;
    if (id !== undefined && id !== key) report(["entities", key, "id"], `is ${JSON.stringify(id)}, expected "${key}"`);
    if (fields["provenance"] !== undefined && !isJsonObject(fields["provenance"])) {
      report(["entities", key, "provenance"], "is no object, expected source, coach, evidence, verified");
    }
    const leaves = entityLeaves(fields);
    if (leaves.size === 0) report(["entities", key], "has no fields, expected an entity");
    return [...leaves].map(([leaf, field]) => ({
      path: entityPath(key) + leaf,
      value: field,
      source: "user",
    } satisfies MappingRow));
  });
}

function orderRows(value: JsonObject, report: Report): readonly MappingRow[] {
  const order = sectionOf(value, "order");
  for (const key of Object.keys(order)) {
    if (key !== "areas" && key !== "entities") {
      report(["order", key], "is no list of the order, expected areas, entities");
    }
  }
  return ["areas", "entities"].map((key) => {
    const list = order[key] ?? null;
    const isList = Array.isArray(list) && list.every((name: Json) => typeof name === "string");
    if (!isList) report(["order", key], "is no list of names, expected one");
    return { path: pointerOf(["order", key]), value: list, source: "user" };
  });
}
