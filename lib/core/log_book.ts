/** Least level that is written. */
export type LogLevel = "debug" | "info" | "warning" | "error";

/** One event. */
export interface LogEntry {
  /** Grows by one with each entry. */
  readonly number: number;
  /** Wall-clock ms. */
  readonly atMs: number;
  readonly level: LogLevel;
  /** Part of the program, e.g. `store`; `program` for the rest. */
  readonly area: string;
  readonly text: string;
  /** Without secrets. */
  readonly fields: Readonly<Record<string, unknown>>;
}

const maxEntries = 2000;

/** The last events, for the page and the diagnostics. */
export class LogBook {
  readonly #entries: LogEntry[] = [];
  readonly #listeners = new Set<(entry: LogEntry) => void>();
  #next = 1;

  add(entry: Omit<LogEntry, "number">): void {
    const numbered = { ...entry, number: this.#next++ };
    this.#entries.push(numbered);
    if (this.#entries.length > maxEntries) this.#entries.shift();
    for (const listener of this.#listeners) listener(numbered);
  }

  /** Newest last. `after`: only those with a greater number. */
  list(
    options: {
      readonly limit: number;
      readonly after?: number;
      readonly levels?: readonly LogLevel[];
      readonly area?: string;
      /** Text that must be in the message, any case. */
      readonly search?: string;
    },
  ): readonly LogEntry[] {
    const { limit, after = 0, levels, area, search } = options;
    const wanted = search?.toLowerCase();
    return this.#entries.filter((entry) =>
      entry.number > after && (levels === undefined || levels.includes(entry.level)) &&
      (area === undefined || entry.area === area) &&
      (wanted === undefined || `${entry.text} ${JSON.stringify(entry.fields)}`.toLowerCase().includes(wanted))
    ).slice(-limit);
  }

  subscribe(listener: (entry: LogEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
