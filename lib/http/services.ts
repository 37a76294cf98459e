import type {
  CanInterfaceView,
  CanUpdate,
  CoachView,
  CommandResult,
  DiagnosticView,
  EntityChange,
  EntityDetail,
  EntityView,
  FrameView,
  HealthView,
  NodeView,
  UnknownView,
} from "../wire/mod.ts";

/** Statuses of what cannot be done for whoever asks. */
export type RequestErrorStatus = 400 | 401 | 403 | 404 | 409 | 413 | 422 | 429 | 503;

/** Thrown by {@link HttpServices} for a request that cannot be right; becomes a problem answer. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly status: RequestErrorStatus;
  /** Each single thing that is wrong. */
  readonly errors: readonly string[];
  /** The job that is in the way. */
  readonly jobId: string | undefined;

  constructor(
    status: RequestErrorStatus,
    message: string,
    errors: readonly string[] = [],
    jobId?: string,
  ) {
    super(message);
    this.status = status;
    this.errors = errors;
    this.jobId = jobId;
  }
}

/** Somebody asks too often: 429, and when it is worth asking again. */
export class TooManyRequests extends RequestError {
  /** Whole seconds, at least 1. */
  readonly retryAfterS: number;

  constructor(message: string, options: { readonly retryAfterMs: number }) {
    super(429, message);
    this.retryAfterS = Math.max(1, Math.ceil(options.retryAfterMs / 1000));
  }
}

/** A command as a phone asks for it. */
export interface CommandRequest {
  readonly command: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The owner's word that the coach is parked; counts only where the chassis is not on the bus. */
  readonly parked?: boolean;
  /** Of a button that is held: nothing that arrives after its stop moves anything. */
  readonly press?: { readonly id: string; readonly renews: boolean } | undefined;
  /** Who asks: address, or account. */
  readonly actor?: string;
  readonly address?: string;
  /** Tells phones of one account apart. */
  readonly clientId?: string;
}

/** What the HTTP side needs of the running program; declared here, implemented by wiring in `main.ts`. */
export interface HttpServices {
  health(): HealthView;
  coach(): CoachView;
  entities(): readonly EntityView[];
  entity(id: string): EntityDetail | undefined;
  /**
   * Checks and sends a command and waits for the coach's answer.
   *
   * @throws {RequestError} 404 unknown entity; 422 unknown command or wrong parameter, with the allowed values.
   */
  command(
    id: string,
    request: CommandRequest,
  ): Promise<CommandResult>;
  interfaces(): readonly CanInterfaceView[];
  /** Newest last; at most `limit` [1, 1000]. */
  frames(filter: FrameFilter): readonly FrameView[];
  unknown(): UnknownView;
  nodes(): readonly NodeView[];
  diagnostics(): readonly DiagnosticView[];
  /** Starts or stops the recorder; answers what it is doing. */
  record(request: { readonly action: "start" | "stop"; readonly interface?: string }): Promise<RecordingView>;
  recording(): RecordingView;
  /** Told of every change, coalesced by the hub; returns the function that ends it. */
  subscribe(listener: ServiceListener): () => void;
}

export interface FrameFilter {
  readonly limit: number;
  readonly interface?: string;
  /** Five hexadecimal digits. */
  readonly dgn?: string;
  /** Two hexadecimal digits. */
  readonly sourceAddress?: string;
  /** Only frames after this sequence number. */
  readonly after?: number;
}

export interface RecordingView {
  readonly recording: boolean;
  readonly file: string | null;
  readonly frames: number;
  readonly bytes: number;
  readonly dropped: number;
}

export interface ServiceListener {
  onEntities(changes: readonly EntityChange[]): void;
  /** The set of entities itself changed: snapshots must be sent again. */
  onCoach(): void;
  onCan(update: CanUpdate): void;
  /** False: nobody watches the bus now, {@link onCan} need not be called and no frame be formatted. */
  wantsCan?(): boolean;
  onHealth(health: HealthView): void;
}
