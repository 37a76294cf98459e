import { type Clock, systemClock, type Timer } from "../base/mod.ts";
import { CandumpWriter } from "./candump_writer.ts";
import type { CanFrame } from "./types.ts";

/** How a {@link CanRecorder} writes. */
export interface RecorderOptions {
  readonly clock?: Clock;
  /** The recording ends itself at this size. Default 256 MiB, about 1.5 hours of a saturated bus. */
  readonly maxBytes?: number;
  /** Frames beyond this much text not yet on the disk are dropped and counted. Default 1 MiB. */
  readonly maxPendingBytes?: number;
  /** Text is written at this interval, or when 64 KiB are together. Default 1000. */
  readonly flushEveryMs?: number;
  /** Write ` T` or ` R` behind each frame as `candump -x` does. Default true. */
  readonly direction?: boolean;
  /** Replace a file that is there. Default false: it is an error. */
  readonly overwrite?: boolean;
}

/** State of a recording. `full`: it reached its size limit. `failed`: a write failed. */
export interface RecorderStatus {
  readonly path: string;
  readonly state: "idle" | "recording" | "full" | "failed" | "stopped";
  /** Frames taken into the recording. */
  readonly frames: number;
  /** Frames lost: the disk was too slow, full, or the size limit reached. */
  readonly dropped: number;
  /** Bytes on the disk. */
  readonly bytes: number;
  /** What is wrong, in a sentence for people. */
  readonly problem?: string;
}

const WRITE_AT_BYTES = 64 * 1024;
const LONGEST_LINE_BYTES = 80;

/**
 * Writes frames to a file in the form of `candump -L`, own ones included. Never holds the bus up: what the disk cannot
 * take is dropped and counted.
 */
export class CanRecorder {
  readonly #path: string;
  readonly #options: RecorderOptions;
  readonly #clock: Clock;
  readonly #writer: CandumpWriter;
  #state: RecorderStatus["state"] = "idle";
  #problem: string | undefined;
  #file: Deno.FsFile | undefined;
  #timer: Timer | undefined;
  #frames = 0;
  #dropped = 0;
  #bytes = 0;
  #pendingFrames = 0;
  #writing: Promise<void> | undefined;
  #writingBytes = 0;

  constructor(path: string, options: RecorderOptions = {}) {
    this.#path = path;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#writer = new CandumpWriter({ direction: options.direction ?? true });
  }

  /** Opens the file. @throws when that fails, with what to do. */
  async start(): Promise<void> {
    if (this.#state === "recording") return;
    const overwrite = this.#options.overwrite === true;
    try {
      this.#file = await Deno.open(this.#path, {
        write: true,
        create: true,
        truncate: overwrite,
        createNew: !overwrite,
      });
    } catch (cause) {
      throw new Error(`Cannot record to "${this.#path}": ${openReason(cause)}`, { cause });
    }
    this.#state = "recording";
    this.#problem = undefined;
    this.#timer = this.#clock.every(this.#options.flushEveryMs ?? 1000, () => this.#write());
  }

  /** Takes frames; never waits and never throws. */
  record(frames: readonly CanFrame[]): void {
    for (const frame of frames) {
      if (this.#state !== "recording" || !this.#hasRoom()) {
        this.#dropped++;
        continue;
      }
      this.#writer.append(frame);
      this.#frames++;
      this.#pendingFrames++;
    }
    if (this.#writer.length >= WRITE_AT_BYTES) this.#write();
  }

  status(): RecorderStatus {
    return {
      path: this.#path,
      state: this.#state,
      frames: this.#frames,
      dropped: this.#dropped,
      bytes: this.#bytes,
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
    };
  }

  /** Writes what is left, makes it durable, closes the file. Does not throw: {@link status} tells of a failure. */
  async stop(): Promise<void> {
    this.#timer?.cancel();
    const file = this.#file;
    if (file === undefined) return;
    this.#file = undefined;
    await this.#writing;
    this.#write(file);
    await this.#writing;
    try {
      await file.sync();
    } catch (error) {
      // A device or a pipe has nothing to sync.
      if (await isRegularFile(file)) this.#fail(error, 0);
    }
    file.close();
    if (this.#state !== "failed") this.#state = "stopped";
  }

  #hasRoom(): boolean {
    const unwritten = this.#writer.length + this.#writingBytes;
    const maxBytes = this.#options.maxBytes ?? 256 * 1024 * 1024;
    if (this.#bytes + unwritten + LONGEST_LINE_BYTES > maxBytes) {
      this.#state = "full";
      this.#problem = `the recording "${this.#path}" reached its limit of ${maxBytes} bytes and has ended`;
      this.#write();
      return false;
    }
    return unwritten + LONGEST_LINE_BYTES <= (this.#options.maxPendingBytes ?? 1024 * 1024);
  }

  #write(file = this.#file): void {
    if (file === undefined || this.#writing !== undefined || this.#writer.length === 0) return;
    const frames = this.#pendingFrames;
    const bytes = this.#writer.take();
    this.#pendingFrames = 0;
    this.#writingBytes = bytes.length;
    this.#writing = writeAll(file, bytes).then(
      () => void (this.#bytes += bytes.length),
      async (error) => {
        this.#fail(error, frames);
        // Half a line at the end would be read as a frame that never was.
        await file.truncate(this.#bytes).catch(() => {});
      },
    ).finally(() => {
      this.#writing = undefined;
      this.#writingBytes = 0;
    });
  }

  #fail(error: unknown, lostFrames: number): void {
    this.#state = "failed";
    this.#dropped += lostFrames + this.#pendingFrames;
    this.#frames -= lostFrames + this.#pendingFrames;
    this.#pendingFrames = 0;
    this.#writer.take();
    this.#problem = `Cannot write the recording "${this.#path}": ${writeReason(error)}; ${this.#bytes} bytes are kept`;
  }
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
}

async function isRegularFile(file: Deno.FsFile): Promise<boolean> {
  return (await file.stat()).isFile;
}

function openReason(error: unknown): string {
  if (error instanceof Deno.errors.AlreadyExists) return "the file exists; choose another name or ask to overwrite it";
  if (error instanceof Deno.errors.NotFound) return "its folder does not exist";
  if (error instanceof Deno.errors.PermissionDenied) return "no permission to write there";
  if (error instanceof Deno.errors.IsADirectory) return "it is a folder";
  return writeReason(error);
}

function writeReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/os error 28\b/.test(message)) return "the disk is full";
  if (/os error 30\b/.test(message)) return "the file system is read-only";
  return message;
}
