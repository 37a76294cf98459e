import type { Clock, Timer } from "../../base/mod.ts";
import { type Store, StoreError } from "../../core/mod.ts";

/** Clients that are watched; the longest silent gives way, and is checked again with its next request anyway. */
const maxClients = 500;
/** Longest time until it is noticed that another program, such as the command line, took a session away, ms. */
const lookEveryMs = 10_000;
/** Database step that holds the accounts. */
export const accountsMigration = "0008_accounts";

/** Sessions and tokens in use: tells when one is no longer good, because it expired or somebody took it away. */
export class LiveClients {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #listeners = new Set<(clientIds: ReadonlySet<string>) => void>();
  readonly #clients = new Set<string>();
  #timer: Timer | undefined;
  #running = false;
  /** The state of the database at the last look. */
  #looked: { readonly connection: unknown; readonly version: unknown; readonly nextExpiryMs: number } | undefined;

  constructor(options: { readonly store: Store; readonly clock: Clock }) {
    this.#store = options.store;
    this.#clock = options.clock;
  }

  start(): void {
    this.#running = true;
    this.#arm();
  }

  stop(): void {
    this.#running = false;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  subscribe(listener: (clientIds: ReadonlySet<string>) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** A session or token was used. */
  used(clientId: string): void {
    this.#clients.delete(clientId);
    this.#clients.add(clientId);
    if (this.#clients.size <= maxClients) return;
    const oldest = this.#clients.values().next().value;
    if (oldest !== undefined) this.#clients.delete(oldest);
  }

  /**
   * Looks which clients are no longer good, and tells it. To be called after every change that takes something away or
   * has an end.
   */
  look(): void {
    const { database, sessions } = this.#store;
    if (!this.#isReady()) return;
    const nowMs = this.#clock.wallMs();
    const good = sessions.goodIds(nowMs);
    if (database.paused === undefined) sessions.removeExpired(nowMs);
    const { connection } = database;
    this.#looked = { connection, version: this.#version(), nextExpiryMs: sessions.nextExpiryMs(nowMs) ?? Infinity };
    this.#arm();
    this.tell([...this.#clients].filter((id) => !good.has(id)));
  }

  /** Closes the sockets of these clients, whether they are good or have other rights from now on. */
  tell(clientIds: readonly string[]): void {
    if (clientIds.length === 0) return;
    for (const id of clientIds) this.#clients.delete(id);
    for (const listener of this.#listeners) listener(new Set(clientIds));
  }

  #arm(): void {
    this.#timer?.cancel();
    if (!this.#running) return;
    const untilMs = (this.#looked?.nextExpiryMs ?? Infinity) - this.#clock.wallMs();
    this.#timer = this.#clock.after(Math.min(lookEveryMs, Math.max(10, untilMs)), () => this.#tick());
  }

  #tick(): void {
    try {
      if (this.#hasChanged()) return this.look();
    } catch (error) {
      // A database that is busy or being replaced is looked at the next time.
      if (!(error instanceof StoreError)) throw error;
    }
    this.#arm();
  }

  /** Something expired, the file was replaced, or another program wrote to it. */
  #hasChanged(): boolean {
    if (!this.#isReady()) return false;
    const { connection, version, nextExpiryMs } = this.#looked ?? {};
    return connection !== this.#store.database.connection || version !== this.#version() ||
      this.#clock.wallMs() >= (nextExpiryMs ?? 0);
  }

  #isReady(): boolean {
    return this.#store.database.isOpen && this.#store.supports(accountsMigration);
  }

  /** Changes when another connection writes. */
  #version(): unknown {
    return this.#store.database.statement("PRAGMA data_version").get()?.["data_version"];
  }
}
