import { z } from "zod";
import { replaceFile } from "../base/durable_file.ts";
import type { LegacyPlan } from "../coach/legacy/mod.ts";
import type { Json } from "../coach/mod.ts";

const json: z.ZodType<Json> = z.json();

const recordSchema = z.object({
  format: z.literal("coachiq-legacy-import"),
  version: z.literal(1),
  /** ISO 8601 */
  importedAt: z.string(),
  programVersion: z.string(),
  /** Folder of the earlier installation. */
  from: z.string(),
  files: z.array(z.object({ path: z.string(), sha256: z.string() })),
  /** Absent: no mapping was imported. */
  model: z.object({ id: z.string(), version: z.number() }).optional(),
  /** What the earlier installation said, so that the next import tells its changes from the owner's. */
  edits: z.array(z.object({ path: z.string(), value: json.optional() })),
  settings: z.record(z.string(), json),
  /** The database as it was before. */
  backupId: z.string(),
  /** The change of the mapping that brought the model, and whether it was the first import of it. */
  imported: z.object({ batchId: z.number(), isFirst: z.boolean() }).optional(),
  /** The change that made the owner's edits. */
  edited: z.object({ batchId: z.number() }).optional(),
  /** The model that the coach ran with before. */
  modelBefore: z.string().optional(),
  /** The overrides as they were before; absent: there were none, or none was changed. */
  configBackupId: z.string().optional(),
});

/** What was imported last, from where, and the way back. */
export type LegacyRecord = Readonly<z.infer<typeof recordSchema>>;

/** Where the record is. */
export function legacyRecordPath(userFolder: string): string {
  return `${userFolder}/legacy-import.json`;
}

/** The record of the last import; undefined: there was none, or it cannot be read any more. */
export async function readLegacyRecord(path: string): Promise<LegacyRecord | undefined> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export async function writeLegacyRecord(path: string, record: LegacyRecord): Promise<void> {
  await replaceFile(`${JSON.stringify(record, undefined, 2)}\n`, { path });
}

/** What a plan said, for the comparison with the next one. */
export function saidBy(plan: LegacyPlan): Pick<LegacyRecord, "edits" | "settings"> {
  return {
    edits: plan.edits.map(({ path, value }) => ({ path, ...(value === undefined ? {} : { value }) })),
    settings: Object.fromEntries(plan.settings.map(({ key, value }) => [key, value])),
  };
}

/** Check sums of files, in the order of their paths. */
export async function hashesOf(texts: ReadonlyMap<string, string>): Promise<LegacyRecord["files"]> {
  const paths = [...texts.keys()].sort();
  return await Promise.all(paths.map(async (path) => {
    const bytes = new TextEncoder().encode(texts.get(path));
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return { path, sha256: digest.toHex() };
  }));
}
