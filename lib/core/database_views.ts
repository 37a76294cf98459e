import type { MigrationRun } from "../store/mod.ts";
import type { BackupManifest } from "../update/mod.ts";
import type { BackupView, DatabaseRunView } from "../wire/mod.ts";

/** A backup as the site, the API and the command line show it. */
export function backupView(manifest: BackupManifest): BackupView {
  const { createdAtMs, provenAtMs, rowCounts, format: _, ...same } = manifest;
  return {
    ...same,
    createdAt: isoTime(createdAtMs),
    provenAt: isoTime(provenAtMs),
    rows: Object.values(rowCounts).reduce((sum, count) => sum + count, 0),
  };
}

/** An update, restore or reset, likewise. */
export function runView({ startedAtMs, ...run }: MigrationRun): DatabaseRunView {
  return { ...run, startedAt: isoTime(startedAtMs) };
}

/** ISO 8601 of wall-clock ms. */
export function isoTime(wallMs: number): string {
  return new Date(wallMs).toISOString();
}
