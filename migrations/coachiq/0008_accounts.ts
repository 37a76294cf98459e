import { type Kysely, sql } from "kysely";

export const description = "Accounts of the family and of guests, where they are signed in, and tokens of programs.";

export async function up(db: Kysely<unknown>): Promise<void> {
  // The first four tables are those of better-auth 1.7: user, account, session and verification.
  await sql`
    CREATE TABLE accounts (
      id TEXT NOT NULL PRIMARY KEY,
      name TEXT NOT NULL,
      username TEXT NOT NULL UNIQUE CHECK (username = lower(username)),
      email TEXT NOT NULL UNIQUE,
      email_verified INTEGER NOT NULL DEFAULT 0 CHECK (email_verified IN (0, 1)),
      image TEXT,
      role TEXT NOT NULL CHECK (role IN ('owner', 'family', 'guest')),
      entities TEXT CHECK (entities IS NULL OR json_valid(entities)),
      pin_hash TEXT,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      expires_at INTEGER,
      last_seen_at INTEGER
    ) STRICT, WITHOUT ROWID`.execute(db);
  await sql`
    CREATE TABLE account_credentials (
      id TEXT NOT NULL PRIMARY KEY,
      issuer TEXT NOT NULL,
      subject TEXT NOT NULL,
      provider_id TEXT NOT NULL,
      account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
      access_token TEXT,
      refresh_token TEXT,
      id_token TEXT,
      access_token_expires_at INTEGER,
      refresh_token_expires_at INTEGER,
      scope TEXT,
      password_hash TEXT,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      UNIQUE (issuer, subject)
    ) STRICT, WITHOUT ROWID`.execute(db);
  await sessionTables(db);
  await tablesOfOurs(db);
  for (const table of ["account_credentials", "account_sessions", "api_tokens", "program_grants"]) {
    await sql`CREATE INDEX ${sql.ref(`${table}_account`)} ON ${sql.table(table)} (account_id)`.execute(db);
  }
}

async function sessionTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE account_sessions (
      id TEXT NOT NULL PRIMARY KEY,
      account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
      token_hash TEXT NOT NULL UNIQUE,
      address TEXT,
      user_agent TEXT,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL,
      last_seen_at INTEGER
    ) STRICT, WITHOUT ROWID`.execute(db);
  await sql`
    CREATE TABLE account_verifications (
      id TEXT NOT NULL PRIMARY KEY,
      identifier TEXT NOT NULL UNIQUE,
      value TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`.execute(db);
}

async function tablesOfOurs(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE account_devices (
      device_hash TEXT NOT NULL,
      account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
      address TEXT NOT NULL,
      used_at INTEGER NOT NULL,
      PRIMARY KEY (device_hash, account_id)
    ) STRICT, WITHOUT ROWID`.execute(db);
  await sql`
    CREATE TABLE api_tokens (
      id TEXT NOT NULL PRIMARY KEY,
      account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      scope TEXT NOT NULL CHECK (scope IN ('look', 'control', 'owner')),
      token_hash TEXT NOT NULL UNIQUE,
      hint TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      expires_at INTEGER,
      last_used_at INTEGER
    ) STRICT, WITHOUT ROWID`.execute(db);
  // A refresh token is a selector, which stays, and a verifier, which changes with every use: an old verifier with a
  // known selector is one that was used before.
  await sql`
    CREATE TABLE program_grants (
      id TEXT NOT NULL PRIMARY KEY,
      account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
      selector_hash TEXT NOT NULL UNIQUE,
      verifier_hash TEXT NOT NULL,
      address TEXT NOT NULL,
      user_agent TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      last_used_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`.execute(db);
}

export async function verify(db: Kysely<unknown>): Promise<readonly string[]> {
  const wanted = {
    accounts: ["username", "role", "entities", "pin_hash", "expires_at", "last_seen_at"],
    account_credentials: ["account_id", "password_hash"],
    account_sessions: ["account_id", "token_hash", "expires_at"],
    account_verifications: ["identifier", "expires_at"],
    account_devices: ["device_hash", "account_id"],
    api_tokens: ["token_hash", "scope"],
    program_grants: ["selector_hash", "verifier_hash"],
  };
  const problems: string[] = [];
  for (const [table, columns] of Object.entries(wanted)) {
    const { rows } = await sql<{ name: string }>`SELECT name FROM pragma_table_info(${table})`.execute(db);
    for (const column of columns) {
      if (!rows.some(({ name }) => name === column)) problems.push(`table "${table}" has no column "${column}"`);
    }
  }
  return problems;
}
