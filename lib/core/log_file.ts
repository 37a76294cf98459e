import type { Clock } from "../base/mod.ts";
import type { ServiceProblem } from "./core_services.ts";

/** Settings of {@link LogFile}. */
export interface LogFileOptions {
  readonly path: string;
  /** Size at which the file is put away, bytes. */
  readonly maxBytes: number;
  /** Files put away that are kept: `<path>.1` is the newest. */
  readonly keepFiles: number;
  readonly clock: Clock;
  /** Told once when lines cannot be written, and again only after they could. */
  readonly onProblem?: (problem: string) => void;
}

/** After a failure the next line is tried after this time, ms. */
const retryMs = 60_000;

/**
 * Appends lines to a file within its size. A side branch: what cannot be written is lost here and goes on elsewhere.
 * Lines are not forced to the disk one by one; a power cut costs the last few seconds of them.
 */
export class LogFile {
  readonly #options: LogFileOptions;
  #file: Deno.FsFile | undefined;
  #bytes = 0;
  #problem: string | undefined;
  #retryAtMs = 0;

  constructor(options: LogFileOptions) {
    this.#options = options;
  }

  /** What is wrong, for people; undefined: nothing is. */
  get problem(): ServiceProblem | undefined {
    if (this.#problem === undefined) return undefined;
    const { path } = this.#options;
    return {
      what: `The log file "${path}" cannot be written: ${this.#problem}.`,
      todo:
        "Look at the folder, its owner and the free space, or at logging.file. The journal has the log all the same.",
    };
  }

  /** Makes the file, so that what is wrong with its place shows before the first line. */
  start(): void {
    this.#attempt(() => this.#open());
  }

  write(line: string): void {
    if (this.#problem !== undefined && this.#options.clock.monotonicMs() < this.#retryAtMs) return;
    this.#attempt(() => {
      const bytes = new TextEncoder().encode(`${line}\n`);
      this.#open();
      if (this.#bytes + bytes.length > this.#options.maxBytes && this.#bytes > 0) this.#putAway();
      const file = this.#open();
      for (let written = 0; written < bytes.length;) written += file.writeSync(bytes.subarray(written));
      this.#bytes += bytes.length;
    });
  }

  stop(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  #attempt(work: () => void): void {
    try {
      work();
      this.#problem = undefined;
    } catch (error) {
      const isNew = this.#problem === undefined;
      this.#problem = error instanceof Error ? error.message : String(error);
      this.#retryAtMs = this.#options.clock.monotonicMs() + retryMs;
      this.stop();
      if (isNew) this.#options.onProblem?.(this.#problem);
    }
  }

  #open(): Deno.FsFile {
    if (this.#file) return this.#file;
    const { path } = this.#options;
    const folder = path.slice(0, path.lastIndexOf("/"));
    if (folder !== "") Deno.mkdirSync(folder, { recursive: true, mode: 0o750 });
    this.#file = Deno.openSync(path, { append: true, create: true, mode: 0o640 });
    this.#bytes = this.#file.statSync().size;
    return this.#file;
  }

  /** The newest number is 1; what grows past {@link LogFileOptions.keepFiles} is written over. */
  #putAway(): void {
    const { path, keepFiles } = this.#options;
    this.stop();
    this.#bytes = 0;
    for (let i = keepFiles - 1; i > 0; i--) moveIfThere(`${path}.${i}`, `${path}.${i + 1}`);
    moveIfThere(path, `${path}.1`);
  }
}

function moveIfThere(from: string, to: string): void {
  try {
    Deno.renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
