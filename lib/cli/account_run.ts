import { checkedFields, hashPassword, isSameName, newPassword, RequestError } from "../http/mod.ts";
import {
  type AccountRecord,
  AccountRecords,
  AccountSessions,
  AuditLog,
  Database,
  inspectDatabase,
  StoreError,
} from "../store/mod.ts";
import { cardService } from "../core/mod.ts";
import { callServer, FileLock, jobLockPath, JobRefused, saveUnsynced } from "../update/mod.ts";
import type { AccountRequest } from "./account_request.ts";
import { CliError } from "./cli_error.ts";
import { refuse, type Report, report } from "./coach_report.ts";
import { actor } from "./db_job.ts";
import { type DbParts, type DbPlace, findPlace, isInUse } from "./db_place.ts";
import { openPaths } from "./open_paths.ts";

/** What the `account` commands are given. */
export interface AccountCommandParts extends DbParts {
  /** All of standard input. */
  readonly readInput: () => Promise<string>;
}

interface Work {
  readonly database: Database;
  readonly accounts: AccountRecords;
  readonly sessions: AccountSessions;
  readonly parts: AccountCommandParts;
  readonly to: Report;
}

const neededStep = "0008_accounts";

/**
 * Does what `coachiq account …` was asked for, in the database itself: whoever may write to its file is its owner, and
 * a server that runs sees it with its next look. Exit code 0: done; 1: refused or failed, with the reasons.
 */
export async function runAccountCommand(request: AccountRequest, parts: AccountCommandParts): Promise<number> {
  const to = { json: request.json, output: parts.output };
  try {
    const place = await findPlace(request.dataDir, parts, { command: "account" });
    return await withDatabase(place, (database) =>
      perform(request, {
        database,
        accounts: new AccountRecords(database),
        sessions: new AccountSessions(database),
        parts,
        to,
      }));
  } catch (error) {
    if (error instanceof RequestError) return refuse(error, to);
    if (error instanceof StoreError) return refuse({ message: `${error.message}. ${error.todo}`, errors: [] }, to);
    if (error instanceof JobRefused) return refuse({ message: error.message, errors: error.reasons }, to);
    if (error instanceof CliError) return refuse({ message: error.message, errors: [] }, to);
    throw error;
  }
}

async function perform(request: AccountRequest, work: Work): Promise<number> {
  switch (request.command) {
    case "list":
      return list(work);
    case "reset-password":
      return await resetPassword(request, work);
    case "create-owner":
      return await createOwner(request, work);
    case "revoke-sessions": {
      const account = found(request.username, work);
      work.sessions.removeOf(account.id);
      note(`signed the account ${account.username} out everywhere`, work);
      return report({ username: account.username }, [`"${account.username}" is signed out everywhere.`], work.to);
    }
    default:
      return request satisfies never;
  }
}

function list({ accounts, to }: Work): number {
  const rows = accounts.list().map(({ username, name, role, pinHash, expiresAtMs, lastSeenAtMs }) => ({
    username,
    name,
    role,
    hasPin: pinHash !== undefined,
    expiresAt: timeOf(expiresAtMs),
    lastSeenAt: timeOf(lastSeenAtMs),
  }));
  const lines = rows.map(({ username, name, role, expiresAt, lastSeenAt }) => {
    const end = expiresAt === null ? "" : `, ends ${expiresAt}`;
    return `${username.padEnd(20)} ${role.padEnd(7)} ${name}, last seen ${lastSeenAt ?? "never"}${end}`;
  });
  const none = "There is no account: make one with coachiq account create-owner NAME, or with the code from the log.";
  return report({ accounts: rows }, lines.length === 0 ? [none] : lines, to);
}

type WithPassword = Extract<AccountRequest, { readonly passwordFromInput: boolean }>;

async function resetPassword(request: WithPassword, work: Work): Promise<number> {
  const { accounts, sessions, database, parts: { clock } } = work;
  const { username } = found(request.username, work);
  const { password, lines, value } = await passwordFor(request, work);
  checkedFields({ password }, { before: found(username, work), nowMs: clock.wallMs() });
  const passwordHash = await hashPassword(password);
  database.transaction({ cause: "records", durable: true }, () => {
    const account = found(username, work);
    // Whoever knew the old password may have chosen the PIN.
    accounts.change({ ...account, pinHash: undefined }, { atMs: clock.wallMs(), passwordHash });
    sessions.removeOf(account.id);
  });
  note(`gave the account ${username} a new password`, work);
  const done = `"${username}" has a new password, no PIN, and is signed out everywhere. Its API tokens stay.`;
  return report({ username, ...value }, [done, ...lines], work.to);
}

async function createOwner(request: WithPassword, work: Work): Promise<number> {
  const { accounts, parts: { clock } } = work;
  const { password, lines, value } = await passwordFor(request, work);
  const nowMs = clock.wallMs();
  const draft = { name: request.username, username: request.username, role: "owner", password } as const;
  const fields = checkedFields(draft, { nowMs });
  if (accounts.byUsername(fields.username)) {
    throw new CliError(`Cannot make "${fields.username}": there is such an account`);
  }
  const named = accounts.list().find(({ name }) => isSameName(name, fields.name));
  if (named) {
    throw new CliError(`Cannot make "${fields.username}": the account "${named.username}" is called "${named.name}"`);
  }
  const passwordHash = await hashPassword(password);
  const id = crypto.randomUUID();
  accounts.add({ id, ...fields, pinHash: undefined, createdAtMs: nowMs, lastSeenAtMs: undefined }, { passwordHash });
  note(`made the account ${fields.username} (owner)`, work);
  return report({ username: fields.username, ...value }, [`"${fields.username}" is an owner.`, ...lines], work.to);
}

/** The password that was typed, or a new one that is told. */
async function passwordFor(request: WithPassword, { parts }: Work) {
  if (request.passwordFromInput) {
    return { password: (await parts.readInput()).replace(/\r?\n$/, ""), lines: [], value: {} };
  }
  const password = newPassword();
  return { password, lines: [`Password: ${password}`], value: { password } };
}

function found(username: string, { accounts }: Work): AccountRecord {
  const account = accounts.byUsername(username.trim().toLowerCase());
  if (!account) throw new CliError(`Cannot find the account "${username}": see coachiq account list`);
  return account;
}

function note(what: string, { database, parts: { clock } }: Work): void {
  new AuditLog(database).add([
    { atMs: clock.wallMs(), actor, address: "", action: "account", what, outcome: "done", reasons: [] },
  ]);
}

/** Opens the database of a place, with or without a server over it, while nothing replaces its file. */
async function withDatabase(place: DbPlace, work: (database: Database) => Promise<number>): Promise<number> {
  const { dataDir, paths, parts: { migrations, clock } } = place;
  const lock = new FileLock(jobLockPath(place.paths));
  if (await lock.take("{}") !== true) {
    throw new CliError("Cannot change accounts: the database is being updated or backed up, try again in a moment");
  }
  const { coachiq: path, isInMemory } = await openPaths(dataDir);
  const database = new Database({ path, profile: isInMemory ? "sdcard" : "ssd", isShared: true });
  try {
    if (!isInMemory && !await isInUse(place)) await saveUnsynced(paths);
    const { error, schema } = await inspectDatabase(path, { migrations: migrations.coachiq });
    if (error) throw error;
    if (!schema) throw new CliError(`Cannot find the database "${path}": start the server once`);
    if (
      schema.kind !== "current" && (schema.kind !== "older" || schema.pending.some(({ name }) => name === neededStep))
    ) {
      throw new CliError(`Cannot use accounts in "${path}": its schema is ${schema.kind}, see coachiq db status`);
    }
    database.open();
    const code = await work(database);
    database.close();
    // In memory it would be lost with the power until the server's next copy.
    if (isInMemory && code === 0) await callServer({ service: cardService, body: null }, { paths, clock });
    return code;
  } finally {
    database.close();
    lock.release();
  }
}

function timeOf(wallMs: number | undefined): string | null {
  return wallMs === undefined ? null : new Date(wallMs).toISOString();
}
