import { type AccountRecord, type SessionRecord, StoreError } from "../../core/mod.ts";
import type { Role } from "../../wire/mod.ts";
import type { Caller } from "../account_services.ts";
import { nobodyAt, type Principal } from "../principal.ts";
import { type AccountParts, isOver } from "./account_parts.ts";
import { readAccessToken } from "./access_token.ts";
import { accountsMigration, rightsOf } from "./live_clients.ts";
import { hashOf } from "./secret_text.ts";
import { readCookies, sessionCookieOf } from "./session_cookies.ts";

/** Who asks, and the cookies that go with the answer. */
export interface Identified {
  readonly principal: Principal;
  readonly cookies: readonly string[];
}

/** Least time between two writes of when somebody was seen, ms. */
const seenEveryMs = 10 * 60_000;
const dayMs = 86_400_000;
/** Clients that are still known while the database is being replaced. */
const maxRemembered = 100;

/** Works out who asks, with one look into the database. */
export class Identity {
  readonly #parts: AccountParts;
  /** Hash of the device's cookie, for those who asked with one. */
  readonly #devices = new WeakMap<Principal, string>();
  /** By hash of cookie or token: for the moments in which the database is closed, to be replaced by its update. */
  readonly #remembered = new Map<string, { readonly principal: Principal; readonly expiresAtMs: number }>();

  constructor(parts: AccountParts) {
    this.#parts = parts;
    parts.clients.subscribe((isOutdated) => {
      for (const [key, { principal }] of this.#remembered) if (isOutdated(principal)) this.#remembered.delete(key);
    });
  }

  /** Never throws: what is wrong, expired or revoked is nobody. */
  async identify(caller: Caller): Promise<Identified> {
    const { device } = readCookies(caller.headers);
    const identified = await this.#identify(caller);
    if (device !== undefined) this.#devices.set(identified.principal, hashOf(device));
    return identified;
  }

  /** Hash of the cookie of the device that somebody asked from. */
  deviceOf(principal: Principal): string | undefined {
    return this.#devices.get(principal);
  }

  async #identify(caller: Caller): Promise<Identified> {
    const nobody = { principal: nobodyAt(caller.remoteAddress), cookies: [] };
    const bearer = /^Bearer +([A-Za-z0-9._~+/=-]{1,2000})$/i.exec(caller.headers.get("authorization") ?? "")?.[1];
    const secret = bearer ?? readCookies(caller.headers).session;
    if (secret === undefined) return nobody;
    const { store, clock } = this.#parts;
    const nowMs = clock.wallMs();
    const key = hashOf(secret);
    try {
      if (!store.database.isOpen) return this.#rememberedAs(key, nowMs) ?? nobody;
      if (!store.supports(accountsMigration)) return nobody;
      const found = bearer === undefined
        ? this.#bySession(key, { caller, token: secret })
        : bearer.startsWith("ciq_")
        ? this.#byToken(key, caller)
        : await this.#byAccessToken(bearer, caller);
      if (found === undefined) return nobody;
      this.#remember(key, found);
      return found.identified;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return this.#rememberedAs(key, nowMs) ?? nobody;
    }
  }

  #bySession(key: string, options: { readonly caller: Caller; readonly token: string }) {
    const { store, clock } = this.#parts;
    const nowMs = clock.wallMs();
    const found = store.sessions.byTokenHash(key);
    if (!found || isOver(found.session.expiresAtMs, nowMs) || isOver(found.account.expiresAtMs, nowMs)) {
      return undefined;
    }
    const { session, account } = found;
    const principal = principalOf(account, { clientId: session.id, address: options.caller.remoteAddress });
    const cookies = this.#seen(session, { ...options, accountId: account.id });
    return {
      identified: { principal, cookies },
      expiresAtMs: Math.min(session.expiresAtMs, account.expiresAtMs ?? Infinity),
    };
  }

  #byToken(key: string, { remoteAddress: address }: Caller) {
    const { store, clock } = this.#parts;
    const nowMs = clock.wallMs();
    const found = store.tokens.byHash(key);
    if (!found || isOver(found.token.expiresAtMs, nowMs) || isOver(found.account.expiresAtMs, nowMs)) return undefined;
    const { token, account } = found;
    const principal: Principal = {
      ...principalOf(account, { clientId: token.id, address }),
      kind: "token",
      role: lesserRole(account.role, token.scope === "owner" ? "owner" : "family"),
      actor: `${token.name} (token of ${account.name})`,
      mayControl: token.scope !== "look",
    };
    if (Math.abs(nowMs - (token.lastUsedAtMs ?? 0)) >= seenEveryMs) {
      this.#write(() => store.tokens.used(token.id, nowMs));
    }
    return {
      identified: { principal, cookies: [] },
      expiresAtMs: Math.min(token.expiresAtMs ?? Infinity, account.expiresAtMs ?? Infinity),
    };
  }

  async #byAccessToken(text: string, { remoteAddress: address }: Caller) {
    const { store, clock, signingKey } = this.#parts;
    const nowMs = clock.wallMs();
    const claims = await readAccessToken(text, { secret: await signingKey(), nowMs });
    const found = claims && store.tokens.grant(claims.grantId);
    if (!claims || !found || found.account.id !== claims.accountId) return undefined;
    if (isOver(found.grant.expiresAtMs, nowMs) || isOver(found.account.expiresAtMs, nowMs)) return undefined;
    const principal: Principal = {
      ...principalOf(found.account, { clientId: found.grant.id, address }),
      kind: "token",
      actor: `${found.account.name} (program)`,
      // Its grant, which the database tells of, lasts longer.
      expiresAtMs: claims.expiresAtMs,
    };
    return { identified: { principal, cookies: [] }, expiresAtMs: claims.expiresAtMs };
  }

  /** Keeps that a session is in use, seldom enough to spare the disk, and renews it at most once a day. */
  #seen(
    session: SessionRecord,
    { caller, token, accountId }: { readonly caller: Caller; readonly token: string; readonly accountId: string },
  ): readonly string[] {
    const { store, clock, settings } = this.#parts;
    const atMs = clock.wallMs();
    if (Math.abs(atMs - session.lastSeenAtMs) < seenEveryMs) return [];
    const lifetimeMs = settings().sessionDays * dayMs;
    const renewed = session.expiresAtMs - atMs < lifetimeMs - dayMs;
    const expiresAtMs = renewed ? atMs + lifetimeMs : session.expiresAtMs;
    const written = this.#write(() => {
      store.sessions.seen(session.id, { atMs, expiresAtMs });
      store.accounts.seen(accountId, atMs);
    });
    return renewed && written ? [sessionCookieOf(token, { maxAgeS: lifetimeMs / 1000, caller })] : [];
  }

  /** Who asks is known without it: what cannot be written now is written with a later request. */
  #write(work: () => void): boolean {
    if (this.#parts.store.database.paused !== undefined) return false;
    try {
      work();
      return true;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return false;
    }
  }

  #remember(key: string, found: { readonly identified: Identified; readonly expiresAtMs: number }): void {
    this.#remembered.delete(key);
    this.#remembered.set(key, { principal: found.identified.principal, expiresAtMs: found.expiresAtMs });
    if (this.#remembered.size <= maxRemembered) return;
    const oldest = this.#remembered.keys().next().value;
    if (oldest !== undefined) this.#remembered.delete(oldest);
  }

  #rememberedAs(key: string, nowMs: number): Identified | undefined {
    const known = this.#remembered.get(key);
    if (!known || isOver(known.expiresAtMs, nowMs)) return undefined;
    return { principal: { ...known.principal }, cookies: [] };
  }
}

/** Somebody who proved to be this account. */
export function principalOf(
  account: AccountRecord,
  { clientId, address }: { readonly clientId: string; readonly address: string },
): Principal {
  return {
    kind: "account",
    role: account.role,
    actor: account.name,
    address,
    clientId,
    mayControl: true,
    ...(account.entities === undefined ? {} : { entities: new Set(account.entities) }),
    accountId: account.id,
    sessionId: clientId,
    rights: rightsOf(account),
  };
}

function lesserRole(a: Role, b: Role): Role {
  const order: readonly Role[] = ["guest", "family", "owner"];
  return order.indexOf(a) < order.indexOf(b) ? a : b;
}
