import type { Clock, Timer } from "../../base/mod.ts";
import { type AccountRecord, type Store, StoreError } from "../../core/mod.ts";
import type { OutdatedListener } from "../account_services.ts";
import type { Principal } from "../principal.ts";

/** Longest time until it is noticed that another program, such as the command line, took a session away, ms. */
const lookEveryMs = 10_000;
/** Database step that holds the accounts. */
export const accountsMigration = "0008_accounts";

/**
 * Tells when what let somebody in may be no longer good: it expired, somebody took it away, or its account has other
 * rights. Who is connected is the business of those who listen, so nobody can be forgotten here.
 */
export class LiveClients {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #listeners = new Set<OutdatedListener>();
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

  subscribe(listener: OutdatedListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Whether somebody who was let in would not be let in now, or with other rights. */
  isOutdated(principal: Principal): boolean {
    if (!this.#isReady()) return false;
    try {
      return this.#read()(principal);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      // Who is connected while the database does not answer is looked at as soon as it does.
      this.#looked = undefined;
      return false;
    }
  }

  /** To be called after every change that takes something away, has an end, or gives other rights. */
  look(): void {
    const { database, sessions } = this.#store;
    if (!this.#isReady()) return;
    const nowMs = this.#clock.wallMs();
    const isOutdated = this.#read();
    if (database.paused === undefined) sessions.removeExpired(nowMs);
    const { connection } = database;
    this.#looked = { connection, version: this.#version(), nextExpiryMs: sessions.nextExpiryMs(nowMs) ?? Infinity };
    this.#arm();
    for (const listener of this.#listeners) listener(isOutdated);
  }

  #read(): (principal: Principal) => boolean {
    const { sessions, accounts } = this.#store;
    const good = sessions.goodIds(this.#clock.wallMs());
    const rights = new Map(accounts.list().map((account) => [account.id, rightsOf(account)]));
    // Who was let in before there were accounts has no id that is good, and no account.
    return ({ clientId, accountId = "", rights: had }) => !good.has(clientId) || rights.get(accountId) !== had;
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

/** What of an account its sockets are closed for when it changes: they come back with what is so now. */
export function rightsOf({ role, entities, expiresAtMs }: AccountRecord): string {
  return JSON.stringify([role, entities, expiresAtMs]);
}
