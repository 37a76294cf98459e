import jsonPatch from "fast-json-patch";
import { z } from "zod";
import { type DocumentProblem, documentShape } from "./document_shape.ts";
import { isJsonObject, jsonProblem, sameJson } from "./json_value.ts";
import type { Json, MappingDocument } from "./mapping.ts";
import { entityPath, leavesOf } from "./mapping_document.ts";
import { shortValue } from "./merge_words.ts";
import { MappingPathError, parsePointer } from "./mapping_path.ts";

/** One operation of RFC 6902. */
export interface PatchOperation {
  readonly op: "add" | "remove" | "replace" | "move" | "copy" | "test";
  readonly path: string;
  readonly from?: string;
  readonly value?: Json;
}

/** The document, or why not: `path` is that of the operation, and the text names its number, from 1. */
export type PatchedDocument =
  | { readonly kind: "document"; readonly document: MappingDocument }
  | { readonly kind: "problems"; readonly problems: readonly DocumentProblem[] };

/** Bounds of a patch, so that no file can make the program slow or large. */
const limits = { operations: 5000, characters: 1_000_000 } as const;

/**
 * What the owner made of a model, as RFC 6902: one operation per path that changes as one, whole entities that are new
 * or gone in one operation each. The model's `id` and `version` are no part of it. Applied to `shipped` it gives `now`.
 */
export function patchOf(shipped: MappingDocument, now: MappingDocument): readonly PatchOperation[] {
  const operations: PatchOperation[] = [];
  const added = new Map(wholeEntities(now, shipped));
  const removed = new Map(wholeEntities(shipped, now));
  const isWhole = (path: string) => {
    const entity = path.split("/", 3).join("/");
    return added.has(entity) || removed.has(entity);
  };
  const before = leavesOf(shipped);
  const after = leavesOf(now);
  for (const path of removed.keys()) operations.push({ op: "remove", path });
  for (const path of before.keys()) {
    if (!after.has(path) && !isWhole(path) && !isModels(path)) operations.push({ op: "remove", path });
  }
  for (const [path, value] of added) operations.push({ op: "add", path, value });
  const bare = new Set<string>();
  for (const [path, value] of after) {
    if (isWhole(path) || isModels(path)) continue;
    const old = before.get(path);
    const parent = missingProvenance(path, shipped);
    if (parent !== undefined && !bare.has(parent)) {
      bare.add(parent);
      operations.push({ op: "add", path: parent, value: {} });
    }
    if (old === undefined) operations.push({ op: "add", path, value });
    else if (!sameJson(old, value)) operations.push({ op: "replace", path, value });
  }
  return operations;
}

/** Whether a path is one that always comes with the model. */
function isModels(path: string): boolean {
  return path === "/model/id" || path === "/model/version";
}

/** Entities that one document has and the other does not, by their paths. */
function wholeEntities(one: MappingDocument, other: MappingDocument): readonly (readonly [string, Json])[] {
  return Object.entries(one.entities).filter(([id]) => !Object.hasOwn(other.entities, id))
    .map(([id, entity]) => [entityPath(id), entity]);
}

/** Path of the provenance that a leaf belongs to, where the document's entity has none yet. */
function missingProvenance(path: string, document: MappingDocument): string | undefined {
  const [, section, id = "", field, sub] = path.split("/");
  if (section !== "entities" || field !== "provenance" || sub === undefined) return undefined;
  const entity = document.entities[parsePointer(`/${id}`)[0] ?? ""];
  return entity && !isJsonObject(entity["provenance"]) ? `/entities/${id}/provenance` : undefined;
}

const operationSchema = z.union([
  z.object({ op: z.enum(["add", "replace", "test"]), path: z.string(), value: z.json() }),
  z.object({ op: z.literal("remove"), path: z.string() }),
  z.object({ op: z.enum(["move", "copy"]), path: z.string(), from: z.string() }),
]);
type Operation = z.infer<typeof operationSchema>;

/**
 * Applies a JSON Patch (RFC 6902), all of it or nothing; the document given is not changed. A `test` that fails, a path
 * that does not exist, a reserved word such as `__proto__` anywhere, more than 5,000 operations or 1 MB, and an outcome
 * that is no mapping document any more are problems. Whether the outcome is a good coach is for `modelFrom` to say.
 */
export function applyPatch(document: MappingDocument, operations: unknown): PatchedDocument {
  const read = readOperations(operations);
  if (read.problems.length > 0) return { kind: "problems", problems: read.problems };
  let patched: Json = structuredClone({ ...document });
  let left = limits.characters;
  for (const [i, operation] of read.operations.entries()) {
    const fail = (text: string): PatchedDocument => ({
      kind: "problems",
      problems: [{ path: operation.path, text: `operation ${i + 1} (${operation.op}): ${text}` }],
    });
    const text = operationProblem(patched, operation);
    if (text !== undefined) return fail(text);
    if (operation.op === "copy") left -= JSON.stringify(valueAt(patched, operation.from)).length;
    if (left < 0) return fail(`copies more than ${limits.characters} characters in all, expected fewer`);
    if (operation.op === "test") {
      if (!sameJson(valueAt(patched, operation.path), operation.value)) {
        return fail(`the value is another one, expected ${shortValue(operation.value)}; nothing was changed`);
      }
      continue;
    }
    try {
      patched = jsonPatch.applyOperation(patched, structuredClone(operation), true, true).newDocument;
    } catch (cause) {
      return fail(`cannot be made (${cause instanceof Error ? cause.name : String(cause)})`);
    }
  }
  const shaped = documentShape(patched);
  return shaped.kind === "document" ? shaped : { kind: "problems", problems: shaped.problems };
}

/** The operations of a patch, or what is wrong with it as a whole. */
function readOperations(
  operations: unknown,
): { readonly operations: readonly Operation[]; readonly problems: readonly DocumentProblem[] } {
  const failed = (path: string, text: string) => ({ operations: [], problems: [{ path, text }] });
  if (!Array.isArray(operations)) return failed("", "is no list, expected a JSON Patch: a list of operations");
  if (operations.length > limits.operations) {
    return failed("", `has ${operations.length} operations, expected at most ${limits.operations}`);
  }
  const problem = jsonProblem(operations);
  if (problem !== undefined) return failed("", problem);
  const { length } = JSON.stringify(operations);
  if (length > limits.characters) return failed("", `has ${length} characters, expected at most ${limits.characters}`);
  const read: Operation[] = [];
  const problems: DocumentProblem[] = [];
  operations.forEach((operation: unknown, i) => {
    const parsed = operationSchema.safeParse(operation);
    if (parsed.success) read.push(parsed.data);
    else {problems.push({
        path: "",
        text: `operation ${i + 1}: is no operation of RFC 6902, expected op, path and value`,
      });}
  });
  return { operations: read, problems };
}

/** Why an operation cannot be made on a document; undefined: it can, as far as its paths tell. */
function operationProblem(document: Json, operation: Operation): string | undefined {
  try {
    const parts = parsePointer(operation.path);
    const last = parts.at(-1);
    if (last === undefined) return operation.op === "test" ? undefined : "is about the whole, expected a path below it";
    if (isModels(operation.path) && operation.op !== "test") {
      return "comes with the model, expected it unchanged";
    }
    const parent = partsAt(document, parts.slice(0, -1));
    if (typeof parent !== "object" || parent === null) {
      return "there is nothing to hold it, expected a path that exists";
    }
    if (Array.isArray(parent)) {
      const index = last === "-" ? parent.length : /^(0|[1-9][0-9]{0,6})$/.test(last) ? Number(last) : NaN;
      const end = operation.op === "remove" || operation.op === "replace" || operation.op === "test" ? -1 : 0;
      if (!(index <= parent.length + end)) return `"${last}" is no place in a list of ${parent.length}`;
    } else if (operation.op === "remove" || operation.op === "replace" || operation.op === "test") {
      if (!Object.hasOwn(parent, last)) return "there is nothing at this path, expected one that exists";
    }
    if (!("from" in operation)) return undefined;
    if (valueAt(document, operation.from) === undefined) return `there is nothing at "${operation.from}"`;
    const inside = operation.path.startsWith(`${operation.from}/`);
    if (operation.op === "move" && inside) return `cannot move "${operation.from}" into itself`;
    if (isModels(operation.from) && operation.op === "move") {
      return `"${operation.from}" comes with the model, expected it unchanged`;
    }
    return undefined;
  } catch (error) {
    if (error instanceof MappingPathError) return error.message;
    throw error;
  }
}

function valueAt(document: Json, pointer: string): Json | undefined {
  return partsAt(document, parsePointer(pointer));
}

function partsAt(document: Json, parts: readonly string[]): Json | undefined {
  let value: Json | undefined = document;
  for (const part of parts) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    // A list has `length` of its own, which is no place in it.
    if (Array.isArray(value) && !/^(0|[1-9][0-9]*)$/.test(part)) return undefined;
    value = (value as { readonly [key: string]: Json })[part];
  }
  return value;
}
