/** What made the program write to the disk. */
export type WriteCause =
  | "entityStates"
  | "history"
  | "rollups"
  | "retention"
  | "settings"
  | "mapping"
  | "records"
  | "budget"
  | "backups"
  | "updates"
  | "sync";

/** Counts bytes written by cause, until someone takes them. */
export class WriteMeter {
  #bytes = new Map<WriteCause, number>();

  add(cause: WriteCause, bytes: number): void {
    if (bytes > 0) this.#bytes.set(cause, (this.#bytes.get(cause) ?? 0) + bytes);
  }

  /** Answers what was counted, and starts from zero. */
  take(): ReadonlyMap<WriteCause, number> {
    const taken = this.#bytes;
    this.#bytes = new Map();
    return taken;
  }
}
