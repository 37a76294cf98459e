import { z } from "@hono/zod-openapi";

/** zod forms of the database side of `lib/wire`. */

/** Form of a backup's id: time, reason, four random digits. Nothing else becomes part of a path. */
const backupIdSchema = z.string()
  .regex(
    /^\d{8}T\d{6}Z-(daily|preMigration|preRestore|preImport|manual|upload)-[0-9a-f]{4}$/,
    "this is no id of a backup",
  );
const jobIdSchema = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, "this is no id of a job");

export const backupParamsSchema = z.object({ id: backupIdSchema });
export const restoreParamsSchema = z.object({ backupId: backupIdSchema });
export const jobParamsSchema = z.object({ jobId: jobIdSchema });

const consent = {
  confirm: z.boolean().describe("The owner's consent; without it nothing happens."),
  parked: z.boolean().default(false)
    .describe("The owner's word that the coach is parked; counts only where the chassis does not say so itself."),
};
export const consentSchema = z.strictObject(consent).openapi("Consent");
export const resetRequestSchema = z.strictObject({
  scope: z.enum(["preferences", "states", "all"])
    .describe("preferences: names and settings of the owner. states: states and history. all: everything."),
  ...consent,
}).openapi("ResetRequest");

/** In a query everything is text. */
const flag = z.enum(["true", "false"]).default("false").transform((text) => text === "true");
export const statusQuerySchema = z.strictObject({ parked: flag });
export const consentQuerySchema = z.strictObject({ confirm: flag, parked: flag });

export const jobIdAnswerSchema = z.object({ jobId: z.string() }).openapi("JobStarted");

export const runSchema = z.object({
  jobId: z.string(),
  actor: z.string(),
  startedAt: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  durationMs: z.number(),
  outcome: z.enum(["created", "updated", "failed", "restored", "reset"]),
  message: z.string(),
  programVersion: z.string(),
}).openapi("DatabaseRun");

export const backupSchema = z.object({
  id: z.string(),
  reason: z.enum(["daily", "preMigration", "preRestore", "preImport", "manual", "upload"]),
  createdAt: z.string(),
  clockTrusted: z.boolean(),
  programVersion: z.string(),
  schemaVersion: z.string().nullable(),
  sizeBytes: z.number(),
  sha256: z.string(),
  rows: z.number(),
  provenAt: z.string(),
  problems: z.array(z.string()).readonly(),
}).openapi("Backup");

const stepSchema = z.object({ name: z.string(), description: z.string() });

const lossSchema = z.object({ ageS: z.number(), atMostS: z.number() });
export const lossWindowSchema = z.object({ states: lossSchema, history: lossSchema }).openapi("LossWindow");

export const databaseStatusSchema = z.object({
  mode: z.enum(["running", "recovery"]),
  recovery: z.object({ reason: z.string() }).nullable(),
  currentVersion: z.string().nullable(),
  targetVersion: z.string(),
  needsUpdate: z.boolean(),
  pending: z.array(stepSchema).readonly(),
  lastRun: runSchema.nullable(),
  latestBackup: backupSchema.nullable(),
  safety: z.object({ safe: z.boolean(), reasons: z.array(z.string()).readonly() }),
  runningJobId: z.string().nullable(),
  sizes: z.object({ database: z.number(), history: z.number(), backups: z.number(), free: z.number() }),
  growth: z.array(z.object({ day: z.string(), database: z.number(), history: z.number(), backups: z.number() }))
    .readonly(),
  problems: z.array(z.object({ what: z.string(), todo: z.string() })).readonly(),
  lossWindow: lossWindowSchema.nullable(),
}).openapi("DatabaseStatus");

export const jobSchema = z.object({
  jobId: z.string(),
  kind: z.enum(["update", "dryRun", "backup", "verify", "restore", "reset", "upload"]),
  state: z.enum(["running", "done", "failed"]),
  step: z.string(),
  percent: z.number(),
  message: z.string(),
  report: z.object({
    durationMs: z.number(),
    diskBytes: z.number(),
    freeBytes: z.number(),
    steps: z.array(stepSchema).readonly(),
    conflicts: z.array(z.string()).readonly(),
  }).optional(),
}).openapi("Job");

export const writeBudgetSchema = z.object({ day: z.string(), cause: z.string(), bytes: z.number() })
  .openapi("WriteBudget");

const value = z.number().nullable();
export const historySchema = z.object({
  signal: z.string(),
  unit: z.string().nullable(),
  level: z.enum(["raw", "5min", "hour"]),
  from: z.string(),
  to: z.string(),
  points: z.array(z.object({ at: z.string(), min: value, max: value, avg: value })).readonly(),
  changes: z.array(z.object({ at: z.string(), value: z.string().nullable() })).readonly(),
}).openapi("History");

const moment = z.iso.datetime({ offset: true, error: "expected a time as 2026-01-31T12:00:00Z" });
const span = z.string().regex(/^-[1-9]\d{0,3}[hd]$/, "expected a time as 2026-01-31T12:00:00Z, or -24h or -7d");

/** A range of a course. A phone need not know what time the coach has: `from=-24h` counts back from `to`. */
export const courseQuerySchema = z.strictObject({
  signal: z.string().min(1).max(100),
  from: z.union([moment, span]).default("-24h").describe("A time, or -24h or -7d: so long before `to`."),
  to: moment.optional().describe("A time; default now."),
});
export const historyQuerySchema = courseQuerySchema.extend({
  points: z.coerce.number().int().min(2).max(5000).default(500),
});
