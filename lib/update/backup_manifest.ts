import { z } from "zod";

export const backupReasons = ["daily", "preMigration", "preRestore", "preImport", "manual", "upload"] as const;
/** Why a backup was made; decides how long it is kept. */
export type BackupReason = typeof backupReasons[number];

/** Form of a backup's id: time, reason, four random digits. Checked before an id becomes part of a path. */
export const backupIdPattern = /^\d{8}T\d{6}Z-(daily|preMigration|preRestore|preImport|manual|upload)-[0-9a-f]{4}$/;

const manifestSchema = z.object({
  format: z.literal(1),
  id: z.string().regex(backupIdPattern),
  reason: z.enum(backupReasons),
  /** Wall-clock ms, and whether that clock could be believed. */
  createdAtMs: z.number(),
  clockTrusted: z.boolean(),
  /** Of the program that made it. */
  programVersion: z.string(),
  /** Last step of the schema in it. */
  schemaVersion: z.string().nullable(),
  sizeBytes: z.number().int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Table → rows. */
  rowCounts: z.record(z.string(), z.number().int()),
  /** Findings of the last check, integrity and trial restore; none: it is good. */
  problems: z.array(z.string()),
  /** When the last check was made, wall-clock ms. */
  provenAtMs: z.number(),
});

/** What is known of a backup. It is written only after the proof: a backup without it is none. */
export type BackupManifest = Readonly<z.infer<typeof manifestSchema>>;

/** Reads a manifest; undefined when it is none. */
export function parseManifest(text: string): BackupManifest | undefined {
  try {
    const parsed = manifestSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What is known of a backup whose manifest cannot be read: what its id says. It is not good until it is proven again,
 * and stays until someone deletes it.
 */
export function lostManifest(id: string, about: { readonly sizeBytes: number; readonly why: string }): BackupManifest {
  const [, day = "", time = "", reason] = /^(\d{8})T(\d{6})Z-([a-zA-Z]+)-/.exec(id) ?? [];
  const iso = `${day.replace(/(....)(..)(..)/, "$1-$2-$3")}T${time.replace(/(..)(..)(..)/, "$1:$2:$3")}Z`;
  // Digits that are no time are those of no backup of ours.
  const createdAtMs = Date.parse(iso) || 0;
  return {
    format: 1,
    id,
    reason: backupReasons.find((known) => known === reason) ?? "manual",
    createdAtMs,
    clockTrusted: false,
    programVersion: "unknown",
    schemaVersion: null,
    sizeBytes: about.sizeBytes,
    sha256: "",
    rowCounts: {},
    problems: [`its manifest cannot be read: ${about.why}`],
    provenAtMs: createdAtMs,
  };
}

/** It is of {@link lostManifest}. */
export function isLost({ sha256 }: BackupManifest): boolean {
  return sha256 === "";
}
