import type {
  BackupView,
  DatabaseRunView,
  DatabaseStatusView,
  DatabaseUpdate,
  HistoryView,
  JobView,
  WriteBudgetView,
} from "../wire/mod.ts";

/** Who asks, and what they say. */
export interface DatabaseRequest {
  /** For the record: account or address. */
  readonly actor: string;
  /** Tells phones of one account apart. */
  readonly clientId?: string;
  readonly confirm: boolean;
  /** The owner says that the coach is parked, where the bus does not. */
  readonly parked: boolean;
}

/**
 * What the site needs of the storage; implemented by wiring. What is refused throws `RequestError`: 409 with the
 * reasons and, when another job runs, its id; 404 for an unknown backup or job; 422 for what cannot be right.
 */
export interface DatabaseServices {
  status(request?: Partial<DatabaseRequest>): Promise<DatabaseStatusView>;
  /** Each begins a job and answers its id at once. */
  update(request: DatabaseRequest): Promise<{ readonly jobId: string }>;
  simulate(): Promise<{ readonly jobId: string }>;
  backup(): Promise<{ readonly jobId: string }>;
  verify(backupId: string): Promise<{ readonly jobId: string }>;
  restore(backupId: string, request: DatabaseRequest): Promise<{ readonly jobId: string }>;
  /** `maxBytes` of body are taken at most; the file is hostile until proven. */
  upload(file: ReadableStream<Uint8Array>): Promise<{ readonly jobId: string }>;
  reset(scope: "preferences" | "states" | "all", request: DatabaseRequest): Promise<{ readonly jobId: string }>;
  job(jobId: string): JobView | undefined;
  runs(): readonly DatabaseRunView[];
  backups(): Promise<readonly BackupView[]>;
  /** The file of a backup, for download. */
  backupFile(id: string): Promise<{ readonly stream: ReadableStream<Uint8Array>; readonly sizeBytes: number }>;
  removeBackup(id: string): Promise<void>;
  writeBudget(): readonly WriteBudgetView[];
  /** Settings, mappings, overrides and profiles, without states and history: one JSON archive. */
  exportUserData(): Promise<Uint8Array>;
  importUserData(archive: Uint8Array, request: DatabaseRequest): Promise<void>;
  history(
    query: {
      readonly entityId: string;
      readonly signal: string;
      readonly fromMs: number;
      readonly toMs: number;
      readonly points: number;
    },
  ): HistoryView | undefined;
  /** The same as CSV, piece by piece. */
  historyCsv(
    query: { readonly entityId: string; readonly signal: string; readonly fromMs: number; readonly toMs: number },
  ): ReadableStream<Uint8Array> | undefined;
  /** Told of every step of a job and of every change of the status; returns the function that ends it. */
  subscribe(listener: (update: DatabaseUpdate) => void): () => void;
}
