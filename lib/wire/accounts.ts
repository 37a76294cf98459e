/**
 * What an account may do. `owner`: everything; `family`: look and command; `guest`: look at and command a chosen few
 * entities until it expires.
 */
export type Role = "owner" | "family" | "guest";

/** Who asks, as pages and programs see themselves: `GET /api/auth/me`. */
export interface MeView {
  /** `setUp`: there is no account yet; `signedOut`: there are, and this is none of them; `off`: accounts are off. */
  readonly state: "setUp" | "signedOut" | "signedIn" | "off";
  readonly name?: string;
  readonly role?: Role;
  /** Entities that a guest sees; absent: all. */
  readonly entities?: readonly string[];
  /** ISO 8601; absent: never. */
  readonly expiresAt?: string;
  /** A link can be sent by mail. */
  readonly mail: boolean;
  /** Names that can sign in with a PIN on this device, for the wall tablet. */
  readonly pinNames: readonly string[];
}

/** One account: `GET /api/auth/accounts`. */
export interface AccountView {
  readonly id: string;
  readonly name: string;
  /** Lower-case name for signing in. */
  readonly username: string;
  readonly email?: string;
  readonly role: Role;
  readonly hasPin: boolean;
  readonly entities?: readonly string[];
  /** ISO 8601 */
  readonly createdAt: string;
  readonly expiresAt?: string;
  readonly lastSeenAt?: string;
  /** The one that asks. */
  readonly isMe: boolean;
}

/** One sign-in of the account that asks: `GET /api/auth/sessions`. */
export interface SessionView {
  readonly id: string;
  readonly accountName: string;
  /** E.g. `Safari on iPhone`. */
  readonly device: string;
  readonly address: string;
  /** ISO 8601 */
  readonly createdAt: string;
  readonly lastSeenAt: string;
  readonly expiresAt: string;
  readonly isThis: boolean;
}

/** A token of a program: `GET /api/auth/tokens`. Its text is told once, when it is made. */
export interface TokenView {
  readonly id: string;
  readonly name: string;
  /** `look`: read; `control`: read and command; `owner`: everything. */
  readonly scope: "look" | "control" | "owner";
  /** First characters, to tell tokens apart. */
  readonly hint: string;
  /** ISO 8601 */
  readonly createdAt: string;
  readonly expiresAt?: string;
  readonly lastUsedAt?: string;
}

/** One thing that somebody did: `GET /api/safety/audit`. */
export interface AuditView {
  readonly id: number;
  /** ISO 8601 */
  readonly at: string;
  readonly actor: string;
  readonly address: string;
  readonly action: "command" | "edit" | "update" | "configuration" | "signIn" | "account" | "system";
  readonly what: string;
  readonly outcome: "done" | "refused" | "failed";
  readonly reasons: readonly string[];
}
