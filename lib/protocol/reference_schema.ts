import * as z from "zod";
import type { J1939Reference, ReferenceTables, RvcReference } from "./reference.ts";

/** Units that rows may use; everything that shows or converts a value knows these. */
export const knownUnits = [
  "%",
  "%/degC",
  "A",
  "Ah",
  "Hz",
  "K",
  "L",
  "L/h",
  "Pa",
  "Pa/s",
  "V",
  "W",
  "byte",
  "day",
  "deg",
  "degC",
  "gear",
  "h",
  "h_west_of_utc",
  "kPa",
  "kPa/h",
  "kWh",
  "klx",
  "km",
  "km/L",
  "km/h",
  "m",
  "mV",
  "mV/K",
  "mbar",
  "min",
  "month",
  "ms",
  "ohm",
  "ppm",
  "psi",
  "r",
  "rad",
  "rpm",
  "s",
  "us",
  "var",
  "year",
] as const;

const rawKey = z.string().regex(/^(0|[1-9][0-9]*)$/);
const labels = z.record(rawKey, z.string().min(1)).readonly();
const byte = z.int().min(0).max(255);
const milliseconds = z.int().min(1).max(3_600_000);
const bitPlace = { startByte: z.int().min(0).max(1784), startBit: z.int().min(0).max(7) };

const signalRow = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9_]*$/),
  ...bitPlace,
  bitLength: z.int().min(0).max(14_280),
  type: z.enum(["uint", "bitmap", "bytes", "ascii"]),
  highBits: z.strictObject({ ...bitPlace, bitLength: z.int().min(1).max(31) }).readonly().optional(),
  unit: z.enum(knownUnits).optional(),
  scale: z.number().positive().optional(),
  offset: z.number().optional(),
  labels: labels.optional(),
  special: labels.optional(),
  sentinels: z.enum(["standard", "none", "j1939"]),
  range: z.tuple([z.number(), z.number()]).readonly().optional(),
  bits: labels.optional(),
  fields: z.array(z.string()).readonly().optional(),
  delimiter: z.string().length(1).optional(),
  spn: z.int().min(0).max(0x7ffff).optional(),
  confirmed: z.boolean().optional(),
  deprecated: z.boolean().optional(),
  note: z.string().optional(),
}).readonly().check((context) => {
  const { type, bitLength, startBit } = context.value;
  const text = type === "ascii" || type === "bytes";
  const wrong = text ? startBit !== 0 || bitLength % 8 !== 0 : bitLength < 1 || bitLength > 32;
  if (wrong) {
    const message = "a number has 1 to 32 bits; a text starts on a byte and has whole bytes";
    context.issues.push({ code: "custom", message, input: context.value });
  }
});

const gap = z.strictObject({
  when: z.array(z.string()).readonly().optional(),
  normalMs: milliseconds.optional(),
  activeMs: milliseconds.optional(),
  idleMs: milliseconds.optional(),
  maxMs: milliseconds.optional(),
  minMs: milliseconds.optional(),
  safetyMs: milliseconds.optional(),
  note: z.string().optional(),
}).readonly();

const messageRow = z.strictObject({
  dgn: z.int().min(0).max(0x1ffff),
  name: z.string().regex(/^[A-Z0-9][A-Z0-9_/]*$/),
  standard: z.enum(["rvc", "j1939"]),
  aliases: z.array(z.string()).readonly().optional(),
  origin: z.string().min(1),
  priority: z.int().min(0).max(7),
  lowByte: z.enum(["group", "destination", "deviceType"]),
  instanceField: z.string().optional(),
  signals: z.array(signalRow).readonly(),
  multiplex: z.strictObject({
    selector: z.string(),
    variants: z.record(rawKey, z.array(signalRow).readonly()).readonly(),
  }).readonly().optional(),
  gap: gap.optional(),
  replies: z.array(z.string()).readonly().optional(),
  transmitFill: z.record(rawKey, byte).readonly().optional(),
  defaultDestination: byte.optional(),
  addressedOnly: z.boolean().optional(),
  multiPacket: z.boolean().optional(),
  deprecated: z.boolean().optional(),
  notes: z.array(z.string()).readonly().optional(),
}).readonly();

const origin = z.record(z.string(), z.string()).readonly();

const deviceType = z.strictObject({
  type: z.string(),
  first: byte.optional(),
  last: byte.optional(),
  dynamicLow: byte.optional(),
  dynamicHigh: byte.optional(),
}).readonly();

const alarmNames = z.strictObject({ firstDeviceType: byte, lastDeviceType: byte, alarms: labels }).readonly();

const rvcReference = z.strictObject({
  $origin: origin,
  deviceTypes: z.array(deviceType).readonly(),
  standardSpns: labels,
  failureModes: labels,
  acknowledgmentCodes: labels,
  alarms: z.array(alarmNames).readonly(),
  manufacturers: labels,
  messages: z.array(messageRow).readonly(),
}).readonly();

const j1939Reference = z.strictObject({
  $origin: origin,
  sourceAddresses: labels,
  messages: z.array(messageRow).readonly(),
}).readonly();

/**
 * Checks tables that come from files (`--reference-dir`).
 *
 * @throws Error naming the file's part that is wrong, and what was expected there.
 */
export function parseTables(files: { readonly rvc: unknown; readonly j1939: unknown }): ReferenceTables {
  const rvc: RvcReference = parsed("rvc.json", rvcReference.safeParse(files.rvc)) as RvcReference;
  const j1939: J1939Reference = parsed("j1939.json", j1939Reference.safeParse(files.j1939)) as J1939Reference;
  return { rvc, j1939 };
}

function parsed<T>(file: string, result: z.ZodSafeParseResult<T>): T {
  if (result.success) return result.data;
  const first = result.error.issues[0];
  const where = first === undefined || first.path.length === 0 ? "the file" : first.path.map(String).join(".");
  throw new Error(`Cannot read reference "${file}": ${where}: ${first?.message ?? "not as expected"}`, {
    cause: result.error,
  });
}
