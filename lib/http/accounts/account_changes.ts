import type { AccountRecord } from "../../core/mod.ts";
import type { AccountView } from "../../wire/mod.ts";
import type { AccountDraft } from "../account_services.ts";
import type { Principal } from "../principal.ts";
import { RequestError } from "../services.ts";
import { type AccountFields, checkedFields, isSameName } from "./account_draft.ts";
import type { AccountParts } from "./account_parts.ts";
import { accountView } from "./account_views.ts";
import type { SignIn } from "./sign_in.ts";
import { limitedAddress } from "./try_limits.ts";

export type AccountChange = Partial<AccountDraft> & { readonly presentPassword?: string };

/** What somebody may change of their own account, without being the owner. */
const ownFields: readonly (keyof AccountChange)[] = ["name", "password", "pin", "presentPassword"];

/** Makes, changes and removes accounts, by the rules of who may. */
export class AccountChanges {
  readonly #parts: AccountParts;
  readonly #signIn: SignIn;

  constructor(parts: AccountParts, signIn: SignIn) {
    this.#parts = parts;
    this.#signIn = signIn;
  }

  list(principal: Principal): readonly AccountView[] {
    const accounts = this.#parts.store.accounts.list();
    const seen = principal.role === "owner" ? accounts : accounts.filter(({ id }) => id === principal.accountId);
    return seen.map((account) => accountView(account, principal));
  }

  /** @throws {RequestError} 403, 409, 422. */
  async create(draft: AccountDraft, principal: Principal): Promise<AccountView> {
    mustBeOwner(principal);
    const account = await this.add(draft);
    this.#audit(`made the account ${account.username} (${account.role})`, principal);
    return accountView(account, principal);
  }

  /** Adds an account, whoever asks. @throws {RequestError} 409, 422. */
  async add(draft: AccountDraft, options: { readonly onlyFirst?: boolean } = {}): Promise<AccountRecord> {
    const { store, clock } = this.#parts;
    const nowMs = clock.wallMs();
    const fields = checkedFields(draft, { nowMs, needsSecret: true });
    this.#mustBeFree(fields);
    const passwordHash = await this.#hash(draft.password);
    const pinHash = await this.#hash(draft.pin ?? undefined);
    // Somebody else may have been quicker while this was being hashed.
    this.#mustBeFree(fields);
    if (options.onlyFirst === true && !store.accounts.isEmpty) throw alreadySetUp();
    const id = crypto.randomUUID();
    const account = { id, ...fields, pinHash, createdAtMs: nowMs, lastSeenAtMs: undefined };
    store.accounts.add(account, passwordHash === undefined ? {} : { passwordHash });
    this.#parts.clients.look();
    return account;
  }

  /** @throws {RequestError} 401 the present password is wrong; 403, 404, 409, 422, 429. */
  async change(id: string, change: AccountChange, principal: Principal): Promise<AccountView> {
    const { store, clock } = this.#parts;
    const isMine = principal.accountId === id && principal.kind === "account";
    if (!isMine) mustBeOwner(principal);
    const foreign = Object.keys(change).filter((key) => !(ownFields as readonly string[]).includes(key));
    if (principal.role !== "owner" && foreign.length > 0) {
      throw new RequestError(403, "Cannot change this of your account: ask the owner.", foreign);
    }
    const found = this.#found(id);
    const nowMs = clock.wallMs();
    const wanted = checkedFields(change, { before: found, nowMs });
    // Links to sign in with go to the address.
    const isSecret = change.password !== undefined || change.pin !== undefined || wanted.email !== found.email;
    if (isMine && (isSecret || principal.role !== "owner")) {
      await this.#mustKnowPassword(found, { principal, presentPassword: change.presentPassword ?? "" });
    }
    const passwordHash = await this.#hash(change.password);
    const pinHash = await this.#hash(change.pin ?? undefined);
    // It may have been changed or removed while this was being hashed.
    const before = this.#found(id);
    const fields = checkedFields(change, { before, nowMs });
    this.#mustBeFree(fields, before);
    if (before.role === "owner" && fields.role !== "owner") this.#mustNotBeLastOwner(before, "give it another role");
    const after = { ...before, ...fields, pinHash: change.pin === undefined ? before.pinHash : pinHash };
    store.accounts.change(after, { atMs: nowMs, ...(passwordHash === undefined ? {} : { passwordHash }) });
    // What was guessed was the old PIN.
    if (change.pin !== undefined) store.accounts.setWrongPins(id, { count: 0, atMs: nowMs });
    if (passwordHash !== undefined) this.#signOutOthers(id, principal);
    // Who has other rights now comes back with them.
    this.#parts.clients.look();
    const name = after.name === before.name ? "" : `, now called ${after.name}`;
    const secrets = passwordHash === undefined ? "" : ", with a new password";
    this.#audit(`changed the account ${after.username} (${after.role})${name}${secrets}`, principal);
    return accountView(after, principal);
  }

  /** @throws {RequestError} 403, 404, 409. */
  remove(id: string, principal: Principal): void {
    mustBeOwner(principal);
    const account = this.#found(id);
    if (account.role === "owner") this.#mustNotBeLastOwner(account, "remove it");
    this.#parts.store.accounts.remove(id);
    this.#parts.clients.look();
    this.#audit(`removed the account ${account.username} (${account.role})`, principal);
  }

  /** Who signed in with the old password is out, but for whoever gave the new one. */
  #signOutOthers(id: string, { accountId, sessionId }: Principal): void {
    const isMine = accountId === id && sessionId !== undefined;
    this.#parts.store.sessions.removeOf(id, isMine ? { except: sessionId } : {});
  }

  async #mustKnowPassword(
    account: AccountRecord,
    { principal, presentPassword }: { readonly principal: Principal; readonly presentPassword: string },
  ): Promise<void> {
    const { store, limits } = this.#parts;
    const allowed = limits.other("present password", account.id, limitedAddress(principal.address));
    const hash = store.accounts.passwordHash(account.id);
    const isRight = await this.#signIn.verify(presentPassword.slice(0, 201), {
      hash,
      known: true,
      takeBack: allowed.takeBack,
    });
    if (!isRight) {
      this.#audit(`tried to change the account ${account.username}`, principal, "The present password was wrong.");
      throw new RequestError(401, "Cannot change your account: the present password is wrong.");
    }
    allowed.succeeded();
  }

  async #hash(secret: string | undefined): Promise<string | undefined> {
    if (secret === undefined) return undefined;
    const engine = await this.#parts.engine();
    return await engine.hash(secret, { known: true });
  }

  #found(id: string): AccountRecord {
    const account = this.#parts.store.accounts.get(id);
    if (!account) throw new RequestError(404, "There is no such account.");
    return account;
  }

  #mustBeFree(fields: AccountFields, before?: AccountRecord): void {
    const { accounts } = this.#parts.store;
    const { name, username, email } = fields;
    const isTaken = (account: AccountRecord | undefined) => account !== undefined && account.id !== before?.id;
    // The record of changes tells people apart by it.
    const takesName = before === undefined || !isSameName(name, before.name);
    if (takesName && accounts.list().some((one) => isTaken(one) && isSameName(name, one.name))) {
      throw new RequestError(409, `Cannot use the name "${name}": another account has it.`);
    }
    if (isTaken(accounts.byUsername(username))) {
      throw new RequestError(409, `Cannot use the user name "${username}": another account has it.`);
    }
    if (email !== undefined && isTaken(accounts.byEmail(email))) {
      throw new RequestError(409, `Cannot use the address "${email}": another account has it.`);
    }
  }

  #mustNotBeLastOwner(account: AccountRecord, what: string): void {
    const others = this.#parts.store.accounts.list().filter(({ id, role }) => role === "owner" && id !== account.id);
    if (others.length > 0) return;
    throw new RequestError(409, `Cannot ${what}: "${account.username}" is the only owner, make another one first.`);
  }

  #audit(what: string, principal: Principal, refusedBecause?: string): void {
    this.#parts.audit({
      actor: principal.actor,
      address: principal.address,
      action: "account",
      what,
      outcome: refusedBecause === undefined ? "done" : "refused",
      reasons: refusedBecause === undefined ? [] : [refusedBecause],
    });
  }
}

/** @throws {RequestError} 403 */
export function mustBeOwner({ role }: Principal): void {
  if (role !== "owner") throw new RequestError(403, "Cannot do this with your account: ask the owner.");
}

export function alreadySetUp(): RequestError {
  return new RequestError(409, "Cannot set CoachIQ up: it has an owner already, sign in instead.");
}
