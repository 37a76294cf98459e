import { z } from "@hono/zod-openapi";
import { lossWindowSchema } from "./database_schemas.ts";
import { healthSchema } from "./schemas.ts";

/** zod forms of the program's own health in `lib/wire`. */

const problemsSchema = z.array(z.object({ what: z.string(), todo: z.string() })).readonly();
const logLevelSchema = z.enum(["debug", "info", "warning", "error"]);
/** Part of the program, as it stands in the log. */
const areaSchema = z.string().regex(/^[a-z][a-z0-9_]{0,31}$/, "expected 1 to 32 of a-z, 0-9 and _, the first a letter");
const auditActionSchema = z.enum(["command", "edit", "update", "configuration", "signIn", "account", "system"]);

export const featureSchema = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  safetyClass: z.enum(["critical", "operational", "maintenance"]),
  dependsOn: z.array(z.string()).readonly(),
  enabled: z.boolean(),
  switchable: z.boolean(),
  state: z.enum(["off", "starting", "running", "failed", "blocked"]),
  reason: z.string().optional(),
  restarts: z.number(),
  problems: problemsSchema,
}).openapi("Feature");

export const featureParamsSchema = z.object({ name: areaSchema });
export const featureRequestSchema = z.strictObject({ enabled: z.boolean() }).openapi("FeatureRequest");

export const safetySchema = z.object({
  driving: z.enum(["parked", "driving", "unknown"]),
  evidence: z.array(z.object({ text: z.string(), ageS: z.number().optional() })).readonly(),
  safeReason: z.string().nullable(),
  interlocks: z.array(z.object({
    kind: z.string(),
    command: z.string(),
    rule: z.enum(["always", "notWhileDriving", "parkedOnly", "never"]),
    reason: z.string(),
  })).readonly(),
}).openapi("Safety");

export const stopRequestSchema = z.strictObject({
  what: z.enum(["motion", "lights"]).describe("motion: everything that moves stops; lights: every light goes off."),
}).openapi("StopRequest");
export const stopResultSchema = z.object({
  done: z.number().describe("How many confirmed it."),
  failed: z.array(z.string()).readonly().describe("Names of those that did not."),
}).openapi("StopResult");

/** In a query everything is text. */
export const alertQuerySchema = z.strictObject({
  cleared: z.enum(["true", "false"]).default("false").transform((text) => text === "true")
    .describe("true: those that are over as well, newest first."),
});
export const alertSchema = z.object({
  id: z.string(),
  priority: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  what: z.string(),
  todo: z.string(),
  raisedAt: z.string(),
  clearedAt: z.string().nullable(),
}).openapi("Alert");

export const auditQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  before: z.coerce.number().int().min(1).optional().describe("Only entries with a smaller id: the next page."),
  action: auditActionSchema.optional(),
});
export const auditSchema = z.object({
  id: z.number(),
  at: z.string(),
  actor: z.string(),
  address: z.string(),
  action: auditActionSchema,
  what: z.string(),
  outcome: z.enum(["done", "refused", "failed"]),
  reasons: z.array(z.string()).readonly(),
}).openapi("AuditEntry");

export const logQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(2000).default(200),
  after: z.coerce.number().int().min(0).optional().describe("Only events with a greater number."),
  level: logLevelSchema.optional().describe("This level and graver ones."),
  area: areaSchema.optional(),
  search: z.string().min(1).max(200).optional(),
});
export const logEntrySchema = z.object({
  number: z.number(),
  at: z.string(),
  level: logLevelSchema,
  area: z.string(),
  text: z.string(),
  fields: z.custom<Readonly<Record<string, unknown>>>(() => true)
    .openapi({ type: "object", additionalProperties: true }),
}).openapi("LogEntry");

export const logLevelsRequestSchema = z.strictObject({
  level: logLevelSchema,
  areas: z.record(areaSchema, logLevelSchema).default({})
    .refine((areas) => Object.keys(areas).length <= 50, "expected at most 50 areas"),
}).openapi("LogLevelsRequest");
export const logLevelsSchema = z.object({ level: logLevelSchema, areas: z.record(z.string(), logLevelSchema) })
  .openapi("LogLevels");

const systemSchema = z.object({
  version: z.string(),
  runtime: z.string(),
  architecture: z.string(),
  uptimeS: z.number(),
  core: z.array(z.object({
    name: z.string(),
    state: z.enum(["waiting", "starting", "up", "failed", "stopped"]),
    reason: z.string().optional(),
    restarts: z.number(),
  })).readonly(),
  features: z.array(featureSchema).readonly(),
  database: z.object({
    schema: z.string().nullable(),
    target: z.string(),
    isPaused: z.boolean(),
    lossWindow: lossWindowSchema.nullable(),
  }),
  buses: z.array(z.object({
    name: z.string(),
    link: z.string(),
    framesPerS: z.number(),
    lastFrameAgeS: z.number().optional(),
    errorFrames: z.number(),
    dropped: z.number(),
    malformed: z.number(),
    unknown: z.number(),
    sourceAddress: z.string().optional(),
  })).readonly(),
  entities: z.object({ live: z.number(), stale: z.number(), restored: z.number(), unseen: z.number() }),
  writing: z.object({
    statesP95Ms: z.number(),
    statesWaiting: z.number(),
    historyP95Ms: z.number(),
    todayBytes: z.number(),
  }),
  sockets: z.object({ clients: z.number(), behind: z.number() }),
  machine: z.object({
    memoryBytes: z.number(),
    diskFreeBytes: z.number(),
    diskTotalBytes: z.number().optional(),
    temperatureC: z.number().optional(),
    load1: z.number().optional(),
    clockIsRight: z.boolean(),
  }),
}).openapi("System");

export const detailedHealthSchema = healthSchema.extend({ details: systemSchema.optional() })
  .openapi("DetailedHealth");
