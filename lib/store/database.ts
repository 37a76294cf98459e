import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import type { CompiledQuery } from "kysely";
import { applyPragmas, type StorageProfile } from "./storage_profile.ts";
import { isDamage, StoreError, storeErrorOf } from "./store_error.ts";
import { type WriteCause, WriteMeter } from "./write_meter.ts";

/** Settings of a {@link Database}. */
export interface DatabaseOptions {
  readonly path: string;
  readonly profile: StorageProfile;
  readonly readOnly?: boolean;
  /** Where its writes are counted; its own by default. */
  readonly meter?: WriteMeter;
  /**
   * The profile's journal is in this process alone and goes with it, while another program has the file open: a journal
   * beside the file is kept instead, which that program plays back when this one is killed.
   */
  readonly isShared?: boolean;
}

/** Settings of a transaction. */
export interface TransactionOptions {
  readonly cause: WriteCause;
  /**
   * For what a person typed: returns only when the bytes are on the disk; with the profile `sdcard` they are copied to
   * the card within seconds. Without it a power cut may take the last moments back, a killed process never does.
   */
  readonly durable?: boolean;
}

/** Most statements kept ready; the queries of this program are few, those built on the fly must not pile up. */
const maxStatements = 200;

/** Bytes before each page in a write-ahead log, https://sqlite.org/fileformat2.html#walformat */
const walFrameHeaderBytes = 24;

/**
 * One database file: a connection with its statements. Everything is synchronous, so that a transaction is a plain
 * function that nothing can get in between of.
 *
 * Kysely writes the queries (`coachiqSql`, `historySql`), this class runs them.
 */
export class Database {
  readonly path: string;
  readonly profile: StorageProfile;
  readonly meter: WriteMeter;
  readonly #readOnly: boolean;
  readonly #isShared: boolean;
  #connection: DatabaseSync | undefined;
  #statements = new Map<string, StatementSync>();
  #paused: string | undefined;
  #isDamaged = false;
  #inTransaction = false;
  /** A part of the open transaction asked to be durable. */
  #innerIsDurable = false;
  #commits = 0;
  readonly #onDurable = new Set<() => void>();
  readonly #onDamaged = new Set<(error: StoreError) => void>();
  #walFrames = 0;
  #checkpointed = 0;
  #pageBytes = 4096;

  constructor(options: DatabaseOptions) {
    this.path = options.path;
    this.profile = options.profile;
    this.meter = options.meter ?? new WriteMeter();
    this.#readOnly = options.readOnly ?? false;
    this.#isShared = options.isShared ?? false;
  }

  get isOpen(): boolean {
    return this.#connection !== undefined;
  }

  /** Why nothing may be written now; undefined: it may. */
  get paused(): string | undefined {
    return this.#paused;
  }

  /** @throws {StoreError} */
  open(): void {
    if (this.#connection) return;
    let connection: DatabaseSync | undefined;
    try {
      connection = new DatabaseSync(this.path, { readOnly: this.#readOnly });
      if (!this.#readOnly) applyPragmas(connection, { profile: this.profile, path: this.path });
      else connection.exec("PRAGMA busy_timeout = 30000; PRAGMA trusted_schema = OFF");
      if (this.#isShared && this.profile === "sdcard") connection.exec("PRAGMA journal_mode = DELETE");
      const row = connection.prepare("PRAGMA page_size").get();
      this.#pageBytes = Number(row?.["page_size"] ?? 4096);
    } catch (error) {
      connection?.close();
      throw storeErrorOf(error, `open database "${this.path}"`);
    }
    this.#connection = connection;
    this.#isDamaged = false;
    this.#readWal();
  }

  close(): void {
    this.#statements.clear();
    this.#connection?.close();
    this.#connection = undefined;
  }

  /** How many transactions were committed since this object was made: the same number again, nothing has changed. */
  get commits(): number {
    return this.#commits;
  }

  /** Changes when another connection, of this or another program, writes; undefined while it is closed. */
  get foreignVersion(): number | undefined {
    return this.#connection && Number(this.statement("PRAGMA data_version").get()?.["data_version"]);
  }

  /**
   * Told of every transaction that asked to be {@link TransactionOptions.durable}: where the file itself is in memory,
   * someone has to copy it out soon. Returns the function that ends it.
   */
  subscribeDurable(listener: () => void): () => void {
    this.#onDurable.add(listener);
    return () => void this.#onDurable.delete(listener);
  }

  /**
   * Told once, when SQLite finds the open file damaged: nothing that is read from it can be believed any more. Returns
   * the function that ends it.
   */
  subscribeDamaged(listener: (error: StoreError) => void): () => void {
    this.#onDamaged.add(listener);
    return () => void this.#onDamaged.delete(listener);
  }

  /** Refuses every write with this reason until {@link resume}. */
  pause(reason: string): void {
    this.#paused = reason;
  }

  resume(): void {
    this.#paused = undefined;
  }

  /** The connection itself, for SQLite's backup and for pragmas. @throws {StoreError} `closed` */
  get connection(): DatabaseSync {
    if (!this.#connection) {
      throw new StoreError("closed", `Cannot use database "${this.path}": it is closed, expected open`);
    }
    return this.#connection;
  }

  /** All rows of a query. */
  all<R>(query: CompiledQuery<R>): readonly R[] {
    return this.#try(() => this.statement(query.sql).all(...parametersOf(query))) as unknown as readonly R[];
  }

  /** The first row of a query. */
  get<R>(query: CompiledQuery<R>): R | undefined {
    return this.#try(() => this.statement(query.sql).get(...parametersOf(query))) as R | undefined;
  }

  /** Runs one statement that writes, in the open transaction. Answers how many rows it changed. */
  run(query: CompiledQuery<unknown>): number {
    this.#mustWrite();
    return this.#try(() => Number(this.statement(query.sql).run(...parametersOf(query)).changes));
  }

  /** A statement kept ready under its text: the hot paths hold on to the text, never to the statement. */
  statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.connection.prepare(sql);
    if (this.#statements.size >= maxStatements) {
      const oldest = this.#statements.keys().next().value;
      if (oldest !== undefined) this.#statements.delete(oldest);
    }
    this.#statements.set(sql, statement);
    return statement;
  }

  /**
   * Runs `work` in one transaction: all of it is written, or nothing.
   *
   * @throws {StoreError} when SQLite refuses, or writing is paused; what `work` throws is passed on.
   */
  transaction<T>(options: TransactionOptions, work: () => T): T {
    this.#mustWrite();
    const isDurable = options.durable === true;
    if (this.#inTransaction) {
      this.#innerIsDurable ||= isDurable;
      return work();
    }
    const connection = this.connection;
    const syncMore = isDurable && this.profile !== "sdcard";
    this.#inTransaction = true;
    this.#innerIsDurable = false;
    try {
      if (syncMore) connection.exec("PRAGMA synchronous = FULL");
      this.#try(() => void this.statement("BEGIN IMMEDIATE").run());
      const result = work();
      this.#try(() => void this.statement("COMMIT").run());
      this.#commits++;
      this.#count(options.cause);
      if (isDurable || this.#innerIsDurable) this.#tellDurable();
      return result;
    } catch (error) {
      // SQLite has rolled back by itself after a full disk and the like.
      if (connection.isTransaction) connection.exec("ROLLBACK");
      this.#look(error);
      throw error;
    } finally {
      this.#inTransaction = false;
      if (syncMore) connection.exec("PRAGMA synchronous = NORMAL");
    }
  }

  /** Moves the write-ahead log into the file. */
  checkpoint(): void {
    if (this.profile === "sdcard") return;
    this.#try(() => this.connection.exec("PRAGMA wal_checkpoint(TRUNCATE)"));
    this.#readWal();
  }

  /**
   * Puts everything that was committed on the disk, without holding up the caller's thread meanwhile: for what is
   * committed too often to wait for the disk each time.
   *
   * @throws {StoreError}
   */
  async syncLog(): Promise<void> {
    if (this.profile === "sdcard") return;
    try {
      using log = await Deno.open(`${this.path}-wal`, { read: true });
      await log.syncData();
    } catch (error) {
      // Without a log everything is in the file: SQLite has synced it before it removed the log.
      if (!(error instanceof Deno.errors.NotFound)) throw storeErrorOf(error, `sync database "${this.path}"`);
    }
  }

  #tellDurable(): void {
    for (const listener of this.#onDurable) listener();
  }

  #mustWrite(): void {
    if (this.#paused !== undefined) {
      throw new StoreError("paused", `Cannot write to database "${this.path}": ${this.#paused}`);
    }
  }

  #try<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.#look(error);
    }
  }

  /** Wraps an error of SQLite, and tells when it is damage. */
  #look(error: unknown): StoreError {
    const failure = storeErrorOf(error, `use database "${this.path}"`);
    if (!isDamage(failure) || this.#isDamaged || this.#paused !== undefined) return failure;
    this.#isDamaged = true;
    for (const listener of this.#onDamaged) listener(failure);
    return failure;
  }

  /** Counts what the last transaction put into the log, and what a checkpoint moved from there into the file. */
  #count(cause: WriteCause): void {
    if (this.profile === "sdcard") return;
    const { log, checkpointed } = this.#askWal();
    const restarted = log < this.#walFrames;
    const frames = restarted ? log : log - this.#walFrames;
    const moved = restarted || checkpointed < this.#checkpointed ? checkpointed : checkpointed - this.#checkpointed;
    this.#walFrames = log;
    this.#checkpointed = checkpointed;
    this.meter.add(cause, frames * (this.#pageBytes + walFrameHeaderBytes) + moved * this.#pageBytes);
  }

  #readWal(): void {
    if (this.profile === "sdcard" || this.#readOnly) return;
    const { log, checkpointed } = this.#askWal();
    this.#walFrames = log;
    this.#checkpointed = checkpointed;
  }

  #askWal(): { readonly log: number; readonly checkpointed: number } {
    // NOOP looks and does not move anything (SQLite 3.51).
    const row = this.statement("PRAGMA wal_checkpoint(NOOP)").get();
    return { log: Math.max(0, Number(row?.["log"])), checkpointed: Math.max(0, Number(row?.["checkpointed"])) };
  }
}

function parametersOf(query: CompiledQuery<unknown>): SQLInputValue[] {
  return query.parameters as SQLInputValue[];
}
