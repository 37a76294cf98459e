/** What `GET /api/database/status` answers, and what the `database` topic carries with it. */
export interface DatabaseStatusView {
  /** `running`: the program runs on this database; `recovery`: only restore works, `recovery.reason` says why. */
  readonly mode: "running" | "recovery";
  readonly recovery: { readonly reason: string } | null;
  /** Last step of the schema in the file; null: none, or not readable. */
  readonly currentVersion: string | null;
  readonly targetVersion: string;
  readonly needsUpdate: boolean;
  /** Steps that wait, in order, with what each does in plain words. */
  readonly pending: readonly { readonly name: string; readonly description: string }[];
  readonly lastRun: DatabaseRunView | null;
  readonly latestBackup: BackupView | null;
  readonly safety: { readonly safe: boolean; readonly reasons: readonly string[] };
  readonly runningJobId: string | null;
  /** Bytes on the disk. */
  readonly sizes: {
    readonly database: number;
    readonly history: number;
    readonly backups: number;
    readonly free: number;
  };
  /** The same of each day that was noted, newest first: how the files grow. */
  readonly growth: readonly FileSizesView[];
  /** What is wrong with writing, for banners. */
  readonly problems: readonly { readonly what: string; readonly todo: string }[];
  /** What would be lost if the power went now; null: the databases are on a disk, which has everything at once. */
  readonly lossWindow: LossWindowView | null;
}

/** With the storage profile `sdcard`: what is in memory and not on the card yet. */
export interface LossWindowView {
  readonly states: LossView;
  readonly history: LossView;
}

export interface LossView {
  /** Age of the oldest change that is not on the card, at most, s; 0: everything is. */
  readonly ageS: number;
  /** The longest that it becomes while all goes well, s. */
  readonly atMostS: number;
}

/** How large the files were on one day, bytes. */
export interface FileSizesView {
  /** `2026-01-31` */
  readonly day: string;
  readonly database: number;
  readonly history: number;
  readonly backups: number;
}

/** One update, restore or reset that was made. */
export interface DatabaseRunView {
  readonly jobId: string;
  readonly actor: string;
  /** ISO 8601 */
  readonly startedAt: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly durationMs: number;
  readonly outcome: "created" | "updated" | "failed" | "restored" | "reset";
  readonly message: string;
  readonly programVersion: string;
}

/** One backup. */
export interface BackupView {
  readonly id: string;
  readonly reason: "daily" | "preMigration" | "preRestore" | "preImport" | "manual" | "upload";
  /** ISO 8601 */
  readonly createdAt: string;
  /** False: the machine's clock could not be believed when it was made. */
  readonly clockTrusted: boolean;
  readonly programVersion: string;
  readonly schemaVersion: string | null;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly rows: number;
  /** ISO 8601 of the last check and trial restore. */
  readonly provenAt: string;
  /** Findings of that check; none: it is good. */
  readonly problems: readonly string[];
}

/** How far a job is: `GET /api/database/update/{jobId}/progress`, and a change of the `database` topic. */
export interface JobView {
  readonly jobId: string;
  readonly kind: "update" | "dryRun" | "backup" | "verify" | "restore" | "reset" | "upload";
  readonly state: "running" | "done" | "failed";
  readonly step: string;
  /** [0, 100] */
  readonly percent: number;
  readonly message: string;
  /** Of a dry run. */
  readonly report?: {
    readonly durationMs: number;
    readonly diskBytes: number;
    readonly freeBytes: number;
    readonly steps: readonly { readonly name: string; readonly description: string }[];
    readonly conflicts: readonly string[];
  };
}

/** Bytes written on one day by one cause. */
export interface WriteBudgetView {
  /** `2026-01-31`, or `unknown` while the clock was not trusted. */
  readonly day: string;
  readonly cause: string;
  readonly bytes: number;
}

/** What the `database` topic carries: the status, and the job that runs or was the last to run. */
export interface DatabaseUpdate {
  readonly status: DatabaseStatusView;
  readonly job: JobView | null;
}

/** A course for a chart: `GET /api/entities/{id}/history`. */
export interface HistoryView {
  readonly signal: string;
  readonly unit: string | null;
  readonly level: "raw" | "5min" | "hour";
  /** ISO 8601, lowest, highest, average; null: no value from here on. */
  readonly points: readonly {
    readonly at: string;
    readonly min: number | null;
    readonly max: number | null;
    readonly avg: number | null;
  }[];
  /** Texts and switches: each change. */
  readonly changes: readonly { readonly at: string; readonly value: string | null }[];
}

/** A course with the range that it was asked for; ISO 8601. */
export interface HistoryCourse extends HistoryView {
  readonly from: string;
  readonly to: string;
}
