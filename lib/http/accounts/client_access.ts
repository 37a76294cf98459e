import type { TokenRecord } from "../../core/mod.ts";
import type { SessionView, TokenView } from "../../wire/mod.ts";
import type { Principal } from "../principal.ts";
import { RequestError } from "../services.ts";
import { type AccountParts, mostPerAccount } from "./account_parts.ts";
import { sessionView, tokenView } from "./account_views.ts";
import { hashOf, randomText } from "./secret_text.ts";

export interface TokenDraft {
  readonly name: string;
  readonly scope: TokenView["scope"];
  /** ISO 8601 */
  readonly expiresAt?: string;
}

/** Characters of a token's secret: 190 bits. */
const secretLength = 32;
/** Characters of a token that are shown, `ciq_` among them. */
const hintLength = 8;

/** Sessions and tokens as their owners see them, and take them away. */
export class ClientAccess {
  readonly #parts: AccountParts;

  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  /** One's own; the owner sees all. */
  sessions(principal: Principal): readonly SessionView[] {
    const { store } = this.#parts;
    const of = principal.role === "owner" ? undefined : principal.accountId ?? "";
    const names = new Map(store.accounts.list().map(({ id, name }) => [id, name]));
    return [...store.sessions.list(of), ...store.tokens.grants(of)]
      .map((session) => sessionView(session, { accountName: names.get(session.accountId) ?? "", principal }));
  }

  revokeSession(id: string, principal: Principal): void {
    const { store, clients } = this.#parts;
    const session = store.sessions.list().find((one) => one.id === id);
    const found = session ?? store.tokens.grant(id)?.grant;
    if (!found || !isTheirs(found.accountId, principal)) throw new RequestError(404, "There is no such session.");
    mayRevoke(found.id, principal);
    if (session) store.sessions.remove(id);
    else store.tokens.removeGrant(id);
    clients.look();
    this.#audit("ended a session", principal);
  }

  tokens(principal: Principal): readonly TokenView[] {
    const of = principal.role === "owner" ? undefined : principal.accountId ?? "";
    return this.#parts.store.tokens.list(of).map(tokenView);
  }

  createToken(draft: TokenDraft, principal: Principal): { readonly token: TokenView; readonly text: string } {
    const { store, clock, clients } = this.#parts;
    const { accountId, kind, role } = principal;
    if (accountId === undefined || kind !== "account") {
      throw new RequestError(403, "Cannot make a token with a token: sign in with a password.");
    }
    if (role === "guest" || draft.scope === "owner" && role !== "owner") {
      throw new RequestError(403, "Cannot make such a token with your account: ask the owner.");
    }
    const nowMs = clock.wallMs();
    const name = draft.name.trim();
    const expiresAtMs = draft.expiresAt === undefined ? undefined : Date.parse(draft.expiresAt);
    const wrong = [
      name === "" || name.length > 60 ? "name: expected 1 to 60 characters" : undefined,
      expiresAtMs !== undefined && !(expiresAtMs > nowMs) ? "expiresAt: expected a time to come" : undefined,
    ].filter((problem) => problem !== undefined);
    if (wrong.length > 0) throw new RequestError(422, "Cannot make this token: something in it is wrong.", wrong);
    if (store.tokens.list(accountId).length >= mostPerAccount) {
      throw new RequestError(409, `Cannot make another token: there are ${mostPerAccount}, remove one first.`);
    }
    const text = `ciq_${randomText(secretLength)}`;
    const token: TokenRecord = {
      id: crypto.randomUUID(),
      accountId,
      name,
      scope: draft.scope,
      hint: text.slice(0, hintLength),
      createdAtMs: nowMs,
      expiresAtMs,
      lastUsedAtMs: undefined,
    };
    store.tokens.add(token, hashOf(text));
    clients.look();
    this.#audit(`made the token ${name} (${draft.scope})`, principal);
    return { token: tokenView(token), text };
  }

  revokeToken(id: string, principal: Principal): void {
    const { store, clients } = this.#parts;
    const found = store.tokens.list().find((one) => one.id === id);
    if (!found || !isTheirs(found.accountId, principal)) throw new RequestError(404, "There is no such token.");
    mayRevoke(found.id, principal);
    store.tokens.remove(id);
    clients.look();
    this.#audit(`removed the token ${found.name} (${found.scope})`, principal);
  }

  #audit(what: string, { actor, address }: Principal): void {
    this.#parts.audit({ actor, address, action: "account", what, outcome: "done", reasons: [] });
  }
}

function isTheirs(accountId: string, { accountId: mine, role }: Principal): boolean {
  return role === "owner" || accountId === mine;
}

/** A token that is not the owner's ends nothing but itself. */
function mayRevoke(id: string, { kind, role, clientId }: Principal): void {
  if (kind !== "token" || role === "owner" || clientId === id) return;
  throw new RequestError(403, "Cannot do this with a token: sign in with a password.");
}
