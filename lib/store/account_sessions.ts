import { sql } from "kysely";
import { accountOf, type AccountRecord } from "./account_records.ts";
import type { Database } from "./database.ts";
import { coachiqSql } from "./tables.ts";

/** One browser that is signed in. */
export interface SessionRecord {
  readonly id: string;
  readonly accountId: string;
  readonly address: string;
  readonly userAgent: string;
  /** Wall-clock ms. */
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly lastSeenAtMs: number;
}

/** Devices kept for each account; the longest unused gives way. */
const keptDevices = 20;

/** Where accounts are signed in, and on which devices they were before. */
export class AccountSessions {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The session of a token with its account; whether either has expired is the caller's business. */
  byTokenHash(tokenHash: string): { readonly session: SessionRecord; readonly account: AccountRecord } | undefined {
    const row = this.#database.get(
      coachiqSql.selectFrom("account_sessions").selectAll().where("token_hash", "=", tokenHash).compile(),
    );
    if (row === undefined) return undefined;
    const account = this.#database.get(
      coachiqSql.selectFrom("accounts").selectAll().where("id", "=", row.account_id).compile(),
    );
    return account === undefined ? undefined : { session: sessionOf(row), account: accountOf(account) };
  }

  /** Newest first; of one account or of all. */
  list(accountId?: string): readonly SessionRecord[] {
    const all = coachiqSql.selectFrom("account_sessions").selectAll().orderBy("created_at", "desc").orderBy("id");
    return this.#database.all((accountId === undefined ? all : all.where("account_id", "=", accountId)).compile())
      .map(sessionOf);
  }

  /** Answers whether there was one. */
  remove(id: string): boolean {
    return this.#database.transaction(
      { cause: "records", durable: true },
      () => this.#database.run(coachiqSql.deleteFrom("account_sessions").where("id", "=", id).compile()),
    ) > 0;
  }

  /** Ends the longest unused sessions of an account, so that no more than `most` stay; never the newest, by its id. */
  keepMost(accountId: string, { most, newest }: { readonly most: number; readonly newest: string }): void {
    this.#database.transaction({ cause: "records", durable: true }, () => {
      const others = coachiqSql.selectFrom("account_sessions").select("id").where("account_id", "=", accountId)
        .where("id", "!=", newest).orderBy(sql`coalesce(last_seen_at, created_at)`, "desc").orderBy("id");
      this.#database.run(
        coachiqSql.deleteFrom("account_sessions").where("account_id", "=", accountId).where("id", "!=", newest)
          .where("id", "not in", others.limit(most - 1)).compile(),
      );
    });
  }

  /** Signs an account out everywhere, but for one session if it is named. Programs lose their grants as well. */
  removeOf(accountId: string, options: { readonly except?: string } = {}): void {
    this.#database.transaction({ cause: "records", durable: true }, () => {
      this.#database.run(
        coachiqSql.deleteFrom("account_sessions").where("account_id", "=", accountId)
          .where("id", "!=", options.except ?? "").compile(),
      );
      this.#database.run(coachiqSql.deleteFrom("program_grants").where("account_id", "=", accountId).compile());
    });
  }

  /** Keeps that a session is used, and until when it is good; a power cut may take that back. */
  seen(id: string, options: { readonly atMs: number; readonly expiresAtMs: number }): void {
    const at = Math.round(options.atMs);
    this.#database.transaction({ cause: "records" }, () => {
      this.#database.run(
        coachiqSql.updateTable("account_sessions")
          .set({ last_seen_at: at, updated_at: at, expires_at: Math.round(options.expiresAtMs) })
          .where("id", "=", id).compile(),
      );
    });
  }

  /** Ids of all sessions, tokens and grants that are good now. */
  goodIds(nowMs: number): ReadonlySet<string> {
    const good = new Set<string>();
    for (const table of ["account_sessions", "api_tokens", "program_grants"] as const) {
      const rows = this.#database.all(
        coachiqSql.selectFrom(table).innerJoin("accounts", "accounts.id", `${table}.account_id`)
          .select(`${table}.id`)
          .where((is) => is.or([is(`${table}.expires_at`, "is", null), is(`${table}.expires_at`, ">", nowMs)]))
          .where((is) => is.or([is("accounts.expires_at", "is", null), is("accounts.expires_at", ">", nowMs)]))
          .compile(),
      );
      for (const { id } of rows) good.add(id);
    }
    return good;
  }

  /** When the next thing expires, wall-clock ms; undefined: nothing does. */
  nextExpiryMs(nowMs: number): number | undefined {
    const times: number[] = [];
    for (const table of ["accounts", "account_sessions", "api_tokens", "program_grants"] as const) {
      const row = this.#database.get(
        coachiqSql.selectFrom(table).select((of) => of.fn.min("expires_at").as("at")).where("expires_at", ">", nowMs)
          .compile(),
      );
      if (typeof row?.at === "number") times.push(row.at);
    }
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Forgets what has expired. Accounts stay. Answers how much it was. */
  removeExpired(nowMs: number): number {
    const tables = ["account_sessions", "program_grants", "api_tokens", "account_verifications"] as const;
    const expired = tables.filter((table) =>
      this.#database.get(
        coachiqSql.selectFrom(table).select("id").where("expires_at", "<=", nowMs).limit(1).compile(),
      ) !== undefined
    );
    if (expired.length === 0) return 0;
    return this.#database.transaction({ cause: "records" }, () => {
      let removed = 0;
      for (const table of expired) {
        removed += this.#database.run(coachiqSql.deleteFrom(table).where("expires_at", "<=", nowMs).compile());
      }
      return removed;
    });
  }

  /** Keeps that somebody signed in on a device with a password. */
  rememberDevice(
    device: {
      readonly deviceHash: string;
      readonly accountId: string;
      readonly address: string;
      readonly atMs: number;
    },
  ): void {
    const row = { address: device.address, used_at: Math.round(device.atMs) };
    this.#database.transaction({ cause: "records" }, () => {
      this.#database.run(
        coachiqSql.insertInto("account_devices")
          .values({ device_hash: device.deviceHash, account_id: device.accountId, ...row })
          .onConflict((conflict) => conflict.columns(["device_hash", "account_id"]).doUpdateSet(row)).compile(),
      );
      this.#database.run(
        coachiqSql.deleteFrom("account_devices").where("account_id", "=", device.accountId)
          .where(
            "device_hash",
            "not in",
            (of) =>
              of.selectFrom("account_devices").select("device_hash").where("account_id", "=", device.accountId)
                .orderBy("used_at", "desc").limit(keptDevices),
          ).compile(),
      );
    });
  }

  /** Accounts that signed in on this device before. */
  accountsOfDevice(deviceHash: string): ReadonlySet<string> {
    const rows = this.#database.all(
      coachiqSql.selectFrom("account_devices").select("account_id").where("device_hash", "=", deviceHash).compile(),
    );
    return new Set(rows.map((row) => row.account_id));
  }

  /** Whether an account signed in from this address before. */
  isKnownAddress(accountId: string, address: string): boolean {
    return this.#database.get(
      coachiqSql.selectFrom("account_devices").select("used_at").where("account_id", "=", accountId)
        .where("address", "=", address).limit(1).compile(),
    ) !== undefined;
  }

  /** Keeps a link that was mailed; an earlier one of the account is no longer good. */
  addLink(
    link: {
      readonly secretHash: string;
      readonly accountId: string;
      readonly atMs: number;
      readonly expiresAtMs: number;
    },
  ): void {
    const at = Math.round(link.atMs);
    this.#database.transaction({ cause: "records", durable: true }, () => {
      this.#database.run(
        coachiqSql.deleteFrom("account_verifications").where("value", "=", link.accountId).compile(),
      );
      this.#database.run(
        coachiqSql.insertInto("account_verifications").values({
          id: crypto.randomUUID(),
          identifier: link.secretHash,
          value: link.accountId,
          created_at: at,
          updated_at: at,
          expires_at: Math.round(link.expiresAtMs),
        }).compile(),
      );
    });
  }

  /** Takes a link, which is good once. Answers the account's id. */
  takeLink(secretHash: string, nowMs: number): string | undefined {
    return this.#database.transaction({ cause: "records", durable: true }, () => {
      const row = this.#database.get(
        coachiqSql.selectFrom("account_verifications").select(["value", "expires_at"])
          .where("identifier", "=", secretHash).compile(),
      );
      if (row === undefined) return undefined;
      this.#database.run(
        coachiqSql.deleteFrom("account_verifications").where("identifier", "=", secretHash).compile(),
      );
      return row.expires_at > nowMs ? row.value : undefined;
    });
  }
}

function sessionOf(row: {
  readonly id: string;
  readonly account_id: string;
  readonly address: string | null;
  readonly user_agent: string | null;
  readonly created_at: number;
  readonly expires_at: number;
  readonly last_seen_at: number | null;
}): SessionRecord {
  return {
    id: row.id,
    accountId: row.account_id,
    address: row.address ?? "",
    userAgent: row.user_agent ?? "",
    createdAtMs: row.created_at,
    expiresAtMs: row.expires_at,
    lastSeenAtMs: row.last_seen_at ?? row.created_at,
  };
}
