import { backupView } from "../core/mod.ts";
import type { DryRunReport, JobProgress } from "../update/mod.ts";
import type { BackupView } from "../wire/mod.ts";

/** How a `db` command ended; printed as it is with `--json`. Every key is always there. */
export interface DbOutcome {
  readonly command: string;
  readonly state: "done" | "refused" | "failed";
  /** For people. */
  readonly message: string;
  /** Why it was refused, one sentence each. */
  readonly reasons: readonly string[];
  /** The job that did it; null: there was none. */
  readonly jobId: string | null;
  /** The job that is in the way. */
  readonly runningJobId: string | null;
  /** What the command found or made; its form depends on the command. */
  readonly result: DbResult | null;
}

/** What a command found or made. */
export type DbResult =
  | DryRunReport
  | BackupView
  | { readonly live: LiveCheck; readonly backup: BackupView | null }
  /** What would happen, and the command that makes it happen. */
  | { readonly would: readonly string[]; readonly consent: string }
  | { readonly schemaVersion: string }
  | { readonly bytes: number }
  | { readonly settings: number; readonly mappings: number; readonly files: readonly string[] };

/** What a check of the live database found. */
export interface LiveCheck {
  readonly path: string;
  readonly problems: readonly string[];
}

export function doneWith(command: string, message: string, result: DbResult | null = null): DbOutcome {
  return { command, state: "done", message, reasons: [], jobId: null, runningJobId: null, result };
}

export function refusedWith(
  command: string,
  reasons: readonly string[],
  more: Partial<Pick<DbOutcome, "runningJobId" | "result">> = {},
): DbOutcome {
  const nothing = { jobId: null, runningJobId: null, result: null };
  return { command, state: "refused", message: reasons.join(" "), reasons, ...nothing, ...more };
}

/** The outcome of a job that ran to its end. */
export function outcomeOfJob(command: string, progress: JobProgress): DbOutcome {
  const { state, jobId, message, result } = progress;
  return {
    command,
    state: state === "done" ? "done" : "failed",
    message,
    reasons: [],
    jobId,
    runningJobId: null,
    result: result === undefined ? null : "sha256" in result ? backupView(result) : result,
  };
}
