import { type AccountRole, type AccountsTable, noMail } from "./account_tables.ts";
import type { Database } from "./database.ts";
import { coachiqSql } from "./tables.ts";

/** Somebody who may sign in. */
export interface AccountRecord {
  readonly id: string;
  readonly name: string;
  /** Lower case. */
  readonly username: string;
  readonly email: string | undefined;
  readonly role: AccountRole;
  /** Undefined: all. */
  readonly entities: readonly string[] | undefined;
  readonly pinHash: string | undefined;
  /** Wall-clock ms. */
  readonly createdAtMs: number;
  /** Wall-clock ms; undefined: never. */
  readonly expiresAtMs: number | undefined;
  readonly lastSeenAtMs: number | undefined;
}

/** The last time that a date can be, wall-clock ms. */
const neverMs = 8_640_000_000_000_000;
/** Name of better-auth for sign-in with a password. */
const passwordProvider = "credential";
/** Settings of every write of a person's own: on the disk when it returns. */
const durable = { cause: "records", durable: true } as const;

/** Accounts and their passwords, which are handed in and out as hashes alone. */
export class AccountRecords {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get isEmpty(): boolean {
    return this.#database.get(coachiqSql.selectFrom("accounts").select("id").limit(1).compile()) === undefined;
  }

  /** Oldest first. */
  list(): readonly AccountRecord[] {
    return this.#database.all(
      coachiqSql.selectFrom("accounts").selectAll().orderBy("created_at").orderBy("id").compile(),
    )
      .map(accountOf);
  }

  get(id: string): AccountRecord | undefined {
    return this.#by("id", id);
  }

  byUsername(username: string): AccountRecord | undefined {
    return this.#by("username", username);
  }

  byEmail(email: string): AccountRecord | undefined {
    return this.#by("email", email);
  }

  /** Undefined: the account has none. */
  passwordHash(id: string): string | undefined {
    return this.#database.get(
      coachiqSql.selectFrom("account_credentials").select("password_hash")
        .where("account_id", "=", id).where("provider_id", "=", passwordProvider).compile(),
    )?.password_hash ?? undefined;
  }

  /** Adds an account with its password, both or neither. @throws {StoreError} */
  add(account: AccountRecord, options: { readonly passwordHash?: string }): void {
    this.#database.transaction(durable, () => {
      this.#database.run(coachiqSql.insertInto("accounts").values({ ...rowOf(account), email_verified: 0 }).compile());
      if (options.passwordHash !== undefined) this.#addPassword(account.id, options.passwordHash, account.createdAtMs);
    });
  }

  /** Writes the account as it is now, and the password if one is given. @throws {StoreError} */
  change(account: AccountRecord, options: { readonly atMs: number; readonly passwordHash?: string }): void {
    const { atMs, passwordHash } = options;
    const { created_at: _, last_seen_at: __, id, ...changed } = rowOf(account);
    this.#database.transaction(durable, () => {
      this.#database.run(
        coachiqSql.updateTable("accounts").set({ ...changed, updated_at: Math.round(atMs) }).where("id", "=", id)
          .compile(),
      );
      if (passwordHash === undefined) return;
      this.#database.run(
        coachiqSql.deleteFrom("account_credentials").where("account_id", "=", id)
          .where("provider_id", "=", passwordProvider).compile(),
      );
      this.#addPassword(id, passwordHash, atMs);
    });
  }

  /** With everything that belongs to it. */
  remove(id: string): void {
    this.#database.transaction(durable, () => {
      this.#database.run(coachiqSql.deleteFrom("accounts").where("id", "=", id).compile());
      this.#forgetWrongPins(id);
    });
  }

  /** Wrong PINs in a row. */
  wrongPins(id: string): number {
    const row = this.#database.get(
      coachiqSql.selectFrom("account_verifications").select("value").where("identifier", "=", wrongPinsOf(id))
        .compile(),
    );
    return Number(row?.value ?? 0);
  }

  /** Keeps how many PINs were wrong in a row; nothing but this changes it, however long ago that was. */
  setWrongPins(id: string, { count, atMs }: { readonly count: number; readonly atMs: number }): void {
    if (count === this.wrongPins(id)) return;
    const at = Math.round(atMs);
    this.#database.transaction(durable, () => {
      this.#forgetWrongPins(id);
      if (count === 0) return;
      this.#database.run(
        coachiqSql.insertInto("account_verifications").values({
          id: crypto.randomUUID(),
          identifier: wrongPinsOf(id),
          value: String(count),
          created_at: at,
          updated_at: at,
          expires_at: neverMs,
        }).compile(),
      );
    });
  }

  /** Keeps when an account was last used; a power cut may take that back. */
  seen(id: string, atMs: number): void {
    this.#database.transaction({ cause: "records" }, () => {
      this.#database.run(
        coachiqSql.updateTable("accounts").set({ last_seen_at: Math.round(atMs) }).where("id", "=", id).compile(),
      );
    });
  }

  #by(column: "id" | "username" | "email", value: string): AccountRecord | undefined {
    const row = this.#database.get(
      coachiqSql.selectFrom("accounts").selectAll().where(column, "=", value).compile(),
    );
    return row === undefined ? undefined : accountOf(row);
  }

  #forgetWrongPins(id: string): void {
    this.#database.run(
      coachiqSql.deleteFrom("account_verifications").where("identifier", "=", wrongPinsOf(id)).compile(),
    );
  }

  #addPassword(accountId: string, passwordHash: string, atMs: number): void {
    const at = Math.round(atMs);
    this.#database.run(
      coachiqSql.insertInto("account_credentials").values({
        id: crypto.randomUUID(),
        issuer: "local:credential",
        subject: accountId,
        provider_id: passwordProvider,
        account_id: accountId,
        password_hash: passwordHash,
        created_at: at,
        updated_at: at,
      }).compile(),
    );
  }
}

/** The count is no hash of a link, and is found by no link: it has a space in its name. */
function wrongPinsOf(accountId: string): string {
  return `wrong-pins ${accountId}`;
}

/** What a row of `accounts` says. */
export function accountOf(row: AccountsTable): AccountRecord {
  return {
    id: row.id,
    name: row.name,
    username: row.username,
    email: row.email.endsWith(noMail) ? undefined : row.email,
    role: row.role,
    entities: row.entities === null ? undefined : JSON.parse(row.entities),
    pinHash: row.pin_hash ?? undefined,
    createdAtMs: row.created_at,
    expiresAtMs: row.expires_at ?? undefined,
    lastSeenAtMs: row.last_seen_at ?? undefined,
  };
}

function rowOf(account: AccountRecord) {
  return {
    id: account.id,
    name: account.name,
    username: account.username,
    email: account.email ?? `${account.id}${noMail}`,
    role: account.role,
    entities: account.entities === undefined ? null : JSON.stringify(account.entities),
    pin_hash: account.pinHash ?? null,
    created_at: Math.round(account.createdAtMs),
    updated_at: Math.round(account.createdAtMs),
    expires_at: account.expiresAtMs === undefined ? null : Math.round(account.expiresAtMs),
    last_seen_at: account.lastSeenAtMs === undefined ? null : Math.round(account.lastSeenAtMs),
  };
}
