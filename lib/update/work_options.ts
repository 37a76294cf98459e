/** Told how far a piece of work is, [0, 1], and what it does. */
export type OnProgress = (progress: { readonly fraction: number; readonly message: string }) => void;

/** What every piece of heavy work takes. */
export interface WorkOptions {
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}
