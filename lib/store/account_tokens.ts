import { accountOf, type AccountRecord } from "./account_records.ts";
import type { TokenScope } from "./account_tables.ts";
import type { Database } from "./database.ts";
import { coachiqSql } from "./tables.ts";

/** A token of a program. */
export interface TokenRecord {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  readonly scope: TokenScope;
  /** First characters. */
  readonly hint: string;
  /** Wall-clock ms. */
  readonly createdAtMs: number;
  /** Undefined: never. */
  readonly expiresAtMs: number | undefined;
  readonly lastUsedAtMs: number | undefined;
}

/** A program that signed in with a password. */
export interface GrantRecord {
  readonly id: string;
  readonly accountId: string;
  readonly verifierHash: string;
  readonly address: string;
  readonly userAgent: string;
  /** Wall-clock ms. */
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number;
  readonly expiresAtMs: number;
}

const durable = { cause: "records", durable: true } as const;

/** API tokens and the grants of programs, by hashes of their secrets. */
export class AccountTokens {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  add(token: TokenRecord, tokenHash: string): void {
    this.#database.transaction(durable, () => {
      this.#database.run(
        coachiqSql.insertInto("api_tokens").values({
          id: token.id,
          account_id: token.accountId,
          name: token.name,
          scope: token.scope,
          token_hash: tokenHash,
          hint: token.hint,
          created_at: Math.round(token.createdAtMs),
          expires_at: token.expiresAtMs === undefined ? null : Math.round(token.expiresAtMs),
        }).compile(),
      );
    });
  }

  /** Whether token or account have expired is the caller's business. */
  byHash(tokenHash: string): { readonly token: TokenRecord; readonly account: AccountRecord } | undefined {
    const row = this.#database.get(
      coachiqSql.selectFrom("api_tokens").selectAll().where("token_hash", "=", tokenHash).compile(),
    );
    const account = row && this.#account(row.account_id);
    return row && account ? { token: tokenOf(row), account } : undefined;
  }

  /** Newest first; of one account or of all. */
  list(accountId?: string): readonly TokenRecord[] {
    const all = coachiqSql.selectFrom("api_tokens").selectAll().orderBy("created_at", "desc").orderBy("id");
    return this.#database.all((accountId === undefined ? all : all.where("account_id", "=", accountId)).compile())
      .map(tokenOf);
  }

  remove(id: string): void {
    this.#database.transaction(durable, () => {
      this.#database.run(coachiqSql.deleteFrom("api_tokens").where("id", "=", id).compile());
    });
  }

  /** A power cut may take it back. */
  used(id: string, atMs: number): void {
    this.#database.transaction({ cause: "records" }, () => {
      this.#database.run(
        coachiqSql.updateTable("api_tokens").set({ last_used_at: Math.round(atMs) }).where("id", "=", id).compile(),
      );
    });
  }

  /** Adds a grant; the longest unused of the account give way, so that no more than `most` stay. */
  addGrant(grant: GrantRecord, { selectorHash, most }: { readonly selectorHash: string; readonly most: number }): void {
    const ofAccount = coachiqSql.selectFrom("program_grants").select("id").where("account_id", "=", grant.accountId);
    this.#database.transaction(durable, () => {
      this.#database.run(
        coachiqSql.deleteFrom("program_grants").where("account_id", "=", grant.accountId)
          .where("id", "not in", ofAccount.orderBy("last_used_at", "desc").orderBy("id").limit(most - 1)).compile(),
      );
      this.#database.run(
        coachiqSql.insertInto("program_grants").values({
          id: grant.id,
          account_id: grant.accountId,
          selector_hash: selectorHash,
          verifier_hash: grant.verifierHash,
          address: grant.address,
          user_agent: grant.userAgent,
          created_at: Math.round(grant.createdAtMs),
          last_used_at: Math.round(grant.lastUsedAtMs),
          expires_at: Math.round(grant.expiresAtMs),
        }).compile(),
      );
    });
  }

  grantBySelector(selectorHash: string): { readonly grant: GrantRecord; readonly account: AccountRecord } | undefined {
    return this.#grantBy("selector_hash", selectorHash);
  }

  grant(id: string): { readonly grant: GrantRecord; readonly account: AccountRecord } | undefined {
    return this.#grantBy("id", id);
  }

  grants(accountId?: string): readonly GrantRecord[] {
    const all = coachiqSql.selectFrom("program_grants").selectAll().orderBy("created_at", "desc").orderBy("id");
    return this.#database.all((accountId === undefined ? all : all.where("account_id", "=", accountId)).compile())
      .map(grantOf);
  }

  /** Replaces the verifier, if it still is the one that was seen. Answers whether it was. */
  rotate(
    grant: GrantRecord,
    next: { readonly verifierHash: string; readonly atMs: number; readonly expiresAtMs: number },
  ): boolean {
    return this.#database.transaction(durable, () =>
      this.#database.run(
        coachiqSql.updateTable("program_grants").set({
          verifier_hash: next.verifierHash,
          last_used_at: Math.round(next.atMs),
          expires_at: Math.round(next.expiresAtMs),
        }).where("id", "=", grant.id).where("verifier_hash", "=", grant.verifierHash).compile(),
      )) > 0;
  }

  removeGrant(id: string): void {
    this.#database.transaction(durable, () => {
      this.#database.run(coachiqSql.deleteFrom("program_grants").where("id", "=", id).compile());
    });
  }

  #grantBy(column: "id" | "selector_hash", value: string) {
    const row = this.#database.get(
      coachiqSql.selectFrom("program_grants").selectAll().where(column, "=", value).compile(),
    );
    const account = row && this.#account(row.account_id);
    return row && account ? { grant: grantOf(row), account } : undefined;
  }

  #account(id: string): AccountRecord | undefined {
    const row = this.#database.get(coachiqSql.selectFrom("accounts").selectAll().where("id", "=", id).compile());
    return row && accountOf(row);
  }
}

function tokenOf(row: {
  readonly id: string;
  readonly account_id: string;
  readonly name: string;
  readonly scope: TokenScope;
  readonly hint: string;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly last_used_at: number | null;
}): TokenRecord {
  return {
    id: row.id,
    accountId: row.account_id,
    name: row.name,
    scope: row.scope,
    hint: row.hint,
    createdAtMs: row.created_at,
    expiresAtMs: row.expires_at ?? undefined,
    lastUsedAtMs: row.last_used_at ?? undefined,
  };
}

function grantOf(row: {
  readonly id: string;
  readonly account_id: string;
  readonly verifier_hash: string;
  readonly address: string;
  readonly user_agent: string;
  readonly created_at: number;
  readonly last_used_at: number;
  readonly expires_at: number;
}): GrantRecord {
  return {
    id: row.id,
    accountId: row.account_id,
    verifierHash: row.verifier_hash,
    address: row.address,
    userAgent: row.user_agent,
    createdAtMs: row.created_at,
    lastUsedAtMs: row.last_used_at,
    expiresAtMs: row.expires_at,
  };
}
