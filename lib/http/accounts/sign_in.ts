import type { AccountRecord } from "../../core/mod.ts";
import type { Caller } from "../account_services.ts";
import type { Principal } from "../principal.ts";
import { RequestError } from "../services.ts";
import { type AccountParts, isOver, mostPerAccount } from "./account_parts.ts";
import { principalOf } from "./identity.ts";
import { hashOf, randomText } from "./secret_text.ts";
import { deviceCookieOf, readCookies, sessionCookieOf } from "./session_cookies.ts";
import { type KeptCount, limitedAddress, type Try } from "./try_limits.ts";

/** What somebody proves with who they are. */
export type Proof =
  | { readonly username: string; readonly password: string }
  | { readonly username: string; readonly pin: string }
  | { readonly link: string };

/** Somebody who is signed in from now on. */
export interface NewSignIn {
  readonly principal: Principal;
  readonly cookies: readonly string[];
}

const dayMs = 86_400_000;
/** Longest secret that is hashed, characters. */
const longestSecret = 200;
/** Longest name that is looked up, characters. */
const longestUsername = 64;

/** Checks proofs, with limits, and starts sessions. */
export class SignIn {
  readonly #parts: AccountParts;

  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  /** @throws {RequestError} 401 in the same words and time, whatever is wrong; 429. */
  async signIn(proof: Proof, caller: Caller): Promise<NewSignIn> {
    const account = "link" in proof ? this.#byLink(proof.link, caller) : await this.prove(proof, caller);
    const how = "link" in proof ? "with a link" : "pin" in proof ? "with a PIN" : "with a password";
    const signedIn = await this.start(account, { caller, trustDevice: !("pin" in proof) });
    this.#audit(`signed in ${how}`, { actor: account.name, caller });
    return signedIn;
  }

  /** The account whose password or PIN this is. @throws {RequestError} 401, 429. */
  async prove(proof: Exclude<Proof, { readonly link: string }>, caller: Caller): Promise<AccountRecord> {
    const { store, limits, clock, settings } = this.#parts;
    const username = proof.username.trim().toLowerCase().slice(0, longestUsername);
    const account = store.accounts.byUsername(username);
    const attempt = this.#tryOf(username, { account, caller });
    const isPin = "pin" in proof;
    const secret = (isPin ? proof.pin : proof.password).slice(0, longestSecret + 1);
    const allowed = isPin ? limits.pin(attempt) : limits.password(attempt);
    // A PIN is short: it is good only on devices that had a password once.
    const mayUsePin = settings().pinSignIn && attempt.device !== undefined;
    const hash = !account ? undefined : isPin ? (mayUsePin ? account.pinHash : undefined) : this.#passwordHash(account);
    const isRight = await this.verify(secret, {
      hash,
      known: attempt.device !== undefined,
      takeBack: allowed.takeBack,
    });
    if (!isRight || !account || isOver(account.expiresAtMs, clock.wallMs()) || !this.#isStillSo(account, isPin, hash)) {
      const word = isPin ? "PIN" : "password";
      this.#audit(`tried to sign in with a ${word}`, { actor: account?.name ?? "unknown name", caller, refused: true });
      throw new RequestError(401, `Cannot sign in: the name or the ${word} is wrong.`);
    }
    allowed.succeeded();
    return account;
  }

  /** Whether a secret is right; a try that cannot be made counts as none. */
  async verify(
    secret: string,
    options: { readonly hash: string | undefined; readonly known: boolean; readonly takeBack: () => void },
  ): Promise<boolean> {
    try {
      const engine = await this.#parts.engine();
      return await engine.verify(secret, options.hash, { known: options.known });
    } catch (error) {
      options.takeBack();
      throw error;
    }
  }

  /** Starts a session; the one that this browser had ends. */
  async start(
    account: AccountRecord,
    { caller, trustDevice }: { readonly caller: Caller; readonly trustDevice: boolean },
  ): Promise<NewSignIn> {
    const { store, clock, clients, settings } = this.#parts;
    const engine = await this.#parts.engine();
    const nowMs = clock.wallMs();
    const lifetimeMs = settings().sessionDays * dayMs;
    const before = readCookies(caller.headers);
    const address = caller.remoteAddress;
    const { id, token } = await engine.createSession({
      accountId: account.id,
      address,
      userAgent: (caller.headers.get("user-agent") ?? "").slice(0, 300),
      createdAtMs: nowMs,
      expiresAtMs: nowMs + lifetimeMs,
    });
    if (before.session !== undefined) await engine.endSession(before.session);
    store.sessions.keepMost(account.id, { most: mostPerAccount, newest: id });
    const cookies = [sessionCookieOf(token, { maxAgeS: lifetimeMs / 1000, caller })];
    if (trustDevice) {
      // A cookie that no sign-in of ours left may have been put there by somebody else.
      const known = before.device !== undefined && store.sessions.accountsOfDevice(hashOf(before.device)).size > 0;
      const device = known && before.device !== undefined ? before.device : randomText(32);
      store.sessions.rememberDevice({
        deviceHash: hashOf(device),
        accountId: account.id,
        address: limitedAddress(address),
        atMs: nowMs,
      });
      cookies.push(deviceCookieOf(device, caller));
    }
    store.accounts.seen(account.id, nowMs);
    clients.look();
    return { principal: principalOf(account, { clientId: id, address }), cookies };
  }

  #byLink(link: string, caller: Caller): AccountRecord {
    const { store, clock, limits } = this.#parts;
    const allowed = limits.other("link", limitedAddress(caller.remoteAddress));
    const nowMs = clock.wallMs();
    const id = store.sessions.takeLink(hashOf(link), nowMs);
    const account = id === undefined ? undefined : store.accounts.get(id);
    if (!account || isOver(account.expiresAtMs, nowMs)) {
      this.#audit("tried to sign in with a link", { actor: account?.name ?? "unknown name", caller, refused: true });
      throw new RequestError(401, "Cannot sign in: the link was used already, or is too old.");
    }
    allowed.succeeded();
    this.#wrongPinsOf(account).write(0);
    return account;
  }

  #tryOf(
    username: string,
    { account, caller }: { readonly account: AccountRecord | undefined; readonly caller: Caller },
  ): Try {
    const { store } = this.#parts;
    const { device } = readCookies(caller.headers);
    const address = limitedAddress(caller.remoteAddress);
    const hash = device === undefined ? undefined : hashOf(device);
    const isKnownDevice = hash !== undefined && account !== undefined &&
      store.sessions.accountsOfDevice(hash).has(account.id);
    return {
      username,
      address,
      device: isKnownDevice ? hash : undefined,
      isKnownAddress: account !== undefined && store.sessions.isKnownAddress(account.id, address),
      wrongPins: account && this.#wrongPinsOf(account),
    };
  }

  #wrongPinsOf({ id }: AccountRecord): KeptCount {
    const { store, clock } = this.#parts;
    return {
      read: () => store.accounts.wrongPins(id),
      write: (count) => store.accounts.setWrongPins(id, { count, atMs: clock.wallMs() }),
    };
  }

  #passwordHash({ id }: AccountRecord): string | undefined {
    return this.#parts.store.accounts.passwordHash(id);
  }

  /** The password may have been changed, and the account removed, while it was being hashed. */
  #isStillSo({ id }: AccountRecord, isPin: boolean, hash: string | undefined): boolean {
    const now = this.#parts.store.accounts.get(id);
    return now !== undefined && (isPin ? now.pinHash : this.#passwordHash(now)) === hash;
  }

  #audit(
    what: string,
    { actor, caller, refused = false }: {
      readonly actor: string;
      readonly caller: Caller;
      readonly refused?: boolean;
    },
  ): void {
    this.#parts.audit({
      actor,
      address: caller.remoteAddress,
      action: "signIn",
      what,
      outcome: refused ? "refused" : "done",
      reasons: refused ? ["It was wrong."] : [],
    });
  }
}
