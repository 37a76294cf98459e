import { cleanLeftovers } from "../base/durable_file.ts";
import { type Clock, type Logger, storageProfileTable } from "../base/mod.ts";
import { AccountRecords } from "./account_records.ts";
import { AccountSessions } from "./account_sessions.ts";
import { AccountTokens } from "./account_tokens.ts";
import { Alerts } from "./alerts.ts";
import { AuditLog } from "./audit_log.ts";
import { CoachImports } from "./coach_imports.ts";
import { CoachMappings } from "./coach_mappings.ts";
import { checkFolder, lookAtFile, type Machine } from "./data_place.ts";
import { Database } from "./database.ts";
import { EntityStateWriter } from "./entity_state_writer.ts";
import { History } from "./history.ts";
import { createInPlace } from "./history_file.ts";
import type { PolicyOf } from "./history_policy.ts";
import type { HistoryRetention } from "./history_retention.ts";
import { inspectDatabase } from "./inspect.ts";
import { Records } from "./records.ts";
import { type SchemaState, schemaStateOf, type StoreMigration } from "./schema.ts";
import { Settings } from "./settings.ts";
import type { StorageProfile } from "./storage_profile.ts";
import { StoreError } from "./store_error.ts";
import type { StoreProblem } from "./store_problem.ts";
import { WallTrust } from "./wall_trust.ts";
import { WriteMeter } from "./write_meter.ts";

/** Where the files of a data directory are. */
export interface DataPaths {
  readonly dataDir: string;
  readonly user: string;
  /** The databases that are open while the program runs. */
  readonly coachiq: string;
  readonly history: string;
  /** The same on the disk: with the storage profile `sdcard` the newest copies on the card. */
  readonly kept: { readonly coachiq: string; readonly history: string };
  /** Folder in memory, of the storage profile `sdcard`. */
  readonly live: string;
  /** The open databases are in {@link live}, and copied to {@link kept} now and then. */
  readonly isInMemory: boolean;
  readonly backups: string;
  readonly cache: string;
}

/** @param profile decides where the open databases are; default: on the disk. */
export function dataPaths(dataDir: string, profile: StorageProfile = "ssd"): DataPaths {
  const user = `${dataDir}/user`;
  const live = `${dataDir}/live`;
  const isInMemory = storageProfileTable[profile].live === "memory";
  const open = isInMemory ? live : user;
  return {
    dataDir,
    user,
    coachiq: `${open}/coachiq.db`,
    history: `${open}/history.db`,
    kept: { coachiq: `${user}/coachiq.db`, history: `${user}/history.db` },
    live,
    isInMemory,
    backups: `${dataDir}/backups`,
    cache: `${dataDir}/cache`,
  };
}

/** Both lists of migrations. */
export interface StoreMigrations {
  readonly coachiq: readonly StoreMigration[];
  readonly history: readonly StoreMigration[];
}

/** Settings of a {@link Store}. */
export interface StoreOptions {
  /** Must exist; the folders inside are made. */
  readonly dataDir: string;
  readonly profile: StorageProfile;
  readonly migrations: StoreMigrations;
  readonly programVersion: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Default: trusted from the start. */
  readonly trust?: WallTrust;
  readonly policyOf?: PolicyOf;
  readonly retention?: HistoryRetention;
  /** Between two batches of history, ms. Default: the profile's. */
  readonly historyBatchMs?: number;
  readonly machine?: Machine;
}

/** All that is kept on the disk: opened at the start or the program does not run. */
export class Store {
  readonly paths: DataPaths;
  readonly database: Database;
  readonly systemSettings: Settings;
  readonly userSettings: Settings;
  readonly states: EntityStateWriter;
  readonly mappings: CoachMappings;
  readonly imports: CoachImports;
  readonly records: Records;
  readonly audit: AuditLog;
  readonly alerts: Alerts;
  readonly accounts: AccountRecords;
  readonly sessions: AccountSessions;
  readonly tokens: AccountTokens;
  readonly history: History;
  readonly trust: WallTrust;
  readonly #options: StoreOptions;
  readonly #meter = new WriteMeter();
  #schema: SchemaState | undefined;

  constructor(options: StoreOptions) {
    const { clock, logger, profile } = options;
    this.#options = options;
    this.paths = dataPaths(options.dataDir, profile);
    this.trust = options.trust ?? new WallTrust(clock, { trusted: true });
    this.database = new Database({ path: this.paths.coachiq, profile, meter: this.#meter });
    this.systemSettings = new Settings(this.database, { table: "system_settings", clock });
    this.userSettings = new Settings(this.database, { table: "user_settings", clock });
    this.states = new EntityStateWriter({
      database: this.database,
      clock,
      logger,
      supported: () => this.supports("0002_entity_states"),
    });
    this.imports = new CoachImports(this.database);
    this.mappings = new CoachMappings(this.database, { clock, imports: this.imports });
    this.records = new Records(this.database);
    this.audit = new AuditLog(this.database);
    this.alerts = new Alerts(this.database);
    this.accounts = new AccountRecords(this.database);
    this.sessions = new AccountSessions(this.database);
    this.tokens = new AccountTokens(this.database);
    this.history = new History({
      path: this.paths.history,
      profile,
      migrations: options.migrations.history,
      programVersion: options.programVersion,
      clock,
      trust: this.trust,
      logger,
      meters: [this.#meter],
      flushMs: options.historyBatchMs ?? storageProfileTable[profile].telemetryS * 1000,
      ...(options.policyOf ? { policyOf: options.policyOf } : {}),
      ...(options.retention ? { retention: options.retention } : {}),
    });
  }

  /** @throws {StoreError} `closed` before the start. */
  get schema(): SchemaState {
    if (!this.#schema) throw new StoreError("closed", "Cannot tell the schema: the store is closed, expected open");
    return this.#schema;
  }

  /** The file's schema was read. */
  get isKnown(): boolean {
    return this.#schema !== undefined;
  }

  /** What is written to the disk is counted here. */
  get meter(): WriteMeter {
    return this.#meter;
  }

  /** Whether the file has this step of the schema: with an older file the program runs on, without what needs more. */
  supports(migration: string): boolean {
    return this.#schema !== undefined && !this.#schema.pending.some((pending) => pending.name === migration);
  }

  /** @throws {StoreError} `olderSchema`, saying what is not there yet. */
  mustSupport(migration: string, what: string): void {
    if (this.supports(migration)) return;
    throw new StoreError("olderSchema", `Cannot ${what}: the database needs its update "${migration}" first`);
  }

  /**
   * Opens both files; an empty data directory is filled at the newest schema.
   *
   * @throws {StoreError} with the class that decides what the program does next.
   */
  async start(): Promise<void> {
    const { machine } = this.#options;
    await checkFolder(this.paths.dataDir, machine);
    for (const folder of [this.paths.user, this.paths.backups, this.paths.cache]) {
      await Deno.mkdir(folder, { recursive: true, mode: 0o750 });
      await checkFolder(folder, machine);
    }
    await cleanLeftovers(this.paths.user);
    await this.#createIfMissing();
    await this.open();
    await this.history.start();
  }

  /** Opens `coachiq.db` alone; after its file was replaced, too. @throws {StoreError} */
  async open(): Promise<void> {
    const { migrations } = this.#options;
    const { error, schema } = await inspectDatabase(this.paths.coachiq, { migrations: migrations.coachiq });
    if (error) throw error;
    if (schema?.kind === "newer") {
      throw new StoreError(
        "newerSchema",
        `Cannot open database "${this.paths.coachiq}": CoachIQ ${
          schema.writtenBy ?? "of an unknown version"
        } wrote it ` +
          `with the newer schema "${schema.version}", this is ${this.#options.programVersion} with "${schema.target}"`,
      );
    }
    if (schema === undefined || schema.kind === "foreign" || schema.kind === "empty") {
      throw new StoreError(
        "notADatabase",
        `Cannot open database "${this.paths.coachiq}": its tables are not those of CoachIQ`,
      );
    }
    this.database.open();
    this.#schema = schemaStateOf(this.database.connection, migrations.coachiq);
  }

  /** Closes `coachiq.db` alone, for its file to be replaced. States stay in memory. */
  close(): void {
    this.database.close();
  }

  /** Nothing is written until {@link resume}: states stay in memory, everything else is refused with this reason. */
  pause(reason: string): void {
    this.database.pause(reason);
  }

  /** Writing goes on, beginning with what waits in memory. */
  resume(): void {
    this.database.resume();
    this.states.flush();
  }

  /**
   * Weekly care in a quiet hour: measures the tables for the query planner, and gives room back when a fifth of the
   * file is empty. Answers whether it did the latter.
   */
  tidy(): boolean {
    const { connection } = this.database;
    connection.exec("PRAGMA optimize");
    const ask = (name: string) => Number(connection.prepare(`PRAGMA ${name}`).get()?.[name]);
    if (ask("freelist_count") * 5 < ask("page_count")) return false;
    connection.exec("VACUUM");
    this.#meter.add("records", 2 * ask("page_count") * ask("page_size"));
    return true;
  }

  /** What is wrong now, for banners. */
  problems(): readonly StoreProblem[] {
    const older = this.#schema?.kind === "older"
      ? [{
        what: `The database has an older schema: ${this.#schema.pending.length} update(s) are waiting.`,
        todo: "Update it: Settings, Database, or coachiq db migrate --yes. Until then some features are off.",
      }]
      : [];
    return [this.states.problem(), ...this.history.problems(), ...older].filter((problem) => problem !== undefined);
  }

  /** Writes what waits, within 2 s, and closes both files. */
  async stop(): Promise<void> {
    try {
      if (this.database.isOpen) await this.states.stop();
    } finally {
      this.history.stop();
      this.database.close();
    }
  }

  async #createIfMissing(): Promise<void> {
    const { migrations, clock, programVersion, profile } = this.#options;
    const { coachiq, kept, isInMemory } = this.paths;
    if (await lookAtFile(coachiq, this.#options.machine) === "sqlite") return;
    if (isInMemory && await lookAtFile(kept.coachiq, this.#options.machine) === "sqlite") {
      throw new StoreError(
        "failed",
        `Cannot create database "${coachiq}": there is one on the card, "${kept.coachiq}"`,
      );
    }
    const startMs = clock.monotonicMs();
    await createInPlace(coachiq, migrations.coachiq);
    const fresh = new Database({ path: coachiq, profile, meter: this.#meter });
    fresh.open();
    new Records(fresh).addRun({
      jobId: crypto.randomUUID(),
      actor: "start",
      startedAtMs: clock.wallMs(),
      from: null,
      to: migrations.coachiq.at(-1)?.name ?? null,
      durationMs: clock.monotonicMs() - startMs,
      outcome: "created",
      message: "The data directory was empty.",
      programVersion,
    });
    fresh.close();
  }
}
