/** JSON text. */
type Json = string;
/** Wall-clock milliseconds since 1970. */
type WallMs = number;
/** SQLite has no booleans. */
type Flag = 0 | 1;

export type AccountRole = "owner" | "family" | "guest";
export type TokenScope = "look" | "control" | "owner";

/** better-auth's `user`. */
export interface AccountsTable {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  /** Ends in {@link noMail} where there is none: better-auth wants one. */
  readonly email: string;
  readonly email_verified: Flag;
  readonly image: string | null;
  readonly role: AccountRole;
  /** Null: all. */
  readonly entities: Json | null;
  readonly pin_hash: string | null;
  readonly created_at: WallMs;
  readonly updated_at: WallMs;
  /** Null: never. */
  readonly expires_at: WallMs | null;
  readonly last_seen_at: WallMs | null;
}

/** better-auth's `account`: the password of an account; the columns for sign-in with other sites stay empty. */
export interface AccountCredentialsTable {
  readonly id: string;
  readonly issuer: string;
  readonly subject: string;
  readonly provider_id: string;
  readonly account_id: string;
  readonly access_token: string | null;
  readonly refresh_token: string | null;
  readonly id_token: string | null;
  readonly access_token_expires_at: WallMs | null;
  readonly refresh_token_expires_at: WallMs | null;
  readonly scope: string | null;
  readonly password_hash: string | null;
  readonly created_at: WallMs;
  readonly updated_at: WallMs;
}

/** better-auth's `session`, with a hash where it would keep the token. */
export interface AccountSessionsTable {
  readonly id: string;
  readonly account_id: string;
  readonly token_hash: string;
  readonly address: string | null;
  readonly user_agent: string | null;
  readonly created_at: WallMs;
  readonly updated_at: WallMs;
  readonly expires_at: WallMs;
  readonly last_seen_at: WallMs | null;
}

/** better-auth's `verification`: links that were mailed, by the hash of their secret, and counts of wrong PINs. */
export interface AccountVerificationsTable {
  readonly id: string;
  readonly identifier: string;
  readonly value: string;
  readonly created_at: WallMs;
  readonly updated_at: WallMs;
  readonly expires_at: WallMs;
}

/** Devices on which somebody signed in with a password, by the hash of their cookie. */
export interface AccountDevicesTable {
  readonly device_hash: string;
  readonly account_id: string;
  readonly address: string;
  readonly used_at: WallMs;
}

export interface ApiTokensTable {
  readonly id: string;
  readonly account_id: string;
  readonly name: string;
  readonly scope: TokenScope;
  readonly token_hash: string;
  /** First characters of the token. */
  readonly hint: string;
  readonly created_at: WallMs;
  readonly expires_at: WallMs | null;
  readonly last_used_at: WallMs | null;
}

/** Programs that signed in with a password and renew their access by themselves. */
export interface ProgramGrantsTable {
  readonly id: string;
  readonly account_id: string;
  readonly selector_hash: string;
  readonly verifier_hash: string;
  readonly address: string;
  readonly user_agent: string;
  readonly created_at: WallMs;
  readonly last_used_at: WallMs;
  readonly expires_at: WallMs;
}

/** Tables of accounts in `user/coachiq.db`. */
export interface AccountTables {
  readonly accounts: AccountsTable;
  readonly account_credentials: AccountCredentialsTable;
  readonly account_sessions: AccountSessionsTable;
  readonly account_verifications: AccountVerificationsTable;
  readonly account_devices: AccountDevicesTable;
  readonly api_tokens: ApiTokensTable;
  readonly program_grants: ProgramGrantsTable;
}

/** Ending of an address that stands for none (RFC 2606). */
export const noMail = "@coachiq.invalid";
