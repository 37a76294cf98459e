import type { Clock, Logger, Timer } from "../base/mod.ts";
import type { AuditEntry, Store } from "../store/mod.ts";

/** What was done; the time is added. */
export type AuditNote = Omit<AuditEntry, "atMs">;

/** Entries wait for each other this long, ms: a drag is one entry, and a tap costs no write of its own. */
const gatherMs = 1000;
/** Entries that wait while the database cannot be written; the oldest give way. */
const maxWaiting = 2000;

/** Refusals of one actor that are noted within {@link refusalsMs}: nobody may push the record out of its room. */
const maxRefusals = 100;
const refusalsMs = 3_600_000;

const migration = "0007_audit_and_alerts";

/** Keeps the record of who did what. A side branch: what it cannot write waits, and nothing waits for it. */
export class Audit {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #clean: (text: string) => string;
  #waiting: AuditEntry[] = [];
  /** Refusals by actor since the beginning of this hour. */
  #refusals = new Map<string, number>();
  #refusalsSinceMs = 0;
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

  note(asked: AuditNote): void {
    const note = this.#withinRoom(asked);
    if (!note) return;
    const [what, reasons] = [this.#clean(note.what), note.reasons.map(this.#clean)];
    const entry = { ...note, what, reasons, atMs: this.#clock.wallMs() };
    const last = this.#waiting.at(-1);
    if (last && isSame(last, entry)) this.#waiting.pop();
    this.#waiting.push(entry);
    if (this.#waiting.length > maxWaiting) this.#waiting.shift();
    this.#timer ??= this.#clock.after(gatherMs, () => this.flush());
  }

  /** Undefined: this actor was refused so often that it is not noted any more for a while. */
  #withinRoom(note: AuditNote): AuditNote | undefined {
    if (note.outcome !== "refused") return note;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#refusalsSinceMs >= refusalsMs) {
      this.#refusals.clear();
      this.#refusalsSinceMs = nowMs;
    }
    const before = this.#refusals.get(note.actor) ?? 0;
    if (before > maxRefusals) return undefined;
    this.#refusals.set(note.actor, before + 1);
    return before < maxRefusals ? note : {
      ...note,
      what: "more than the record has room for",
      reasons: ["What else is refused within the hour is not noted."],
    };
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
