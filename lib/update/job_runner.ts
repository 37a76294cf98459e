import type { Clock, Logger } from "../base/mod.ts";
import { type DataPaths, type Store, StoreError, storeErrorOf } from "../store/mod.ts";
import { FileLock } from "./file_lock.ts";
import type { WorkOptions } from "./heavy_work.ts";
import { type JobBook, type JobKind, type JobProgress, JobRefused, type JobStep } from "./job.ts";
import { jobIdOf, jobLockPath, runningJobId } from "./job_lock.ts";

/** A running job as its work sees it. */
export interface Job {
  readonly id: string;
  readonly startedAtMs: number;
  /** Monotonic ms. */
  readonly startMs: number;
  /** Aborted when the time is up. */
  readonly signal: AbortSignal;
  report(step: JobStep, now: { readonly percent: number; readonly message: string }): void;
  /** Options for heavy work that fills the percents between `from` and `to`. */
  work(step: JobStep, percent: { readonly from: number; readonly to: number }): WorkOptions;
  /** The time limit does not count any more. @throws when it was reached already. */
  pointOfNoReturn(): void;
}

/** What a job that succeeded says. */
export interface JobOutcome {
  readonly message: string;
  readonly result?: NonNullable<JobProgress["result"]>;
}

/** Settings of a {@link JobRunner}. */
export interface JobRunnerOptions {
  readonly jobs: JobBook;
  readonly paths: DataPaths;
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly programVersion: string;
  readonly limitMs?: number;
}

const anotherJob = "Another job is working on the database; wait until it is done.";
const defaultLimitMs = 300_000;

/** Runs one job at a time, also across processes, with a limit of time. */
export class JobRunner {
  readonly #options: JobRunnerOptions;
  readonly #lock: FileLock;
  /** Id of the job that this process runs or is about to. */
  #beginning: string | undefined;

  constructor(options: JobRunnerOptions) {
    this.#options = options;
    this.#lock = new FileLock(jobLockPath(options.paths));
  }

  /** Id of a job that another process runs; undefined: none. */
  async runningElsewhere(): Promise<string | undefined> {
    return this.#lock.isHeld ? undefined : await runningJobId(this.#options.paths);
  }

  /** @throws {JobRefused} when another job is running, with its id. */
  async begin(
    what: { readonly kind: JobKind; readonly actor?: string },
    run: (job: Job) => Promise<JobOutcome>,
  ): Promise<{ readonly jobId: string; readonly done: Promise<JobProgress> }> {
    const jobId = crypto.randomUUID();
    // Taking the lock takes a moment, in which a second request of this process must find the first one's id.
    if (this.#beginning !== undefined) throw new JobRefused([anotherJob], this.#beginning);
    this.#beginning = jobId;
    const note = JSON.stringify({ jobId, kind: what.kind, pid: Deno.pid });
    const taken = await this.#lock.take(note).catch((error) => {
      this.#beginning = undefined;
      throw error;
    });
    if (taken !== true) {
      this.#beginning = undefined;
      throw new JobRefused([anotherJob], jobIdOf(taken.note));
    }
    const done = this.#perform({ jobId, actor: "", ...what, run });
    return { jobId, done };
  }

  async #perform(
    begun: {
      readonly jobId: string;
      readonly kind: JobKind;
      readonly actor: string;
      readonly run: (job: Job) => Promise<JobOutcome>;
    },
  ): Promise<JobProgress> {
    const { jobs, clock, logger, limitMs = defaultLimitMs } = this.#options;
    const { jobId, kind, actor } = begun;
    const abort = new AbortController();
    const timer = clock.after(limitMs, () =>
      abort.abort(
        new StoreError("failed", `Cannot finish: it took longer than ${limitMs / 1000} s and was ended`),
      ));
    const startedAtMs = clock.wallMs();
    const startMs = clock.monotonicMs();
    const asked = { jobId, kind, ...(actor === "" ? {} : { actor }) };
    let progress: JobProgress = { ...asked, state: "running", step: "safety", percent: 0, message: "", startedAtMs };
    const set = (change: Partial<JobProgress>) => jobs.set(progress = { ...progress, ...change });
    set({ message: "Beginning." });
    const job: Job = {
      id: jobId,
      startedAtMs,
      startMs,
      signal: abort.signal,
      report: (step, { percent, message }) => set({ step, percent: Math.round(percent), message }),
      work: (step, { from, to }) => ({
        signal: abort.signal,
        onProgress: ({ fraction, message }) =>
          set({ step, percent: Math.round(from + (to - from) * fraction), message }),
      }),
      pointOfNoReturn() {
        abort.signal.throwIfAborted();
        timer.cancel();
      },
    };
    let last: Partial<JobProgress>;
    try {
      const { message, result } = await begun.run(job);
      last = { state: "done", step: "done", percent: 100, message, ...(result ? { result } : {}) };
      logger.info("Database job done", { kind, jobId, message });
    } catch (error) {
      const failure = storeErrorOf(error, `finish the ${kind}`);
      const record = this.#recordFailure(kind, { jobId, actor, startedAtMs, startMs, message: failure.message });
      last = { state: "failed", message: `${failure.message}. ${record}` };
      logger.error("Database job failed", { kind, jobId, step: progress.step, error: failure.message });
    }
    timer.cancel();
    this.#beginning = undefined;
    this.#lock.release();
    // Told last: whoever hears that the job is over may begin the next one.
    set(last);
    return progress;
  }

  /** Notes a failed change of the database in the database. Answers what is true now, for people. */
  #recordFailure(
    kind: JobKind,
    failed: {
      readonly jobId: string;
      readonly actor: string;
      readonly startedAtMs: number;
      readonly startMs: number;
      readonly message: string;
    },
  ): string {
    const { store, clock, programVersion } = this.#options;
    const unchanged = "The database is as it was before.";
    if (kind !== "update" && kind !== "restore" && kind !== "reset") return unchanged;
    if (!store.database.isOpen) return "The database is not open.";
    const { jobId, actor, startedAtMs, startMs, message } = failed;
    try {
      store.records.addRun({
        jobId,
        actor,
        startedAtMs,
        from: store.schema.version,
        to: store.schema.target,
        durationMs: clock.monotonicMs() - startMs,
        outcome: "failed",
        message,
        programVersion,
      });
      return unchanged;
    } catch (error) {
      return `${unchanged} The failure itself could not be noted: ${storeErrorOf(error, "note it").message}`;
    }
  }
}
