import { type CanFrame, CanRecorder } from "../can/mod.ts";

/** What a recording is doing. */
export interface RecordingState {
  readonly recording: boolean;
  readonly file: string | null;
  readonly frames: number;
  readonly bytes: number;
  readonly dropped: number;
}

const idle: RecordingState = { recording: false, file: null, frames: 0, bytes: 0, dropped: 0 };

/** Recordings that a person starts and stops while the program runs: one at a time, a new file each. */
export class Recording {
  readonly #folder: string;
  readonly #fileName: () => string;
  #recorder: CanRecorder | undefined;
  #interfaceName: string | undefined;

  /** @param options.fileName name of the next file; must differ each time. */
  constructor(options: { readonly folder: string; readonly fileName: () => string }) {
    this.#folder = options.folder;
    this.#fileName = options.fileName;
  }

  /** @throws when the file cannot be made, saying what to do. */
  async start(interfaceName: string | undefined): Promise<void> {
    await Deno.mkdir(this.#folder, { recursive: true });
    const recorder = new CanRecorder(`${this.#folder}/${this.#fileName()}`);
    await recorder.start();
    await this.stop();
    this.#interfaceName = interfaceName;
    this.#recorder = recorder;
  }

  async stop(): Promise<void> {
    await this.#recorder?.stop();
  }

  /** Takes every frame of the program. */
  onFrames(frames: readonly CanFrame[]): void {
    const recorder = this.#recorder;
    if (recorder?.status().state !== "recording") return;
    const name = this.#interfaceName;
    recorder.record(name === undefined ? frames : frames.filter((frame) => frame.interfaceName === name));
  }

  view(): RecordingState {
    const status = this.#recorder?.status();
    if (!status) return idle;
    const { path, frames, bytes, dropped } = status;
    return { recording: status.state === "recording", file: path, frames, bytes, dropped };
  }
}
