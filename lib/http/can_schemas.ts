import { z } from "@hono/zod-openapi";
import { freshnessSchema, stateSchema } from "./schemas.ts";

/** zod forms of the CAN side of `lib/wire`. */

export const interfaceSchema = z.object({
  name: z.string(),
  link: z.enum(["up", "down", "busOff", "errorPassive", "missing"]),
  problem: z.string().optional(),
  rxPerSecond: z.number(),
  rxFrames: z.number(),
  txFrames: z.number(),
  rxDropped: z.number(),
  txDropped: z.number(),
  errorFrames: z.number(),
  malformed: z.number(),
  unknown: z.number(),
  sourceAddress: z.string().nullable(),
  addressState: z.enum(["idle", "claiming", "claimed", "cannotClaim"]),
  lastFrameAgeMs: z.number().nullable(),
}).openapi("CanInterface");

export const frameSchema = z.object({
  sequence: z.number(),
  time: z.string(),
  interface: z.string(),
  direction: z.enum(["rx", "tx"]),
  id: z.string(),
  dgn: z.string(),
  name: z.string().nullable(),
  sourceAddress: z.string(),
  destination: z.string().nullable(),
  data: z.string(),
}).openapi("CanFrame");

export const unknownSchema = z.object({
  dgns: z.array(z.object({
    dgn: z.string(),
    interface: z.string(),
    sourceAddress: z.string(),
    count: z.number(),
    lastData: z.string(),
    lastAgeMs: z.number(),
  })).readonly(),
  instances: z.array(z.object({
    message: z.string(),
    dgn: z.string(),
    instance: z.number().nullable(),
    interface: z.string(),
    sourceAddress: z.string(),
    count: z.number(),
    lastAgeMs: z.number(),
    signals: stateSchema,
  })).readonly(),
  silent: z.array(z.object({ id: z.string(), name: z.string(), freshness: freshnessSchema })).readonly(),
}).openapi("Unknown");

export const nodeSchema = z.object({
  interface: z.string(),
  sourceAddress: z.string(),
  name: z.string().optional(),
  manufacturer: z.string().optional(),
  product: z.object({
    make: z.string(),
    model: z.string(),
    serialNumber: z.string(),
    unitNumber: z.string(),
  }).optional(),
  frames: z.number(),
  lastAgeMs: z.number(),
  remark: z.string().optional(),
}).openapi("Node");

export const diagnosticSchema = z.object({
  interface: z.string(),
  sourceAddress: z.string(),
  standard: z.enum(["rvc", "j1939"]),
  spn: z.number(),
  spnName: z.string().optional(),
  fmi: z.number(),
  fmiName: z.string().optional(),
  occurrences: z.number().optional(),
  redLamp: z.boolean(),
  yellowLamp: z.boolean(),
  active: z.boolean(),
  firstSeen: z.string(),
  lastSeen: z.string(),
}).openapi("Diagnostic");

export const recordingSchema = z.object({
  recording: z.boolean(),
  file: z.string().nullable(),
  frames: z.number(),
  bytes: z.number(),
  dropped: z.number(),
}).openapi("Recording");

export const recordingRequestSchema = z.strictObject({
  action: z.enum(["start", "stop"]),
  interface: z.string().min(1).max(15).optional(),
}).openapi("RecordingRequest");

const hex = (digits: number) =>
  z.string().regex(new RegExp(`^[0-9A-Fa-f]{${digits}}$`), `expected ${digits} hexadecimal digits`)
    .transform((text) => text.toUpperCase());

export const frameQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  interface: z.string().min(1).max(15).optional(),
  dgn: hex(5).optional(),
  sourceAddress: hex(2).optional(),
  after: z.coerce.number().int().min(0).optional(),
});
