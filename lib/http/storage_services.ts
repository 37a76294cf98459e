import { systemClock } from "../base/mod.ts";
import {
  type BackupManifest,
  backupView,
  type HistorySeries,
  isoTime,
  type JobProgress,
  JobRefused,
  runView,
  type Storage,
  StoreError,
} from "../core/mod.ts";
import type {
  BackupView,
  DatabaseRunView,
  DatabaseStatusView,
  DatabaseUpdate,
  HistoryView,
  JobView,
  WriteBudgetView,
} from "../wire/mod.ts";
import type { DatabaseRequest, DatabaseServices } from "./database_services.ts";
import { RequestError } from "./services.ts";

export interface StorageServicesOptions {
  readonly storage: Storage;
  /** Why only restore works; absent: the program runs on this database. */
  readonly recoveryReason?: string;
}

/** Largest file that is taken in, bytes. */
const maxUploadBytes = 1 << 30;
/** Without an account there is nobody to name. */
const anybody: DatabaseRequest = { actor: "phone", confirm: false, parked: false };

/** {@link DatabaseServices} over the storage. */
export class StorageServices implements DatabaseServices {
  readonly #options: StorageServicesOptions;
  readonly #storage: Storage;
  #lastJobId: string | undefined;

  constructor(options: StorageServicesOptions) {
    this.#options = options;
    this.#storage = options.storage;
  }

  async status(request: Partial<DatabaseRequest> = {}): Promise<DatabaseStatusView> {
    const { updater, store } = this.#storage;
    const { recoveryReason } = this.#options;
    const common = {
      mode: recoveryReason === undefined ? "running" as const : "recovery" as const,
      recovery: recoveryReason === undefined ? null : { reason: recoveryReason },
      sizes: await this.#storage.sizes(),
      growth: this.#storage.store.history.fileSizes(),
      problems: this.#storage.problems(),
      lossWindow: this.#storage.lossWindow() ?? null,
    };
    if (!store.database.isOpen) return { ...common, ...await this.#closedStatus() };
    const { lastRun, latestBackup, runningJobId, ...status } = await updater.status({ ...anybody, ...request });
    return {
      ...common,
      ...status,
      lastRun: lastRun ? runView(lastRun) : null,
      latestBackup: latestBackup ? backupView(latestBackup) : null,
      runningJobId: runningJobId ?? null,
    };
  }

  update(request: DatabaseRequest): Promise<{ readonly jobId: string }> {
    return this.#begin(() => this.#storage.updater.update(request));
  }

  simulate(): Promise<{ readonly jobId: string }> {
    return this.#begin(() => this.#storage.updater.dryRun());
  }

  backup(): Promise<{ readonly jobId: string }> {
    return this.#begin(() => this.#storage.updater.backup("manual"));
  }

  async verify(backupId: string): Promise<{ readonly jobId: string }> {
    await this.#mustExist(backupId);
    return await this.#begin(() => this.#storage.updater.verify(backupId));
  }

  async restore(backupId: string, request: DatabaseRequest): Promise<{ readonly jobId: string }> {
    await this.#mustExist(backupId);
    return await this.#begin(() => this.#storage.updater.restore(backupId, request));
  }

  upload(file: ReadableStream<Uint8Array>): Promise<{ readonly jobId: string }> {
    return this.#begin(() => this.#storage.updater.upload(file, { maxBytes: maxUploadBytes }));
  }

  reset(
    scope: "preferences" | "states" | "all",
    request: DatabaseRequest,
  ): Promise<{ readonly jobId: string }> {
    return this.#begin(() => this.#storage.updater.reset(scope, request));
  }

  job(jobId: string): JobView | undefined {
    const progress = this.#storage.updater.jobs.get(jobId);
    return progress && jobView(progress);
  }

  runs(): readonly DatabaseRunView[] {
    const { store } = this.#storage;
    return store.database.isOpen ? store.records.runs().map(runView) : [];
  }

  async backups(): Promise<readonly BackupView[]> {
    return (await this.#storage.backups.list()).map(backupView);
  }

  async backupFile(id: string): Promise<{ readonly stream: ReadableStream<Uint8Array>; readonly sizeBytes: number }> {
    const { sizeBytes } = await this.#mustExist(id);
    const file = await Deno.open(this.#storage.backups.fileOf(id));
    return { stream: file.readable, sizeBytes };
  }

  async removeBackup(id: string): Promise<void> {
    await this.#mustExist(id);
    try {
      await this.#storage.backups.remove(id);
    } catch (error) {
      throw error instanceof StoreError ? new RequestError(409, error.message) : error;
    }
  }

  writeBudget(): readonly WriteBudgetView[] {
    return this.#storage.store.history.writeBudget();
  }

  exportUserData(): Promise<Uint8Array> {
    return this.#storage.exportUserData();
  }

  async importUserData(archive: Uint8Array, request: DatabaseRequest): Promise<void> {
    if (!request.confirm) throw new RequestError(409, "Cannot take the archive in: it was not confirmed");
    try {
      await this.#storage.importUserData(archive, request.actor);
    } catch (error) {
      throw error instanceof StoreError ? new RequestError(422, error.message) : error;
    }
  }

  history(query: Parameters<DatabaseServices["history"]>[0]): HistoryView | undefined {
    const series = this.#storage.store.history.range(query);
    return series && historyView(query.signal, series);
  }

  historyCsv(query: Parameters<DatabaseServices["historyCsv"]>[0]): ReadableStream<Uint8Array> | undefined {
    const { entityId, signal } = query;
    const isKept = this.#storage.store.history.series().some((one) =>
      one.entityId === entityId && one.signal === signal
    );
    if (!isKept) return undefined;
    const pieces = this.#storage.store.history.csv(query);
    return ReadableStream.from(inTurns(pieces)).pipeThrough(new TextEncoderStream());
  }

  subscribe(listener: (update: DatabaseUpdate) => void): () => void {
    let telling = false;
    let again = false;
    // One at a time and in order; steps that come while one is being told are told together.
    const tell = async () => {
      if (telling) {
        again = true;
        return;
      }
      telling = true;
      try {
        do {
          again = false;
          listener(await this.current());
        } while (again);
      } catch {
        // The status cannot be read just now (the file is being swapped): the next step tells again.
      } finally {
        telling = false;
      }
    };
    return this.#storage.updater.jobs.subscribe((progress) => {
      this.#lastJobId = progress.jobId;
      void tell();
    });
  }

  /** What a phone that begins to look is told. */
  async current(): Promise<DatabaseUpdate> {
    const job = this.#lastJobId === undefined ? undefined : this.job(this.#lastJobId);
    return { status: await this.status(), job: job ?? null };
  }

  async #begin(
    begin: () => Promise<{ readonly jobId: string; readonly done: Promise<unknown> }>,
  ): Promise<{ readonly jobId: string }> {
    try {
      const { jobId } = await begin();
      return { jobId };
    } catch (error) {
      if (error instanceof JobRefused) {
        throw new RequestError(409, error.message, error.reasons, error.runningJobId);
      }
      if (error instanceof StoreError) throw new RequestError(409, error.message, [error.todo]);
      throw error;
    }
  }

  async #mustExist(id: string): Promise<BackupManifest> {
    try {
      return await this.#storage.backups.get(id);
    } catch (error) {
      throw error instanceof StoreError ? new RequestError(404, error.message) : error;
    }
  }

  async #closedStatus(): Promise<
    Omit<DatabaseStatusView, "mode" | "recovery" | "sizes" | "growth" | "problems" | "lossWindow">
  > {
    const [latest] = await this.#storage.backups.list();
    return {
      currentVersion: null,
      targetVersion: this.#storage.targetVersion,
      needsUpdate: false,
      pending: [],
      lastRun: null,
      latestBackup: latest ? backupView(latest) : null,
      safety: { safe: true, reasons: [] },
      runningJobId: this.#storage.updater.jobs.running()?.jobId ?? null,
    };
  }
}

function jobView(progress: JobProgress): JobView {
  const { jobId, kind, state, step, percent, message, result } = progress;
  const report = result !== undefined && "conflicts" in result ? { report: result } : {};
  return { jobId, kind, state, step, percent, message, ...report };
}

function historyView(signal: string, series: HistorySeries): HistoryView {
  return {
    signal,
    unit: series.unit ?? null,
    level: series.level,
    points: series.points.map(({ atMs, min, max, avg }) => ({ at: isoTime(atMs), min, max, avg })),
    changes: series.changes.map(({ atMs, value }) => ({ at: isoTime(atMs), value })),
  };
}

/** Between two pieces everything else of the program has its turn. */
async function* inTurns<T>(pieces: Iterable<T>): AsyncGenerator<T> {
  for (const piece of pieces) {
    yield piece;
    await new Promise<void>((resolve) => void systemClock.after(0, resolve));
  }
}
