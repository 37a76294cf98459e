import type { Clock, Logger, Timer } from "../base/mod.ts";
import type { AuditEntry, Store } from "../store/mod.ts";

/** What was done; the time is added. */
export type AuditNote = Omit<AuditEntry, "atMs">;

/** Entries wait for each other this long, ms: a drag is one entry, and a tap costs no write of its own. */
const gatherMs = 1000;
/** Entries that wait while the database cannot be written; the oldest give way. */
const maxWaiting = 2000;

const migration = "0007_audit_and_alerts";

/** Keeps the record of who did what. A side branch: what it cannot write waits, and nothing waits for it. */
export class Audit {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #clean: (text: string) => string;
  #waiting: AuditEntry[] = [];
  #timer: Timer | undefined;
  #failed = false;

  constructor(options: {
    readonly store: Store;
    readonly clock: Clock;
    readonly logger: Logger;
    /** Takes secrets out of what is noted: a reason may repeat what somebody typed. */
    readonly clean?: (text: string) => string;
  }) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#clean = options.clean ?? ((text) => text);
  }

  note(note: AuditNote): void {
    const [what, reasons] = [this.#clean(note.what), note.reasons.map(this.#clean)];
    const entry = { ...note, what, reasons, atMs: this.#clock.wallMs() };
    const last = this.#waiting.at(-1);
    if (last && isSame(last, entry)) this.#waiting.pop();
    this.#waiting.push(entry);
    if (this.#waiting.length > maxWaiting) this.#waiting.shift();
    this.#timer ??= this.#clock.after(gatherMs, () => this.flush());
  }

  /** Writes what waits; when it cannot, it is tried again with the next entry or the stop. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#waiting.length === 0 || !this.#store.supports(migration) || !this.#store.database.isOpen) return;
    try {
      this.#store.audit.add(this.#waiting);
      this.#waiting = [];
      this.#failed = false;
    } catch (error) {
      if (!this.#failed) this.#logger.error("The record of changes cannot be written", { error: String(error) });
      this.#failed = true;
    }
  }

  /** Newest first; empty while the database has no such table. */
  list(options: Parameters<Store["audit"]["list"]>[0]): ReturnType<Store["audit"]["list"]> {
    if (!this.#store.supports(migration)) return [];
    this.flush();
    return this.#store.audit.list(options);
  }
}

function isSame(a: AuditEntry, b: AuditEntry): boolean {
  return a.actor === b.actor && a.address === b.address && a.action === b.action && a.what === b.what &&
    a.outcome === b.outcome;
}
