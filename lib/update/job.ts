import type { BackupManifest } from "./backup_manifest.ts";

/** What a dry run found. */
export interface DryRunReport {
  /** How long the copy and the steps took here, ms; the update itself takes about twice this. */
  readonly durationMs: number;
  /** Room that the update needs, bytes, and what is free. */
  readonly diskBytes: number;
  readonly freeBytes: number;
  /** Steps that ran, with their descriptions. */
  readonly steps: readonly { readonly name: string; readonly description: string }[];
  /** What would keep the update from succeeding; none: it would. */
  readonly conflicts: readonly string[];
}

/** What a job does. */
export type JobKind = "update" | "dryRun" | "backup" | "verify" | "restore" | "reset" | "upload";

/** What a running job is at. */
export type JobStep =
  | "safety"
  | "space"
  | "backup"
  | "proof"
  | "copy"
  | "migrate"
  | "check"
  | "swap"
  | "reopen"
  | "done";

/** How far a job is. */
export interface JobProgress {
  readonly jobId: string;
  readonly kind: JobKind;
  /** Who asked for it; absent: nobody told. */
  readonly actor?: string;
  readonly state: "running" | "done" | "failed";
  readonly step: JobStep;
  /** [0, 100] */
  readonly percent: number;
  /** For people. When failed: why, and what is true now. */
  readonly message: string;
  /** Wall-clock ms. */
  readonly startedAtMs: number;
  /** Of a dry run: its report; of a backup, an upload and a check: the manifest. */
  readonly result?: DryRunReport | BackupManifest;
}

/** A job was not begun: why, one sentence each, and which other job is in the way. */
export class JobRefused extends Error {
  override readonly name = "JobRefused";
  readonly reasons: readonly string[];
  /** Present: this one is running. */
  readonly runningJobId: string | undefined;

  constructor(reasons: readonly string[], runningJobId?: string) {
    super(reasons.join(" "));
    this.reasons = reasons;
    this.runningJobId = runningJobId;
  }
}

/** Most finished jobs that can still be asked for. */
const keptJobs = 20;

/** The jobs of this process and how far they are. */
export class JobBook {
  readonly #jobs = new Map<string, JobProgress>();
  readonly #listeners = new Set<(progress: JobProgress) => void>();

  get(jobId: string): JobProgress | undefined {
    return this.#jobs.get(jobId);
  }

  /** The one that runs now; undefined: none. */
  running(): JobProgress | undefined {
    return [...this.#jobs.values()].find((job) => job.state === "running");
  }

  /** Told of every step of every job; returns the function that ends it. */
  subscribe(listener: (progress: JobProgress) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  set(progress: JobProgress): void {
    this.#jobs.set(progress.jobId, progress);
    for (const jobId of this.#jobs.keys()) {
      if (this.#jobs.size <= keptJobs) break;
      this.#jobs.delete(jobId);
    }
    for (const listener of this.#listeners) listener(progress);
  }
}
