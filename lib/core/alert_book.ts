import type { Clock, Logger } from "../base/mod.ts";
import type { AlertRecord, Store } from "../store/mod.ts";

/** Something that is wrong, by the name under which it is raised and cleared. */
export type Alert = Pick<AlertRecord, "id" | "priority" | "what" | "todo">;

const migration = "0007_audit_and_alerts";

/**
 * What is wrong now, over restarts. Those who watch something raise and clear by id, or say at once all that is wrong
 * within their own names.
 */
export class AlertBook {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #active = new Map<string, AlertRecord>();
  readonly #listeners = new Set<(active: readonly AlertRecord[]) => void>();
  #cleared: AlertRecord[] = [];
  #unwritten = new Set<string>();
  #failed = false;

  constructor(options: { readonly store: Store; readonly clock: Clock; readonly logger: Logger }) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#logger = options.logger;
  }

  /** Takes over what was wrong when the program stopped; whoever watches it says whether it still is. */
  start(): void {
    if (!this.#store.supports(migration)) return;
    for (const record of this.#store.alerts.active()) this.#active.set(record.id, record);
  }

  raise(alert: Alert): void {
    const known = this.#active.get(alert.id);
    if (known && known.what === alert.what && known.todo === alert.todo && known.priority === alert.priority) return;
    const raisedAtMs = known?.raisedAtMs ?? this.#clock.wallMs();
    this.#active.set(alert.id, { ...alert, raisedAtMs, clearedAtMs: undefined });
    this.#unwritten.add(alert.id);
    this.#changed();
  }

  clear(id: string): void {
    const known = this.#active.get(id);
    if (!known) return;
    this.#active.delete(id);
    this.#unwritten.delete(id);
    this.#cleared.push({ ...known, clearedAtMs: this.#clock.wallMs() });
    this.#changed();
  }

  /** Everything that is wrong under `prefix`: what is missing from the list is over. */
  sync(prefix: string, alerts: readonly Alert[]): void {
    const ids = new Set(alerts.map(({ id }) => id));
    for (const id of [...this.#active.keys()]) if (id.startsWith(prefix) && !ids.has(id)) this.clear(id);
    for (const alert of alerts) this.raise(alert);
  }

  /** The gravest first, then the oldest. */
  active(): readonly AlertRecord[] {
    return [...this.#active.values()].sort((a, b) => a.priority - b.priority || a.raisedAtMs - b.raisedAtMs);
  }

  /** Newest first, those that are over as well. */
  history(limit: number): readonly AlertRecord[] {
    if (!this.#store.supports(migration)) return this.active();
    this.flush();
    return this.#store.alerts.history(limit);
  }

  subscribe(listener: (active: readonly AlertRecord[]) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Writes what changed; what cannot be written waits for the next change. */
  flush(): void {
    if (!this.#store.supports(migration) || !this.#store.database.isOpen) return;
    if (this.#unwritten.size === 0 && this.#cleared.length === 0) return;
    const raised = [...this.#unwritten].flatMap((id) => this.#active.get(id) ?? []);
    try {
      this.#store.alerts.apply({ raised, cleared: this.#cleared });
      this.#unwritten = new Set();
      this.#cleared = [];
      this.#failed = false;
    } catch (error) {
      if (!this.#failed) this.#logger.error("Alerts cannot be written", { error: String(error) });
      this.#failed = true;
    }
  }

  #changed(): void {
    this.flush();
    for (const listener of this.#listeners) listener(this.active());
  }
}
