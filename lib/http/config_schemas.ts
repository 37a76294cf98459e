import { z } from "@hono/zod-openapi";
import type { ConfigJson } from "../wire/mod.ts";
import { settingsProblems } from "./config_json.ts";
import { anyJson } from "./schemas.ts";

/** zod forms of the configuration side of `lib/wire`. */

/** Longest body with keys and values, bytes; a whole configuration has a tenth of it. */
export const maxConfigBytes = 65_536;

/** Names become names of files: letters, digits, `-` and `_` alone, and no leading `-`. */
const nameSchema = z.string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, "expected 1 to 64 letters, digits, - and _, the first a letter or digit");
/** No separator and no `..`: nothing that leads out of a folder. */
const backupIdSchema = z.string()
  .regex(/^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/, "this is no id of a backup");

export const profileParamsSchema = z.object({ name: nameSchema });
export const configBackupParamsSchema = z.object({ id: backupIdSchema });

/** Any JSON; `z.custom` hands it on as it came, so that hostile keys are seen and not dropped in silence. */
const valueSchema = z.custom<ConfigJson>(() => true).openapi(anyJson);
const settingsSchema = <T>() =>
  z.custom<Readonly<Record<string, T>>>(() => true).superRefine((settings, context) => {
    for (const message of settingsProblems(settings)) context.addIssue({ code: "custom", message });
  }).openapi({ type: "object", additionalProperties: true });

export const overridesRequestSchema = z.strictObject({
  values: settingsSchema<ConfigJson | null>()
    .describe("Dotted keys and their new values; null takes the override away. All or none."),
}).openapi("ConfigOverrides");

export const profileRequestSchema = z.strictObject({
  description: z.string().max(500).default(""),
  inherits: nameSchema.nullable().default(null).describe("The profile that lies below this one."),
  overrides: settingsSchema<ConfigJson>().optional()
    .describe("Dotted keys and values. Left out: what is overridden at present."),
  replace: z.boolean().default(false).describe("A profile of that name may be there already."),
}).openapi("ProfileRequest");

export const switchRequestSchema = z.strictObject({ name: nameSchema.nullable().describe("null: no profile.") })
  .openapi("ProfileSwitch");
export const configBackupRequestSchema = z.strictObject({ name: nameSchema }).openapi("ConfigBackupRequest");

/** In a query everything is text. */
export const importQuerySchema = z.strictObject({
  replace: z.enum(["true", "false"]).default("false").transform((text) => text === "true"),
});

const originSchema = z.object({
  layer: z.string(),
  where: z.string(),
  line: z.number().optional(),
  column: z.number().optional(),
});
const reloadSchema = z.enum(["live", "restart"]);

export const configViewSchema = z.object({
  keys: z.array(z.object({
    key: z.string(),
    value: valueSchema.optional(),
    origin: originSchema,
    below: z.object({ value: valueSchema.optional(), origin: originSchema }).optional(),
    doc: z.string(),
    type: z.enum(["text", "number", "integer", "switch", "choice", "list", "table", "secret"]),
    unit: z.string().optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    choices: z.array(z.string()).readonly().optional(),
    who: z.enum(["release", "installer", "owner", "program"]),
    reload: reloadSchema,
    waitsForRestart: z.boolean(),
    inForce: valueSchema.optional(),
    secret: z.boolean(),
  })).readonly(),
  activeProfile: z.string().nullable(),
  problems: z.array(z.object({ what: z.string(), todo: z.string() })).readonly(),
}).openapi("Config");

export const profileSchema = z.object({
  name: z.string(),
  description: z.string(),
  author: z.string(),
  createdAt: z.string().nullable(),
  inherits: z.string().nullable(),
  active: z.boolean(),
  shipped: z.boolean(),
  overrides: z.custom<Readonly<Record<string, ConfigJson>>>(() => true)
    .openapi({ type: "object", additionalProperties: true }),
  problems: z.array(z.string()).readonly(),
}).openapi("Profile");

export const profilePreviewSchema = z.object({
  name: z.string().nullable(),
  changes: z.array(z.object({
    key: z.string(),
    from: valueSchema.optional(),
    to: valueSchema.optional(),
    reload: reloadSchema,
  })).readonly(),
}).openapi("ProfilePreview");

export const configBackupSchema = z.object({
  id: z.string(),
  file: z.string(),
  name: z.string().nullable(),
  createdAt: z.string(),
  sizeBytes: z.number(),
}).openapi("ConfigBackup");
