import { z } from "@hono/zod-openapi";
import type { MappingJson } from "../wire/mod.ts";
import { isMappingObject, mappingJsonProblem, pointerProblem } from "./mapping_input.ts";
import { anyJson } from "./schemas.ts";

/** zod forms of the coach side of `lib/wire`. */

const says = (problem: string | undefined, context: z.RefinementCtx) => {
  if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
};

/** Any JSON; `z.custom` hands it on as it came, so that hostile keys are seen and not dropped in silence. */
const anyValue = z.custom<MappingJson>((value) => value !== undefined, "expected a value").openapi(anyJson);
/** The same from outside. */
const valueSchema = z.custom<MappingJson>((value) => value !== undefined, "expected a value")
  .superRefine((value, context) => says(mappingJsonProblem(value), context))
  .openapi(anyJson);
const objectSchema = z.custom<Readonly<Record<string, MappingJson>>>(isMappingObject, "expected an object")
  .superRefine((value, context) => says(mappingJsonProblem(value), context))
  .openapi({ type: "object", additionalProperties: true });
const pointerSchema = z.string().superRefine((pointer, context) => says(pointerProblem(pointer), context))
  .openapi({ description: "RFC 6901", example: "/entities/bedroom_ceiling/name" });
const modelIdSchema = z.string().max(100)
  .regex(/^[a-z0-9]+(_[a-z0-9]+)*$/, "expected the id of a model, such as generic_rv");
const entityIdSchema = z.string().max(100)
  .regex(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/, "expected the id of an entity, such as bedroom_ceiling");
const reasonSchema = z.string().trim().max(300).optional().describe("Why, in the owner's words; kept in the history.");

const choicesSchema = z.custom<Readonly<Record<string, "mine" | "theirs">>>(isMappingObject, "expected an object")
  .superRefine((choices, context) => {
    for (const [path, choice] of Object.entries(choices)) {
      const problem = pointerProblem(path) ??
        (choice === "mine" || choice === "theirs" ? undefined : `${path}: expected mine or theirs`);
      if (problem !== undefined) return says(problem, context);
    }
  }).openapi({ type: "object", additionalProperties: { type: "string", enum: ["mine", "theirs"] } });

export const previewQuerySchema = z.strictObject({ model: modelIdSchema.optional() });
export const mappingHistoryQuerySchema = z.strictObject({ limit: z.coerce.number().int().min(1).max(500).default(50) });
export const mappingExportQuerySchema = z.strictObject({ format: z.enum(["yaml", "patch"]).default("yaml") });
/** Of requests whose body has no room for it. */
export const reasonQuerySchema = z.strictObject({ reason: reasonSchema });
export const pointerParamsSchema = z.object({ path: z.string().openapi({ example: "entities/bedroom_ceiling/name" }) });
export const batchParamsSchema = z.object({
  batchId: z.string().regex(/^[1-9]\d{0,14}$/, "this is no number of a change").transform(Number),
});

export const importRequestSchema = z.strictObject({
  modelId: modelIdSchema,
  token: z.string().max(200).optional()
    .describe("Of the preview that was looked at; refused when something changed meanwhile."),
  choices: choicesSchema.optional().describe("Path → who wins its conflict. Left out: the owner."),
  reason: reasonSchema,
}).openapi("ModelImport");

export const putRequestSchema = z.strictObject({ value: valueSchema, reason: reasonSchema }).openapi("MappingValue");

export const patchSchema = z.array(z.strictObject({
  op: z.enum(["add", "remove", "replace", "move", "copy", "test"]),
  path: pointerSchema,
  from: pointerSchema.optional(),
  value: valueSchema.optional(),
})).min(1).max(20_000).superRefine((operations, context) => {
  operations.forEach(({ op, from, value }, i) => {
    const needsFrom = op === "move" || op === "copy";
    const needsValue = op === "add" || op === "replace" || op === "test";
    if (needsFrom && from === undefined) says(`operation ${i}: ${op} needs "from"`, context);
    if (needsValue && value === undefined) says(`operation ${i}: ${op} needs "value"`, context);
  });
}).openapi("JsonPatch", { description: "RFC 6902" });

export const mappingResetSchema = z.strictObject({
  entityId: entityIdSchema.optional().describe("Left out: the whole model."),
  confirm: z.boolean().describe("The owner's consent; without it nothing happens."),
  reason: reasonSchema,
}).openapi("MappingReset");

export const listenRequestSchema = z.strictObject({
  durationMs: z.number().int().min(1_000).max(60_000).default(15_000),
}).openapi("ListenRequest");

export const tryRequestSchema = z.strictObject({
  definition: objectSchema.describe("Of an entity, as a model file states it."),
  command: z.string().min(1).max(64),
  parked: z.boolean().default(false)
    .describe("The owner's word that the coach is parked; counts only where the chassis is not on the bus."),
}).openapi("TryRequest");

export const batchSchema = z.object({ batchId: z.number() }).openapi("MappingChange");

export const coachModelViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  make: z.string().optional(),
  model: z.string().optional(),
  year: z.number().optional(),
  version: z.number(),
  hash: z.string(),
  entities: z.number(),
  origin: z.string(),
  custom: z.boolean(),
  active: z.boolean(),
  importedVersion: z.number().nullable(),
  updateAvailable: z.boolean(),
}).openapi("CoachModel");

export const mappingStatusSchema = z.object({
  modelId: z.string(),
  name: z.string(),
  version: z.number(),
  hash: z.string(),
  importedAt: z.string().nullable(),
  importedBy: z.string().nullable(),
  shippedVersion: z.number().nullable(),
  updateAvailable: z.boolean(),
  entities: z.number(),
  edits: z.number(),
  hidden: z.number(),
  unverified: z.number(),
  removed: z.number(),
  readOnlyBecause: z.string().optional(),
  problems: z.array(z.string()).readonly(),
}).openapi("MappingStatus");

export const mergePreviewSchema = z.object({
  modelId: z.string(),
  fromVersion: z.number().nullable(),
  toVersion: z.number(),
  token: z.string(),
  counts: z.object({ kept: z.number(), taken: z.number(), removed: z.number(), conflict: z.number() }),
  changes: z.array(z.object({
    path: z.string(),
    entityId: z.string().optional(),
    outcome: z.enum(["kept", "taken", "removed", "conflict"]),
    before: anyValue.optional(),
    shipped: anyValue.optional(),
    owner: anyValue.optional(),
    sentence: z.string(),
    choice: z.enum(["mine", "theirs"]).optional(),
  })).readonly(),
  problems: z.array(z.string()).readonly(),
}).openapi("MergePreview");

const anyObject = z.custom<{ readonly [key: string]: MappingJson }>(isMappingObject)
  .openapi({ type: "object", additionalProperties: true });

export const mappingSchema = z.object({
  modelId: z.string(),
  areas: z.array(z.object({ key: z.string(), name: z.string(), edited: z.boolean() })).readonly(),
  entities: z.array(z.object({
    id: z.string(),
    kind: z.string(),
    name: z.string(),
    area: z.string(),
    hidden: z.boolean(),
    source: z.enum(["factory", "import", "user", "learned"]),
    verified: z.boolean(),
    edited: z.array(z.string()).readonly(),
    removed: z.boolean(),
    definition: anyObject,
  })).readonly(),
  protocol: z.array(z.object({ name: z.string(), dgn: z.string(), fields: z.array(z.string()).readonly() })).readonly(),
  kinds: anyObject,
}).openapi("Mapping");

export const mappingBatchSchema = z.object({
  id: z.number(),
  reason: z.string(),
  actor: z.string(),
  changedAt: z.string(),
  undoneAt: z.string().nullable(),
  undoable: z.boolean(),
  changes: z.array(z.object({ path: z.string(), before: anyValue.optional(), after: anyValue.optional() })).readonly(),
}).openapi("MappingBatch");

const proposalSchema = z.object({ definition: anyObject, evidence: z.string(), tryable: z.boolean() })
  .openapi("Proposal");
const heard = {
  key: z.string(),
  interface: z.string(),
  sourceAddress: z.string(),
  message: z.string(),
  instance: z.number().optional(),
};

export const discoverySchema = z.object({
  unmapped: z.array(z.object({ ...heard, ageMs: z.number(), says: z.string(), proposal: proposalSchema.optional() }))
    .readonly(),
  silent: z.array(z.object({ entityId: z.string(), name: z.string(), missing: z.array(z.string()).readonly() }))
    .readonly(),
}).openapi("Discovery");

export const listeningSchema = z.object({
  listening: z.boolean(),
  remainingMs: z.number(),
  moved: z.array(z.object({
    ...heard,
    change: z.string(),
    times: z.number(),
    entityId: z.string().optional(),
    proposal: proposalSchema.optional(),
  })).readonly(),
}).openapi("WhatMoved");
