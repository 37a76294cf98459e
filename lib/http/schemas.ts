import { z } from "@hono/zod-openapi";

/** zod forms of `lib/wire`, for the description of the API. The compiler holds them to the wire types where used. */

type JsonType = "object" | "array" | "string" | "number" | "boolean" | "null";
const jsonTypes: JsonType[] = ["object", "array", "string", "number", "boolean", "null"];
/** How the description of the API names a value of any form. */
export const anyJson = { type: jsonTypes, description: "Any JSON" };

export const readingSchema = z.union([
  z.object({
    value: z.union([z.number(), z.string(), z.boolean()]),
    unit: z.string().optional(),
    label: z.string().optional(),
  }),
  z.object({ status: z.enum(["notAvailable", "error", "reserved", "outOfRange"]) }),
]).openapi("Reading");

export const freshnessSchema = z.enum(["live", "restored", "stale", "unseen"]).openapi("Freshness");
export const stateSchema = z.record(z.string(), readingSchema).openapi("EntityState");

export const sourceSchema = z.object({
  interface: z.string(),
  sourceAddress: z.string(),
  message: z.string(),
  dgn: z.string(),
}).openapi("Source");

const parameter = { name: z.string(), required: z.boolean(), help: z.string() };
export const parameterSchema = z.union([
  z.object({
    ...parameter,
    type: z.literal("number"),
    min: z.number(),
    max: z.number(),
    step: z.number(),
    unit: z.string().optional(),
  }),
  z.object({ ...parameter, type: z.literal("choice"), choices: z.array(z.string()).readonly() }),
  z.object({ ...parameter, type: z.literal("boolean") }),
]).openapi("Parameter");

export const commandSpecSchema = z.object({
  name: z.string(),
  label: z.string(),
  help: z.string(),
  parameters: z.array(parameterSchema).readonly(),
  held: z.boolean().optional(),
  needsArming: z.boolean().optional(),
}).openapi("Command");

export const entitySchema = z.object({
  id: z.string(),
  kind: z.string(),
  name: z.string(),
  area: z.string(),
  state: stateSchema,
  updatedAt: z.string().nullable(),
  freshness: freshnessSchema,
  heardAgeMs: z.number().optional(),
  source: sourceSchema.nullable(),
  commands: z.array(commandSpecSchema).readonly(),
  verified: z.boolean(),
  hidden: z.boolean(),
}).openapi("Entity");

export const entityDetailSchema = entitySchema.extend({
  signals: z.array(z.object({
    name: z.string(),
    label: z.string(),
    help: z.string().optional(),
    reading: readingSchema.optional(),
    ageMs: z.number().optional(),
    freshness: freshnessSchema,
    source: sourceSchema.optional(),
  })).readonly(),
  bindings: z.array(z.object({
    message: z.string(),
    dgn: z.string(),
    instance: z.number().optional(),
    ageMs: z.number().optional(),
    freshness: freshnessSchema,
  })).readonly(),
  provenance: z.object({
    source: z.string(),
    coach: z.string().optional(),
    evidence: z.string().optional(),
    verified: z.boolean(),
  }),
}).openapi("EntityDetail");

export const commandRequestSchema = z.strictObject({
  command: z.string().min(1).max(64),
  parameters: z.record(z.string().max(64), z.unknown()).default({}),
  parked: z.boolean().default(false)
    .describe("The owner's word that the coach is parked; counts only where the chassis is not on the bus."),
  press: z.strictObject({
    id: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, "expected 8 to 64 letters, digits, _ or -")
      .describe("Random, made anew for each press, and the same in its first command, its renewals and its stop."),
    renews: z.boolean().default(false)
      .describe("The button is held on: this carries the movement of the same press on, and never begins one."),
  }).optional().describe(
    "Of a button that is held. Once the press is stopped or its movement has ended, nothing with its id moves anything, " +
      "in whatever order the requests arrive. A program that sends one command at a time needs none.",
  ),
}).openapi("CommandRequest");

export const commandResultSchema = z.object({
  commandId: z.string(),
  outcome: z.enum(["confirmed", "notConfirmed", "refused"]),
  reasons: z.array(z.string()).readonly(),
  latencyMs: z.number(),
}).openapi("CommandResult");

export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  errors: z.array(z.string()).readonly().optional(),
  jobId: z.string().optional(),
}).openapi("Problem");

export const healthSchema = z.object({
  status: z.enum(["ok", "degraded", "failed"]),
  version: z.string(),
  uptimeS: z.number(),
  simulated: z.boolean(),
  coach: z.object({ id: z.string(), name: z.string() }),
  problems: z.array(z.object({
    priority: z.union([z.literal(1), z.literal(2), z.literal(3)])
      .describe("1: the coach cannot be commanded; 2: something important is off; 3: the rest."),
    what: z.string(),
    todo: z.string(),
  })).readonly(),
}).openapi("Health");

const content = { "application/problem+json": { schema: problemSchema } };

/** The problems an operation can answer, for its description. */
export function problems<S extends number>(...statuses: S[]) {
  const entries = statuses.map((status) => [status, { description: "The reason, in words.", content }] as const);
  return Object.fromEntries(entries) as { [K in S]: { description: string; content: typeof content } };
}

/** A JSON answer, for the description of an operation. */
export function jsonContent<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { "application/json": { schema } } };
}
