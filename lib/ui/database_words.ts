import type { BackupView, DatabaseRunView, DatabaseStatusView, JobView } from "../wire/mod.ts";

const text = {
  recovery: "Needs you",
  running: "Working…",
  update: "Update available",
  current: "Up to date",
  none: "none",
  version: (number: number, words: string) => `${number} (${words})`,
};

/** The state of the database in two words, for lists. */
export function databaseHeadline(status: DatabaseStatusView): string {
  if (status.mode === "recovery") return text.recovery;
  if (status.runningJobId !== null) return text.running;
  return status.needsUpdate ? text.update : text.current;
}

/** `0003_coach_mappings` → `3 (coach mappings)`. */
export function versionWords(version: string | null): string {
  if (version === null) return text.none;
  const match = /^(\d+)_(.+)$/.exec(version);
  return match ? text.version(Number(match[1]), match[2]!.replaceAll("_", " ")) : version;
}

const sizeUnits = ["kB", "MB", "GB", "TB"] as const;

/** Bytes as people read them, e.g. `812 B`, `3.4 MB`, `91 GB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < sizeUnits.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${sizeUnits[unit]}`;
}

/** Milliseconds as people read them, e.g. `0.4 s`, `12 s`, `3 min`. */
export function formatDuration(ms: number): string {
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 99_500 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}

/**
 * A moment, e.g. `21 Nov 2026, 20:14`: in the phone's own time zone once the page is alive, before that as the server
 * knows it, in UTC.
 */
export function formatMoment(iso: string, options: { readonly isLocal: boolean }): string {
  const words = new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    ...(options.isLocal ? {} : { timeZone: "UTC" }),
  }).format(new Date(iso));
  return options.isLocal ? words : `${words} UTC`;
}

/** Why a backup was made. */
export const backupWords: Readonly<Record<BackupView["reason"], string>> = {
  daily: "Daily backup",
  preMigration: "Before an update",
  preRestore: "Before a restore",
  preImport: "Before a change of the coach model",
  manual: "Made by hand",
  upload: "Uploaded",
};

/** What became of a run. */
export const outcomeWords: Readonly<Record<DatabaseRunView["outcome"], string>> = {
  created: "Created",
  updated: "Updated",
  failed: "Failed",
  restored: "Restored",
  reset: "Reset",
};

/** What a job does, while it does it and after. */
export const jobWords: Readonly<
  Record<JobView["kind"], { readonly running: string; readonly done: string; readonly failed: string }>
> = {
  update: { running: "Updating the database", done: "The database is updated", failed: "The update failed" },
  dryRun: { running: "Trying the update on a copy", done: "Dry run finished", failed: "The dry run failed" },
  backup: { running: "Making a backup", done: "The backup is made", failed: "The backup failed" },
  verify: { running: "Checking a backup", done: "The backup is good", failed: "The backup is not good" },
  restore: { running: "Restoring a backup", done: "The backup is restored", failed: "The restore failed" },
  reset: { running: "Resetting", done: "Reset", failed: "The reset failed" },
  upload: { running: "Checking the file", done: "The file is taken in", failed: "The file was not taken in" },
};

/** Parts of a job, and which of its steps belong to each. */
export const jobStages: readonly { readonly words: string; readonly steps: readonly string[] }[] = [
  { words: "Backup", steps: ["safety", "space", "backup", "proof"] },
  { words: "Copy", steps: ["copy", "migrate", "check"] },
  { words: "Swap", steps: ["swap", "reopen"] },
  { words: "Done", steps: ["done"] },
];

/** What made the program write. */
export const causeWords: Readonly<Record<string, string>> = {
  entityStates: "Live states",
  history: "History",
  rollups: "History, summed up",
  retention: "Tidying history",
  settings: "Settings",
  mapping: "Coach mapping",
  records: "Records",
  backups: "Backups",
  updates: "Updates",
  sync: "Copies to the card",
};
