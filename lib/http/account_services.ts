import type { AccountView, MeView, Role, SessionView, TokenView } from "../wire/mod.ts";
import type { Principal } from "./principal.ts";

/** As much of a request as tells who it comes from. */
export interface Caller {
  readonly headers: Headers;
  /** Of the phone, also behind a proxy that is trusted. */
  readonly remoteAddress: string;
  /** It came over TLS, here or at a proxy that is trusted. */
  readonly isSecure: boolean;
}

/** An answer with the cookies that go with it. */
export interface SignedIn {
  readonly me: MeView;
  /** `Set-Cookie` values. */
  readonly cookies: readonly string[];
}

/** What an account is made of, or changed to. */
export interface AccountDraft {
  readonly name: string;
  readonly username: string;
  readonly email?: string;
  readonly role: Role;
  readonly password?: string;
  /** 4 to 8 digits; null takes it away. */
  readonly pin?: string | null;
  readonly entities?: readonly string[];
  /** ISO 8601; null takes it away: the account does not end. */
  readonly expiresAt?: string | null;
}

/** Is given what {@link AccountServices.isOutdated} answers, from one look for everybody. */
export type OutdatedListener = (isOutdated: (principal: Principal) => boolean) => void;

/**
 * Accounts, sessions and tokens. What is refused throws `RequestError`: 401 wrong or unknown, in the same time and
 * words; 403 not allowed; 404; 409 the last owner, a name that is taken; 422 with each thing that is wrong; 429 with
 * `retryAfterS` when somebody tries too often.
 */
export interface AccountServices {
  /** Never throws: what is wrong, expired or revoked is nobody. Answers a cookie when the session was renewed. */
  identify(caller: Caller): Promise<{ readonly principal: Principal; readonly cookies: readonly string[] }>;
  /** False: the database has no accounts yet, because it waits for its update or is being replaced. */
  isReady(): boolean;
  /** There is an account: nobody needs the code from the log any more. */
  isSetUp(): boolean;
  me(principal: Principal): MeView;
  /** Whether what let somebody in ended, was taken away, or gives other rights since. */
  isOutdated(principal: Principal): boolean;
  /** Told whenever that may be so of somebody, with what tells of whom; the sockets of those are closed. */
  onOutdated(listener: OutdatedListener): () => void;
  /** The first account, the owner's, with the code from the log. */
  setUp(request: { readonly code: string; readonly account: AccountDraft }, caller: Caller): Promise<SignedIn>;
  signIn(
    request:
      | { readonly username: string; readonly password: string }
      | { readonly username: string; readonly pin: string }
      | { readonly link: string },
    caller: Caller,
  ): Promise<SignedIn>;
  signOut(principal: Principal, caller: Caller): Promise<SignedIn>;
  /** Sends a link to sign in with; says nothing about whether there is such an account. */
  sendLink(email: string, caller: Caller): Promise<void>;
  accounts(principal: Principal): readonly AccountView[];
  createAccount(draft: AccountDraft, principal: Principal): Promise<AccountView>;
  /** Owners change every account; everybody their own name, password and PIN, with the present password. */
  changeAccount(
    id: string,
    change: Partial<AccountDraft> & { readonly presentPassword?: string },
    principal: Principal,
  ): Promise<AccountView>;
  removeAccount(id: string, principal: Principal): Promise<void>;
  /** One's own; the owner sees all. */
  sessions(principal: Principal): readonly SessionView[];
  revokeSession(id: string, principal: Principal): Promise<void>;
  tokens(principal: Principal): readonly TokenView[];
  /** The token's text is answered this once. */
  createToken(
    draft: { readonly name: string; readonly scope: TokenView["scope"]; readonly expiresAt?: string },
    principal: Principal,
  ): Promise<{ readonly token: TokenView; readonly text: string }>;
  revokeToken(id: string, principal: Principal): Promise<void>;
  /** A short access token (15 min) and one to renew it with (30 days), for programs. */
  grant(
    request: { readonly username: string; readonly password: string } | { readonly refreshToken: string },
    caller: Caller,
  ): Promise<{ readonly accessToken: string; readonly expiresInS: number; readonly refreshToken: string }>;
}
