import { removeDatabase, StoreError, type StoreErrorKind } from "../store/mod.ts";
import type { GenerationFiles } from "./generation.ts";
import type { CopyFiles, HeavyWork, Proof, ShadowResult, WorkOptions } from "./heavy_work.ts";
import type { KeepOptions, KeptGeneration } from "./keep_generation.ts";
import type { WorkAnswer, WorkRequest } from "./worker_messages.ts";

/**
 * Does the heavy work in a thread of its own, one per piece, so that the coach goes on being heard, and so that a piece
 * that takes too long can be ended.
 */
export class WorkerWork implements HeavyWork {
  readonly #newWorker: () => Worker;

  /** `newWorker` starts a thread that runs `update_thread.ts`. */
  constructor(newWorker: () => Worker) {
    this.#newWorker = newWorker;
  }

  copy(
    files: CopyFiles,
    options: WorkOptions & { readonly maxBytes?: number } = {},
  ): Promise<number> {
    const { maxBytes } = options;
    return this.#run({ kind: "copy", files, ...(maxBytes === undefined ? {} : { maxBytes }) }, {
      ...options,
      leaves: [files.to, ...(files.via === undefined ? [] : [files.via])],
    });
  }

  /** What is ended in the middle leaves nothing that the next copy minds. */
  keep(files: GenerationFiles, options: KeepOptions): Promise<KeptGeneration> {
    return this.#run({ kind: "keep", files, newestIsSound: options.newestIsSound }, options);
  }

  prove(files: { readonly path: string; readonly scratch: string }, options: WorkOptions = {}): Promise<Proof> {
    return this.#run({ kind: "prove", ...files }, { ...options, leaves: [files.scratch] });
  }

  migrateShadow(
    path: string,
    options: WorkOptions & { readonly maxPages?: number } = {},
  ): Promise<ShadowResult> {
    const { maxPages } = options;
    return this.#run({ kind: "migrateShadow", path, ...(maxPages === undefined ? {} : { maxPages }) }, options);
  }

  async #run<T extends number | Proof | ShadowResult | KeptGeneration>(
    request: WorkRequest,
    options: WorkOptions & { readonly leaves?: readonly string[] },
  ): Promise<T> {
    options.signal?.throwIfAborted();
    const worker = this.#newWorker();
    const settled = Promise.withResolvers<T>();
    const onAbort = () => settled.reject(options.signal?.reason);
    options.signal?.addEventListener("abort", onAbort);
    worker.onmessage = ({ data }: MessageEvent<WorkAnswer>) => {
      switch (data.kind) {
        case "progress":
          return options.onProgress?.(data);
        case "done":
          // The thread answers each kind of request with its own kind of result.
          return settled.resolve(data.result as T);
        case "failed":
          return settled.reject(new StoreError(data.errorKind as StoreErrorKind, data.message, { todo: data.todo }));
        default:
          return data satisfies never;
      }
    };
    worker.onerror = (event) => {
      event.preventDefault();
      settled.reject(new StoreError("failed", `Cannot work on the database: the thread ended: ${event.message}`));
    };
    worker.postMessage(request);
    try {
      return await settled.promise;
    } catch (error) {
      worker.terminate();
      for (const path of options.leaves ?? []) await removeDatabase(path);
      throw error;
    } finally {
      options.signal?.removeEventListener("abort", onAbort);
      worker.terminate();
    }
  }
}
